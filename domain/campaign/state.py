"""テレワークデイズの状態: one campaign as its facts left it. What the facts do to it is in `evolution`."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from domain.campaign.facts import Figure, Organiser

NOUN = "campaign"
Shown = Literal["open", "closed", "fixed", "cancelled"]
Status = Literal["none", Shown]
Answer = Literal["none", "joined", "withdrawn"]
ENDED: frozenset[str] = frozenset({"fixed", "cancelled"})


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """One unit: asked, taking part with its days, or not taking part."""

    unit: str
    unit_name: str
    head_post: str
    answer: Answer = "none"
    days: tuple[date, ...] = ()


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign. `units` are all that were asked or answered, in that order; `acted` are the people who acted."""

    status: Status = "none"
    name: str = ""
    first_day: date = date.min
    last_day: date = date.min
    target_percent: int = 0
    note: str = ""
    edition: str = ""
    fiscal_year: int = 0
    held_by: Organiser | None = None
    units: tuple[Participant, ...] = ()
    choose_by: datetime | None = None
    opened_at: datetime | None = None
    remind_at: datetime | None = None
    reminders: int = 0
    close_due_at: datetime | None = None
    organiser_remind_at: datetime | None = None
    organiser_reminders: int = 0
    closed_at: datetime | None = None
    comment: str = ""
    fixed_at: datetime | None = None
    position: int = 0
    figures: tuple[Figure, ...] = ()
    acted: frozenset[str] = frozenset()

    def with_(self, **changes: Any) -> "Campaign":
        """Give a copy with `changes`."""
        return msgspec.structs.replace(self, **changes)

    @property
    def organiser(self) -> Organiser:
        """Who holds it; only for a campaign that exists."""
        assert self.held_by is not None, "a campaign that exists is held by somebody"
        return self.held_by

    @property
    def joined(self) -> tuple[Participant, ...]:
        """The units that take part."""
        return tuple(each for each in self.units if each.answer == "joined")

    @property
    def unanswered(self) -> tuple[Participant, ...]:
        """The units that were asked and have not answered."""
        return tuple(each for each in self.units if each.answer == "none")

    def participant(self, unit: str) -> Participant | None:
        """The unit as the campaign knows it; None where it was neither asked nor answered."""
        return next((each for each in self.units if each.unit == unit), None)
