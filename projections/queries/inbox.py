"""受信箱: what lies on one person's desks now, the urgent first, then what falls due first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from projections.approval import CaseRow
from projections.queries.approval import COLUMNS
from projections.store import ReadStore

Task = Literal["act", "held", "proxy", "post_review", "circulation", "returned", "draft", "enforce", "complete"]
LIMIT_MAX = 500

# Every branch has an index of its own; the conditions on empty arrays and states are those of the partial indexes.
TASKS = """
SELECT CASE c.state WHEN 'held' THEN 'held' ELSE 'act' END AS task, c.due_at AS task_due_at, c.urgent, c.opened
FROM {schema}.rm_approval c WHERE c.active_posts && %(posts)s::text[] AND c.active_posts <> '{{}}'
UNION ALL
SELECT 'proxy', c.due_at, c.urgent, c.opened FROM {schema}.rm_approval c
WHERE c.active_posts && %(proxy_posts)s::text[] AND c.active_posts <> '{{}}' AND c.state <> 'held'
AND NOT c.active_posts && %(posts)s::text[]
UNION ALL
SELECT 'post_review', c.post_review_due_at, c.urgent, c.opened FROM {schema}.rm_approval c
WHERE c.post_review_post = ANY(%(posts)s) AND c.post_review = 'due' AND c.post_review_from <= %(at)s
UNION ALL
SELECT 'circulation', NULL, c.urgent, c.opened FROM {schema}.rm_approval c
WHERE c.unread_posts && %(posts)s::text[] AND c.unread_posts <> '{{}}'
UNION ALL
SELECT CASE c.state WHEN 'decided' THEN 'enforce' WHEN 'enforced' THEN 'complete' ELSE c.state END,
       NULL, c.urgent, c.opened
FROM {schema}.rm_approval c WHERE c.state IN ('draft', 'returned', 'decided', 'enforced')
AND (c.drafter_post = ANY(%(posts)s) OR c.drafter_person = %(person)s)"""
INBOX = """
SELECT i.task, i.task_due_at, {columns} FROM (
    SELECT * FROM ({tasks}) t ORDER BY t.urgent DESC, t.task_due_at NULLS LAST, t.opened, t.task LIMIT %(limit)s
) i JOIN {schema}.rm_approval c ON c.opened = i.opened
ORDER BY i.urgent DESC, i.task_due_at NULLS LAST, i.opened, i.task"""
COUNTS = "SELECT i.task, count(*) AS cases FROM ({tasks}) i GROUP BY i.task"


@dataclass(frozen=True, kw_only=True)
class InboxItem:
    """One thing to do. `proxy` is offered where the holder is away: whether this person comes first is decided with
    the case.
    """

    task: Task
    due_at: datetime | None
    case: CaseRow


class Inbox:
    """Answers what one person has to do."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def items(
        self, *, person: str, posts: Iterable[str], at: datetime, proxy_posts: Iterable[str] = (), limit: int = 200
    ) -> tuple[InboxItem, ...]:
        """Give what waits for `person`, who holds or acts for `posts` and may stand in for `proxy_posts` (whose
        holders are away) at `at`.
        """
        wanted = {**_wanted(person, posts, proxy_posts, at), "limit": max(1, min(limit, LIMIT_MAX))}
        return tuple(self._store.select_as(_item, _text(INBOX), wanted))

    def counts(
        self, *, person: str, posts: Iterable[str], at: datetime, proxy_posts: Iterable[str] = ()
    ) -> dict[str, int]:
        """Give how many things of each kind wait for `person`."""
        rows: Sequence[dict[str, Any]] = self._store.select(_text(COUNTS), _wanted(person, posts, proxy_posts, at))
        return {row["task"]: row["cases"] for row in rows}


def _wanted(person: str, posts: Iterable[str], proxy_posts: Iterable[str], at: datetime) -> dict[str, Any]:
    return {"person": person, "posts": list(posts), "proxy_posts": list(proxy_posts), "at": at}


def _item(task: Task, due_at: datetime | None, *columns: Any) -> InboxItem:
    return InboxItem(task=task, due_at=due_at, case=CaseRow(*columns))


def _text(text: str) -> str:
    return text.replace("{tasks}", TASKS).replace("{columns}", COLUMNS)
