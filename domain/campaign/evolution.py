"""テレワークデイズの変化: how the facts add up to a campaign. No rule, no clock, no refusal: facts are only copied."""

from typing import Any

import msgspec

from domain.campaign import facts
from domain.campaign.state import Campaign, Participant
from domain.events import Event, Meta


def evolve(state: Campaign, event: Event, meta: Meta) -> Campaign:
    """Give the state after one more fact; a fact that is not the campaign's own changes nothing but who acted."""
    if meta.by.kind == "person":
        state = state.with_(acted=state.acted | {meta.by.person})
    match event:
        case facts.Opened():
            return _opened(state, event, meta)
        case facts.UnitJoined():
            joined = Participant(
                unit=event.unit, unit_name=event.unit_name, head_post=event.head_post, answer="joined", days=event.days
            )
            return _answered(state, joined)
        case facts.DaysChanged():
            return _changed(state, event.unit, days=event.days)
        case facts.UnitWithdrawn():
            return _changed(state, event.unit, answer="withdrawn", days=())
        case facts.UnitsReminded():
            return state.with_(remind_at=event.next_at, reminders=event.nth)
        case facts.OrganiserReminded():
            return state.with_(organiser_remind_at=event.next_at, organiser_reminders=event.nth)
        case facts.Closed():
            return _over(state, status="closed", closed_at=meta.at, comment=event.comment)
        case facts.ResultFixed():
            return state.with_(status="fixed", fixed_at=meta.at, position=event.position, figures=event.figures)
        case facts.Cancelled():
            return _over(state, status="cancelled", closed_at=meta.at, comment=event.reason)
    return state


def _opened(state: Campaign, event: facts.Opened, meta: Meta) -> Campaign:
    asked = (Participant(unit=e.unit, unit_name=e.unit_name, head_post=e.head_post) for e in event.units)
    return state.with_(
        status="open",
        name=event.name,
        first_day=event.first_day,
        last_day=event.last_day,
        target_percent=event.target_percent,
        note=event.note,
        edition=event.edition,
        fiscal_year=event.fiscal_year,
        held_by=event.organiser,
        units=tuple(asked),
        choose_by=event.choose_by,
        opened_at=meta.at,
        remind_at=event.remind_at,
        close_due_at=event.close_due_at,
        organiser_remind_at=event.close_due_at,
    )


def _answered(state: Campaign, one: Participant) -> Campaign:
    if state.participant(one.unit) is None:
        return state.with_(units=(*state.units, one))
    return state.with_(units=tuple(one if each.unit == one.unit else each for each in state.units))


def _changed(state: Campaign, unit: str, **changes: Any) -> Campaign:
    known = state.participant(unit)
    return state if known is None else _answered(state, msgspec.structs.replace(known, **changes))


def _over(state: Campaign, **changes: Any) -> Campaign:
    return state.with_(remind_at=None, organiser_remind_at=None, **changes)
