"""超勤: only for temporary or urgent duty, never more than what was ordered."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.telework import facts
from tests.records.office import jst
from tests.records.telework_story import Workday, home


def working() -> Workday:
    return home().when("approve", by="road-director").at(11, 11, 8, 30).when("start", by="road-officer")


def asked(minutes: int = 60) -> Workday:
    day = working().at(11, 11, 16)
    return day.when("request-overtime", by="road-officer", minutes=minutes, category="temporary", reason="議会答弁")


def test_overtime_is_for_temporary_or_urgent_duty_only() -> None:
    body = {"minutes": 60, "category": "backlog", "reason": "積み残し"}
    working().then_refused("overtime-not-temporary", "request-overtime", by="road-officer", **body)
    working().then_refused("forbidden", "request-overtime", by="road-director", **(body | {"category": "urgent"}))


def test_the_head_orders_at_most_what_was_requested() -> None:
    day = asked(60).then_refused("over-requested-minutes", "order-overtime", by="road-director", minutes=61)
    day.then_refused("not-unit-head", "order-overtime", by="road-lead", minutes=30)
    day.then_refused("self-approval", "order-overtime", by="road-officer", minutes=30)
    day.when("order-overtime", by="road-director", minutes=45)
    assert day.document["ordered_minutes"] == 45
    assert day.last(facts.OvertimeOrdered).ends_at.isoformat() == "2026-11-11T09:00:00+00:00"


@pytest.mark.parametrize(
    ("hour", "minute", "overtime", "beyond"),
    [(17, 0, 0, 0), (17, 15, 0, 0), (17, 50, 35, 0), (18, 0, 45, 0), (18, 30, 45, 30), (23, 59, 45, 359)],
)
def test_what_lies_beyond_the_order_is_recorded_as_such_and_not_refused(
    hour: int, minute: int, overtime: int, beyond: int
) -> None:
    day = asked().when("order-overtime", by="road-director", minutes=45)
    day.at(11, 11, hour, minute).when("end", by="road-officer")
    assert (day.document["overtime_minutes"], day.document["beyond_minutes"]) == (overtime, beyond)


def test_without_an_order_nothing_counts_as_overtime() -> None:
    day = working().at(11, 11, 18).when("end", by="road-officer")
    assert (day.document["overtime_minutes"], day.document["beyond_minutes"]) == (0, 45)
    day = asked().at(11, 11, 18).when("end", by="road-officer")
    assert day.document["overtime"][0]["state"] == "lapsed"


def test_one_request_at_a_time_and_several_a_day() -> None:
    again = {"minutes": 30, "category": "urgent", "reason": "追加"}
    day = asked().then_refused("overtime-pending", "request-overtime", by="road-officer", **again)
    day.when("order-overtime", by="road-director", minutes=60)
    day.then_refused("no-overtime-request", "order-overtime", by="road-director", minutes=10)
    day.when("request-overtime", by="road-officer", **again).when("order-overtime", by="road-director", minutes=20)
    assert day.document["ordered_minutes"] == 80
    day.when("request-overtime", by="road-officer", **again).when("refuse-overtime", by="road-director", reason="不要")
    assert [each["state"] for each in day.document["overtime"]] == ["ordered", "ordered", "refused"]


def test_overtime_past_midnight_is_ended_by_the_person() -> None:
    day = working().at(11, 11, 16)
    day.when("request-overtime", by="road-officer", minutes=480, category="urgent", reason="大雨")
    day.when("order-overtime", by="road-director", minutes=480).at(11, 12, 1).when("end", by="road-officer")
    assert (day.document["overtime_minutes"], day.document["beyond_minutes"]) == (465, 0)


def test_overtime_ends_before_the_next_day_of_the_same_person_may_begin() -> None:
    """17:15 and eleven and three quarter hours are five in the morning; what is ordered already counts."""
    body = {"category": "urgent", "reason": "大雨"}
    day = working().then_refused("outside-the-day", "request-overtime", by="road-officer", minutes=706, **body)
    day.when("request-overtime", by="road-officer", minutes=705, **body)
    day.when("order-overtime", by="road-director", minutes=700)
    assert day.last(facts.OvertimeOrdered).ends_at == jst(2026, 11, 12, 4, 55)
    day.then_refused("outside-the-day", "request-overtime", by="road-officer", minutes=6, **body)
    day.when("request-overtime", by="road-officer", minutes=5, **body)
    home(workday=day.case(2), day="2026-11-12", late_reason="急用").when("approve", by="road-director")


UNTIL_FIVE = 705  # minutes from 17:15 to five in the morning
ASKED = st.tuples(st.integers(1, 400), st.integers(-30, 400))


@settings(deadline=None, max_examples=60)
@given(st.lists(ASKED, max_size=4), st.integers(-60, 800))
def test_whatever_is_asked_ordered_and_worked_overtime_is_what_was_ordered_at_most(
    asked: list[tuple[int, int]], over: int
) -> None:
    """Each pair: minutes asked for, and minutes the head would order (none where it is no positive number)."""
    day, ordered = working(), 0
    for wanted, given_minutes in asked:
        body = {"minutes": wanted, "category": "urgent", "reason": "大雨"}
        if ordered + wanted > UNTIL_FIVE:
            day.then_refused("outside-the-day", "request-overtime", by="road-officer", **body)
            continue
        day.when("request-overtime", by="road-officer", **body)
        if given_minutes > wanted:
            day.then_refused("over-requested-minutes", "order-overtime", by="road-director", minutes=given_minutes)
        if 0 < given_minutes <= wanted:
            day.when("order-overtime", by="road-director", minutes=given_minutes)
            ordered += given_minutes
        else:
            day.when("refuse-overtime", by="road-director")
    planned_end = jst(2026, 11, 11, 17, 15)
    day.now = planned_end + timedelta(minutes=over)
    if day.now >= max(jst(2026, 11, 12, 0), planned_end + timedelta(minutes=ordered + 60)):
        day.then_refused("not-the-day", "end", by="road-officer")
        return
    day.when("end", by="road-officer")
    assert day.document["ordered_minutes"] == ordered
    assert day.document["overtime_minutes"] == min(max(over, 0), ordered)
    assert day.document["beyond_minutes"] == max(0, over - ordered)


def test_overtime_belongs_to_an_order() -> None:
    body = {"minutes": 30, "category": "urgent", "reason": "大雨"}
    home().then_refused("not-ordered", "request-overtime", by="road-officer", **body)
    day = working().at(11, 11, 17, 15).when("end", by="road-officer")
    day.then_refused("already-ended", "request-overtime", by="road-officer", **body)
