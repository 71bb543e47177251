"""管理簿への問合せ: the entries of a register by any combination of filters, and those of an inbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projections.entry import EntryRow
from projections.japanese_text import normalised
from projections.queries.newest_first import Narrowed, NewestFirst
from projections.readers import ReaderScope
from projections.store import ReadStore

WORDS_MAX = 8
# A register has some hundred entries a year: its own index narrows enough for texts to be compared one by one.
CONDITIONS = {
    "register": "c.register = %(register)s",
    "states": "c.state = ANY(%(states)s)",
    "units": "c.unit = ANY(%(units)s)",
    "entered_from": "c.entered_on >= %(entered_from)s",
    "entered_to": "c.entered_on <= %(entered_to)s",
    "link": "c.links @> ARRAY[%(link)s::text]",
}
WORD = "strpos(c.searched, %(word)s) > 0"
SCOPE = "c.readers && %(scope)s::text[]"


@dataclass(frozen=True, kw_only=True)
class EntryFilters:
    """What a list is narrowed to; everything given must hold. Days include both ends; `text` is words, all of which
    must occur.
    """

    register: str | None = None
    states: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    entered_from: date | None = None
    entered_to: date | None = None
    link: str | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class EntryPage:
    """One page of a list, and the cursor of the next one; None: this was the last."""

    entries: tuple[EntryRow, ...]
    next_cursor: str | None


class Entries:
    """Answers about entries of registers, within what the reader may see."""

    def __init__(self, store: ReadStore) -> None:
        self._lists = NewestFirst(store=store, table="rm_entry", row=EntryRow, letter="e")

    def list_entries(
        self, filters: EntryFilters, scope: ReaderScope, *, cursor: str | None = None, limit: int = 50
    ) -> EntryPage:
        """Give a page of entries, newest first, at most `limit` (1–200). Refuses a foreign `cursor` with
        `BadCursor`.
        """
        found = self._lists.page(_narrowed(filters, scope), cursor=cursor, limit=limit)
        return EntryPage(entries=found.rows, next_cursor=found.next_cursor)

    def entries_of(self, opened: Iterable[int], scope: ReaderScope) -> dict[int, EntryRow]:
        """Give the rows of the entries that began at these positions, those that exist and are for this reader."""
        return self._lists.some(_narrowed(EntryFilters(), scope), opened)


def _narrowed(filters: EntryFilters, scope: ReaderScope) -> Narrowed:
    narrowed = Narrowed().by_filters(CONDITIONS, filters)
    for place, word in enumerate(normalised(filters.text or "").split()[:WORDS_MAX]):
        narrowed.by(WORD.replace("word", f"word{place}"), **{f"word{place}": word})
    if not scope.everything:
        narrowed.by(SCOPE, scope=list(scope.terms))
    return narrowed
