"""電子決裁の画面: one case, its history, its files, and the acts open to whoever looks."""

from typing import Annotated, Any

from fastapi import Path, Query, Request
from fastapi.responses import Response

from api.errors import Problem
from api.pages.absence import absence_notes
from api.pages.act_fields import ActForm
from api.pages.acts import OpenActs, open_acts
from api.pages.approval_acts import ACTS, act_form
from api.pages.approval_desk import Look, look
from api.pages.changes import shown
from api.pages.chronicle import chronicle
from api.pages.files import files_of
from api.pages.flash import take_flash
from api.pages.labels import ACTIONS, FIELDS, STATES, TONES, kind_label
from api.pages.page_route import Number, add_page, page_router
from api.pages.reading_forms import NOTHING
from api.pages.rendering import render
from api.pages.seen import news, seen_before
from api.parts import parts_of
from api.routes.attachments import document_answer
from domain.approval import RECORD
from domain.approval.state import RUNNING
from domain.approval.view import because

SHEET = ("counterparty", "period", "flags", "information_system", "multi_year", "amends", "needed_by")
ONLY_IF_SO = ("information_system", "multi_year")


class CasePages:
    """`/approvals/{number}` and what hangs below it for reading. Nothing here changes a case."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, "/approvals/{number}", self.case)
        add_page(self.router, "/approvals/{number}/history", self.history)
        add_page(self.router, "/approvals/{number}/files/{sha256}", self.file)

    async def case(
        self, request: Request, number: Number, version: Annotated[int | None, Query(ge=1)] = None
    ) -> Response:
        """The case as it is, or, with `version`, as it was then (and then without acts)."""
        case = await look(request, parts_of(request), number)
        if version is not None and version < case.version:
            return await self._as_it_was(request, case, version)
        base = seen_before(request, number, case.version, own_last_version=case.own_last_version)
        acts = open_acts(tuple(ACTS.values()), RECORD, case.state, case.given)
        context = await _shown(request, case)
        return render(
            request, "approval/case.html", **context, **_offered(case, acts), **news(case, base),
            flash=take_flash(request), past=None,
        )  # fmt: skip

    async def _as_it_was(self, request: Request, case: Look, version: int) -> Response:
        then = case.as_of(version)
        nothing: dict[str, Any] = {"acts": OpenActs(), "inline": None, "links": {}, "hindrance": None}
        context = await _shown(request, then)
        return render(
            request, "approval/case.html", **context, **nothing, **news(then, None), flash=None,
            past={"at": then.facts[-1].meta.at, "newest": case.version},
        )  # fmt: skip

    async def history(self, request: Request, number: Number) -> Response:
        """Every event of the case: who, as what, when, what."""
        case = await look(request, parts_of(request), number)
        return render(
            request, "approval/history.html", reader=case.reader, look=case, state=case.state, draft=case.state.content,
            entries=chronicle(case.facts),
        )  # fmt: skip

    async def file(
        self, request: Request, number: Number, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
    ) -> Response:
        """One file of the case, for keeping."""
        parts = parts_of(request)
        case = await look(request, parts, number)
        return await document_answer(parts, case.open_case, sha256)


async def _shown(request: Request, case: Look) -> dict[str, Any]:
    """Everything of a case that is the same for every reader."""
    state, reader = case.state, case.reader
    draft = state.content
    rows = [(FIELDS[name], shown(name, draft)) for name in SHEET if _worth_showing(name, getattr(draft, name))]
    return {
        "reader": reader,
        "look": case,
        "state": state,
        "draft": draft,
        "kind": kind_label(reader.rules, reader.today, draft.kind),
        "state_label": STATES[state.status],
        "tone": TONES.get(state.status, "moving"),
        "waits": _waits(case),
        "away": absence_notes(case),
        "due_at": min((step.due_at for step in state.active if step.due_at), default=None),
        "running": state.status in RUNNING,
        "sheet": rows,
        "files": await files_of(parts_of(request).documents, draft),
    }


def _waits(case: Look) -> str:
    """Why the case stands where it stands; its deadline is shown beside it."""
    active = case.state.active
    if case.state.status not in RUNNING or not active:
        return because(case.state)
    return f"{'、'.join(step.title for step in active)}の{ACTIONS[active[0].action]}を待っています"


def _worth_showing(name: str, value: Any) -> bool:
    return bool(value) if name in ONLY_IF_SO else value not in (None, ())


def _offered(case: Look, acts: OpenActs) -> dict[str, Any]:
    """The acts open to the reader: the first of the main ones with its form, the others as links."""
    offered = (*acts.main, *acts.other, *acts.back, *acts.end)
    forms = {act.verb: act_form(act.verb, case) for act in offered}
    main = acts.main[0].verb if acts.main else None
    inline: ActForm | None = forms.get(main) if main else None
    unsent = "amend" in acts.verbs and case.state.status in ("draft", "returned")
    hindrance = acts.refusals.get("submit") if unsent else None
    return {
        "acts": acts,
        "inline": inline,
        "links": {verb: form for verb, form in forms.items() if form is not None and verb != main},
        "hindrance": Problem(hindrance.code).kind.title if hindrance else None,
        "typed": NOTHING,
        "errors": {},
    }
