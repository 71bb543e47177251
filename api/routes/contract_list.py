"""電子契約の一覧: by day, amount and counterparty and all the rest together, as JSON or CSV, within what the reader may
see.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer, time_text
from api.asking import Asker
from api.contract_labels import CLASSES, STATES
from api.listing import one_page, reader_scope
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, known_query, page, read_models_reached
from api.routes.contract_filters import ContractQuery
from api.routes.entry_list import wants_csv
from api.shapes.contract_list import ContractPage
from api.spreadsheet import CSV, Encoding, csv_answer
from domain.clock import JST
from projections.contract import ContractRow
from projections.readers import ReaderScope

AS_IN_ROW = (
    *("number", "state", "version", "closed", "title", "approval", "document_number", "amount_yen"),
    *("counterparties", "corporate_numbers", "unit", "unit_name", "waiting_on", "waiting_for", "signers", "signed"),
    *("prepared_on", "contract_date", "effective_from", "period_from", "period_to", "fiscal_year", "date_rule"),
    *("dates_differ", "retroactive_reason", "stamp_saved_yen", "provisional", "trial", "amends"),
)
_as_in_row = attrgetter(*AS_IN_ROW)
COLUMNS = (
    *(
        "番号",
        "状態",
        "契約の種類",
        "件名",
        "契約金額(税込)",
        "相手方",
        "法人番号",
        "契約日",
        "最後の署名",
        "効力の発生日",
    ),
    *("契約期間の始め", "契約期間の終わり", "所属", "担当者の職", "担当者", "決裁の番号", "文書番号", "待っているもの"),
    *("期限", "署名", "節減された印紙税", "さかのぼる理由"),
)
FILE = {CSV: {"schema": {"type": "string"}}}
Format = Annotated[Literal["json", "csv"] | None, Query(alias="format", description="答えの形式")]
FileEncoding = Annotated[Encoding, Query(description="CSVの文字コード")]
Accept = Annotated[str, Header(include_in_schema=False)]

router = APIRouter(tags=["contracts"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/contracts",
    operation_id="list_contracts",
    summary="電子契約の一覧(新しい順)。契約日、金額、相手方などを組み合わせて探す。JSON、又は format=csv でCSV",
    responses={200: {**gives(200, ContractPage, "一覧の一頁。CSVは条件に合うすべて")[200], "content": FILE}, **READS},
)
async def list_contracts(
    asker: Asker,
    parts: Parts,
    filters: Annotated[ContractQuery, Depends()],
    accept: Accept = "",
    as_file: Format = None,
    encoding: FileEncoding = "utf-8",
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Only contracts this reader may open."""
    await read_models_reached(parts, after, "contract")
    directory, now = await parts.directory(), parts.clock.now()
    wanted, scope = filters.within(directory, now), await reader_scope(parts, asker, now)
    if is_file(as_file, accept):
        rows = await run_in_threadpool(lambda: list(parts.contracts.all_contracts(wanted, scope)))
        return as_csv(rows, encoding)
    found = await one_page(parts.contracts.list_contracts, wanted, scope, cursor=cursor, limit=limit)
    return json_answer(page([summary(row) for row in found.contracts], found.next_cursor))


def is_file(as_file: Literal["json", "csv"] | None, accept: str) -> bool:
    """Whether a file is asked for, by the parameter or else by the Accept header."""
    return as_file == "csv" or (as_file is None and wants_csv(accept))


def summary(row: ContractRow) -> dict[str, Any]:
    """Give one contract as lists show it."""
    return {
        **dict(zip(AS_IN_ROW, _as_in_row(row), strict=True)),
        "class": row.contract_class,
        "officer": {
            "person": row.officer_person,
            "name": row.officer_name,
            "post": row.officer_post,
            "title": row.officer_title,
        },
        "due_at": time_text(row.due_at),
        "released_at": time_text(row.released_at),
        "last_signature_at": time_text(row.last_signature_at),
    }


def summaries(parts: ApiParts, opened: Iterable[int], scope: ReaderScope) -> dict[int, dict[str, Any]]:
    """Give the contracts that began at these positions, as lists show them; only those this reader may open."""
    return {at: summary(row) for at, row in parts.contracts.contracts_of(opened, scope).items()}


def as_csv(rows: Iterable[ContractRow], encoding: Encoding, *, name: str = "電子契約一覧") -> Response:
    """Give the contracts as a CSV file."""
    return csv_answer(COLUMNS, map(cells, rows), name=name, encoding=encoding)


def cells(row: ContractRow) -> list[str]:
    """Give one contract as a line of a spreadsheet: days as ISO, moments in Japan's time, yen as digits."""
    return [
        *(row.number, STATES[row.state], CLASSES[row.contract_class], row.title, _text(row.amount_yen)),
        *("、".join(row.counterparties), "、".join(row.corporate_numbers), _text(row.contract_date)),
        *(_moment(row.last_signature_at), _text(row.effective_from), _text(row.period_from), _text(row.period_to)),
        *(row.unit_name, row.officer_title, row.officer_name, row.approval, row.document_number, row.waiting_for),
        *(_moment(row.due_at), f"{row.signed}/{row.signers}", _text(row.stamp_saved_yen)),
        row.retroactive_reason or "",
    ]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _moment(at: Any) -> str:
    return "" if at is None else f"{at.astimezone(JST):%Y-%m-%d %H:%M:%S}"
