"""テレワークの仕事: what a request or order asks of whom at the moment."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Literal

from domain.clock import JST
from domain.eras import short_era_date, weekday_label
from domain.telework.document import due_at
from domain.telework.view import KIND_LABELS
from projections import terms
from projections.tasks import TaskRow
from projections.telework.fold import Case

Task = Literal["act", "proxy", "overtime", "acknowledge", "start", "end", "report", "returned"]


def tasks(case: Case) -> list[TaskRow]:
    """Give everything that waits: on the head, or whoever stands in while the head is away; on 総括補佐 and GL, who may
    acknowledge as well; on the person, on the day itself.
    """
    once: dict[tuple[str, str], TaskRow] = {}
    for row in _tasks(case):
        once.setdefault((row.task, row.recipient), row)
    return list(once.values())


def _tasks(case: Case) -> Iterator[TaskRow]:
    state = case.state
    if state.request is None:
        return
    head, stand_ins = terms.post(state.superior.post), terms.head_stand_ins(case.staff)
    person = terms.person(state.person.person)
    match state.status:
        case "submitted":
            yield _task(case, "act", head)
            yield _task(case, "proxy", stand_ins)
        case "ordered":
            yield _task(case, "start", person, from_=_morning(case))
        case "working":
            yield _task(case, "end", person)
        case "ended":
            yield _task(case, "report", person)
        case "reported":
            yield from _each(case, "acknowledge", (head, stand_ins, terms.supervisors(case.staff)))
        case "returned":
            yield _task(case, "returned", person)
    if state.pending_overtime is not None and state.status in ("ordered", "working"):
        yield from _each(case, "overtime", (head, stand_ins))


def _each(case: Case, task: Task, recipients: Iterable[str]) -> Iterator[TaskRow]:
    for recipient in recipients:
        yield _task(case, task, recipient)


def _task(case: Case, task: Task, recipient: str, *, from_: datetime | None = None) -> TaskRow:
    """Overtime is for temporary or urgent duty only, so its answer is urgent; it has no day of its own."""
    state, request, overtime = case.state, case.state.content, task == "overtime"
    day = f"{short_era_date(request.day)}{weekday_label(request.day)}"
    return TaskRow(
        number=case.number,
        task=task,
        recipient=recipient,
        opened=case.opened,
        title=f"{KIND_LABELS[request.kind]} {day} {state.person.name}",
        unit=state.person.unit,
        urgent=overtime,
        since=case.asked_at if overtime else case.since,
        from_=from_,
        due_at=None if overtime else due_at(state),
    )


def _morning(case: Case) -> datetime:
    """A start is to be reported on its day, not before."""
    return datetime.combine(case.state.content.day, time(0), JST).astimezone(UTC)
