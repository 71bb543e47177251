"""The organisation's plain values: ranks, units, posts, holders, appointments, proxy rules and absences."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

import msgspec

from domain.clock import civil_date

Rank = Literal[
    "officer",
    "chief",
    "lead_assistant_director",
    "division_director",
    "deputy_director",
    "department_director",
    "vice_governor",
    "governor",
]
RANKS: tuple[Rank, ...] = get_args(Rank)  # low → high
UnitKind = Literal["prefecture", "department", "division", "bureau", "office"]
AppointmentKind = Literal["regular", "concurrent"]  # 本務, 兼務
_ORDER = {rank: order for order, rank in enumerate(RANKS)}


def rank_order(rank: Rank) -> int:
    """The rank's place in the order low → high, from 0."""
    return _ORDER[rank]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """所属: a unit as it is on one day. `document_symbol` is the 文書記号 of its document numbers."""

    code: str
    name: str
    kind: UnitKind
    parent: str | None
    document_symbol: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """職: a post as it is on one day. While it is vacant, the person of the post `acting` acts for it (事務取扱)."""

    code: str
    title: str
    unit: str
    rank: Rank
    oversees: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    acting: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who stands behind a post at one instant, with the title as it is displayed that day."""

    person: str
    name: str
    post: str
    title: str
    acting: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """任命: a person in a post from the first to the last day (both included; no last day = until further notice)."""

    post: str
    person: str
    kind: AppointmentKind
    valid_from: date
    valid_to: date | None

    def covers(self, day: date) -> bool:
        """Whether the appointment is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, valid_from: date, valid_to: date | None) -> bool:
        """Whether any day lies both in the appointment and in the given span."""
        starts_before_end = valid_to is None or self.valid_from <= valid_to
        return starts_before_end and (self.valid_to is None or valid_from <= self.valid_to)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acting:
    """事務取扱: the person of `acting_post` acts for the vacant `post`, from the first to the last day."""

    post: str
    acting_post: str
    valid_from: date
    valid_to: date | None

    def covers(self, day: date) -> bool:
        """Whether the order is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """不在: one person away from `begins_at` up to, not including, `ends_at`, or until it was cancelled."""

    absence: str
    person: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    entered_by: str
    cancelled_at: datetime | None = None

    @property
    def away_until(self) -> datetime:
        """The first instant the person is back."""
        return self.ends_at if self.cancelled_at is None else min(self.ends_at, self.cancelled_at)

    @property
    def returns_on(self) -> date:
        """The civil day in Japan on which the person is back."""
        return civil_date(self.away_until)

    def covers(self, at: datetime) -> bool:
        """Whether the person is away at the instant `at`."""
        return self.begins_at <= at < self.away_until


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a proxy rule speaks of: one post, every post of a rank, or every post that has a duty."""

    by: Literal["post", "rank", "duty"]
    code: str


class ProxyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """代決順位: for an absent post that matches `absent`, these may stand in, in this order."""

    absent: Target
    proxies: tuple[Target, ...]
