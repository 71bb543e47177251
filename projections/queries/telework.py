"""テレワークへの問合せ: lists by any combination of filters, a unit's day, what is overdue, how many worked where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from domain.telework.state import LIVE
from projections.japanese_text import normalised, wanted_grams
from projections.queries.cursors import BadCursor, cursor_at, place_of, position_of
from projections.queries.newest_first import Narrowed, NewestFirst
from projections.readers import ReaderScope
from projections.store import ReadStore
from projections.telework import RequestRow

LETTER = "t"
WORDS_MAX = 8
DAY_ROWS_MAX = 5_000  # one day of a whole prefecture

COLUMNS = ", ".join(f"c.{name}" for name in RequestRow._fields)
REQUESTS = "SELECT {columns} FROM {schema}.rm_telework c WHERE {where}".replace("{columns}", COLUMNS)
OF_DAY = REQUESTS + " ORDER BY c.unit, c.starts_at, c.person LIMIT %(limit)s"
OVERDUE = REQUESTS + " ORDER BY c.due_at, c.opened LIMIT %(limit)s"
OF_COLLEAGUES = """
SELECT c.person, c.name, c.title, c.unit, c.unit_name, c.kind, c.place_name, c.starts_at, c.ends_at, c.reachable_by
FROM {schema}.rm_telework c
WHERE c.unit = ANY(%(units)s) AND c.day = %(day)s AND c.state = ANY(%(live)s) AND c.ordered_at IS NOT NULL
ORDER BY c.unit, c.starts_at, c.person LIMIT %(limit)s"""
COUNTS = """
SELECT c.unit, c.day, count(DISTINCT c.person) AS planned,
       count(DISTINCT c.person) FILTER (WHERE c.ordered_at IS NOT NULL) AS ordered,
       count(DISTINCT c.person) FILTER (WHERE c.started_at IS NOT NULL) AS actual
FROM {schema}.rm_telework c
WHERE c.unit = ANY(%(units)s) AND c.day BETWEEN %(first)s AND %(last)s AND c.state = ANY(%(live)s)
GROUP BY c.unit, c.day"""
CONDITIONS = {
    "states": "c.state = ANY(%(states)s)",
    "units": "c.unit = ANY(%(units)s)",
    "day_from": "c.day >= %(day_from)s",
    "day_to": "c.day <= %(day_to)s",
    "person": "c.person = %(person)s",
    "waiting_posts": "c.waiting_on && %(waiting_posts)s::text[] AND c.waiting_on <> '{{}}'",
    "overdue_at": "c.due_at < %(overdue_at)s AND c.due_at IS NOT NULL AND NOT c.closed",
}
FOUND = """
c.opened IN (SELECT t.opened FROM {schema}.rm_telework_text t WHERE t.grams @> %(grams)s::int[]{words})"""
WORD = " AND strpos(t.text, %(word)s) > 0"
LATER = "(c.due_at, c.opened) > (%(after_due)s::timestamptz, %(after_opened)s::bigint)"
# A row follows its person (staff.py); whoever took part reads it for good, a stand-in only while it is open.
SCOPE = """
(c.persons @> ARRAY[%(reader)s::text] OR c.staff = ANY(%(over)s::text[])
 OR (c.staff = ANY(%(standing_in)s::text[]) AND NOT c.closed))"""


@dataclass(frozen=True, kw_only=True)
class TeleworkFilters:
    """What a list is narrowed to; everything given must hold. Days include both ends; `text` is words, all of which
    must occur; `overdue_at`: what was due before that instant.
    """

    states: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    day_from: date | None = None
    day_to: date | None = None
    person: str | None = None
    waiting_posts: tuple[str, ...] | None = None
    overdue_at: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class TeleworkPage:
    """One page of a list, and the cursor of the next one; None: this was the last."""

    requests: tuple[RequestRow, ...]
    next_cursor: str | None


class DayCount(NamedTuple):
    """How many people of one unit have a day of telework: applied for or ordered, ordered, and begun."""

    unit: str
    day: date
    planned: int
    ordered: int
    actual: int


class Colleague(NamedTuple):
    """What everybody of a unit may know of somebody's ordered day: where, from when to when, how to reach them."""

    person: str
    name: str
    title: str
    unit: str
    unit_name: str
    kind: str
    place_name: str | None
    starts_at: datetime
    ends_at: datetime
    reachable_by: str


class Teleworks:
    """Answers about telework requests and orders, within what the reader may see."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store
        self._lists = NewestFirst(store=store, table="rm_telework", row=RequestRow, letter=LETTER)

    def list_requests(
        self, filters: TeleworkFilters, scope: ReaderScope, *, cursor: str | None = None, limit: int = 50
    ) -> TeleworkPage:
        """Give a page, newest first, at most `limit` (1–200). Refuses a foreign `cursor` with `BadCursor`."""
        found = self._lists.page(_narrowed(filters, scope), cursor=cursor, limit=limit)
        return TeleworkPage(requests=found.rows, next_cursor=found.next_cursor)

    def requests_of(self, opened: Iterable[int], scope: ReaderScope) -> dict[int, RequestRow]:
        """Give the rows of the requests that began at these positions, those that exist and are for this reader."""
        return self._lists.some(_narrowed(TeleworkFilters(), scope), opened)

    def of_day(self, units: Sequence[str] | None, day: date, scope: ReaderScope) -> tuple[RequestRow, ...]:
        """Give who has that day of telework in these units (None: anywhere), by unit and planned start."""
        named = tuple(units) if units is not None else None
        filters = TeleworkFilters(units=named, day_from=day, day_to=day, states=tuple(sorted(LIVE)))
        return self._rows(OF_DAY, _narrowed(filters, scope), limit=DAY_ROWS_MAX)

    def colleagues(self, units: Sequence[str], day: date) -> tuple[Colleague, ...]:
        """Give who of the reader's own `units` was ordered to telework that day, whoever of the unit asks.

        The office must be able to reach whoever works elsewhere (reference/domain.md TW-07), so the unit sees who that
        is and how to call them; no tasks, leave, reasons, reports or how far they are, which are for the superiors
        (TW-06: no surveillance).
        """
        wanted = {"units": list(units), "day": day, "live": sorted(LIVE), "limit": DAY_ROWS_MAX}
        return tuple(self._store.select_as(Colleague, OF_COLLEAGUES, wanted))

    def overdue(
        self, filters: TeleworkFilters, scope: ReaderScope, *, cursor: str | None = None, limit: int = 50
    ) -> TeleworkPage:
        """Give what was due before `filters.overdue_at`, the longest overdue first. Refuses a foreign `cursor` with
        `BadCursor`.
        """
        narrowed = _narrowed(filters, scope)
        if cursor is not None:
            due, _, opened = place_of(LETTER, cursor).partition("/")
            narrowed.by(LATER, after_due=_instant(due), after_opened=position_of(opened))
        rows = self._rows(OVERDUE, narrowed, limit=limit + 1)
        if len(rows) <= limit:
            return TeleworkPage(requests=rows, next_cursor=None)
        last = rows[limit - 1]
        assert last.due_at is not None, "what is overdue was due"
        next_cursor = cursor_at(LETTER, f"{last.due_at.isoformat()}/{last.opened}")
        return TeleworkPage(requests=rows[:limit], next_cursor=next_cursor)

    def counts(self, units: Sequence[str], first: date, last: date) -> dict[tuple[str, date], DayCount]:
        """Give how many people of each unit have each day, both ends included; days that nobody has are left out.

        Numbers only, whoever asks.
        """
        wanted = {"units": list(units), "first": first, "last": last, "live": sorted(LIVE)}
        rows = self._store.select_as(DayCount, COUNTS, wanted)
        return {(row.unit, row.day): row for row in rows}

    def _rows(self, text: str, narrowed: Narrowed, *, limit: int) -> tuple[RequestRow, ...]:
        return tuple(self._store.select_as(RequestRow, narrowed.into(text), {**narrowed.wanted, "limit": limit}))


def within(narrowed: Narrowed, scope: ReaderScope) -> Narrowed:
    """Narrow rows of `rm_telework c` to what the reader may see."""
    if scope.everything:
        return narrowed
    staff = scope.staff()
    return narrowed.by(SCOPE, reader=staff.person, over=list(staff.over), standing_in=list(staff.standing_in))


def _narrowed(filters: TeleworkFilters, scope: ReaderScope) -> Narrowed:
    narrowed = Narrowed().by_filters(CONDITIONS, filters)
    words = tuple(normalised(filters.text or "").split())[:WORDS_MAX]
    if words:
        longer = {f"word{place}": word for place, word in enumerate(words) if len(word) > 2}  # others: grams say it all
        compared = "".join(WORD.replace("%(word)s", f"%({name})s") for name in longer)
        narrowed.by(FOUND.replace("{words}", compared), grams=wanted_grams(words), **longer)
    return within(narrowed, scope)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadCursor(text) from error
    if at.tzinfo is None:
        raise BadCursor(text)
    return at
