"""電子決裁への問合せ: lists by any combination of filters, one case's row, an officer's inbox, and counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from projections.approval.texts import kind_key, unit_key, year_key
from projections.japanese_text import normalised, wanted_grams
from projections.queries.approval_pages import Span, looking, spans
from projections.queries.cursors import cursor_after, opened_of
from projections.readers import ReaderScope
from projections.store import ReadStore

LIMIT_MAX = 200
LETTER = "a"
WORDS_MAX = 8
FEW_TEXTS_MAX = 500
FEW_CASES_MAX = 2_000  # whose texts are sooner read than an index of all texts

ONE = "SELECT {columns} FROM {source} WHERE c.number = %(number)s AND {where}"
SOME = "SELECT {columns} FROM {source} WHERE c.opened = ANY(%(some)s::bigint[]) AND {where}"
NEWEST = "SELECT coalesce(max(opened), 0) AS opened FROM {schema}.rm_approval"
FEW_CASES = "SELECT c.opened FROM {schema}.rm_approval c WHERE {on_case} AND c.opened < %(before)s LIMIT %(limit)s"
FEW_TEXTS = "SELECT t.opened FROM {schema}.rm_approval_text t WHERE {on_text} AND t.opened < %(before)s LIMIT %(limit)s"
COUNT = "SELECT c.state, count(*) AS cases FROM {source} WHERE {where} GROUP BY c.state"
CASES = "{schema}.rm_approval c"
BOTH = "{schema}.rm_approval_text t JOIN {schema}.rm_approval c ON c.opened = t.opened"
CONDITIONS = {
    "states": "c.state = ANY(%(states)s)",
    "kinds": "c.kind = ANY(%(kinds)s)",
    "units": "c.unit = ANY(%(units)s)",
    "waiting_posts": "c.active_posts && %(waiting_posts)s::text[] AND c.active_posts <> '{{}}' AND c.state <> 'held'",
    "drafter": "c.drafter_person = %(drafter)s",
    "counterparty": "c.counterparty = %(counterparty)s",
    "amount_from_yen": "c.amount_yen >= %(amount_from_yen)s",
    "amount_to_yen": "c.amount_yen <= %(amount_to_yen)s",
    "drafted_from": "c.drafted_on >= %(drafted_from)s",
    "drafted_to": "c.drafted_on <= %(drafted_to)s",
    "submitted_from": "c.submitted_on >= %(submitted_from)s",
    "submitted_to": "c.submitted_on <= %(submitted_to)s",
    "decided_from": "c.decided_on >= %(decided_from)s",
    "decided_to": "c.decided_on <= %(decided_to)s",
    "due_before": "c.due_at < %(due_before)s",
    "urgent": "c.urgent = %(urgent)s",
    "fiscal_year": "c.fiscal_year = %(fiscal_year)s",
    "post_review": "c.post_review = %(post_review)s",
    "amends": "c.amends = %(amends)s",
}
KEYS = "t.keys && %(keys)s::int[]"
FOUND = "t.grams @> %(grams)s::int[]"
WORD = "strpos(t.text, %(word)s) > 0"
SCOPE = "c.readers && %(scope)s::text[]"


class ListedCase(NamedTuple):
    """What lists show of a case, of all that its row holds: fetching the rest took as long again."""

    number: str
    opened: int
    version: int
    state: str
    kind: str
    title: str
    amount_yen: int | None
    counterparty: str | None
    flags: list[str]
    urgent: bool
    needed_by: date | None
    fiscal_year: int
    unit: str
    unit_name: str
    drafter_post: str
    drafter_title: str
    drafter_person: str
    drafter_name: str
    decider_post: str | None
    decider_title: str | None
    waiting_on: list[str]
    active_posts: list[str]
    active_titles: list[str]
    due_at: datetime | None
    held_until: datetime | None
    drafted_on: date
    submitted_on: date | None
    decided_at: datetime | None
    document_number: str | None
    enforced_on: date | None
    post_review: str
    amends: str | None


COLUMNS = ", ".join(f"c.{name}" for name in ListedCase._fields)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to; everything given must hold. Days and amounts include both ends; `text` is words,
    all of which must occur.
    """

    states: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    waiting_posts: tuple[str, ...] | None = None
    drafter: str | None = None
    counterparty: str | None = None
    amount_from_yen: int | None = None
    amount_to_yen: int | None = None
    drafted_from: date | None = None
    drafted_to: date | None = None
    submitted_from: date | None = None
    submitted_to: date | None = None
    decided_from: date | None = None
    decided_to: date | None = None
    due_before: datetime | None = None
    urgent: bool | None = None
    fiscal_year: int | None = None
    post_review: str | None = None
    amends: str | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a list, and the cursor of the next one; None: this was the last."""

    cases: tuple[ListedCase, ...]
    next_cursor: str | None


@dataclass(kw_only=True)
class Question:
    """What is asked for: conditions on the case, on its text, and the values they compare with."""

    on_case: list[str]
    on_text: list[str]
    wanted: dict[str, Any]
    filtered: bool = False

    @property
    def searching(self) -> bool:
        return bool(self.on_text)

    def add(self, condition: str, **values: Any) -> None:
        (self.on_text if condition.startswith("t.") else self.on_case).append(condition)
        self.wanted |= values

    def text(self, text: str) -> str:
        """Give the statement with its conditions and the tables they need."""
        where = " AND ".join([*self.on_text, *self.on_case]) or "true"
        text = text.replace("{source}", BOTH if self.searching else CASES)
        return text.replace("{columns}", COLUMNS).replace("{where}", where)


class Approvals:
    """Answers about approval cases, within what the reader may see."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def list_cases(self, filters: Filters, scope: ReaderScope, *, cursor: str | None = None, limit: int = 50) -> Page:
        """Give a page of cases, newest first, at most `limit` (1–200). Refuses a foreign `cursor` with `BadCursor`."""
        limit = max(1, min(limit, LIMIT_MAX))
        question = _question(filters, scope)
        before = opened_of(LETTER, cursor) if cursor is not None else None
        rows = self._newest(question, before, limit + 1)
        more = len(rows) > limit
        return Page(
            cases=tuple(rows[:limit]), next_cursor=cursor_after(LETTER, rows[limit - 1].opened) if more else None
        )

    def case_row(self, number: str, scope: ReaderScope) -> ListedCase | None:
        """Give one case's row, or None: it does not exist, or not for this reader."""
        question = _question(Filters(), scope)
        rows = self._store.select_as(ListedCase, question.text(ONE), {**question.wanted, "number": number})
        return rows[0] if rows else None

    def cases_of(self, opened: Iterable[int], scope: ReaderScope) -> dict[int, ListedCase]:
        """Give the rows of the cases that began at these positions, those that exist and are for this reader."""
        question = _question(Filters(), scope)
        rows = self._store.select_as(ListedCase, question.text(SOME), {**question.wanted, "some": list(opened)})
        return {row.opened: row for row in rows}

    def count_by_state(self, filters: Filters, scope: ReaderScope) -> dict[str, int]:
        """Give how many cases there are in each state."""
        question = _question(filters, scope)
        rows = self._store.select(question.text(COUNT), question.wanted)
        return {row["state"]: row["cases"] for row in rows}

    def _newest(self, question: Question, before: int | None, count: int) -> list[ListedCase]:
        """Give the newest cases that meet the question: from among the newest of all if they fill the page, else from
        the few there are, else from however far back they lie.

        How many cases meet several conditions at once is what Postgres guesses worst; so it is tried, not guessed.
        """
        found: list[ListedCase] = []
        for place, span in enumerate(spans(before if before is not None else self._end())):
            found += self._look(question, span, count - len(found))
            if len(found) >= count:
                break
            few = self._few(question, before=span.since) if place == 0 else None
            if few is not None:
                question.add("c.opened = ANY(%(few)s::bigint[])", few=few)
                return found + (self._look(question, None, count - len(found)) if few else [])
        return found

    def _look(self, question: Question, span: Span | None, count: int) -> list[ListedCase]:
        text, wanted = looking(question.on_text, question.on_case, span)
        wanted = {**question.wanted, **wanted, "limit": count}
        return self._store.select_as(ListedCase, text.replace("{columns}", COLUMNS), wanted)

    def _few(self, question: Question, *, before: int) -> list[int] | None:
        """Give the cases before the position that can be meant, by their text or else by the other conditions; None:
        more than a few.
        """
        sides = (
            (FEW_TEXTS.replace("{on_text}", " AND ".join(question.on_text)), FEW_TEXTS_MAX, question.on_text),
            (FEW_CASES.replace("{on_case}", " AND ".join(question.on_case)), FEW_CASES_MAX, question.on_case),
        )
        if question.filtered:  # more is known of the case than who may read it: its side is the likelier one
            sides = sides[::-1]
        for text, most in ((text, most) for text, most, conditions in sides if conditions):
            rows = self._store.select(text, {**question.wanted, "before": before, "limit": most + 1})
            if len(rows) <= most:
                return [row["opened"] for row in rows]
        return None

    def _end(self) -> int:
        """Give a position that every case began before."""
        (newest,) = self._store.select(NEWEST)
        return int(newest["opened"]) + 1


def _question(filters: Filters, scope: ReaderScope) -> Question:
    question = Question(on_case=[], on_text=[], wanted={})
    for name, condition in CONDITIONS.items():
        value = getattr(filters, name)
        if value is not None:
            question.add(condition, **{name: list(value) if isinstance(value, tuple) else value})
    words = tuple(normalised(filters.text or "").split())[:WORDS_MAX]
    if words:
        question.add(FOUND, grams=wanted_grams(words))
        for name, keys in _keys(filters):
            question.add(KEYS.replace("keys)", f"{name})"), **{name: keys})
    for place, word in enumerate(word for word in words if len(word) > 2):  # shorter ones are in the index as they are
        question.wanted[f"word{place}"] = word
        question.on_text.append(WORD.replace("word", f"word{place}"))
    question.filtered = bool(question.on_case)
    if not scope.everything:
        question.add(SCOPE, scope=list(scope.terms if filters.units is None else scope.of_units(filters.units)))
    return question


def _keys(filters: Filters) -> Iterator[tuple[str, list[int]]]:
    """What of the filters the index of texts knows, too."""
    if filters.units is not None:
        yield "unit_keys", [unit_key(unit) for unit in filters.units]
    if filters.kinds is not None:
        yield "kind_keys", [kind_key(kind) for kind in filters.kinds]
    if filters.fiscal_year is not None:
        yield "year_keys", [year_key(filters.fiscal_year)]
