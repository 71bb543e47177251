"""テレワークの一覧: requests and orders, a unit's day, what is overdue, and ratios, from the read models."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer, time_text
from api.asking import Asker
from api.auth.principal import Principal
from api.errors import Problem, invalid
from api.listing import one_page, reader_scope
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, known_query, page, read_models_reached
from api.routes.case_filters import PLAIN, Codes, Day, with_lower
from api.shapes.telework import State
from api.shapes.telework_list import DayStatus, TeleworkDay, TeleworkPage, TeleworkRatios
from domain.calendars import OutsideCalendar
from domain.clock import civil_date
from domain.directory import Directory
from projections.queries.telework import Colleague, TeleworkFilters
from projections.queries.telework_ratios import Ratio, ratios
from projections.readers import ReaderScope
from projections.telework import RequestRow

ME = "me"
RATIO_DAYS_MAX = 92
RATIO_LINES_MAX = 10_000
AS_IN_ROW = (
    *("number", "kind", "day", "state", "version", "waiting_on", "late", "by_command", "place", "place_name", "tasks"),
    *("ordered_minutes", "overtime_pending", "fiscal_year"),
)
TIMES = ("due_at", "starts_at", "ends_at", "submitted_at", "ordered_at", "started_at", "ended_at")
OF_COLLEAGUE = ("name", "title", "unit", "unit_name", "kind", "place_name")
APPLICANT = ("person", "name", "post", "title", "unit", "unit_name")

Units = Annotated[Codes, Query(description="所属。下位の所属を含む(複数可)")]
Person = Annotated[str | None, Query(max_length=64, pattern=PLAIN, description="職員番号。me は自分")]
Waiting = Annotated[str | None, Query(max_length=64, pattern=PLAIN, description="処理を待っている職。me は自分の職")]
Words = Annotated[str | None, Query(max_length=200, pattern=PLAIN, description="この言葉(空白区切り、すべて)を含む")]

router = APIRouter(tags=["telework"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/telework-requests",
    operation_id="list_telework",
    summary="申請・命令の一覧(新しい順)",
    responses={**gives(200, TeleworkPage, "一覧の一頁"), **READS},
)
async def list_requests(
    asker: Asker,
    parts: Parts,
    unit: Units = None,
    state: Annotated[list[State] | None, Query(description="状態(複数可)")] = None,
    day_from: Annotated[Day, Query(description="実施日がこの日以後")] = None,
    day_to: Annotated[Day, Query(description="実施日がこの日以前")] = None,
    person: Person = None,
    waiting: Waiting = None,
    text: Words = None,
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Only what this reader may open."""
    await read_models_reached(parts, after, "telework")
    directory, now = await parts.directory(), parts.clock.now()
    filters = TeleworkFilters(
        states=tuple(state) if state else None,
        units=with_lower(unit, directory, civil_date(now)),
        day_from=day_from,
        day_to=day_to,
        person=_own_number(asker) if person == ME else person,
        waiting_posts=_posts(asker, waiting, directory, now),
        text=text,
    )
    scope = await reader_scope(parts, asker, now)
    found = await one_page(parts.teleworks.list_requests, filters, scope, cursor=cursor, limit=limit)
    return json_answer(page([summary(row, now) for row in found.requests], found.next_cursor))


@router.get(
    "/v1/telework-overdue",
    operation_id="list_overdue_telework",
    summary="期限を過ぎた承認・開始報告・終了報告・勤務内容報告(古い順)",
    responses={**gives(200, TeleworkPage, "一覧の一頁"), **READS},
)
async def list_overdue(
    asker: Asker, parts: Parts, unit: Units = None, after: After = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Whatever should have happened by now, whether or not a reminder has gone out yet."""
    await read_models_reached(parts, after, "telework")
    directory, now = await parts.directory(), parts.clock.now()
    filters = TeleworkFilters(units=with_lower(unit, directory, civil_date(now)), overdue_at=now)
    scope = await reader_scope(parts, asker, now)
    found = await one_page(parts.teleworks.overdue, filters, scope, cursor=cursor, limit=limit)
    return json_answer(page([summary(row, now) for row in found.requests], found.next_cursor))


@router.get(
    "/v1/telework-today",
    operation_id="get_telework_day",
    summary="その日に誰がどこで働くか",
    responses={**gives(200, TeleworkDay, "その日"), **READS},
)
async def of_day(
    asker: Asker,
    parts: Parts,
    unit: Units = None,
    day: Annotated[Day, Query(description="省略すると今日")] = None,
    after: After = None,
) -> Response:
    """`items`: only those whom this reader may read of; without `unit`, all of them. `colleagues`: who else of the
    reader's own units was ordered that day, and how to reach them (TW-07), nothing more.
    """
    await read_models_reached(parts, after, "telework")
    directory, now = await parts.directory(), parts.clock.now()
    on = day or civil_date(now)
    units, scope = with_lower(unit, directory, on), await reader_scope(parts, asker, now)
    rows = await run_in_threadpool(parts.teleworks.of_day, units, on, scope)
    items = [_of_day(row, now) for row in rows]
    counted = Counter(item["status"] for item in items)
    counts = {status: counted[status] for status in get_args(DayStatus)}
    mine = _own_units(asker, directory, now, within=units)
    others = await run_in_threadpool(parts.teleworks.colleagues, mine, on) if mine else ()
    read = {row.person for row in rows} | {asker.id}
    colleagues = [_colleague(each) for each in others if each.person not in read]
    return json_answer({"day": on, "units": units, "counts": counts, "items": items, "colleagues": colleagues})


@router.get(
    "/v1/telework-ratios",
    operation_id="get_telework_ratios",
    summary="所属と日ごとの実施率(予定と実績)。人数だけで、氏名は含まない",
    responses={**gives(200, TeleworkRatios, "実施率"), **READS},
)
async def get_ratios(
    asker: Asker,
    parts: Parts,
    unit: Units = None,
    first: Annotated[Day, Query(alias="from", description="この日から(省略すると今日)")] = None,
    last: Annotated[Day, Query(alias="to", description="この日まで(省略すると from の日)")] = None,
    after: After = None,
) -> Response:
    """For whoever has a post, and for services: numbers of people, never who. Without `unit`, every unit."""
    await read_models_reached(parts, after, "telework")
    directory, now = await parts.directory(), parts.clock.now()
    if asker.kind == "person" and not directory.posts_of(asker.id, now):
        raise Problem("forbidden", detail="Only holders of a post may read the ratios.")
    days = _days(first or civil_date(now), last)
    units = with_lower(unit, directory, days[-1]) or tuple(each.code for each in directory.units(days[-1]))
    if len(units) * len(days) > RATIO_LINES_MAX:
        raise invalid("unit", f"所属の数と日数の積が{RATIO_LINES_MAX:,}以下になるように絞ってください。")
    found = await run_in_threadpool(lambda: list(ratios(parts.teleworks, directory, units, days)))
    shown = [_ratio(each, directory) for each in found if each.planned or _is_open(parts, each.day)]
    return json_answer({"items": shown})


def summary(row: RequestRow, now: datetime) -> dict[str, Any]:
    """Give one request as lists show it."""
    return {
        **{name: getattr(row, name) for name in AS_IN_ROW},
        **{name: time_text(getattr(row, name)) for name in TIMES},
        "applicant": {name: getattr(row, name) for name in APPLICANT},
        "head": {
            "person": row.head_person,
            "name": row.head_name,
            "post": row.head_post,
            "title": row.head_title,
        },
        "overdue": row.awaited if row.due_at is not None and row.due_at < now else None,
    }


def summaries(parts: ApiParts, opened: Iterable[int], scope: ReaderScope) -> dict[int, dict[str, Any]]:
    """Give the requests that began at these positions, as lists show them; only those this reader may open."""
    now = parts.clock.now()
    return {at: summary(row, now) for at, row in parts.teleworks.requests_of(opened, scope).items()}


def status_of(row: RequestRow, now: datetime) -> DayStatus:
    """Give where somebody's day stands at the instant `now`."""
    late = row.due_at is not None and row.due_at < now
    if row.state == "submitted":
        return "unapproved"
    if row.state == "ordered":
        return "start_overdue" if late else "planned"
    if row.state == "working":
        return "end_overdue" if late else "working"
    return "ended"


def _of_day(row: RequestRow, now: datetime) -> dict[str, Any]:
    reachable = row.reachable_by or None
    status = status_of(row, now)
    return {**summary(row, now), "status": status, "reachable_by": reachable, "by_telephone": row.by_telephone}


def _own_units(asker: Principal, directory: Directory, at: datetime, *, within: Sequence[str] | None) -> list[str]:
    """The units of the posts the reader holds, as far as the question is about them; none for a service account."""
    if asker.kind != "person":
        return []
    own = dict.fromkeys(post.unit for post in directory.posts_of(asker.id, at))
    return [unit for unit in own if within is None or unit in within]


def _colleague(each: Colleague) -> dict[str, Any]:
    times = {"starts_at": time_text(each.starts_at), "ends_at": time_text(each.ends_at)}
    return {**{name: getattr(each, name) for name in OF_COLLEAGUE}, **times, "reachable_by": each.reachable_by or None}


def _own_number(asker: Principal) -> str:
    if asker.kind != "person":
        raise invalid("person", "me を指定できるのは職員だけです。")
    return asker.id


def _posts(asker: Principal, waiting: str | None, directory: Directory, now: datetime) -> tuple[str, ...] | None:
    if waiting != ME:
        return (waiting,) if waiting is not None else None
    return tuple(post.code for post in directory.posts_of(_own_number(asker), now))


def _days(first: date, last: date | None) -> Sequence[date]:
    length = ((last or first) - first).days + 1
    if not 1 <= length <= RATIO_DAYS_MAX:
        raise invalid("to", f"from から {RATIO_DAYS_MAX}日以内の日を指定してください。")
    return [first + timedelta(days=each) for each in range(length)]


def _is_open(parts: ApiParts, day: date) -> bool:
    try:
        return parts.calendars.office.is_open(day)
    except OutsideCalendar:
        return True  # a day beyond the known calendar is shown rather than left out


def _ratio(each: Ratio, directory: Directory) -> dict[str, Any]:
    unit = directory.unit(each.unit, each.day)
    return {
        "unit": each.unit,
        "unit_name": unit.name if unit else each.unit,
        "day": each.day,
        "staff": each.staff,
        "planned": each.planned,
        "ordered": each.ordered,
        "actual": each.actual,
        "planned_ratio": each.share(each.planned),
        "actual_ratio": each.share(each.actual),
    }
