"""テレワークの読み取り表: one row per request or order, its text for searching, what attendance needs, what waits on
whom, and what is told.
"""

from domain.telework import RECORD
from projections.folding import StreamProjection
from projections.telework.attendance import ATTENDANCE_TABLE, AttendanceRow, attendance_rows
from projections.telework.fold import Case, evolve
from projections.telework.notices import TOLD
from projections.telework.requests import REQUEST_TABLE, RequestRow, request_rows
from projections.telework.tasks import tasks
from projections.telework.texts import TEXT_TABLE, text_rows

__all__ = ["TELEWORK", "AttendanceRow", "RequestRow"]

TELEWORK: StreamProjection[Case] = StreamProjection(
    name="telework",
    edition=2,
    nouns=frozenset({RECORD.noun}),
    initial=Case(),
    evolve=evolve,
    rows=((REQUEST_TABLE, request_rows), (TEXT_TABLE, text_rows), (ATTENDANCE_TABLE, attendance_rows)),
    tasks=tasks,
    told=TOLD,
)
