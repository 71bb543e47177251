"""テレワークの申請・変更・命令: one sheet to tap through, filled in with the last request, sent as the API sends."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.auth.forms import FormGuard
from api.cases import open_case
from api.errors import Problem
from api.pages import telework_labels
from api.pages.desk import Reader, who
from api.pages.page_route import Number, add_form, page_router
from api.pages.reading_forms import Typed, version_of
from api.pages.rendering import render, see
from api.pages.sending_forms import come_back, send_form
from api.pages.telework_days import days_to_apply_for, days_to_order, patterns, places, preset_day
from api.pages.telework_desk import Case, href, lay, subordinates
from api.pages.telework_labels import FIELDS, SLOTS
from api.pages.telework_lists import last_number
from api.pages.telework_service_rules import chapters
from api.pages.telework_sheet import (
    OTHER,
    SLOT_ROWS,
    changed_values,
    on_sheet,
    sheet_values,
    typed_of,
    typed_with_day,
)
from api.parts import ApiParts, parts_of
from domain.telework import RECORD
from domain.telework.facts import Request as Wanted

NEW, ORDER = f"/{RECORD.plural}/new", "/telework-orders/new"
NEEDS: Mapping[str, str] = {
    "day": "実施日を選んでください。",
    "where": "場所を選んでください。",
    "tasks": "業務内容を入力してください。",
    "reachable_by": "所属から連絡できる番号などを入力してください。",
    "agreed": "決まりを読んで、この欄に印を付けてください。",
}
NEEDS_TO_ORDER: Mapping[str, str] = {
    "to_post": "命令する職員を選んでください。",
    **{name: NEEDS[name] for name in ("day", "where", "tasks")},
    "reason": "申請によらずに命令する理由を入力してください。",
}


class SheetPages:
    """`/telework-requests/new`, `/telework-requests/{number}/change` and `/telework-orders/new`."""

    def __init__(self, form_guard: FormGuard) -> None:
        self.router = page_router()
        for path, show, send in (
            (NEW, self.blank, self.apply),
            (ORDER, self.blank_order, self.order),
            (f"/{RECORD.plural}/{{number}}/change", self.sheet, self.change),
        ):
            add_form(self.router, path, show, send, form_guard)

    async def blank(self, request: Request, copy: Annotated[str | None, Query(max_length=64)] = None) -> Response:
        """The sheet like an earlier request: the one named by `copy`, else the reader's last."""
        parts = parts_of(request)
        principal, reader = await who(request, parts)
        number = copy or await run_in_threadpool(last_number, parts, reader)
        if number is None:
            return await _new_page(request, parts, reader, Typed({}))
        earlier: Wanted = (await open_case(parts, RECORD, number, principal)).state.content
        return await _new_page(request, parts, reader, Typed(typed_of(earlier)), like=(number, earlier.day))

    async def apply(self, request: Request) -> Response:
        """Send the request. Refused, the sheet comes back with everything that was typed and one sentence why."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        typed = Typed.of(await request.form())
        sent = await _send(
            request, typed, "submit", lambda: sheet_values(typed, needs=NEEDS) | _agreement(typed) | _late_reason(typed)
        )
        if isinstance(sent, str):
            return see(href(sent))
        return await _new_page(request, parts, reader, typed, problem=sent)

    async def sheet(self, request: Request, number: Number) -> Response:
        """The sheet of a request, to be changed."""
        parts = parts_of(request)
        case = await lay(request, parts, number)
        return await _change_page(request, parts, case, Typed(typed_with_day(case.state.content)))

    async def change(self, request: Request, number: Number) -> Response:
        """Send what was changed; a returned request is handed in again with it."""
        parts = parts_of(request)
        case = await lay(request, parts, number)
        typed = Typed.of(await request.form())
        rules = case.reader.rules.telework(case.state.content.day)

        def values() -> dict[str, Any]:
            changed = changed_values(sheet_values(typed, needs=NEEDS), case.state, rules)
            return changed | _agreement(typed) | _late_reason(typed) | version_of(typed) | _given(typed, "reason")

        sent = await _send(request, typed, "change", values, number)
        if isinstance(sent, str):
            return see(case.href)
        return await _change_page(request, parts, case, typed, problem=sent)

    async def blank_order(self, request: Request) -> Response:
        """The sheet of an order without a request."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        return await _order_page(request, parts, reader, Typed({}))

    async def order(self, request: Request) -> Response:
        """Send the order."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        typed = Typed.of(await request.form())
        sent = await _send(
            request,
            typed,
            "order",
            lambda: sheet_values(typed, needs=NEEDS_TO_ORDER) | _given(typed, "to_post", "reason"),
        )
        if isinstance(sent, str):
            return see(href(sent))
        return await _order_page(request, parts, reader, typed, problem=sent)


async def _send(
    request: Request, typed: Typed, verb: str, values: Callable[[], dict[str, Any]], number: str | None = None
) -> str | Problem:
    def present() -> dict[str, Any]:
        return {name: value for name, value in values().items() if value is not None or name == "place"}

    return await send_form(request, typed, record=RECORD, number=number, verb=verb, values=present)


def _agreement(typed: Typed) -> dict[str, str]:
    return {"rules_version": typed.text("rules_version")}


def _late_reason(typed: Typed) -> dict[str, str]:
    return _given(typed, "late_reason")


def _given(typed: Typed, *names: str) -> dict[str, str]:
    return {name: typed.text(name) for name in names if typed.text(name).strip()}


async def _new_page(request: Request, parts: ApiParts, reader: Reader, typed: Typed, **more: Any) -> Response:
    days = await run_in_threadpool(days_to_apply_for, reader, parts.reader)
    return await _page(request, parts, reader, typed, mode="new", action=NEW, days=days, **more)


async def _change_page(request: Request, parts: ApiParts, case: Case, typed: Typed, **more: Any) -> Response:
    days = await run_in_threadpool(days_to_apply_for, case.reader, parts.reader, own=case.number)
    action = f"{case.href}/change"
    return await _page(request, parts, case.reader, typed, mode="change", action=action, days=days, look=case, **more)


async def _order_page(request: Request, parts: ApiParts, reader: Reader, typed: Typed, **more: Any) -> Response:
    seats = await run_in_threadpool(lambda: [(post.code, _seat(reader, post.code)) for post in subordinates(reader)])
    days = days_to_order(reader)
    return await _page(request, parts, reader, typed, mode="order", action=ORDER, days=days, seats=seats, **more)


def _seat(reader: Reader, post: str) -> str:
    holder = reader.directory.holder(post, reader.now)
    return f"{holder.title}（{holder.name}）" if holder else post


async def _page(
    request: Request, parts: ApiParts, reader: Reader, typed: Typed, *, mode: str, problem: Problem | None = None,
    look: Case | None = None, like: Any = None, seats: Any = (), **more: Any,
) -> Response:  # fmt: skip
    """The sheet, blank or as it was typed."""
    filled = come_back(typed, problem, version=look.version if look else None)
    rules = reader.rules.telework(reader.today)
    days = more["days"]
    places_of_days = await run_in_threadpool(places, rules, days, parts.reader)
    chosen = typed.text("day", preset_day(days))
    known = {option.value for option in days}
    if chosen and chosen not in known and chosen != OTHER:
        typed = typed.with_values({"day": [OTHER], "other_day": [chosen]})
        chosen = OTHER
    context = {**filled.shown, "typed": typed, "errors": on_sheet(filled.errors), **more}
    return render(
        request, "telework/sheet.html", status=filled.status, reader=reader, mode=mode, chosen=chosen,
        places=places_of_days, patterns=patterns(rules), rules=rules, chapters=chapters(rules.service_rules_version),
        slots=SLOTS, slot_rows=SLOT_ROWS, fields=FIELDS, tele=telework_labels, other=OTHER, look=look, like=like,
        seats=seats, **context,
    )  # fmt: skip
