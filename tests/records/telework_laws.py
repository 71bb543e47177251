"""What must hold of every telework record and guard stream at every moment, checked after each fact of every story."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from domain.directory import Directory
from domain.events import Event, Meta
from domain.policies.telework_head import head_for, stand_ins, supervises
from domain.telework import RECORD, facts
from domain.telework.held import SeatTaken
from domain.telework.holding import day_stream, days_taken, held_by, seat_stream, seated
from domain.telework.standing import post_of
from domain.telework.state import CLOSED, Telework

BEFORE: dict[type[Event], set[str]] = {
    facts.Submitted: {"none"},
    facts.Ordered: {"none"},
    facts.Changed: {"submitted", "ordered", "returned"},
    facts.Approved: {"submitted"},
    facts.Returned: {"submitted"},
    facts.Rejected: {"submitted"},
    facts.Withdrawn: {"submitted", "returned"},
    facts.Revoked: {"ordered"},
    facts.Started: {"ordered"},
    facts.Ended: {"working"},
    facts.Reported: {"ended"},
    facts.Acknowledged: {"reported"},
    facts.OvertimeRequested: {"ordered", "working"},
    facts.OvertimeOrdered: {"ordered", "working"},
    facts.OvertimeRefused: {"ordered", "working"},
    facts.Reminded: {"submitted", "ordered", "working", "ended"},
    facts.HeadTold: {"ordered", "working", "ended"},
    facts.Lapsed: {"returned"},
    facts.Reassigned: {"submitted", "ordered", "working", "ended", "reported", "returned"},
}
BY_THE_HEAD = (
    facts.Approved,
    facts.Ordered,
    facts.Returned,
    facts.Rejected,
    facts.Revoked,
    facts.OvertimeOrdered,
    facts.OvertimeRefused,
)
WITH_AN_ORDER = ("ordered", "working", "ended", "reported", "acknowledged")
BY_TIME = (facts.Reminded, facts.HeadTold, facts.Lapsed, facts.Reassigned)


def check_state(state: Telework) -> None:
    """I17: any prefix of a stream is a legal state, and can be shown; overtime stays within what was ordered, and that
    within what was requested.
    """
    shown, view = RECORD.document(state, 1, "R8-000001"), RECORD.view(state, 1)
    assert shown["state"] == state.status
    assert view.closed == (state.status in CLOSED)
    assert bool(view.waiting_on) != view.closed
    assert (view.wake_at is None) <= (view.due_at is None) or (state.watch is not None and state.watch.reminded)
    if state.status != "revoked":
        assert (state.order is not None) == (state.status in WITH_AN_ORDER)
    assert (state.started is not None) == (state.status in ("working", "ended", "reported", "acknowledged"))
    assert (state.ended is not None) == (state.status in ("ended", "reported", "acknowledged"))
    assert state.overtime_minutes <= state.ordered_minutes
    for each in state.overtime:
        assert each.ordered_minutes <= each.minutes
        assert (each.ordered_minutes > 0) == (each.state == "ordered")
    assert sum(each.state == "pending" for each in state.overtime) <= 1
    slots = state.content.plan.slots
    assert all(one.to <= other.from_ for one, other in pairwise(slots))
    if state.status in CLOSED:
        assert state.watch is None


def check_event(before: Telework, event: Event, meta: Meta, directory: Directory) -> None:
    """I15, I16: acts come in their order, from whom they are due; nobody acts on their own telework; time informs."""
    assert before.status in BEFORE[type(event)]
    assert (meta.by.kind == "system") == isinstance(event, BY_TIME)
    if isinstance(event, BY_TIME):
        return
    person = event.applicant.person if isinstance(event, facts.Submitted | facts.Ordered) else before.person.person
    post = event.applicant.post if isinstance(event, facts.Ordered | facts.Submitted) else None
    post = post or post_of(before, directory, meta.at)
    if isinstance(event, BY_THE_HEAD):
        assert meta.by.person != person
        _check_head(meta, person, post, directory)
    elif isinstance(event, facts.Acknowledged):
        assert meta.by.person != person
        if not supervises(directory, meta.by.person, post=post, person=person, at=meta.at):
            _check_head(meta, person, post, directory)
    elif isinstance(event, facts.Started | facts.Ended):
        assert (meta.by.person == person) == (event.reported_at is None)
        assert event.at <= meta.at
    else:
        assert meta.by.person == person


def _check_head(meta: Meta, person: str, post: str, directory: Directory) -> None:
    seat = head_for(directory, post=post, person=person, at=meta.at)
    assert seat is not None
    if meta.on_behalf_of is None:
        assert seat.person == meta.by.person
        return
    assert meta.on_behalf_of.person == seat.person
    assert directory.absence(seat.person, meta.at) is not None
    assert stand_ins(directory, seat, person=person, at=meta.at)[0].person == meta.by.person


def check_orders(records: Mapping[str, Telework]) -> None:
    """No two live orders of a person overlap, the overtime that was ordered included."""
    ordered: dict[str, list[tuple[datetime, datetime]]] = {}
    for state in records.values():
        if state.order is not None and state.status in WITH_AN_ORDER:
            ends_at = state.order.ends_at + timedelta(minutes=state.ordered_minutes)
            ordered.setdefault(state.order.person, []).append((state.order.starts_at, ends_at))
    for stretches in ordered.values():
        for (_, ends_at), (starts_at, _) in pairwise(sorted(stretches)):
            assert ends_at <= starts_at


def check_guards(guards: Mapping[str, Sequence[Event]], records: Mapping[str, Telework]) -> None:
    """Never over capacity, never two live records of a person on a day, at any instant; and at every instant the guard
    streams say what the records say.
    """
    for stream, events in guards.items():
        if stream.startswith("satellite-seat/"):
            for length, event in enumerate(events, 1):
                if isinstance(event, SeatTaken):
                    assert len(seated(events[:length])) <= event.capacity
        else:
            for length in range(1, len(events) + 1):
                assert set(Counter(days_taken(events[:length]).values()).values()) <= {1}
    check_orders(records)
    seats: dict[str, set[str]] = {}
    days: dict[str, dict[str, object]] = {}
    for number, state in records.items():
        held = held_by(state)
        if held is not None:
            days.setdefault(day_stream(state.person.person, held.day), {})[number] = held.day
            if held.place is not None:
                seats.setdefault(seat_stream(held.place, held.day), set()).add(number)
    for stream, events in guards.items():
        if stream.startswith("satellite-seat/"):
            assert set(seated(events)) == seats.get(stream, set())
        else:
            assert days_taken(events) == days.get(stream, {})
    assert set(seats) | set(days) <= set(guards)
