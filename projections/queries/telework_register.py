"""承認・命令簿への問合せ: every request and order of one unit and month, folded from the ledger as of any moment.

Read models say only where to look: every unit and month a request ever belonged to. What the book says stands in the
facts, so a book of last year's moment is the book as it was then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.entry import RECORD as ENTRIES
from domain.entry.state import Entry
from domain.events import Fact
from domain.ledger.reading import LedgerReader, fold
from domain.streams import prefix_of
from domain.telework import RECORD
from domain.telework.state import Telework
from projections.queries.newest_first import Narrowed
from projections.queries.past import Until, facts_until
from projections.queries.telework import within
from projections.queries.telework_past import PastTeleworks
from projections.readers import ReaderScope
from projections.store import ReadStore

CARRY_OUT = "asset-carry-out"  # the register of assets taken out (rules.yaml)
CANDIDATES = "SELECT c.number FROM {schema}.rm_telework c WHERE {where}"
OF_BOOK = "c.units @> ARRAY[%(unit)s::text] AND c.months @> ARRAY[%(month)s::text]"
LINKED = """
SELECT e.number FROM {schema}.rm_entry e
WHERE e.links && %(numbers)s::text[] AND e.links <> '{{}}' AND e.register = %(register)s ORDER BY e.opened"""


@dataclass(frozen=True, kw_only=True)
class BookLine:
    """One request or order as of the moment asked for, its facts until then, and the assets taken out for it."""

    number: str
    version: int
    state: Telework
    facts: tuple[Fact, ...]
    assets: tuple[Entry, ...]


class TeleworkRegister:
    """Answers with the book, within what the reader may see."""

    def __init__(self, store: ReadStore, reader: LedgerReader) -> None:
        self._store, self._reader = store, reader

    def lines(
        self, unit: str, month: str, scope: ReaderScope, *, position: int | None = None, at: datetime | None = None
    ) -> tuple[BookLine, ...]:
        """Give the lines of the unit's book of `month` (YYYY-MM), by day, application and number, as the ledger stood
        at `position` or at the recorded time `at` (neither: now).

        Whoever may read a request now may read its past.
        """
        until = Until(position, at)
        narrowed = within(Narrowed().by(OF_BOOK, unit=unit, month=month), scope)
        numbers = self._numbers(narrowed.into(CANDIDATES), **narrowed.wanted)
        assets = self._assets(numbers, until) if numbers else {}
        found = []
        for facts in facts_until(self._reader, RECORD, numbers, until):
            number = facts[0].stream.removeprefix(prefix_of(RECORD.noun))
            state, version = fold(RECORD, facts)
            if state.person.unit == unit and f"{state.content.day:%Y-%m}" == month:
                found.append(
                    BookLine(number=number, version=version, state=state, facts=facts, assets=assets.get(number, ()))
                )
        return tuple(sorted(found, key=_in_the_book))

    def counts_until(self, *, position: int | None = None, at: datetime | None = None) -> PastTeleworks:
        """Give who counts people as of the moment; numbers only, whoever asks."""
        return PastTeleworks(store=self._store, reader=self._reader, until=Until(position, at))

    def _assets(self, numbers: Sequence[str], until: Until) -> dict[str, tuple[Entry, ...]]:
        """The entries of assets taken out, by the request they name."""
        linked = self._numbers(LINKED, numbers=list(numbers), register=CARRY_OUT)
        found: dict[str, tuple[Entry, ...]] = {}
        for facts in facts_until(self._reader, ENTRIES, linked, until):
            entry, _ = fold(ENTRIES, facts)
            named = str(entry.said.get(RECORD.noun, ""))
            found[named] = (*found.get(named, ()), entry)
        return found

    def _numbers(self, text: str, **wanted: object) -> list[str]:
        return [row["number"] for row in self._store.select(text, wanted)]


def _in_the_book(line: BookLine) -> tuple[str, datetime, str]:
    written = line.state.submitted_at or line.facts[0].meta.at
    return line.state.content.day.isoformat(), written, line.number
