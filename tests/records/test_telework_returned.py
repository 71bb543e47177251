"""差戻し後の期限: a returned request whose day has passed is closed by time, which is told and decides nothing."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from domain.events import Actor, Meta
from domain.telework import RECORD, commands, facts, held
from domain.telework.holding import day_stream, days_taken
from domain.telework.timing import wake_at
from tests.records.office import jst
from tests.records.telework_story import WEDNESDAY, Workday, home, satellite

RETURN = {"by": "road-director", "reason": "業務内容を具体的に"}


def returned() -> Workday:
    return home().when("return", **RETURN).then("returned", "road-officer")


def test_it_waits_until_the_office_day_after_its_day_and_is_then_closed_once() -> None:
    day = returned()
    assert day.document["due_at"] == "2026-11-12T08:15:00Z"
    day.at(11, 12, 17, 14).tick().then_told().then("returned", "road-officer")
    day.at(11, 12, 17, 15).tick().then_told(facts.Lapsed).then("withdrawn")
    assert day.document["reason"].startswith("差し戻されたまま実施日を過ぎたため")
    assert day.document["order"] is None
    day.at(11, 13).tick().then_told()


def test_nothing_is_approved_started_or_acknowledged_by_it() -> None:
    day = returned().at(11, 30).tick()
    assert [type(event) for event, meta in day.history if meta.by.kind == "system"] == [facts.Lapsed]
    day.then_refused("already-closed", "approve", by="road-director")
    day.then_refused("already-closed", "change", by="road-officer", tasks="別の業務")


def test_whoever_returns_it_after_its_day_leaves_time_to_choose_another() -> None:
    day = home().at(11, 13, 18).when("return", **RETURN)
    day.at(11, 16, 17).tick().then_told()
    day.when("change", by="road-officer", day="2026-11-17").then("submitted", "road-director")
    assert day.state.lapses_at is None
    day.at(11, 16, 17, 15).tick().then_told().then("submitted", "road-director")


@pytest.mark.parametrize(
    ("on", "lapses_at"),
    [
        ("2026-12-28", jst(2027, 1, 4, 17, 15)),
        ("2027-03-31", jst(2027, 4, 1, 17, 15)),
        ("2027-04-30", jst(2027, 5, 6, 17, 15)),  # Golden Week
    ],
)
def test_closed_days_do_not_count(on: str, lapses_at: datetime) -> None:
    applied = date.fromisoformat(on) - timedelta(days=6)
    day = home(workday=Workday(now=jst(applied.year, applied.month, applied.day)), day=on)
    assert day.when("return", **RETURN).state.lapses_at == lapses_at


def test_the_process_wakes_when_it_lapses_and_a_late_timer_finds_nothing() -> None:
    day = returned()
    lapses_at = day.state.lapses_at
    assert lapses_at is not None
    assert wake_at(day.state) == lapses_at
    day.when("change", by="road-officer", tasks="別の業務")
    rule = Actor(kind="system", person="system:lapse", name="期限管理")
    day.at(11, 20).settle(commands.Lapse(due_at=lapses_at), rule, UUID(int=1))
    day.then_told().then("submitted", "road-director")


def test_day_and_seat_were_free_since_the_return_and_are_given_back_once() -> None:
    day = satellite().when("return", **RETURN).at(11, 13).tick().then("withdrawn")
    stream = day.streams[day_stream(day.holder_of("road-officer"), WEDNESDAY)]
    assert days_taken(event for event, _ in stream) == {}
    assert sum(isinstance(event, held.DayReleased) for event, _ in stream) == 1


def test_a_return_of_earlier_days_without_a_deadline_stays_open() -> None:
    day = home()
    meta = Meta(command_id=UUID(int=1), correlation_id="", by=day.actor("road-director"), at=day.now)
    state = RECORD.evolve(day.state, facts.Returned(reason="再考"), meta)
    assert state.status == "returned"
    assert wake_at(state) is None
    assert RECORD.due(state, jst(2027, 3, 1), day.directory) == ()
