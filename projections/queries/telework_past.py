"""実施人数の過去: how many of a unit's people had a day of telework, as the ledger stood at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.ledger.reading import LedgerReader, fold
from domain.telework import RECORD
from domain.telework.state import LIVE, Telework
from projections.queries.past import Until, facts_until
from projections.queries.telework import DayCount
from projections.store import ReadStore

CANDIDATES = """
SELECT c.number FROM {schema}.rm_telework c WHERE c.units && %(units)s::text[] AND c.months && %(months)s::text[]"""


@dataclass(frozen=True, kw_only=True)
class PastTeleworks:
    """Answers as `Teleworks.counts` would have answered then; asked of now, the same."""

    store: ReadStore
    reader: LedgerReader
    until: Until

    def counts(self, units: Sequence[str], first: date, last: date) -> dict[tuple[str, date], DayCount]:
        """Give how many people of each unit had each day, both ends included; days that nobody had are left out."""
        wanted = {"units": list(units), "months": _months(first, last)}
        numbers = [row["number"] for row in self.store.select(CANDIDATES, wanted)]
        states: dict[tuple[str, date], list[Telework]] = {}
        for facts in facts_until(self.reader, RECORD, numbers, self.until):
            state, _ = fold(RECORD, facts)
            day, unit = state.content.day, state.person.unit
            if state.status in LIVE and unit in units and first <= day <= last:
                states.setdefault((unit, day), []).append(state)
        return {key: _count(*key, found) for key, found in states.items()}


def _months(first: date, last: date) -> list[str]:
    """The months of a span of days, as YYYY-MM."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def _count(unit: str, day: date, states: Sequence[Telework]) -> DayCount:
    return DayCount(
        unit=unit,
        day=day,
        planned=len({each.person.person for each in states}),
        ordered=len({each.person.person for each in states if each.ordered is not None}),
        actual=len({each.person.person for each in states if each.started is not None}),
    )
