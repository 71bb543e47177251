"""テレワークの文書: the public document of a request or order as api.md names it, from the state alone."""

from datetime import datetime
from typing import Any

import msgspec

from domain.clock import utc_text
from domain.events import Actor
from domain.telework.state import Act, Clocked, Overtime, Telework

WAITS_ON_HEAD = frozenset({"submitted", "reported"})
WAITS_ON_PERSON = frozenset({"ordered", "working", "ended", "returned"})


def document(state: Telework, version: int, number: str) -> dict[str, Any]:
    """Give the document; a preview has neither number nor version (pass "" and 0 and blank them)."""
    request, ruling = state.content, state.judged
    return {
        "number": number,
        "kind": request.kind,
        "day": request.day.isoformat(),
        "state": state.status,
        "version": version,
        "applicant": msgspec.to_builtins(state.person),
        "head": msgspec.to_builtins(state.superior),
        "waiting_on": list(waiting_on(state)),
        "due_at": utc_text(due_at(state)),
        "late": ruling.late,
        "late_reason": ruling.late_reason,
        "tasks": request.tasks,
        "reachable_by": request.reachable_by or None,
        "place": request.place,
        "place_name": request.place_name,
        "work_pattern": request.plan.work_pattern,
        "hours": {"from": request.plan.from_, "to": request.plan.to},
        "slots": [msgspec.to_builtins(slot) for slot in request.plan.slots],
        "starts_at": utc_text(request.plan.starts_at),
        "ends_at": utc_text(request.plan.ends_at),
        "fiscal_year": state.fiscal_year,
        "submitted_at": utc_text(state.submitted_at),
        "apply_until": utc_text(ruling.apply_until),
        "rules": {"edition": ruling.edition, "rule_set": ruling.rule_set, "service_rules": ruling.service_rules},
        "by_command": state.by_command,
        "command_reason": state.command_reason,
        "order": _act(state.ordered) if state.order else None,
        "started": _clocked(state.started),
        "ended": _clocked(state.ended),
        "overtime": [_overtime(each) for each in state.overtime],
        "ordered_minutes": state.ordered_minutes,
        "overtime_minutes": state.overtime_minutes,
        "beyond_minutes": state.beyond_minutes,
        "report": state.report,
        "reported_at": utc_text(state.reported_at),
        "acknowledged": _act(state.acknowledged),
        "overdue": overdue(state),
        "reason": state.reason,
        "round": state.rounds,
    }


def waiting_on(state: Telework) -> tuple[str, ...]:
    """The posts that are waited on: the head who decides or acknowledges, the person who works or reports; both while
    overtime waits for its answer.
    """
    if state.status in WAITS_ON_HEAD:
        return (state.superior.post,)
    if state.status not in WAITS_ON_PERSON:
        return ()
    asked = (state.superior.post,) if state.pending_overtime else ()
    return (*asked, state.person.post)


def due_at(state: Telework) -> datetime | None:
    """When what is waited for falls overdue; of a returned request: until when it may be handed in again."""
    return state.watch.remind_at if state.watch else state.lapses_at


def overdue(state: Telework) -> str | None:
    """What is overdue, as far as time has said so: approval, start, end or report."""
    return state.watch.overdue if state.watch and state.watch.reminded else None


def _actor(actor: Actor | None) -> dict[str, Any] | None:
    if actor is None:
        return None
    return {"person": actor.person, "name": actor.name, "post": actor.post, "title": actor.title}


def _act(act: Act | None) -> dict[str, Any] | None:
    if act is None:
        return None
    return {
        "by": _actor(act.by),
        "on_behalf_of": _actor(act.on_behalf_of),
        "at": utc_text(act.at),
        "comment": act.comment,
    }


def _clocked(clocked: Clocked | None) -> dict[str, Any] | None:
    if clocked is None:
        return None
    return {
        "at": utc_text(clocked.at),
        "device_time": utc_text(clocked.device_time),
        "entered_at": utc_text(clocked.entered_at),
        "by_telephone": {"reported_at": utc_text(clocked.reported_at), "recorder": _actor(clocked.recorder)}
        if clocked.reported_at
        else None,
    }


def _overtime(overtime: Overtime) -> dict[str, Any]:
    return {
        "minutes": overtime.minutes,
        "category": overtime.category,
        "reason": overtime.reason,
        "state": overtime.state,
        "ordered_minutes": overtime.ordered_minutes,
        "answer": overtime.answer,
        "by": _actor(overtime.by),
        "at": utc_text(overtime.at),
    }
