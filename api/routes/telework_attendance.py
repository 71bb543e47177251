"""勤怠連携: orders with actual start and end, leave slots and ordered overtime, for an attendance system to follow."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer, time_text
from api.asking import Asker
from api.auth.principal import Principal
from api.errors import Problem, invalid
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, cursor_of, known_query, number_of, read_models_reached
from api.routes.case_filters import PLAIN, Day
from api.shapes.telework_attendance import AttendancePage
from api.spreadsheet import CSV, Encoding, csv_answer
from domain.clock import JST
from projections.queries.telework_attendance import LIMIT_MAX, AttendancePeriod
from projections.readers import ReaderScope
from projections.telework import AttendanceRow

SCOPE = "attendance"
AS_IN_ROW = (
    *("number", "changed", "person", "name", "post", "title", "unit", "unit_name", "day", "kind", "place", "status"),
    *("work_pattern", "start_source", "end_source", "ordered_minutes", "overtime_minutes", "beyond_minutes"),
)
TIMES = ("starts_at", "ends_at", "started_at", "ended_at")
HEADING = (
    *("番号", "変更位置", "職員番号", "氏名", "職", "所属", "実施日", "区分", "場所", "状態", "勤務パターン"),
    *("開始予定", "終了予定", "休暇", "開始実績", "開始の報告", "終了実績", "終了の報告"),
    *("超勤命令(分)", "超勤の理由", "超勤実績(分)", "命令によらない時間外(分)"),
)
FILE = {CSV: {"schema": {"type": "string"}}}
Since = Annotated[
    str | None, Query(max_length=64, pattern=PLAIN, description="前の答えの next_cursor。省略すると最初から")
]

router = APIRouter(tags=["telework"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/telework-attendance",
    operation_id="export_telework_attendance",
    summary="勤怠システムへの出力(変わった順)。JSON、又は Accept: text/csv でCSV",
    responses={200: {**gives(200, AttendancePage, "変わった命令の一頁")[200], "content": FILE}, **READS},
)
async def export(
    asker: Asker,
    parts: Parts,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    changed_since: Since = None,
    first: Annotated[Day, Query(alias="from", description="実施日がこの日以後(移された命令を含む)")] = None,
    last: Annotated[Day, Query(alias="to", description="実施日がこの日以前(移された命令を含む)")] = None,
    encoding: Annotated[Encoding, Query(description="CSVの文字コード")] = "utf-8",
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="一度に返す件数")] = 200,
) -> Response:
    """For service accounts with the scope `attendance`; a person gets what they may read. The same cursor gives what
    has changed since, as it is now: reading twice does no harm. In a CSV the cursor is the header Kessai-Cursor.
    """
    await read_models_reached(parts, after, "telework")
    since = _position(changed_since)
    scope, period = await _scope(parts, asker, parts.clock.now()), _period(first, last)
    rows = await run_in_threadpool(
        parts.telework_attendance.changed_since, since, scope, period=period, limit=min(limit + 1, LIMIT_MAX)
    )
    shown, more = rows[:limit], len(rows) > limit or len(rows) == LIMIT_MAX
    cursor = cursor_of(shown[-1].changed if shown else since)
    if CSV in accept:
        answer = csv_answer(HEADING, _lines(shown), name="テレワーク勤怠", encoding=encoding)
        answer.headers["Kessai-Cursor"], answer.headers["Kessai-More"] = cursor, "true" if more else "false"
        return answer
    return json_answer({"items": [_item(row) for row in shown], "next_cursor": cursor, "more": more})


async def _scope(parts: ApiParts, asker: Principal, at: datetime) -> ReaderScope:
    if asker.kind == "person":
        return await parts.directory.scope(asker.id, at)
    if SCOPE not in asker.scopes:
        raise Problem("forbidden", detail="A service account needs the scope `attendance`.")
    return ReaderScope(everything=True)


def _position(changed_since: str | None) -> int:
    try:
        return 0 if changed_since is None else number_of(changed_since)
    except Problem as error:
        raise invalid("changed_since", "前の答えの next_cursor を指定してください。") from error


def _period(first: date | None, last: date | None) -> AttendancePeriod | None:
    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        raise invalid("from" if first is None else "to", "from と to を、この順に両方指定してください。")
    return AttendancePeriod(first, last)


def _item(row: AttendanceRow) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in AS_IN_ROW},
        **{name: time_text(getattr(row, name)) for name in TIMES},
        "slots": json.loads(row.slots),
        "overtime": json.loads(row.overtime),
    }


def _lines(rows: Sequence[AttendanceRow]) -> Iterable[Sequence[str]]:
    """As the JSON, a line each: days and times in Japan, leave as the stretches of it."""
    for row in rows:
        leave = [f"{each['from']}-{each['to']}" for each in json.loads(row.slots) if each["kind"] == "leave"]
        categories = dict.fromkeys(each["category"] for each in json.loads(row.overtime))
        yield (
            *(row.number, str(row.changed), row.person, row.name, row.title, row.unit_name, row.day.isoformat()),
            *(row.kind, row.place or "", row.status, row.work_pattern, _time(row.starts_at), _time(row.ends_at)),
            *(" ".join(leave), _time(row.started_at), row.start_source or "", _time(row.ended_at)),
            *(row.end_source or "", str(row.ordered_minutes), " ".join(categories)),
            *(str(row.overtime_minutes), str(row.beyond_minutes)),
        )


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(JST):%Y-%m-%d %H:%M}" if at else ""
