"""テレワークの申請: the page of one request or order, with the acts open to the reader."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.pages.acts import OpenActs
from api.pages.flash import take_flash
from api.pages.page_route import Number, add_page, page_router
from api.pages.reading_forms import NOTHING
from api.pages.rendering import render
from api.pages.telework_acting import acts_of, shown
from api.pages.telework_acts import BY_TELEPHONE, act_form
from api.pages.telework_chronicle import chronicle
from api.pages.telework_desk import Case, lay
from api.parts import parts_of
from domain.clock import civil_date
from domain.telework import RECORD
from domain.telework.view import because

LATE_REPORT = (
    "実施日が過ぎたため、ここからは{what}を報告できません。所属長等に{what}の時刻を伝えて、記録してもらってください。"
)


class CasePages:
    """`/telework-requests/{number}`. Nothing here changes a request."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, f"/{RECORD.plural}/{{number}}", self.case)

    async def case(self, request: Request, number: Number) -> Response:
        """The request as it is, with the acts open to the reader."""
        case = await lay(request, parts_of(request), number)
        return render(
            request, "telework/case.html", **shown(case), **_offered(case), entries=chronicle(case.facts),
            waits=because(case.state), flash=take_flash(request),
        )  # fmt: skip


def _offered(case: Case) -> dict[str, Any]:
    """The acts open to the reader: the first of the main ones with its form, the others as links."""
    acts = acts_of(case)
    by_others = () if case.is_own else BY_TELEPHONE  # entered for somebody else: never what a page is about
    main = next((act.verb for act in acts.main if act.verb not in by_others), None)
    offered = (*acts.main, *acts.other, *acts.back, *acts.end)
    forms = {act.verb: form for act in offered if (form := act_form(act.verb, case)) is not None}
    inline = forms.pop(main) if main else None
    return {
        "acts": acts,
        "inline": inline,
        "links": forms,
        "hindrance": _hindrance(case, acts),
        "typed": NOTHING,
        "errors": {},
    }


def _hindrance(case: Case, acts: OpenActs) -> str:
    """Why the person's own next report is not open any more, and what to do instead."""
    for verb, status, what in (("start", "ordered", "開始"), ("end", "working", "終了")):
        refused = acts.refusals.get(verb)
        passed = civil_date(case.reader.now) > case.state.content.day
        if case.is_own and case.state.status == status and passed and refused and refused.code == "not-the-day":
            return LATE_REPORT.format(what=what)
    return ""
