"""財政の画面: contracts in custody (due, at risk, failed), stamp duty saved, contract dates that differ."""

from datetime import date
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.contract_custody import horizon, with_contracts
from api.errors import Problem
from api.pages import contract_labels
from api.pages.contract_desk import href, rules_of
from api.pages.desk import who
from api.pages.page_route import add_page, page_router
from api.pages.reading_forms import Typed, dates
from api.pages.rendering import render
from api.parts import parts_of
from api.routes.contract_report import days_between, saved_label
from api.shapes.contract_report import By, Custody
from api.validation import FieldError
from domain.contract import RECORD
from projections.queries.contract_reports import Period
from projections.queries.cursors import BadCursor

PAGE_CONTRACTS = 30
WHICH: dict[Custody, str] = {
    "due": "期限の近いもの",
    "at_risk": "暗号方式の終わりが及ぶもの",
    "failed": "失敗したもの",
    "unarchived": "長期署名の前のもの",
    "retention": "保存期間の満了",
    "all": "すべて",
}
BY: dict[By, str] = {"month": "月ごと", "unit": "所属ごと", "class": "種類ごと"}


class ContractReportPages:
    """`/contracts/custody` and `/contracts/reports`."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, f"/{RECORD.plural}/custody", self.custody)
        add_page(self.router, f"/{RECORD.plural}/reports", self.reports)

    async def custody(
        self,
        request: Request,
        which: Annotated[Custody, Query()] = "due",
        cursor: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Response:
        """The contracts in custody that this reader may open, by what they want."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        if rules_of(reader) is None:
            raise Problem("no-rules-in-force")
        due, scope = horizon(reader.rules, reader.now), reader.scope
        try:
            found = await run_in_threadpool(
                parts.contract_custody.list_custody, which, due, scope, cursor=cursor, limit=PAGE_CONTRACTS
            )
        except BadCursor as error:
            raise Problem("invalid", field="cursor") from error
        return render(
            request, "contract/custody.html", reader=reader, which=which, labels_of=WHICH, sunsets=due.sunsets,
            counts=await run_in_threadpool(parts.contract_custody.counts, due, scope),
            levels=await run_in_threadpool(parts.contract_custody.levels, scope),
            rows=await run_in_threadpool(with_contracts, parts, found.contracts, scope),
            next_cursor=found.next_cursor, href=href, words=contract_labels,
        )  # fmt: skip

    async def reports(self, request: Request, by: Annotated[By, Query()] = "month") -> Response:
        """Stamp duty saved, and the contracts whose dates differ."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        query = request.query_params
        typed, errors = (
            Typed({name: query.getlist(name) for name in ("from", "to") if name in query}),
            list[FieldError](),
        )
        days = {name: date.fromisoformat(day) for name, day in dates(typed, ("from", "to"), errors).items()}
        period = Period(first=days.get("from"), last=days.get("to"))
        saved = await run_in_threadpool(parts.contract_reports.stamp_duty, by, period, reader.scope)
        differing = await run_in_threadpool(parts.contract_reports.mismatches, period, reader.scope)
        return render(
            request, "contract/reports.html", status=400 if errors else 200, reader=reader, by=by, by_labels=BY,
            saved=[(saved_label(by, row), row) for row in saved], total=sum(row.saved_yen for row in saved),
            differing=[(row, days_between(row)) for row in differing], typed=typed, href=href, words=contract_labels,
            errors={error.field: error.message for error in errors},
        )  # fmt: skip
