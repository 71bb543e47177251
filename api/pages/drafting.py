"""起案と修正: the draft sheet, the route it would take with the reason of every step, and only then its submission."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.attached import require_documents
from api.auth.forms import FormGuard
from api.errors import Problem, problem_of
from api.pages.approval_desk import Look, look
from api.pages.changes import Change, field_changes
from api.pages.desk import Reader, who
from api.pages.draft_values import (
    BODY,
    attached,
    changed_values,
    content_values,
    copied,
    digest,
    typed_of,
)
from api.pages.files import keep_uploads
from api.pages.labels import kinds
from api.pages.page_route import Number, add_form, add_page, add_send, page_router
from api.pages.reading_forms import Typed, version_of
from api.pages.rendering import render, see
from api.pages.sending_forms import EXPECTED, come_back, send_as
from api.parts import ApiParts, parts_of
from api.rehearsal import rehearse
from api.strict_json import validated
from domain.approval import RECORD, commands, facts
from domain.approval.state import Approval
from projections.queries.approval import Filters

NEW, AMEND = "/approvals/new", "/approvals/amend"
UPLOAD_PATHS = frozenset({NEW, AMEND})  # these take files: composition gives them the room of an upload
LOOK_FIRST = "内容が、経路を確認したときから変わっています。新しい経路を確認してから、もう一度押してください。"
COPIES_MAX = 8


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What would become of the case; for an amendment also what changes and whose approvals fall."""

    state: Approval
    changes: tuple[Change, ...] = ()
    invalidated: tuple[facts.Invalidated, ...] = ()
    restarts: bool = False


class DraftPages:
    """`/approvals/new` and `/approvals/{number}/amend`."""

    def __init__(self, form_guard: FormGuard) -> None:
        self.router = page_router()
        add_form(self.router, NEW, self.blank, self.draft, form_guard)
        add_page(self.router, "/approvals/{number}/amend", self.sheet)
        add_send(self.router, AMEND, self.amend, form_guard)

    async def blank(
        self,
        request: Request,
        copy: Annotated[str | None, Query()] = None,
        amends: Annotated[str | None, Query()] = None,
    ) -> Response:
        """An empty sheet, or one like an earlier case (`copy`), or one that amends a decided case (`amends`)."""
        parts = parts_of(request)
        if copy or amends:
            earlier = await look(request, parts, amends or copy or "")
            typed = Typed(copied(earlier.state.content, amends=amends or ""))
            return await _new_page(request, parts, earlier.reader, typed)
        _, reader = await who(request, parts)
        return await _new_page(request, parts, reader, Typed({"body": [BODY]}))

    async def draft(self, request: Request) -> Response:
        """One of the sheet's buttons: keep files, show the route, keep the draft, or submit what was shown."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        typed, trouble = await _with_uploads(request, parts)
        step = typed.text("step")
        if trouble is not None or step == "attach":
            return await _new_page(request, parts, reader, typed, problem=trouble)
        try:
            values = content_values(typed, attached(typed))
            command = validated(commands.Draft, {**values, "submit": step != "save"})
            await require_documents(parts, command)
            post = typed.text("post_as") or (reader.post.code if reader.post else "")
            foreseen = await run_in_threadpool(_foreseen_draft, parts, reader, command, post)
            seen = digest(values, post)
            if step != "save" and (step != "submit" or typed.text("previewed") != seen):
                hint = LOOK_FIRST if step == "submit" else ""
                return await _new_page(request, parts, reader, typed, foreseen=foreseen, seen=seen, message=hint)
            number = await send_as(request, parts, typed, record=RECORD, number=None, verb="draft", body=command)
        except EXPECTED as error:
            return await _new_page(request, parts, reader, typed, problem=problem_of(error))
        return see(f"/approvals/{number}")

    async def sheet(self, request: Request, number: Number) -> Response:
        """The sheet of a case, to be amended."""
        case = await look(request, parts_of(request), number)
        return await _amend_page(request, parts_of(request), case, Typed(typed_of(case.state.content)))

    async def amend(self, request: Request) -> Response:
        """One of the buttons: keep files, show before and after, or amend what was shown."""
        parts = parts_of(request)
        typed, trouble = await _with_uploads(request, parts)
        case = await look(request, parts, typed.text("number"))
        if trouble is not None or typed.text("step") == "attach":
            return await _amend_page(request, parts, case, typed, problem=trouble)
        try:
            values = changed_values(content_values(typed, attached(typed)), case.state.content)
            known = {"version": case.version, **version_of(typed)}
            command = validated(commands.Amend, {**values, "reason": typed.text("reason"), **known})
            await require_documents(parts, command)
            foreseen = await run_in_threadpool(_foreseen_amendment, parts, case, command)
            seen = digest({**values, "reason": command.reason}, case.number)
            if typed.text("step") != "submit" or typed.text("previewed") != seen:
                hint = LOOK_FIRST if typed.text("step") == "submit" else ""
                return await _amend_page(request, parts, case, typed, foreseen=foreseen, seen=seen, message=hint)
            await send_as(request, parts, typed, record=RECORD, number=case.number, verb="amend", body=command)
        except EXPECTED as error:
            return await _amend_page(request, parts, case, typed, problem=problem_of(error))
        return see(f"/approvals/{case.number}")


async def _with_uploads(request: Request, parts: ApiParts) -> tuple[Typed, Problem | None]:
    """Give what was typed with the files sent along already in the list, and what was wrong with those."""
    form = await request.form()
    typed = Typed.of(form)
    try:
        uploads = await keep_uploads(parts, form)
    except Problem as problem:
        return typed, problem
    rows = attached(typed, uploads)
    listed = {"file_sha": [row.sha256 for row in rows], "file_name": [row.name for row in rows]}
    return typed.with_values({**listed, "file_place": [], "file_remove": []}), None


def _foreseen_draft(parts: ApiParts, reader: Reader, command: commands.Draft, post: str) -> Foreseen:
    command = command.model_copy(update={"submit": True})
    state, _ = rehearse(RECORD, RECORD.initial, command, reader.given("", post), ledger=parts.reader)
    return Foreseen(state=state)


def _foreseen_amendment(parts: ApiParts, case: Look, command: commands.Amend) -> Foreseen:
    """Before and after; for a case that is not in its route also the route it would take once submitted again."""
    after, events = rehearse(RECORD, case.state, command, case.given, ledger=parts.reader)
    amended = next(event for event in events if isinstance(event, facts.Amended))
    if after.status in ("draft", "returned"):
        after, _ = rehearse(RECORD, after, commands.Submit(), case.given, ledger=parts.reader)
    return Foreseen(
        state=after,
        changes=field_changes(case.state.content, amended.draft),
        invalidated=amended.invalidated,
        restarts=amended.restarts,
    )


async def _new_page(request: Request, parts: ApiParts, reader: Reader, typed: Typed, **more: Any) -> Response:
    mine = Filters(drafter=reader.person)
    earlier = await run_in_threadpool(parts.approvals.list_cases, mine, reader.scope, limit=COPIES_MAX)
    return _sheet_page(request, reader, typed, action=NEW, earlier=earlier.cases, look=None, version=0, **more)


async def _amend_page(request: Request, parts: ApiParts, case: Look, typed: Typed, **more: Any) -> Response:
    return _sheet_page(request, case.reader, typed, action=AMEND, earlier=(), look=case, version=case.version, **more)


def _sheet_page(
    request: Request, reader: Reader, typed: Typed, *, problem: Problem | None = None, message: str = "",
    foreseen: Foreseen | None = None, seen: str = "", **more: Any,
) -> Response:  # fmt: skip
    filled = come_back(typed, problem)
    table = reader.rules.authority(reader.today)
    shown = {
        **filled.shown, "message": filled.message or message, "key": typed.text("key") if foreseen else filled.key
    }  # fmt: skip
    return render(
        request, "approval/draft.html", status=filled.status, reader=reader, kinds=kinds(reader.rules, reader.today),
        flags=table.reservation.flags, files=attached(typed), foreseen=foreseen, seen=seen, **{**shown, **more},
    )  # fmt: skip
