"""The directory's facts. Days are Japan's: `valid_from` is the first, `valid_to` the last, `…_on` the first without."""

from datetime import date, datetime

import msgspec

from domain.directory.organisation import AppointmentKind, ProxyRule, Rank, UnitKind
from domain.events import Event


class PrefectureNamed(Event, frozen=True, kw_only=True, tag="directory.prefecture-named.v1"):
    """The prefecture whose directory this is."""

    code: str
    name: str
    valid_from: date


class UnitEstablished(Event, frozen=True, kw_only=True, tag="directory.unit-established.v1"):
    """設置: a unit exists from this day."""

    unit: str
    name: str
    kind: UnitKind
    parent: str | None
    document_symbol: str | None
    valid_from: date


class UnitChanged(Event, frozen=True, kw_only=True, tag="directory.unit-changed.v1"):
    """改称・移管: from this day the unit is as described here."""

    unit: str
    name: str
    kind: UnitKind
    parent: str | None
    document_symbol: str | None
    valid_from: date


class UnitAbolished(Event, frozen=True, kw_only=True, tag="directory.unit-abolished.v1"):
    """廃止: from this day the unit no longer exists; `successors` take over, the first one its open cases."""

    unit: str
    abolished_on: date
    successors: tuple[str, ...] = ()


class PostEstablished(Event, frozen=True, kw_only=True, tag="directory.post-established.v1"):
    """A post exists from this day."""

    post: str
    title: str
    unit: str
    rank: Rank
    oversees: tuple[str, ...]
    valid_from: date


class PostChanged(Event, frozen=True, kw_only=True, tag="directory.post-changed.v1"):
    """From this day the post is as described here."""

    post: str
    title: str
    unit: str
    rank: Rank
    oversees: tuple[str, ...]
    valid_from: date


class PostAbolished(Event, frozen=True, kw_only=True, tag="directory.post-abolished.v1"):
    """From this day the post no longer exists; `successor` takes over its steps."""

    post: str
    abolished_on: date
    successor: str | None = None


class Appointed(Event, frozen=True, kw_only=True, tag="directory.appointed.v1"):
    """任命・兼務: a person holds a post. With a future `valid_from` it is a 内示 and takes effect by itself."""

    post: str
    person: str
    name: str
    kind: AppointmentKind
    valid_from: date
    valid_to: date | None = None


class PersonRenamed(Event, frozen=True, kw_only=True, tag="directory.person-renamed.v1"):
    """The person's display name is another one; what was recorded before keeps the name of its day."""

    person: str
    name: str
    valid_from: date


class AppointmentEnded(Event, frozen=True, kw_only=True, tag="directory.appointment-ended.v1"):
    """解任: the appointment from `valid_from` on ends with `valid_to`; if that lies before, it never took effect."""

    post: str
    person: str
    valid_from: date
    valid_to: date


class ActingNamed(Event, frozen=True, kw_only=True, tag="directory.acting-named.v1"):
    """事務取扱: while nobody is appointed to `post`, the person of `acting_post` acts for it."""

    post: str
    acting_post: str
    valid_from: date
    valid_to: date | None = None


class ActingEnded(Event, frozen=True, kw_only=True, tag="directory.acting-ended.v1"):
    """The acting order from `valid_from` on ends with `valid_to`; if that lies before, it never took effect."""

    post: str
    acting_post: str
    valid_from: date
    valid_to: date


class RoleGranted(Event, frozen=True, kw_only=True, tag="directory.role-granted.v1"):
    """The post carries a role of the system (auditor, finance, directory-admin, operator) from this day."""

    post: str
    role: str
    valid_from: date


class RoleWithdrawn(Event, frozen=True, kw_only=True, tag="directory.role-withdrawn.v1"):
    """From this day the post no longer carries the role."""

    post: str
    role: str
    withdrawn_on: date


class DutyGranted(Event, frozen=True, kw_only=True, tag="directory.duty-granted.v1"):
    """The post carries a statutory duty (accounting_manager, cashier, contract_officer …) from this day."""

    post: str
    duty: str
    valid_from: date


class DutyWithdrawn(Event, frozen=True, kw_only=True, tag="directory.duty-withdrawn.v1"):
    """From this day the post no longer carries the duty."""

    post: str
    duty: str
    withdrawn_on: date


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's move. `successor` is the person named in the 事務引継, who takes over the open drafts."""

    person: str
    name: str
    from_post: str
    to_post: str
    kind: AppointmentKind
    successor: str | None = None


class Transferred(Event, frozen=True, kw_only=True, tag="directory.transferred.v1"):
    """人事異動: all these people leave one post and take another on the same day, at once (so that two may swap)."""

    valid_from: date
    moves: tuple[Move, ...]


class ProxyOrderAdopted(Event, frozen=True, kw_only=True, tag="directory.proxy-order-adopted.v1"):
    """代決順位: the whole proxy order in force from this day."""

    valid_from: date
    rules: tuple[ProxyRule, ...]


class AbsenceRecorded(Event, frozen=True, kw_only=True, tag="directory.absence-recorded.v1"):
    """不在: the person is away from `begins_at` up to, not including, `ends_at`."""

    absence: str
    person: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    entered_by: str


class AbsenceCancelled(Event, frozen=True, kw_only=True, tag="directory.absence-cancelled.v1"):
    """The person is back (or was never away) from `cancelled_at`."""

    absence: str
    cancelled_at: datetime
    reason: str


Change = (
    PrefectureNamed
    | UnitEstablished
    | UnitChanged
    | UnitAbolished
    | PostEstablished
    | PostChanged
    | PostAbolished
    | Appointed
    | PersonRenamed
    | AppointmentEnded
    | ActingNamed
    | ActingEnded
    | RoleGranted
    | RoleWithdrawn
    | DutyGranted
    | DutyWithdrawn
    | Transferred
    | ProxyOrderAdopted
    | AbsenceRecorded
    | AbsenceCancelled
)


class ChangeProposed(Event, frozen=True, kw_only=True, tag="directory.change-proposed.v1"):
    """A change whose author gains: nothing changes until a second person confirms. `concerned` are told."""

    proposal: str
    facts: tuple[Change, ...]
    proposed_by: str
    concerned: tuple[str, ...]


class ChangeConfirmed(Event, frozen=True, kw_only=True, tag="directory.change-confirmed.v1"):
    """The second person agreed: the facts inside the proposal take effect with this event."""

    proposal: str
    confirmed_by: str
    comment: str | None = None


class ChangeRefused(Event, frozen=True, kw_only=True, tag="directory.change-refused.v1"):
    """The second person refused, or the author took the proposal back: it never took effect."""

    proposal: str
    refused_by: str
    reason: str


EVENTS: tuple[type[Event], ...] = (*Change.__args__, ChangeProposed, ChangeConfirmed, ChangeRefused)
