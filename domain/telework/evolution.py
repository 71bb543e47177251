"""テレワークの変化: how the facts add up to a request. No rule, no clock, no refusal: facts are only copied."""

import msgspec

from domain.events import Event, Meta
from domain.telework import facts
from domain.telework.state import Act, Clocked, Overtime, Telework, Watch


def evolve(state: Telework, event: Event, meta: Meta) -> Telework:
    """Give the state after one more fact; a fact that is not the record's own changes nothing but who took part."""
    if meta.by.kind == "person":
        state = state.with_(participants=state.participants | {meta.by.person})
    match event:
        case facts.Submitted() | facts.Changed():
            return _asked(state, event, meta)
        case facts.Approved() | facts.Ordered():
            return _ordered(state, event, meta)
        case facts.Returned() | facts.Rejected() | facts.Withdrawn() | facts.Revoked():
            return _ended_by(state, event)
        case facts.Started() | facts.Ended():
            return _clocked(state, event, meta)
        case facts.Reported():
            return state.with_(status="reported", report=event.content, reported_at=meta.at, watch=None)
        case facts.Acknowledged():
            act = Act(by=meta.by, at=meta.at, comment=event.comment, on_behalf_of=event.on_behalf_of)
            return state.with_(status="acknowledged", acknowledged=act)
        case facts.OvertimeRequested() | facts.OvertimeOrdered() | facts.OvertimeRefused():
            return _overtime(state, event, meta)
    return _in_time(state, event)


def _asked(state: Telework, event: facts.Submitted | facts.Changed, meta: Meta) -> Telework:
    match event:
        case facts.Submitted():
            participants = state.participants | {event.applicant.person}
            state = state.with_(applicant=event.applicant, participants=participants, submitted_at=meta.at)
        case facts.Changed():
            state = state.with_(reason=event.reason, order=None, ordered=None)
    return state.with_(
        status="submitted",
        head=event.head,
        request=event.request,
        ruling=event.ruling,
        fiscal_year=event.fiscal_year,
        watch=Watch(overdue="approval", remind_at=event.remind_at) if event.remind_at else None,
        overtime=(),
        lapses_at=None,
        rounds=state.rounds + 1,
    )


def _ordered(state: Telework, event: facts.Approved | facts.Ordered, meta: Meta) -> Telework:
    order = event.order
    match event:
        case facts.Approved():
            act = Act(by=meta.by, at=meta.at, comment=event.comment, on_behalf_of=event.on_behalf_of)
            state = state.with_(reason=None)
        case facts.Ordered():
            act = Act(by=meta.by, at=meta.at, on_behalf_of=event.on_behalf_of)
            state = state.with_(
                applicant=event.applicant,
                head=event.head,
                request=event.request,
                ruling=event.ruling,
                fiscal_year=event.fiscal_year,
                by_command=True,
                command_reason=event.reason,
                rounds=1,
                participants=state.participants | {event.applicant.person},
            )
    watch = Watch(overdue="start", remind_at=order.start_remind_at, tell_at=order.start_tell_at)
    return state.with_(status="ordered", order=order, ordered=act, watch=watch)


def _ended_by(state: Telework, event: facts.Returned | facts.Rejected | facts.Withdrawn | facts.Revoked) -> Telework:
    state = state.with_(reason=event.reason, watch=None, lapses_at=None)
    match event:
        case facts.Returned():
            return state.with_(status="returned", lapses_at=event.lapses_at)
        case facts.Rejected():
            return state.with_(status="rejected")
        case facts.Withdrawn():
            return state.with_(status="withdrawn")
        case facts.Revoked():
            return state.with_(status="revoked", overtime=_lapsed(state))


def _clocked(state: Telework, event: facts.Started | facts.Ended, meta: Meta) -> Telework:
    clocked = Clocked(
        at=event.at,
        device_time=event.device_time,
        reported_at=event.reported_at,
        entered_at=meta.at,
        recorder=meta.by if event.reported_at is not None else None,
    )
    match event:
        case facts.Started():
            watch = Watch(overdue="end", remind_at=event.end_remind_at, tell_at=event.end_tell_at)
            return state.with_(status="working", started=clocked, watch=watch)
        case facts.Ended():
            watch = Watch(overdue="report", remind_at=event.report_remind_at, tell_at=event.report_tell_at)
            return state.with_(
                status="ended",
                ended=clocked,
                overtime_minutes=event.overtime_minutes,
                beyond_minutes=event.beyond_minutes,
                overtime=_lapsed(state),
                watch=watch,
            )


def _overtime(
    state: Telework, event: facts.OvertimeRequested | facts.OvertimeOrdered | facts.OvertimeRefused, meta: Meta
) -> Telework:
    match event:
        case facts.OvertimeRequested():
            asked = Overtime(minutes=event.minutes, category=event.category, reason=event.reason)
            return state.with_(overtime=(*state.overtime, asked))
        case facts.OvertimeOrdered():
            answered = {"state": "ordered", "ordered_minutes": event.minutes, "by": meta.by, "at": meta.at}
            if state.status == "working":
                state = state.with_(
                    watch=Watch(overdue="end", remind_at=event.end_remind_at, tell_at=event.end_tell_at)
                )
        case facts.OvertimeRefused():
            answered = {"state": "refused", "answer": event.reason, "by": meta.by, "at": meta.at}
    return state.with_(
        overtime=tuple(
            msgspec.structs.replace(each, **answered) if each.state == "pending" else each for each in state.overtime
        )
    )


def _lapsed(state: Telework) -> tuple[Overtime, ...]:
    return tuple(
        msgspec.structs.replace(each, state="lapsed") if each.state == "pending" else each for each in state.overtime
    )


def _in_time(state: Telework, event: Event) -> Telework:
    """What time and transfers bring about."""
    match event:
        case facts.Reminded() if state.watch:
            return state.with_(watch=msgspec.structs.replace(state.watch, reminded=True))
        case facts.HeadTold() if state.watch:
            return state.with_(watch=msgspec.structs.replace(state.watch, told=True))
        case facts.Lapsed():
            return state.with_(status="withdrawn", reason=event.reason, lapses_at=None)
        case facts.Reassigned():
            return state.with_(applicant=event.applicant, head=event.head, moves=state.moves + 1)
    return state
