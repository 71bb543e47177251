"""管理簿の定義と一覧: what registers there are, and their entries as JSON or CSV, within what the reader may see."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer, time_text
from api.asking import Asker
from api.errors import Problem
from api.listing import one_page, reader_scope
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, known_query, page, read_models_reached
from api.routes import case_filters
from api.routes.case_filters import PLAIN, Codes, Day
from api.routes.entry import RegisterCode
from api.shapes.entry import EntryPage, RegisterPage
from api.spreadsheet import CSV, Encoding, csv_answer
from domain.clock import JST, civil_date
from domain.directory import Directory
from domain.entry.definitions import in_force
from domain.policies.entry import Register, RegisterRules
from domain.refusals import Refused
from projections.entry import EntryRow
from projections.queries.entry import EntryFilters
from projections.queries.newest_first import LIMIT_MAX
from projections.readers import ReaderScope

AS_IN_ROW = (
    *("number", "register", "register_label", "title", "state", "state_label", "version", "closed", "overdue"),
    *("urgent", "unit", "unit_name", "fiscal_year", "waiting_on", "task", "links", "entered_on"),
)
FIRST_COLUMNS = ("番号", "状態", "記入日", "所属", "記入者の職", "記入者")
LAST_COLUMNS = ("待っている職", "期限", "期限超過")
FILE = {CSV: {"schema": {"type": "string"}}}

router = APIRouter(tags=["registers"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/registers",
    operation_id="list_registers",
    summary="管理簿の定義(項目、状態、処理)の一覧",
    responses={**gives(200, RegisterPage, "定義"), **READS},
)
async def definitions(asker: Asker, parts: Parts) -> Response:
    """Every register in force today, whole: a client can draw its forms from it."""
    rules = await registers(parts)
    items = [register_document(code, register) for code, register in rules.definitions.items()]
    return json_answer({"edition": rules.edition, **page(items, None)})


@router.get(
    "/v1/registers/{register}/entries",
    operation_id="list_register_entries",
    summary="管理簿の一覧(新しい順)。JSON、又は Accept: text/csv か format=csv でCSV",
    responses={200: {**gives(200, EntryPage, "一覧の一頁。CSVは条件に合うすべて")[200], "content": FILE}, **READS},
)
async def entries(
    register: RegisterCode,
    asker: Asker,
    parts: Parts,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    unit: Annotated[Codes, Query(description="記入者の所属。下位の所属を含む(複数可)")] = None,
    state: Annotated[Codes, Query(description="状態の符号(複数可)")] = None,
    entered_from: Annotated[Day, Query(alias="from", description="記入日がこの日以後")] = None,
    entered_to: Annotated[Day, Query(alias="to", description="記入日がこの日以前")] = None,
    text: Annotated[
        str | None, Query(max_length=200, pattern=PLAIN, description="この言葉(空白区切り、すべて)を含む")
    ] = None,
    as_file: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
    encoding: Annotated[Encoding, Query(description="CSVの文字コード")] = "utf-8",
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Only entries this reader may open."""
    await read_models_reached(parts, after, "entry")
    known, directory, now = await registers(parts), await parts.directory(), parts.clock.now()
    if register not in known.definitions:
        raise Problem("unknown-register", field="register")
    filters = EntryFilters(
        register=register,
        states=tuple(state) if state else None,
        units=with_lower(unit, directory, now),
        entered_from=entered_from,
        entered_to=entered_to,
        text=text,
    )
    scope = await reader_scope(parts, asker, now)
    if as_file == "csv" or (as_file is None and wants_csv(accept)):
        rows = await run_in_threadpool(lambda: list(all_entries(parts, filters, scope)))
        return as_csv(known.definitions[register], rows, encoding)
    found = await one_page(parts.entries.list_entries, filters, scope, cursor=cursor, limit=limit)
    return json_answer(page([summary(row) for row in found.entries], found.next_cursor))


def summary(row: EntryRow) -> dict[str, Any]:
    """Give one entry as lists show it."""
    return {
        **{name: getattr(row, name) for name in AS_IN_ROW},
        "entrant": {
            "person": row.entrant_person,
            "name": row.entrant_name,
            "post": row.entrant_post,
            "title": row.entrant_title,
            "unit": row.unit,
            "unit_name": row.unit_name,
        },
        "due_at": time_text(row.due_at),
        "values": json.loads(row.content),
    }


def summaries(parts: ApiParts, opened: Iterable[int], scope: ReaderScope) -> dict[int, dict[str, Any]]:
    """Give the entries that began at these positions, as lists show them; only those this reader may open."""
    return {at: summary(row) for at, row in parts.entries.entries_of(opened, scope).items()}


def as_csv(register: Register, rows: Iterable[EntryRow], encoding: Encoding) -> Response:
    """Give the entries as a CSV file: who, when, every field of the definition, what is waited for."""
    heading = (*FIRST_COLUMNS, *(field.label for field in register.fields.values()), *LAST_COLUMNS)
    return csv_answer(heading, (_cells(register, row) for row in rows), name=register.label, encoding=encoding)


def _cells(register: Register, row: EntryRow) -> list[str]:
    said = json.loads(row.content)
    due = f"{row.due_at.astimezone(JST):%Y-%m-%d %H:%M}" if row.due_at else ""
    return [
        *(row.number, row.state_label, row.entered_on.isoformat()),
        *(row.unit_name, row.entrant_title, row.entrant_name),
        *(said.get(name, "") for name in register.fields),
        *("、".join(row.waiting_titles), due, "超過" if row.overdue else ""),
    ]


def all_entries(parts: ApiParts, filters: EntryFilters, scope: ReaderScope) -> Iterator[EntryRow]:
    """Give every entry that meets the filters, newest first, page by page."""
    cursor: str | None = None
    while True:
        found = parts.entries.list_entries(filters, scope, cursor=cursor, limit=LIMIT_MAX)
        yield from found.entries
        cursor = found.next_cursor
        if cursor is None:
            return


async def registers(parts: ApiParts) -> RegisterRules:
    """Give the registers in force today; refuses `no-rules-in-force`."""
    _, rules = await run_in_threadpool(parts.reader.references)
    try:
        return in_force(rules, civil_date(parts.clock.now()))
    except Refused as refused:
        raise Problem(refused.code) from refused


def register_document(code: str, register: Register) -> dict[str, Any]:
    """Give one definition as it is answered."""
    return {
        "register": code,
        **{name: getattr(register, name) for name in ("label", "about", "notice", "headline")},
        "confidential": register.confidential,
        "urgent": register.urgent,
        "fields": [
            {
                "name": name,
                **{key: getattr(field, key) for key in ("label", "type", "required", "later", "of", "help")},
                "max": field.max if field.type == "text" else None,
                "options": [{"value": value, "label": label} for value, label in field.options.items()],
            }
            for name, field in register.fields.items()
        ],
        "states": [
            {"state": name, **state.model_dump(include={"label", "waits_for", "task", "ends"})}
            for name, state in register.states.items()
        ],
        "begins": [each.model_dump(mode="json", exclude={"orders"}) for each in register.begins],
        "verbs": [
            {"verb": name, **each.model_dump(mode="json", by_alias=True, exclude={"tone"})}
            for name, each in register.transitions.items()
        ],
    }


def wants_csv(accept: str) -> bool:
    """Whether the Accept header asks for CSV rather than JSON."""
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return CSV in wanted and ("application/json" not in wanted or wanted.index(CSV) < wanted.index("application/json"))


def with_lower(units: list[str] | None, directory: Directory, at: datetime) -> tuple[str, ...] | None:
    """Give the units and everything below them at `at`; None where none is named."""
    return case_filters.with_lower(units, directory, civil_date(at))
