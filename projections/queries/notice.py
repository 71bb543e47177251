"""お知らせへの問合せ: the newest notices of one person."""

from collections.abc import Iterable

from projections.notice import NoticeRow
from projections.store import ReadStore

LIMIT_MAX = 200
COLUMNS = ", ".join(f"n.{name}" for name in NoticeRow._fields)
NEWEST = """
SELECT DISTINCT ON (n.position) {columns} FROM {schema}.rm_notice n
WHERE n.recipient = ANY(%(recipients)s) AND n.position < %(before)s
ORDER BY n.position DESC, n.recipient LIMIT %(limit)s""".replace("{columns}", COLUMNS)


class Notices:
    """Answers what one person is to be told."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def newest(
        self, *, person: str, posts: Iterable[str], before: int | None = None, limit: int = 50
    ) -> tuple[NoticeRow, ...]:
        """Give the newest notices to `person`, who holds or acts for `posts`, older than position `before`."""
        recipients = [f"person:{person}", *(f"post:{post}" for post in posts)]
        wanted = {"recipients": recipients, "before": before or 2**62, "limit": max(1, min(limit, LIMIT_MAX))}
        return tuple(self._store.select_as(NoticeRow, NEWEST, wanted))
