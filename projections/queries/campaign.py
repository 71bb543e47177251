"""テレワークデイズへの問合せ: the campaigns, newest first, and those of an inbox. They say nothing of people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projections.campaign import CampaignRow
from projections.queries.newest_first import Narrowed, NewestFirst
from projections.store import ReadStore

CONDITIONS = {
    "states": "c.state = ANY(%(states)s)",
    "unit": "c.units @> ARRAY[%(unit)s::text]",
    "day": "%(day)s::date BETWEEN c.first_day AND c.last_day",
}


@dataclass(frozen=True, kw_only=True)
class CampaignFilters:
    """What a list is narrowed to; everything given must hold. `unit` takes part; `day` lies in the period."""

    states: tuple[str, ...] | None = None
    unit: str | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class CampaignPage:
    """One page of a list, and the cursor of the next one; None: this was the last."""

    campaigns: tuple[CampaignRow, ...]
    next_cursor: str | None


class Campaigns:
    """Answers about campaigns, to everybody alike: whoever may ask at all is the caller's matter."""

    def __init__(self, store: ReadStore) -> None:
        self._lists = NewestFirst(store=store, table="rm_campaign", row=CampaignRow, letter="c")

    def list_campaigns(self, filters: CampaignFilters, *, cursor: str | None = None, limit: int = 50) -> CampaignPage:
        """Give a page, newest first, at most `limit` (1–200). Refuses a foreign `cursor` with `BadCursor`."""
        found = self._lists.page(Narrowed().by_filters(CONDITIONS, filters), cursor=cursor, limit=limit)
        return CampaignPage(campaigns=found.rows, next_cursor=found.next_cursor)

    def campaigns_of(self, opened: Iterable[int]) -> dict[int, CampaignRow]:
        """Give the rows of the campaigns that began at these positions, those that exist."""
        return self._lists.some(Narrowed(), opened)
