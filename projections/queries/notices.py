"""お知らせへの問合せ: the newest notices of one person, from every process."""

from collections.abc import Iterable, Sequence
from typing import Any

from projections.folding import StreamProjection
from projections.notices import NoticeRow
from projections.register import PROJECTIONS
from projections.store import ReadStore

LIMIT_MAX = 200
COLUMNS = ", ".join(f"n.{name}" for name in NoticeRow._fields)
OF_ONE = """
SELECT n.* FROM unnest(%(terms)s::text[]) mine (term) CROSS JOIN LATERAL (
    SELECT {columns} FROM {schema}.{table} n WHERE n.recipient = mine.term AND n.position < %(before)s
    ORDER BY n.position DESC LIMIT %(limit)s
) n""".replace("{columns}", COLUMNS)
NEWEST = """
SELECT DISTINCT ON (n.position) {columns} FROM ({told}) n
ORDER BY n.position DESC, n.recipient LIMIT %(limit)s""".replace("{columns}", COLUMNS)


class Notices:
    """Answers what one person is to be told. Who asks is said in terms (`Readers.desk`)."""

    def __init__(self, store: ReadStore, projections: Iterable[Any] = PROJECTIONS) -> None:
        self._store = store
        tables = [
            each.notice_table.name
            for each in projections
            if isinstance(each, StreamProjection) and each.notice_table is not None
        ]
        told = "\nUNION ALL ".join(f"({OF_ONE})".replace("{table}", table) for table in tables)
        self._newest = NEWEST.replace("{told}", told)

    def newest(self, terms: Sequence[str], *, before: int | None = None, limit: int = 50) -> tuple[NoticeRow, ...]:
        """Give the newest notices told under any of `terms`, older than position `before`."""
        wanted = {"terms": list(terms), "before": before or 2**62, "limit": max(1, min(limit, LIMIT_MAX))}
        return tuple(self._store.select_as(NoticeRow, self._newest, wanted))
