"""テレワークデイズの事実: what can have happened to one campaign, from the day it was opened to its result."""

from datetime import date, datetime

from domain.events import Actor, Event, Part


class Organiser(Part, frozen=True):
    """The unit that holds the campaign, and the post at its head, as displayed that day."""

    unit: str
    unit_name: str
    post: str
    title: str


class Invited(Part, frozen=True):
    """A unit that is asked to take part, and the post that answers for it."""

    unit: str
    unit_name: str
    head_post: str


class Figure(Part, frozen=True):
    """Of one unit on one of its days: its staff, how many had applied or were ordered, how many began."""

    unit: str
    day: date
    staff: int
    planned: int
    actual: int


class Opened(Event, frozen=True, tag="campaign.opened.v1"):
    """集中実施期間の設定. Days include both ends; times are aware UTC. `edition` is that of the rules for campaigns."""

    name: str
    first_day: date
    last_day: date
    target_percent: int
    note: str
    edition: str
    fiscal_year: int
    organiser: Organiser
    units: tuple[Invited, ...]
    choose_by: datetime | None
    remind_at: datetime | None
    close_due_at: datetime
    on_behalf_of: Actor | None = None


class UnitJoined(Event, frozen=True, tag="campaign.unit-joined.v1"):
    """参加と実施日: `days` in order, each an office day of the period."""

    unit: str
    unit_name: str
    head_post: str
    days: tuple[date, ...]
    on_behalf_of: Actor | None = None


class DaysChanged(Event, frozen=True, tag="campaign.days-changed.v1"):
    """実施日の変更; those that have come stand."""

    unit: str
    days: tuple[date, ...]
    on_behalf_of: Actor | None = None


class UnitWithdrawn(Event, frozen=True, tag="campaign.unit-withdrawn.v1"):
    """不参加, or 参加の取りやめ before the first of its days."""

    unit: str
    reason: str
    on_behalf_of: Actor | None = None


class UnitsReminded(Event, frozen=True, tag="campaign.units-reminded.v1"):
    """催促 of the units that had not answered; none where it was looked at only when nothing could be chosen any
    more.
    """

    nth: int
    units: tuple[str, ...]
    posts: tuple[str, ...]
    next_at: datetime | None


class OrganiserReminded(Event, frozen=True, tag="campaign.organiser-reminded.v1"):
    """終了の処理の催促."""

    nth: int
    to_post: str
    next_at: datetime | None


class Closed(Event, frozen=True, tag="campaign.closed.v1"):
    """終了: nothing is chosen any more, and the result is counted."""

    comment: str
    on_behalf_of: Actor | None = None


class ResultFixed(Event, frozen=True, tag="campaign.result-fixed.v1"):
    """実施結果の確定: what the read model of telework showed once it had reached `position` of the ledger."""

    position: int
    figures: tuple[Figure, ...]


class Cancelled(Event, frozen=True, tag="campaign.cancelled.v1"):
    """中止."""

    reason: str
    on_behalf_of: Actor | None = None


EVENTS: tuple[type[Event], ...] = (
    Opened,
    UnitJoined,
    DaysChanged,
    UnitWithdrawn,
    UnitsReminded,
    OrganiserReminded,
    Closed,
    ResultFixed,
    Cancelled,
)
