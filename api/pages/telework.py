"""テレワークの画面: the page one comes to, one's own requests, who works where today, and the rules (TW-31)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.auth.forms import FormGuard
from api.pages import telework_labels
from api.pages.act_fields import ActForm
from api.pages.acting import ActPages
from api.pages.acts import Act
from api.pages.desk import Reader, who
from api.pages.flash import behind
from api.pages.formats import short_moment
from api.pages.labels import Tone
from api.pages.page_route import add_page, page_router
from api.pages.reading_forms import NOTHING
from api.pages.rendering import render
from api.pages.telework_acting import ACTING, acts_of
from api.pages.telework_acts import AT_ONCE, act_form
from api.pages.telework_applying import SheetPages
from api.pages.telework_case import CasePages
from api.pages.telework_desk import Case, is_head
from api.pages.telework_lists import LISTS, colleagues, count_awaiting, of_day, own_recent
from api.pages.telework_queue import QueuePages
from api.pages.telework_register import RegisterPages
from api.pages.telework_service_rules import chapters
from api.parts import ApiParts, parts_of
from domain.telework import RECORD
from domain.telework.state import CLOSED
from domain.telework.view import because
from projections.telework import RequestRow

OPEN_MAX, CLOSED_MAX = 20, 10
TO_DO: Mapping[str, str] = MappingProxyType(
    {
        "ordered": "始めるときに開始を報告してください",
        "working": "終えるときに終了を報告してください",
        "ended": "勤務内容を報告してください",
        "returned": "直して、もう一度申請してください",
    }
)


@dataclass(frozen=True, kw_only=True)
class Mine:
    """One of the reader's own requests with the buttons of the moment: `press` is done at once, `links` lead on."""

    case: Case
    waits: str
    press: ActForm | None
    links: tuple[tuple[str, str, str], ...]  # address, label, tone


class TeleworkPages:
    """`/telework`, `/telework-requests`, `/telework/today` and `/telework/rules`. Nothing here changes anything."""

    def __init__(self) -> None:
        self.router = page_router()
        for path, page in (
            ("/telework", self.home),
            (f"/{RECORD.plural}", self.mine),
            ("/telework/today", self.today),
            ("/telework/rules", self.rules),
        ):
            add_page(self.router, path, page)

    async def home(self, request: Request) -> Response:
        """Today's order with its button, what else is to be done, and the way to everything."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, *LISTS)

        def look() -> dict[str, Any]:
            mine = [each for each in _own(parts, reader) if each.case.state.status not in CLOSED]
            today = [each for each in mine if each.case.state.content.day == reader.today]
            todo = [each for each in mine if each not in today and _is_due(each, reader)]
            ahead = [each for each in mine if each not in today and each not in todo]
            return {"today": today, "todo": todo, "ahead": ahead, "awaiting": count_awaiting(parts, reader)}

        context = await run_in_threadpool(look)
        return _page(request, reader, "home", behind=late, is_head=await run_in_threadpool(is_head, reader), **context)

    async def mine(self, request: Request) -> Response:
        """The reader's own requests: those that still want something first."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, *LISTS)
        mine = await run_in_threadpool(_own, parts, reader)
        running = [each for each in mine if each.case.state.status not in CLOSED]
        ended = [each for each in mine if each.case.state.status in CLOSED][:CLOSED_MAX]
        return _page(request, reader, "mine", behind=late, running=running, ended=ended)

    async def today(
        self,
        request: Request,
        unit: Annotated[str | None, Query(max_length=64)] = None,
        day: Annotated[str | None, Query(max_length=10)] = None,
    ) -> Response:
        """Who of a unit teleworks on a day (today, the reader's own unit), as far as the reader may know."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, *LISTS)
        on = _day_of(day) or reader.today
        code = unit or (reader.post.unit if reader.post else "")
        rows = await run_in_threadpool(of_day, parts, reader, code, on)
        read = {row.person for row in rows} | {reader.person}
        known = await run_in_threadpool(colleagues, parts, reader, code, on)
        others = [each for each in known if each.person not in read]
        named = reader.directory.unit(code, on)
        return _page(
            request, reader, "today", behind=late, rows=rows, others=others, on=on, unit=code,
            unit_name=named.name if named else code, units=reader.directory.units(on), standing=_standing(rows, reader),
        )  # fmt: skip

    async def rules(self, request: Request) -> Response:
        """The service rules by their version, deadlines and hours of the edition in force, and what to do when."""
        _, reader = await who(request, parts_of(request))
        rules = reader.rules.telework(reader.today)
        return _page(
            request, reader, "rules", rules=rules, chapters=chapters(rules.service_rules_version),
            apply_until=apply_until_label(rules.apply_until_rule),
        )  # fmt: skip


def telework_routers(form_guard: FormGuard) -> tuple[APIRouter, ...]:
    """Give the routers of all telework pages, in the order in which addresses are matched."""
    return (
        TeleworkPages().router,
        QueuePages(form_guard).router,
        RegisterPages().router,
        SheetPages(form_guard).router,  # /telework-requests/new before /telework-requests/{number}
        ActPages(form_guard, ACTING).router,
        CasePages().router,
    )


def apply_until_label(rule: str) -> str:
    """Give the deadline rule of an edition in words."""
    clock, _, which = rule.partition(" of the previous ")
    return {"office day": f"前の開庁日の{clock}", "calendar day": f"前日の{clock}"}.get(which, "当日の始業")


def _own(parts: ApiParts, reader: Reader) -> list[Mine]:
    return [_mine(parts, reader, row) for row in own_recent(parts, reader, limit=OPEN_MAX + CLOSED_MAX)]


def _mine(parts: ApiParts, reader: Reader, row: RequestRow) -> Mine:
    """One request as the ledger has it now: a list that lags behind offers no button that is gone."""
    state, version = parts.reader.fold(RECORD, row.number)
    case = Case(number=row.number, facts=(), state=state, version=version, reader=reader)
    if state.status in CLOSED:
        return Mine(case=case, waits=because(state), press=None, links=())
    acts = acts_of(case)
    offered: Sequence[Act] = (*acts.main, *acts.other, *acts.end)
    forms: Mapping[str, ActForm | None] = {act.verb: act_form(act.verb, case) for act in offered}
    press = next((form for verb, form in forms.items() if verb in AT_ONCE and form is not None), None)
    links = [_link(case, act, forms[act.verb]) for act in offered if press is None or act.verb != press.verb]
    return Mine(case=case, waits=_waits(case), press=press, links=tuple(links))


def _waits(case: Case) -> str:
    """What the person is to do, until when; else for whom it waits."""
    asked = TO_DO.get(case.state.status)
    if asked is None:
        return because(case.state)
    due = case.state.watch.remind_at if case.state.watch else None
    return f"{asked}（{short_moment(due)}まで）" if due is not None and due > case.reader.now else asked


def _link(case: Case, act: Act, form: ActForm | None) -> tuple[str, str, str]:
    if form is None:
        label = "直して再申請" if case.state.status == "returned" else "変更"
        return f"{case.href}/change", label, "go" if case.state.status == "returned" else act.tone
    return f"{case.href}/acts/{act.verb}", form.short, act.tone


def _is_due(mine: Mine, reader: Reader) -> bool:
    """Whether it waits for the person themselves, now."""
    state = mine.case.state
    return state.status in ("working", "ended", "returned") or (
        state.status == "ordered" and state.content.day < reader.today
    )


def _standing(rows: Sequence[RequestRow], reader: Reader) -> dict[str, tuple[str, Tone]]:
    """For each request how the day stands, and its colour: whoever has not begun in time is late."""
    found: dict[str, tuple[str, Tone]] = {}
    for row in rows:
        tone = telework_labels.TONES.get(row.state, "moving")
        label = telework_labels.STATES[row.state]
        if row.state == "ordered":
            label, tone = "これから", "still"
            if row.starts_at <= reader.now:
                label, tone = "開始報告待ち", "back"
        found[row.number] = (label, tone)
    return found


def _day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _page(request: Request, reader: Reader, name: str, **context: Any) -> Response:
    return render(request, f"telework/{name}.html", reader=reader, tele=telework_labels, nothing=NOTHING, **context)
