"""長期保管への問合せ: what falls due for a new archive time stamp, what an algorithm's end puts at risk, what failed,
whose retention ends.

When an algorithm ends is a rule that can change after a file was stamped: it comes with the question, so that a new end
makes due whatever it concerns without any event of the contracts.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple

from domain.clock import JST, civil_date
from projections.contract.custody import CustodyRow
from projections.queries.newest_first import LIMIT_MAX, Narrowed, NewestFirst
from projections.readers import ReaderScope
from projections.store import ReadStore

Wanted = Literal["all", "due", "at_risk", "failed", "unarchived", "retention"]
DUE_MAX = 10_000
# An algorithm's end concerns a contract that is kept beyond it.
ENDS_AT = """(
    SELECT min(s.ends_at) FROM unnest(%(algorithms)s::text[], %(ends)s::timestamptz[]) s (algorithm, ends_at)
    WHERE s.algorithm = c.algorithm AND s.ends_at < c.retained_until
)"""
_CONDITIONS: Mapping[Wanted, str] = {
    "all": "true",
    "due": "c.generation > 0 AND c.failed IS NULL AND least(c.renew_at, {ends_at}) <= %(until)s",
    "at_risk": "{ends_at} IS NOT NULL",
    "failed": "c.failed IS NOT NULL",
    "unarchived": "c.generation = 0 AND c.failed IS NULL",
    "retention": "(c.review = 'due' OR (c.review = 'none' AND c.retained_until <= %(today)s))",
}
CONDITIONS = {kind: condition.replace("{ends_at}", ENDS_AT) for kind, condition in _CONDITIONS.items()}
DUE = """
SELECT c.number, c.generation + 1 FROM {schema}.rm_contract_custody c
WHERE c.generation > 0 AND c.failed IS NULL AND c.retained_until > %(day)s AND c.number > %(after)s
AND (c.renew_at <= %(before)s OR c.algorithm = ANY(%(algorithms)s::text[]))
ORDER BY c.number LIMIT %(limit)s"""
REVIEWS = """
SELECT c.number FROM {schema}.rm_contract_custody c
WHERE c.review IN ('none', 'extended') AND c.retained_until <= %(by)s AND c.number > %(after)s
ORDER BY c.number LIMIT %(limit)s"""
WITHIN = "EXISTS (SELECT FROM {schema}.rm_contract r WHERE r.opened = c.opened AND r.readers && %(scope)s::text[])"
COUNTED = ", ".join(f"count(*) FILTER (WHERE {condition}) AS {kind}" for kind, condition in CONDITIONS.items())
COUNTS = "SELECT {counted} FROM {schema}.rm_contract_custody c WHERE {where}".replace("{counted}", COUNTED)
LEVELS = "SELECT c.level, count(*) AS kept FROM {schema}.rm_contract_custody c WHERE {where} GROUP BY 1 ORDER BY 1"


class Renewal(NamedTuple):
    """A contract whose file needs its archive time stamp of `generation`."""

    number: str
    generation: int


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """Until when something counts as due (aware), which day it is in Japan, and the day each algorithm ends, by its
    name.
    """

    until: datetime
    today: date
    sunsets: Mapping[str, date]

    @property
    def wanted(self) -> dict[str, Any]:
        """What the statements compare with. An algorithm ends at the beginning of its day in Japan."""
        ends = [datetime.combine(day, time(0), JST) for day in self.sunsets.values()]
        return {"until": self.until, "today": self.today, "algorithms": list(self.sunsets), "ends": ends}


@dataclass(frozen=True, kw_only=True)
class CustodyPage:
    """One page of the list, and the cursor of the next one; None: this was the last."""

    contracts: tuple[CustodyRow, ...]
    next_cursor: str | None


class ContractCustody:
    """Answers about the contracts in custody: to the custodian about all of them, to a reader about their own."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store
        self._lists = NewestFirst(store=store, table="rm_contract_custody", row=CustodyRow, letter="u")

    def due(
        self, *, before: datetime, algorithms: Collection[str] = (), after: str = "", limit: int = DUE_MAX
    ) -> list[Renewal]:
        """Give at most `limit` contracts, by number and after the number `after`, whose archive time stamp falls due
        by `before` (aware) or was made by one of `algorithms`, while they are kept. What failed for good is left out.
        """
        wanted = {
            "before": before, "day": civil_date(before), "algorithms": list(algorithms), "after": after, "limit": limit,
        }  # fmt: skip
        return self._store.select_as(Renewal, DUE, wanted)

    def reviews(self, *, by: date, after: str = "", limit: int = DUE_MAX) -> list[str]:
        """Give at most `limit` contracts, by number and after the number `after`, whose retention ends by that day and
        whose review nobody has been asked for yet.
        """
        return [row["number"] for row in self._store.select(REVIEWS, {"by": by, "after": after, "limit": limit})]

    def list_custody(
        self, which: Wanted, horizon: Horizon, scope: ReaderScope, *, cursor: str | None = None, limit: int = 50
    ) -> CustodyPage:
        """Give a page of the contracts of one kind, newest first, at most `limit` (1–200). Refuses a foreign `cursor`
        with `BadCursor`.
        """
        found = self._lists.page(_within(scope).by(CONDITIONS[which], **horizon.wanted), cursor=cursor, limit=limit)
        return CustodyPage(contracts=found.rows, next_cursor=found.next_cursor)

    def all_custody(self, which: Wanted, horizon: Horizon, scope: ReaderScope) -> Iterator[CustodyRow]:
        """Give every contract of one kind, newest first, page by page."""
        cursor: str | None = None
        while True:
            found = self.list_custody(which, horizon, scope, cursor=cursor, limit=LIMIT_MAX)
            yield from found.contracts
            cursor = found.next_cursor
            if cursor is None:
                return

    def counts(self, horizon: Horizon, scope: ReaderScope) -> dict[Wanted, int]:
        """Give how many contracts there are of each kind."""
        within = _within(scope)
        (row,) = self._store.select(within.into(COUNTS), {**within.wanted, **horizon.wanted})
        return {kind: row[kind] for kind in CONDITIONS}

    def levels(self, scope: ReaderScope) -> dict[str, int]:
        """Give how many contracts have reached each level."""
        within = _within(scope)
        return {row["level"]: row["kept"] for row in self._store.select(within.into(LEVELS), within.wanted)}


def _within(scope: ReaderScope) -> Narrowed:
    return Narrowed() if scope.everything else Narrowed().by(WITHIN, scope=list(scope.terms))
