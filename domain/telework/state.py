"""テレワークの状態: one telework request or order as its facts left it. What the facts do to it is in `evolution`."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from domain.events import Actor
from domain.telework.facts import Order, Overdue, Party, Request, Ruling

NOUN = "telework"
Shown = Literal[
    "submitted",
    "ordered",
    "working",
    "ended",
    "reported",
    "acknowledged",
    "returned",
    "rejected",
    "withdrawn",
    "revoked",
]
Status = Literal["none", Shown]
CLOSED: frozenset[str] = frozenset({"acknowledged", "rejected", "withdrawn", "revoked"})
OPEN: frozenset[str] = frozenset({"submitted", "ordered", "working", "ended", "reported", "returned"})
LIVE: frozenset[str] = (OPEN - {"returned"}) | {"acknowledged"}  # has its day, and its seat


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What is waited for, when it is reminded, and when the head is told (None: never)."""

    overdue: Overdue
    remind_at: datetime
    tell_at: datetime | None = None
    reminded: bool = False
    told: bool = False

    @property
    def next_at(self) -> datetime | None:
        """The next instant at which time has something to do."""
        if not self.reminded:
            return self.remind_at
        return None if self.told else self.tell_at


class Clocked(msgspec.Struct, frozen=True, kw_only=True):
    """A start or an end: the time that counts, and where it came from. `recorder` wrote down a call."""

    at: datetime
    device_time: datetime | None
    reported_at: datetime | None
    entered_at: datetime
    recorder: Actor | None


class Overtime(msgspec.Struct, frozen=True, kw_only=True):
    """One request for overtime and its answer; what is still pending at the end of the day has lapsed."""

    minutes: int
    category: str
    reason: str
    state: Literal["pending", "ordered", "refused", "lapsed"] = "pending"
    ordered_minutes: int = 0
    answer: str | None = None
    by: Actor | None = None
    at: datetime | None = None


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What the head said, by whom and when."""

    by: Actor
    at: datetime
    comment: str | None = None
    on_behalf_of: Actor | None = None


class Telework(msgspec.Struct, frozen=True, kw_only=True):
    """One telework request or order. `rounds` counts the submissions, `moves` the changes by transfer of personnel.

    `lapses_at`: until when a returned request may be handed in again. `order` stands from the approval (or order by
    command) on; it is empty again while a change waits for approval.
    """

    status: Status = "none"
    applicant: Party | None = None
    head: Party | None = None
    request: Request | None = None
    ruling: Ruling | None = None
    fiscal_year: int = 0
    submitted_at: datetime | None = None
    by_command: bool = False
    command_reason: str | None = None
    order: Order | None = None
    ordered: Act | None = None
    started: Clocked | None = None
    ended: Clocked | None = None
    overtime: tuple[Overtime, ...] = ()
    overtime_minutes: int = 0
    beyond_minutes: int = 0
    report: str | None = None
    reported_at: datetime | None = None
    acknowledged: Act | None = None
    reason: str | None = None
    watch: Watch | None = None
    lapses_at: datetime | None = None
    rounds: int = 0
    moves: int = 0
    participants: frozenset[str] = frozenset()

    def with_(self, **changes: Any) -> "Telework":
        """Give a copy with `changes`."""
        return msgspec.structs.replace(self, **changes)

    @property
    def person(self) -> Party:
        """Whose telework it is; only for a record that exists."""
        assert self.applicant is not None, "a request that exists has an applicant"
        return self.applicant

    @property
    def superior(self) -> Party:
        """Who approves and orders, as last recorded; only for a record that exists."""
        assert self.head is not None, "a request that exists has a head"
        return self.head

    @property
    def content(self) -> Request:
        """What is asked or ordered; only for a record that exists."""
        assert self.request is not None, "a request that exists has a content"
        return self.request

    @property
    def judged(self) -> Ruling:
        """How the rules judged it; only for a record that exists."""
        assert self.ruling is not None, "a request that exists was judged"
        return self.ruling

    @property
    def ordered_minutes(self) -> int:
        """How many minutes of overtime are ordered in all."""
        return sum(each.ordered_minutes for each in self.overtime)

    @property
    def pending_overtime(self) -> Overtime | None:
        """The request for overtime that waits for its answer."""
        return next((each for each in self.overtime if each.state == "pending"), None)
