"""電子契約の報告: stamp duty saved, contract dates that differ or lie in the past, retention, custody; JSON or CSV."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer
from api.asking import Asker
from api.contract_custody import custody_item, horizon, with_contracts
from api.contract_labels import CLASSES, LEVELS
from api.listing import one_page, reader_scope
from api.openapi import READS, Responses, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, known_query, page, read_models_reached
from api.routes.case_filters import Day
from api.routes.contract_list import COLUMNS, FILE, Accept, FileEncoding, Format, cells, is_file, summary
from api.shapes.contract_report import By, Custody, CustodyReport, MismatchReport, StampDutyReport
from api.shapes.problem import Shape
from api.spreadsheet import Encoding, csv_answer
from domain.clock import JST
from projections.contract import ContractRow, CustodyRow
from projections.queries.contract_reports import Period, Saved
from projections.readers import ReaderScope

SAVED_COLUMNS = ("区分", "契約の件数", "課税される件数", "契約金額(税込)", "節減された印紙税")
CUSTODY_COLUMNS = (
    *("番号", "件名", "所属", "締結", "水準", "タイムスタンプの回数", "暗号方式", "押した日時", "認証局の証明書の期限"),
    *("次の期限", "延期の理由", "失敗", "失敗の内容", "保存期限", "満了時の措置"),
)
REVIEWS = {"none": "", "due": "審査待ち", "extended": "延長", "archives": "公文書館へ引渡し", "disposal": "廃棄"}

router = APIRouter(tags=["contracts"], dependencies=[Depends(known_query)])


def _gives(shape: type[Shape], text: str) -> Responses:
    return {200: {**gives(200, shape, text)[200], "content": FILE}}


First = Annotated[Day, Query(alias="from", description="契約日がこの日以後")]
Last = Annotated[Day, Query(alias="to", description="契約日がこの日以前")]


@router.get(
    "/v1/contract-reports/stamp-duty",
    operation_id="report_contract_stamp_duty",
    summary="節減された印紙税(月、所属又は契約の種類ごと)。JSON、又は format=csv でCSV",
    responses={**_gives(StampDutyReport, "節減された印紙税"), **READS},
)
async def stamp_duty(
    asker: Asker,
    parts: Parts,
    by: Annotated[By, Query(description="何ごとに集計するか")] = "month",
    first: First = None,
    last: Last = None,
    accept: Accept = "",
    as_file: Format = None,
    encoding: FileEncoding = "utf-8",
    after: After = None,
) -> Response:
    """Of the contracts this reader may open."""
    await read_models_reached(parts, after, "contract")
    scope = await reader_scope(parts, asker, parts.clock.now())
    rows = await run_in_threadpool(parts.contract_reports.stamp_duty, by, Period(first=first, last=last), scope)
    items = [{**row._asdict(), "label": saved_label(by, row)} for row in rows]
    if is_file(as_file, accept):
        lines = ([str(each[name]) for name in ("label", *Saved._fields[2:])] for each in items)
        return csv_answer(SAVED_COLUMNS, lines, name="印紙税の節減", encoding=encoding)
    totals = {name: sum(each[name] for each in items) for name in ("contracts", "saved_yen")}
    return json_answer({"by": by, "from": first, "to": last, **totals, "items": items})


def saved_label(by: By, row: Saved) -> str:
    """Give what a month, unit or class is called."""
    return CLASSES[row.key] if by == "class" else row.label


@router.get(
    "/v1/contract-reports/dates",
    operation_id="report_contract_dates",
    summary="契約日と署名の日が異なる契約、さかのぼる契約。JSON、又は format=csv でCSV",
    responses={**_gives(MismatchReport, "契約日の不一致"), **READS},
)
async def dates(
    asker: Asker,
    parts: Parts,
    first: First = None,
    last: Last = None,
    accept: Accept = "",
    as_file: Format = None,
    encoding: FileEncoding = "utf-8",
    after: After = None,
) -> Response:
    """The day written, the day of the last signature and the day of effect side by side, with the reason given."""
    await read_models_reached(parts, after, "contract")
    scope = await reader_scope(parts, asker, parts.clock.now())
    rows = await run_in_threadpool(parts.contract_reports.mismatches, Period(first=first, last=last), scope)
    if is_file(as_file, accept):
        lines = ([*cells(row), str(days_between(row))] for row in rows)
        return csv_answer((*COLUMNS, "契約日から署名までの日数"), lines, name="契約日の不一致", encoding=encoding)
    return json_answer({"from": first, "to": last, "items": [mismatch(row) for row in rows]})


def mismatch(row: ContractRow) -> dict[str, Any]:
    """Give one contract whose dates differ."""
    early = row.effective_from is not None and row.signed_on is not None and row.effective_from < row.signed_on
    return {**summary(row), "days_between": days_between(row), "takes_effect_before_signature": early}


def days_between(row: ContractRow) -> int:
    """Give the days from the contract date to the day of the last signature."""
    return (row.signed_on - row.contract_date).days if row.signed_on and row.contract_date else 0


@router.get(
    "/v1/contract-reports/custody",
    operation_id="report_contract_custody",
    summary="長期保管の状況: 期限の近いもの、暗号方式の終わりが及ぶもの、失敗したもの、保存期間の満了したもの",
    responses={**_gives(CustodyReport, "長期保管の状況"), **READS},
)
async def custody(
    asker: Asker,
    parts: Parts,
    which: Annotated[Custody, Query(description="どの契約を見るか")] = "all",
    accept: Accept = "",
    as_file: Format = None,
    encoding: FileEncoding = "utf-8",
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Of the contracts this reader may open, by the rules in force today."""
    await read_models_reached(parts, after, "contract")
    now = parts.clock.now()
    scope = await reader_scope(parts, asker, now)
    _, rules = await run_in_threadpool(parts.reader.references)
    due = horizon(rules, now)
    if is_file(as_file, accept):
        return await run_in_threadpool(_custody_file, parts, which, due, scope, encoding)
    found = await one_page(parts.contract_custody.list_custody, which, due, scope, cursor=cursor, limit=limit)
    counts = await run_in_threadpool(parts.contract_custody.counts, due, scope)
    levels = await run_in_threadpool(parts.contract_custody.levels, scope)
    pairs = await run_in_threadpool(with_contracts, parts, found.contracts, scope)
    head = {"which": which, "levels": levels, "counts": counts, "sunsets": dict(due.sunsets)}
    return json_answer({**head, **page([custody_item(*pair) for pair in pairs], found.next_cursor)})


def _custody_file(parts: ApiParts, which: Custody, due: Any, scope: ReaderScope, encoding: Encoding) -> Response:
    rows = list(parts.contract_custody.all_custody(which, due, scope))
    return csv_answer(CUSTODY_COLUMNS, _custody_lines(parts, rows, scope), name="長期保管", encoding=encoding)


def _custody_lines(parts: ApiParts, rows: Iterable[CustodyRow], scope: ReaderScope) -> Iterator[list[str]]:
    for row, contract in with_contracts(parts, rows, scope):
        yield [
            *(row.number, contract.title, contract.unit_name, _said(row.concluded_at), LEVELS[row.level]),
            *(str(row.generation), row.algorithm, _said(row.stamped_at), _said(row.tsa_expires_at)),
            *(_said(row.renew_at or row.archive_at), row.postponed or "", row.failed or "", row.failed_detail or ""),
            *(row.retained_until.isoformat(), REVIEWS[row.review]),
        ]


def _said(at: Any) -> str:
    if at is None:
        return ""
    return at.isoformat() if type(at) is date else f"{at.astimezone(JST):%Y-%m-%d %H:%M}"
