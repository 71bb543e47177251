"""申請・命令の一覧: one row per request or order, as lists show it, and in it who may read it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from domain.telework.document import due_at, waiting_on
from domain.telework.state import CLOSED
from projections.folding import Change, Place, Row
from projections.projection import Table
from projections.telework.fold import Case

REQUESTS = """
    number           text        PRIMARY KEY,
    opened           bigint      NOT NULL,  -- position of the first event: the order of lists, which never changes
    position         bigint      NOT NULL,  -- of the last event this row knows
    version          int         NOT NULL,
    updated_at       timestamptz NOT NULL,
    state            text        NOT NULL,
    closed           boolean     NOT NULL,
    kind             text        NOT NULL,
    day              date        NOT NULL,
    place            text,
    place_name       text,
    tasks            text        NOT NULL,
    reachable_by     text        NOT NULL,
    work_pattern     text        NOT NULL,
    starts_at        timestamptz NOT NULL,  -- as planned
    ends_at          timestamptz NOT NULL,  -- as planned, without overtime
    late             boolean     NOT NULL,
    by_command       boolean     NOT NULL,
    fiscal_year      int         NOT NULL,
    unit             text        NOT NULL,  -- the person's, as last recorded
    unit_name        text        NOT NULL,
    post             text        NOT NULL,
    title            text        NOT NULL,
    person           text        NOT NULL,
    name             text        NOT NULL,
    head_post        text        NOT NULL,
    head_title       text        NOT NULL,
    head_person      text        NOT NULL,
    head_name        text        NOT NULL,
    waiting_on       text[]      NOT NULL,
    awaited          text,                  -- what falls overdue at due_at: approval, start, end, report
    due_at           timestamptz,
    submitted_at     timestamptz,
    ordered_at       timestamptz,           -- empty while no order stands
    started_at       timestamptz,
    ended_at         timestamptz,
    by_telephone     boolean     NOT NULL,
    ordered_minutes  int         NOT NULL,
    overtime_pending boolean     NOT NULL,
    beyond_minutes   int         NOT NULL,
    reported_at      timestamptz,
    acknowledged_at  timestamptz,
    staff            text        NOT NULL,  -- whose it is: 0525@road-officer (staff.py)
    persons          text[]      NOT NULL,  -- whoever took part
    units            text[]      NOT NULL,  -- every unit and month it ever belonged to: where registers look for it
    months           text[]      NOT NULL"""
REQUEST_INDEXES = (
    "UNIQUE (opened)",
    "(unit, day)",
    "(day, opened)",
    "(person, opened)",
    "(staff, opened)",
    "(state, opened)",
    "(due_at) WHERE due_at IS NOT NULL AND NOT closed",
    "USING gin (persons)",
    "USING gin (units, months)",
    "USING gin (waiting_on) WHERE waiting_on <> '{{}}'",
)


class RequestRow(NamedTuple):
    """One request or order. Times are aware; days are civil days in Japan; the last four are for the database only."""

    number: str
    opened: int
    position: int
    version: int
    updated_at: datetime
    state: str
    closed: bool
    kind: str
    day: date
    place: str | None
    place_name: str | None
    tasks: str
    reachable_by: str
    work_pattern: str
    starts_at: datetime
    ends_at: datetime
    late: bool
    by_command: bool
    fiscal_year: int
    unit: str
    unit_name: str
    post: str
    title: str
    person: str
    name: str
    head_post: str
    head_title: str
    head_person: str
    head_name: str
    waiting_on: list[str]
    awaited: str | None
    due_at: datetime | None
    submitted_at: datetime | None
    ordered_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    by_telephone: bool
    ordered_minutes: int
    overtime_pending: bool
    beyond_minutes: int
    reported_at: datetime | None
    acknowledged_at: datetime | None
    staff: str
    persons: list[str]
    units: list[str]
    months: list[str]


def request_rows(change: Change[Case]) -> Sequence[Row]:
    """Give the one row of the case, however much of it is new."""
    case, state = change.after, change.after.state
    request, ruling, person, head = state.content, state.judged, state.person, state.superior
    clocked = [each for each in (state.started, state.ended) if each is not None]
    row = RequestRow(
        *Place.of(change, number=case.number, opened=case.opened),
        state=state.status,
        closed=state.status in CLOSED,
        kind=request.kind,
        day=request.day,
        place=request.place,
        place_name=request.place_name,
        tasks=request.tasks,
        reachable_by=request.reachable_by,
        work_pattern=request.plan.work_pattern,
        starts_at=request.plan.starts_at,
        ends_at=request.plan.ends_at,
        late=ruling.late,
        by_command=state.by_command,
        fiscal_year=state.fiscal_year,
        unit=person.unit,
        unit_name=person.unit_name,
        post=person.post,
        title=person.title,
        person=person.person,
        name=person.name,
        head_post=head.post,
        head_title=head.title,
        head_person=head.person,
        head_name=head.name,
        waiting_on=list(waiting_on(state)),
        awaited=state.watch.overdue if state.watch else None,
        due_at=due_at(state),
        submitted_at=state.submitted_at,
        ordered_at=state.ordered.at if state.ordered else None,
        started_at=state.started.at if state.started else None,
        ended_at=state.ended.at if state.ended else None,
        by_telephone=any(each.reported_at is not None for each in clocked),
        ordered_minutes=state.ordered_minutes,
        overtime_pending=state.pending_overtime is not None,
        beyond_minutes=state.beyond_minutes,
        reported_at=state.reported_at,
        acknowledged_at=state.acknowledged.at if state.acknowledged else None,
        staff=case.staff,
        persons=sorted(state.participants | {person.person}),
        units=list(case.units),
        months=list(case.months),
    )
    return (row,)


REQUEST_TABLE = Table(name="rm_telework", columns=REQUESTS, indexes=REQUEST_INDEXES, row=RequestRow, key=("number",))
