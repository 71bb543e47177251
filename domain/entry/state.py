"""管理簿の状態: one entry as its facts left it. What the facts do to it is in `evolution`."""

from datetime import datetime
from typing import Any

import msgspec

from domain.entry.facts import Party, Standing, Told, Value

NOUN = "entry"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One act on the timeline: who did what, as what, and what was said."""

    at: datetime
    by_name: str
    by_title: str | None
    label: str
    values: tuple[Value, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `stage` counts how often what is waited for changed, so that a reminder names exactly one wait.

    `participants` are all who ever had a part or were told.
    """

    status: str = "none"
    closed: bool = False
    register: str = ""
    register_label: str = ""
    edition: str = ""
    title: str = ""
    confidential: bool = False
    urgent: bool = False
    fiscal_year: int = 0
    maker: Party | None = None
    entered_at: datetime | None = None
    values: tuple[Value, ...] = ()
    where: Standing | None = None
    stage: int = 0
    since: datetime | None = None
    reminders: int = 0
    remind_at: datetime | None = None
    overdue: bool = False
    opens: str | None = None
    told: tuple[Told, ...] = ()
    actors: tuple[str, ...] = ()
    participants: frozenset[str] = frozenset()
    timeline: tuple[Line, ...] = ()

    def with_(self, **changes: Any) -> "Entry":
        """Give a copy with `changes`."""
        return msgspec.structs.replace(self, **changes)

    @property
    def entrant(self) -> Party:
        """Who made it; only for an entry that exists."""
        assert self.maker is not None, "an entry that exists was made by somebody"
        return self.maker

    @property
    def standing(self) -> Standing:
        """Where it stands; only for an entry that exists."""
        assert self.where is not None, "an entry that exists stands somewhere"
        return self.where

    @property
    def said(self) -> dict[str, str | bool]:
        """The values by field."""
        return {each.name: each.value for each in self.values}

    @property
    def posts(self) -> frozenset[str]:
        """Every post that has or had to do with it, as it was called then."""
        awaited = self.where.posts if self.where else ()
        return frozenset((*self.actors, *awaited, *(each.post for each in self.told)))
