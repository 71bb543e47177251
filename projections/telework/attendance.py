"""勤怠連携: what an attendance system is told of each order, in the order in which it last changed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from domain.telework.state import Clocked, Telework
from projections.folding import Change, Row
from projections.projection import Table
from projections.telework.fold import FOR_ATTENDANCE, Case

ATTENDANCE = """
    number           text        PRIMARY KEY,
    changed          bigint      NOT NULL,  -- position of the last event that changed any of this
    person           text        NOT NULL,
    name             text        NOT NULL,
    post             text        NOT NULL,
    title            text        NOT NULL,
    unit             text        NOT NULL,
    unit_name        text        NOT NULL,
    day              date        NOT NULL,
    kind             text        NOT NULL,
    place            text,
    status           text        NOT NULL,  -- ordered | working | ended | cancelled
    work_pattern     text        NOT NULL,
    starts_at        timestamptz NOT NULL,  -- as planned
    ends_at          timestamptz NOT NULL,
    slots            text        NOT NULL,  -- the day as planned: a JSON list of kind, from, to
    started_at       timestamptz,
    start_source     text,                  -- system | telephone
    ended_at         timestamptz,
    end_source       text,
    overtime         text        NOT NULL,  -- what was ordered: a JSON list of minutes, category, ordered_at
    ordered_minutes  int         NOT NULL,
    overtime_minutes int         NOT NULL,
    beyond_minutes   int         NOT NULL,
    ordered_days     date[]      NOT NULL   -- every day it was ever ordered for"""
ATTENDANCE_INDEXES = ("UNIQUE (changed)", "(person, changed)", "(day)")


class AttendanceRow(NamedTuple):
    """One order for the attendance system. Times are aware; `slots` and `overtime` are JSON texts."""

    number: str
    changed: int
    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str
    day: date
    kind: str
    place: str | None
    status: str
    work_pattern: str
    starts_at: datetime
    ends_at: datetime
    slots: str
    started_at: datetime | None
    start_source: str | None
    ended_at: datetime | None
    end_source: str | None
    overtime: str
    ordered_minutes: int
    overtime_minutes: int
    beyond_minutes: int
    ordered_days: list[str]


def attendance_rows(change: Change[Case]) -> Sequence[Row]:
    """Give the one row of a case that is or was ordered, where something in it is new."""
    case, state = change.after, change.after.state
    if not case.attended or not any(isinstance(fact.event, FOR_ATTENDANCE) for fact in change.facts):
        return ()
    person, request, plan = state.person, state.content, state.content.plan
    row = AttendanceRow(
        number=case.number,
        changed=case.attended,
        person=person.person,
        name=person.name,
        post=person.post,
        title=person.title,
        unit=person.unit,
        unit_name=person.unit_name,
        day=request.day,
        kind=request.kind,
        place=request.place,
        status=_status(state),
        work_pattern=plan.work_pattern,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        slots=msgspec.json.encode(plan.slots).decode(),
        started_at=state.started.at if state.started else None,
        start_source=_source(state.started),
        ended_at=state.ended.at if state.ended else None,
        end_source=_source(state.ended),
        overtime=_overtime(state),
        ordered_minutes=state.ordered_minutes,
        overtime_minutes=state.overtime_minutes,
        beyond_minutes=state.beyond_minutes,
        ordered_days=[day.isoformat() for day in case.ordered_days],
    )
    return (row,)


def _status(state: Telework) -> str:
    """Cancelled: revoked, or changed so that it waits for its approval anew."""
    if state.order is None or state.status == "revoked":
        return "cancelled"
    if state.ended is not None:
        return "ended"
    return "working" if state.started is not None else "ordered"


def _source(clocked: Clocked | None) -> str | None:
    if clocked is None:
        return None
    return "telephone" if clocked.reported_at is not None else "system"


def _overtime(state: Telework) -> str:
    ordered = [
        {"minutes": each.ordered_minutes, "category": each.category, "ordered_at": each.at}
        for each in state.overtime
        if each.state == "ordered"
    ]
    return msgspec.json.encode(ordered).decode()


ATTENDANCE_TABLE = Table(
    name="rm_telework_attendance", columns=ATTENDANCE, indexes=ATTENDANCE_INDEXES, row=AttendanceRow, key=("number",)
)
