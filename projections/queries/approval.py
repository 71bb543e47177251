"""電子決裁への問合せ: lists by any combination of filters, one case's row, an officer's inbox, and counts."""

import base64
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from projections.approval import CaseRow
from projections.japanese_text import normalised, wanted_grams
from projections.readers import ReaderScope
from projections.store import ReadStore

LIMIT_MAX = 200
WORDS_MAX = 8
FOUND_FEW_MAX = 200  # more are found faster by walking through the cases

COLUMNS = ", ".join(f"c.{name}" for name in CaseRow._fields)
# Newest first by the position of the first event, which never changes: a page is the same page however much happens
# meanwhile. The page's keys are found first, its rows fetched then.
LIST = """
SELECT {columns} FROM (
    SELECT {keyed}.opened FROM {source} WHERE {where} ORDER BY {keyed}.opened DESC LIMIT %(limit)s
) page JOIN {schema}.rm_approval c ON c.opened = page.opened ORDER BY c.opened DESC"""
ONE = "SELECT {columns} FROM {source} WHERE c.number = %(number)s AND {where}"
COUNT = "SELECT c.state, count(*) AS cases FROM {source} WHERE {where} GROUP BY c.state"
FEW = "SELECT t.opened FROM {schema}.rm_approval_text t WHERE {where} LIMIT %(few)s"
CASES = "{schema}.rm_approval c"
TEXTS = "{schema}.rm_approval_text t"
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
FOUND = "t.grams @> %(grams)s::int[]"
WORD = "strpos(t.text, %(word)s) > 0"
SCOPE = "c.readers && %(scope)s::text[]"


class BadCursor(ValueError):
    """A cursor that this list did not give."""


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

    cases: tuple[CaseRow, ...]
    next_cursor: str | None


@dataclass(kw_only=True)
class _Question:
    """What is asked for: conditions on the case, on its text, and the values they compare with."""

    on_case: list[str]
    on_text: list[str]
    wanted: dict[str, Any]

    @property
    def searching(self) -> bool:
        return bool(self.on_text)

    @property
    def keyed(self) -> str:
        """The table whose order the list takes: the text's own where nothing else is asked."""
        return "t" if self.searching and not self.on_case else "c"

    def add(self, condition: str, **values: Any) -> None:
        (self.on_text if condition.startswith("t.") else self.on_case).append(condition)
        self.wanted |= values

    def text(self, text: str, source: str | None = None) -> str:
        """Give the statement with its conditions and the tables they need."""
        needed = BOTH if self.searching and self.on_case else TEXTS if self.searching else CASES
        where = " AND ".join([*self.on_text, *self.on_case]) or "true"
        return text.replace("{columns}", COLUMNS).replace("{source}", source or needed).replace("{where}", where)


class Approvals:
    """Answers about approval cases, within what the reader may see."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def list_cases(self, filters: Filters, scope: ReaderScope, *, cursor: str | None = None, limit: int = 50) -> Page:
        """Give a page of cases, newest first, at most `limit` (1–200). Refuses a foreign `cursor` with `BadCursor`."""
        limit = max(1, min(limit, LIMIT_MAX))
        question = self._narrowed(_question(filters, scope))
        keyed = question.keyed
        if cursor is not None:
            question.add(f"{keyed}.opened < %(opened)s", opened=_opened(cursor))
        text = LIST.replace("{keyed}", keyed)
        rows = self._store.select_as(CaseRow, question.text(text), {**question.wanted, "limit": limit + 1})
        more = len(rows) > limit
        return Page(cases=tuple(rows[:limit]), next_cursor=_cursor(rows[limit - 1].opened) if more else None)

    def case_row(self, number: str, scope: ReaderScope) -> CaseRow | None:
        """Give one case's row, or None: it does not exist, or not for this reader."""
        question = _question(Filters(), scope)
        rows = self._store.select_as(CaseRow, question.text(ONE, CASES), {**question.wanted, "number": number})
        return rows[0] if rows else None

    def count_by_state(self, filters: Filters, scope: ReaderScope) -> dict[str, int]:
        """Give how many cases there are in each state."""
        question = _question(filters, scope)
        rows = self._store.select(question.text(COUNT, BOTH if question.searching else CASES), question.wanted)
        return {row["state"]: row["cases"] for row in rows}

    def _narrowed(self, question: _Question) -> _Question:
        """Look a rare text up first: Postgres guesses badly how rare it is, and would walk through all cases for it."""
        if not question.on_text:
            return question
        few = {**question.wanted, "few": FOUND_FEW_MAX + 1}
        rows = self._store.select(FEW.replace("{where}", " AND ".join(question.on_text)), few)
        if len(rows) > FOUND_FEW_MAX:
            return question
        found = [row["opened"] for row in rows]
        return _Question(
            on_case=["c.opened = ANY(%(found)s::bigint[])", *question.on_case],
            on_text=[],
            wanted={**question.wanted, "found": found},
        )


def _question(filters: Filters, scope: ReaderScope) -> _Question:
    question = _Question(on_case=[], on_text=[], wanted={})
    for name, condition in CONDITIONS.items():
        value = getattr(filters, name)
        if value is not None:
            question.add(condition, **{name: list(value) if isinstance(value, tuple) else value})
    words = tuple(normalised(filters.text or "").split())[:WORDS_MAX]
    if words:
        question.add(FOUND, grams=wanted_grams(words))
    for place, word in enumerate(word for word in words if len(word) > 2):  # shorter ones are in the index as they are
        question.wanted[f"word{place}"] = word
        question.on_text.append(WORD.replace("word", f"word{place}"))
    if not scope.everything:
        question.add(SCOPE, scope=list(scope.terms))
    return question


def _cursor(opened: int) -> str:
    return base64.urlsafe_b64encode(f"a{opened}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError as error:
        raise BadCursor(cursor) from error
    if text[:1] != "a" or not text[1:].isdecimal() or len(text) > 19:
        raise BadCursor(cursor)
    return int(text[1:])
