"""テレワークデイズの入力: the organiser's acts, opening one, choosing a unit's days, not taking part."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response

from api.auth.forms import FormGuard
from api.errors import Problem
from api.pages import campaign_labels
from api.pages.acting import Acting, form_page
from api.pages.acts import is_open
from api.pages.campaign import shown
from api.pages.campaign_acts import ACTS, LEAVE, OPEN, act_form
from api.pages.campaign_desk import CampaignLook, href, lay
from api.pages.desk import Reader, who
from api.pages.page_route import Number, add_form, page_router
from api.pages.reading_forms import Typed, act_values
from api.pages.rendering import render, see
from api.pages.sending_forms import Filled, come_back, send_form
from api.parts import parts_of
from api.validation import FieldError
from domain.calendars import OutsideCalendar
from domain.campaign import RECORD
from domain.campaign.state import Participant

NEW, BACK = f"/{RECORD.plural}/new", "テレワークデイズに戻る"
NO_DAY = "実施日を一つ以上選んでください。"
Unit = Annotated[str, Query(max_length=64)]

ACTING = Acting(
    record=RECORD,
    template="campaign/act.html",
    back=BACK,
    lay=lay,
    form_of=lambda verb, look: act_form(verb),
    is_open=lambda verb, look: is_open(ACTS[verb], RECORD, look.state, look.given),
    shown=lambda look, seen: {**shown(look), "unit": None},
    is_versioned=False,  # units answer all the time, and none of that is in the organiser's way
)


class CampaignSheetPages:
    """`/telework-campaigns/new`, `…/{number}/join` and `…/leave`: GET shows the form, POST sends it."""

    def __init__(self, form_guard: FormGuard) -> None:
        self.router = page_router()
        one = f"/{RECORD.plural}/{{number}}"
        add_form(self.router, NEW, self.blank, self.open, form_guard)
        add_form(self.router, f"{one}/join", self.choose, self.join, form_guard)
        add_form(self.router, f"{one}/leave", self.ask_to_leave, self.leave, form_guard)

    async def blank(self, request: Request) -> Response:
        """An empty sheet for a campaign."""
        _, reader = await who(request, parts_of(request))
        return _new_page(request, reader, Filled())

    async def open(self, request: Request) -> Response:
        """Open the campaign. Refused, the sheet comes back with everything that was typed and one sentence why."""
        _, reader = await who(request, parts_of(request))
        typed = Typed.of(await request.form())
        sent = await send_form(
            request, typed, record=RECORD, number=None, verb="open", values=lambda: act_values(OPEN, typed)
        )
        return see(href(sent)) if isinstance(sent, str) else _new_page(request, reader, come_back(typed, sent))

    async def choose(self, request: Request, number: Number, unit: Unit = "") -> Response:
        """The days of the period, to be tapped; those that were chosen are marked."""
        look = await lay(request, parts_of(request), number)
        own = _unit_of(look, unit)
        return _join_page(request, look, own, Filled(), chosen={day.isoformat() for day in own.days})

    async def join(self, request: Request, number: Number) -> Response:
        """Take part on the days that were tapped, or from now on on these instead."""
        look, typed = await lay(request, parts_of(request), number), Typed.of(await request.form())
        unit = _unit_of(look, typed.text("unit"))
        sent = await send_form(
            request, typed, record=RECORD, number=number, verb="join", values=lambda: _days_of(unit, typed)
        )
        if isinstance(sent, str):
            return see(look.href)
        return _join_page(request, look, unit, come_back(typed, sent), chosen=set(typed.all("days")))

    async def ask_to_leave(self, request: Request, number: Number, unit: Unit = "") -> Response:
        """The form for not taking part."""
        look = await lay(request, parts_of(request), number)
        return _leave_page(request, look, _unit_of(look, unit), Filled())

    async def leave(self, request: Request, number: Number) -> Response:
        """Not take part."""
        look, typed = await lay(request, parts_of(request), number), Typed.of(await request.form())
        unit = _unit_of(look, typed.text("unit"))
        sent = await send_form(
            request, typed, record=RECORD, number=number, verb="leave",
            values=lambda: {"unit": unit.unit, **act_values(LEAVE, typed)},
        )  # fmt: skip
        return see(look.href) if isinstance(sent, str) else _leave_page(request, look, unit, come_back(typed, sent))


def _unit_of(look: CampaignLook, named: str) -> Participant:
    """The unit that is meant: as named, else the reader's first; refuses `not-unit-head` for anybody else's."""
    found = next((each for each in look.own if named in ("", each.unit)), None)
    if found is None:
        raise Problem("not-unit-head")
    return found


def _days_of(unit: Participant, typed: Typed) -> Mapping[str, Any]:
    if not typed.all("days"):
        raise Problem("invalid", field="days", errors=[FieldError("days", NO_DAY)])
    return {"unit": unit.unit, "days": typed.all("days")}


def _new_page(request: Request, reader: Reader, filled: Filled) -> Response:
    return form_page(
        request, "campaign/act.html", reader, OPEN, filled, action=NEW, back=f"/{RECORD.plural}",
        back_label="一覧に戻る", post=reader.post.code if reader.post else None, look=None, unit=None,
        names=campaign_labels.FIELDS,
    )  # fmt: skip


def _leave_page(request: Request, look: CampaignLook, unit: Participant, filled: Filled) -> Response:
    return form_page(
        request, "campaign/act.html", look.reader, replace(LEAVE, hidden={"unit": unit.unit}), filled, **shown(look),
        action=f"{look.href}/leave", back=look.href, back_label=BACK, post=look.post_for(unit.unit), unit=unit,
    )  # fmt: skip


def _join_page(
    request: Request, look: CampaignLook, unit: Participant, filled: Filled, *, chosen: set[str]
) -> Response:
    return render(
        request, "campaign/join.html", status=filled.status, **filled.shown, **shown(look), unit=unit, back=look.href,
        weeks=_weeks(look), chosen=chosen, action=f"{look.href}/join", post=look.post_for(unit.unit),
    )  # fmt: skip


def _weeks(look: CampaignLook) -> list[list[date]]:
    """The office days of the period, week by week."""
    state, office = look.state, look.reader.calendars.office
    weeks: dict[tuple[int, int], list[date]] = {}
    for after in range((state.last_day - state.first_day).days + 1):
        day = state.first_day + timedelta(days=after)
        try:
            is_open = office.is_open(day)
        except OutsideCalendar:
            is_open = False
        if is_open:
            weeks.setdefault(day.isocalendar()[:2], []).append(day)
    return list(weeks.values())
