"""勤怠連携への問合せ: orders in the order in which they last changed, so that a system that keeps the position it has
read up to misses nothing and may read anything twice.
"""

from datetime import date
from typing import NamedTuple

from projections.queries.newest_first import Narrowed
from projections.queries.telework import within
from projections.readers import ReaderScope
from projections.store import ReadStore
from projections.telework import AttendanceRow

LIMIT_MAX = 1_000

COLUMNS = ", ".join(f"a.{name}" for name in AttendanceRow._fields)
CHANGED = """
SELECT {orders} FROM {schema}.rm_telework_attendance a JOIN {schema}.rm_telework c ON c.number = a.number
WHERE {where} ORDER BY a.changed LIMIT %(limit)s""".replace("{orders}", COLUMNS)
SINCE = "a.changed > %(since)s"
IN_PERIOD = """
EXISTS (
    SELECT FROM unnest(a.ordered_days || a.day) each (day) WHERE each.day BETWEEN %(first)s::date AND %(last)s::date
)"""


class AttendancePeriod(NamedTuple):
    """Days of telework, both ends included. An order that was moved out of the period still belongs to it."""

    first: date
    last: date


class TeleworkAttendance:
    """Answers what an attendance system has to know of orders, within what the reader may see."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def changed_since(
        self, position: int, scope: ReaderScope, *, period: AttendancePeriod | None = None, limit: int = 200
    ) -> tuple[AttendanceRow, ...]:
        """Give at most `limit` (1–1,000) orders that changed after `position`, as they are now; none twice."""
        narrowed = within(Narrowed().by(SINCE, since=position), scope)
        if period is not None:
            narrowed.by(IN_PERIOD, first=period.first, last=period.last)
        wanted = {**narrowed.wanted, "limit": max(1, min(limit, LIMIT_MAX))}
        return tuple(self._store.select_as(AttendanceRow, narrowed.into(CHANGED), wanted))
