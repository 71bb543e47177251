"""電子決裁への問合せ: lists by any combination of filters, one case's row, an officer's inbox, and counts."""

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from projections.approval import CaseRow
from projections.japanese_text import normalised, wanted_grams
from projections.readers import ReaderScope
from projections.store import ReadStore

LIMIT_MAX = 200
WORDS_MAX = 8

COLUMNS = ", ".join(f"c.{name}" for name in CaseRow._fields)
# Newest first by the position of the first event, which never changes: a page is the same page however much happens meanwhile.
LIST = f"SELECT {COLUMNS} FROM {{schema}}.rm_approval c WHERE {{where}} ORDER BY c.opened DESC LIMIT %(limit)s"
ONE = f"SELECT {COLUMNS} FROM {{schema}}.rm_approval c WHERE c.number = %(number)s AND {{where}}"
COUNT = "SELECT c.state, count(*) AS cases FROM {schema}.rm_approval c WHERE {where} GROUP BY c.state"
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
TEXT = """c.number IN (
    SELECT t.number FROM {schema}.rm_approval_text t WHERE t.grams @> %(grams)s::int[]
    AND (SELECT bool_and(strpos(t.text, word) > 0) FROM unnest(%(words)s::text[]) word))"""
SCOPE = "c.readers && %(scope)s::text[]"
OLDER = "c.opened < %(opened)s"


class BadCursor(ValueError):
    """A cursor that this list did not give."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to; everything given must hold. Days and amounts include both ends; `text` is words, all of which must occur."""

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


class Approvals:
    """Answers about approval cases, within what the reader may see."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def list_cases(self, filters: Filters, scope: ReaderScope, *, cursor: str | None = None, limit: int = 50) -> Page:
        """Give a page of cases, newest first, at most `limit` (1–200). Refuses a foreign `cursor` with `BadCursor`."""
        limit = max(1, min(limit, LIMIT_MAX))
        where, wanted = _where(filters, scope)
        if cursor is not None:
            where.append(OLDER)
            wanted["opened"] = _opened(cursor)
        wanted["limit"] = limit + 1
        rows = self._store.select_as(CaseRow, LIST.replace("{where}", " AND ".join(where)), wanted)
        more = len(rows) > limit
        return Page(cases=tuple(rows[:limit]), next_cursor=_cursor(rows[limit - 1].opened) if more else None)

    def case_row(self, number: str, scope: ReaderScope) -> CaseRow | None:
        """Give one case's row, or None: it does not exist, or not for this reader."""
        where, wanted = _where(Filters(), scope)
        rows = self._store.select_as(CaseRow, ONE.replace("{where}", " AND ".join(where)), {**wanted, "number": number})
        return rows[0] if rows else None

    def count_by_state(self, filters: Filters, scope: ReaderScope) -> dict[str, int]:
        """Give how many cases there are in each state."""
        where, wanted = _where(filters, scope)
        rows = self._store.select(COUNT.replace("{where}", " AND ".join(where)), wanted)
        return {row["state"]: row["cases"] for row in rows}


def _where(filters: Filters, scope: ReaderScope) -> tuple[list[str], dict[str, Any]]:
    given = {name: value for name in CONDITIONS if (value := getattr(filters, name)) is not None}
    where = [CONDITIONS[name] for name in given]
    wanted: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    words = tuple(normalised(filters.text or "").split())[:WORDS_MAX]
    if words:
        where.append(TEXT)
        wanted |= {"words": list(words), "grams": wanted_grams(words)}
    if not scope.everything:
        where.append(SCOPE)
        wanted["scope"] = list(scope.terms)
    return where or ["true"], wanted


def _cursor(opened: int) -> str:
    return base64.urlsafe_b64encode(f"a{opened}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        if text[:1] != "a" or not text[1:].isdecimal() or len(text) > 19:
            raise BadCursor(cursor)
        return int(text[1:])
    except (binascii.Error, UnicodeError) as error:
        raise BadCursor(cursor) from error
