"""受信箱: what lies on one person's desks now, from every process: the urgent first, then what falls due first."""

import base64
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from projections.folding import StreamProjection
from projections.queries.cursors import BadCursor
from projections.register import PROJECTIONS
from projections.store import ReadStore

LIMIT_MAX = 500

# From each desk no more than is asked for, in the order of its index: a full one costs no more than an empty one.
# What somebody might do for another who is away is left out where it waits for themselves as well.
ON_DESKS = """
SELECT {noun} AS noun, t.* FROM unnest(%(terms)s::text[]) mine (term) CROSS JOIN LATERAL (
    SELECT {columns} FROM {schema}.{table} t
    WHERE t.recipient = mine.term AND (t.from_ IS NULL OR t.from_ <= %(at)s) AND {narrowed}
    AND NOT (t.task = 'proxy' AND EXISTS (
        SELECT FROM {schema}.{table} own
        WHERE own.number = t.number AND own.task = 'act' AND own.recipient = ANY(%(terms)s::text[])
    ))
    {first}
) t"""
FIRST = "ORDER BY t.urgent DESC, t.due_at, t.opened, t.task LIMIT %(limit)s"
ITEMS = """
SELECT DISTINCT ON (t.urgent, t.due_at, t.opened, t.task) t.noun, {columns} FROM ({desks}) t
ORDER BY t.urgent DESC, t.due_at, t.opened, t.task LIMIT %(limit)s"""
COUNTS = "SELECT t.noun, t.task, count(DISTINCT t.opened) AS tasks FROM ({desks}) t GROUP BY 1, 2"
TASKS = "t.task = ANY(%(tasks)s::text[])"
# Comparable however NULLS sort: what has no due day comes after everything that has one.
LATER = """
(NOT t.urgent, coalesce(t.due_at, 'infinity'), t.opened, t.task)
> (NOT %(urgent)s::boolean, coalesce(%(due_at)s::timestamptz, 'infinity'), %(opened)s::bigint, %(task)s::text)"""


class InboxItem(NamedTuple):
    """One thing to do. `opened` is the position of the case's first event, by which the process's own query finds it.

    The task `proxy` is offered where the holder is away: whether this person comes first is decided with the case.
    """

    noun: str
    number: str
    task: str
    opened: int
    title: str
    unit: str
    urgent: bool
    since: datetime
    due_at: datetime | None


COLUMNS = ", ".join(f"t.{name}" for name in InboxItem._fields[1:])


class Inbox:
    """Answers what one person has to do. Whose desk is asked for is said in terms (`Readers.desk`)."""

    def __init__(self, store: ReadStore, projections: Iterable[Any] = PROJECTIONS) -> None:
        self._store = store
        tables = [
            (each.name, each.task_table.name)
            for each in projections
            if isinstance(each, StreamProjection) and each.task_table is not None
        ]
        self._desks = "\nUNION ALL ".join(
            f"({ON_DESKS})".replace("{noun}", f"'{noun}'").replace("{table}", table) for noun, table in tables
        )

    def items(
        self,
        terms: Sequence[str],
        *,
        at: datetime,
        tasks: Collection[str] | None = None,
        cursor: str | None = None,
        limit: int = 200,
    ) -> tuple[InboxItem, ...]:
        """Give at most `limit` (1–500) things that wait under any of `terms` at `at`; only those `tasks`, if given.

        Refuses a foreign `cursor` with `BadCursor`.
        """
        wanted: dict[str, Any] = {"terms": list(terms), "at": at, "limit": max(1, min(limit, LIMIT_MAX))}
        narrowed = []
        if tasks is not None:
            narrowed.append(TASKS)
            wanted["tasks"] = list(tasks)
        if cursor is not None:
            narrowed.append(LATER)
            wanted |= _place(cursor)
        text = ITEMS.replace("{desks}", self._desks).replace("{first}", FIRST).replace("{columns}", COLUMNS)
        text = text.replace("{narrowed}", " AND ".join(narrowed) or "true")
        return tuple(self._store.select_as(InboxItem, text, wanted))

    def counts(self, terms: Sequence[str], *, at: datetime) -> dict[tuple[str, str], int]:
        """Give how many things of each process and kind (noun, task) wait."""
        text = COUNTS.replace("{desks}", self._desks).replace("{first}", "").replace("{narrowed}", "true")
        rows = self._store.select(text.replace("{columns}", COLUMNS), {"terms": list(terms), "at": at})
        return {(row["noun"], row["task"]): row["tasks"] for row in rows}


def cursor_after(item: InboxItem) -> str:
    """Give the cursor that goes on after `item`."""
    due_at = item.due_at.isoformat() if item.due_at else None
    place = json.dumps([item.urgent, due_at, item.opened, item.task], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> dict[str, Any]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        urgent, due_at, opened, task = json.loads(text)
        due = datetime.fromisoformat(due_at) if due_at is not None else None
        known = isinstance(urgent, bool) and type(opened) is int and abs(opened) < 2**62 and isinstance(task, str)
        if not known or "\0" in task or (due is not None and due.tzinfo is None):
            raise BadCursor(cursor)
    except (ValueError, TypeError) as error:
        raise BadCursor(cursor) from error
    return {"urgent": urgent, "due_at": due, "opened": opened, "task": task}
