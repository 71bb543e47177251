"""期限: steps fall due on office days, are reminded before, and escalate once their deadline has come."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import Calendars, OutsideCalendar, load_holidays
from domain.clock import JST
from domain.directory import RANKS, Rank
from domain.policies.approval_rules import ApprovalRules
from domain.policies.deadlines import (
    after_office_time,
    due_after_office_days,
    next_reminder,
    office_time_between,
    post_review_due,
    reminders,
    step_due,
)
from kessai.rule_files import packaged_editions

CALENDARS = Calendars.from_rows(load_holidays())
RULES = ApprovalRules.model_validate_json(
    next(event.body for event in packaged_editions() if event.subject == "approval")
)
FIRST_INSTANT = datetime(2019, 2, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 16 * 365 * 24 * 60).map(lambda n: FIRST_INSTANT + timedelta(minutes=n))
STEPS = st.sampled_from((*RANKS, "concurrence"))
HOURS = st.integers(1, 200).map(lambda quarters: timedelta(minutes=15 * quarters))


def jst(text: str) -> datetime:
    """`2026-05-01 16:00` in Japan, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=JST).astimezone(UTC)


def due(step: str, activated_at: datetime, *, urgent: bool = False) -> datetime:
    return step_due(step, activated_at, urgent=urgent, rules=RULES, calendars=CALENDARS)  # type: ignore[arg-type]  # drawn


@pytest.mark.parametrize(
    ("step", "activated", "due_on"),
    [
        ("chief", "2026-04-06 09:00", "2026-04-07 17:15"),
        ("chief", "2026-04-06 23:59", "2026-04-07 17:15"),  # after hours is still that day
        ("division_director", "2026-04-10 16:00", "2026-04-14 17:15"),  # Friday; Monday is day 1
        ("chief", "2026-04-11 12:00", "2026-04-13 17:15"),  # a Saturday is not counted
        ("department_director", "2026-05-01 10:00", "2026-05-11 17:15"),  # over Golden Week: 7, 8, 11 May
        ("concurrence", "2026-12-28 10:00", "2027-01-06 17:15"),  # over New Year: 4, 5, 6 January
        ("lead_assistant_director", "2026-03-31 10:00", "2026-04-02 17:15"),  # over 1 April
        ("governor", "2026-09-18 10:00", "2026-09-28 17:15"),  # 19–23 September closed: 24, 25, 28
        ("officer", "2026-04-06 09:00", "2026-04-07 17:15"),  # not in the table: as the next rank named
    ],
)
def test_a_step_falls_due_at_the_close_of_the_nth_office_day(step: str, activated: str, due_on: str) -> None:
    assert due(step, jst(activated)) == jst(due_on)


@pytest.mark.parametrize(
    ("activated", "due_at"),
    [
        ("2026-04-06 09:00", "2026-04-06 13:00"),  # the midday break is not taken off
        ("2026-04-06 13:15", "2026-04-06 17:15"),
        ("2026-04-06 16:15", "2026-04-07 11:30"),
        ("2026-04-06 07:00", "2026-04-06 12:30"),
        ("2026-04-10 17:15", "2026-04-13 12:30"),
        ("2026-12-28 15:15", "2027-01-04 10:30"),
        ("2026-05-03 10:00", "2026-05-07 12:30"),
    ],
)
def test_an_urgent_step_has_four_office_hours(activated: str, due_at: str) -> None:
    assert due("governor", jst(activated), urgent=True) == jst(due_at)


def test_urgency_never_makes_a_deadline_later() -> None:
    slow = RULES.model_copy(update={"urgent_deadline_office_hours": 80})
    at = jst("2026-04-06 09:00")
    assert step_due("chief", at, urgent=True, rules=slow, calendars=CALENDARS) == jst("2026-04-07 17:15")


def test_a_post_review_is_counted_from_the_return() -> None:
    assert post_review_due(date(2026, 11, 30), rules=RULES, calendars=CALENDARS) == jst("2026-12-03 17:15")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due("chief", jst("2026-04-06 09:00").replace(tzinfo=None))


def test_a_deadline_beyond_the_holiday_table_is_refused() -> None:
    with pytest.raises(OutsideCalendar):
        due("governor", jst("2035-12-28 10:00"))


def test_reminders_come_at_half_of_the_deadline_and_then_each_office_day_at_nine() -> None:
    activated_at = jst("2026-05-01 08:30")
    due_at = due("department_director", activated_at)
    assert list(reminders(activated_at, due_at, CALENDARS)) == [
        jst("2026-05-07 17:15"),  # four days of 8:45 are 35 hours; half of them
        jst("2026-05-08 09:00"),
        jst("2026-05-11 09:00"),
    ]


def test_an_urgent_step_is_reminded_once_after_two_office_hours() -> None:
    activated_at = jst("2026-04-06 09:00")
    assert list(reminders(activated_at, jst("2026-04-06 13:00"), CALENDARS)) == [jst("2026-04-06 11:00")]


def test_a_half_before_nine_is_followed_by_nine_of_the_same_day() -> None:
    activated_at, due_at = jst("2026-04-06 16:55"), jst("2026-04-07 09:10")  # 20 + 40 minutes; half at 08:40
    assert list(reminders(activated_at, due_at, CALENDARS)) == [jst("2026-04-07 08:40"), jst("2026-04-07 09:00")]


def test_nothing_is_reminded_when_no_office_time_is_left() -> None:
    assert not list(reminders(jst("2026-04-06 18:00"), jst("2026-04-06 20:00"), CALENDARS))
    assert not list(reminders(jst("2026-04-06 12:00"), jst("2026-04-06 12:00"), CALENDARS))


def test_whoever_wakes_late_is_given_the_next_reminder_only() -> None:
    activated_at = jst("2026-05-01 08:30")
    due_at = due("department_director", activated_at)

    def following(after: str) -> datetime | None:
        return next_reminder(jst(after), activated_at=activated_at, due_at=due_at, calendars=CALENDARS)

    assert following("2026-05-01 08:30") == jst("2026-05-07 17:15")
    assert following("2026-05-07 17:15") == jst("2026-05-08 09:00")
    assert following("2026-05-09 12:00") == jst("2026-05-11 09:00")
    assert following("2026-05-11 09:00") is None


@given(step=STEPS, at=INSTANTS, urgent=st.booleans())
def test_deadlines_fall_on_office_days_after_activation_in_office_hours(step: Rank, at: datetime, urgent: bool) -> None:
    found = due(step, at, urgent=urgent)
    local = found.astimezone(JST)
    assert found.tzinfo is UTC
    assert found > at
    assert CALENDARS.office.is_open(local.date())
    assert time(8, 30) < local.time() <= time(17, 15)
    assert found <= due(step, at)


@given(step=STEPS, at=INSTANTS, later=st.timedeltas(timedelta(0), timedelta(days=20)), urgent=st.booleans())
def test_who_is_asked_later_is_due_no_earlier(step: Rank, at: datetime, later: timedelta, urgent: bool) -> None:
    assert due(step, at, urgent=urgent) <= due(step, at + later, urgent=urgent)


@given(at=INSTANTS, days=st.integers(1, 10))
def test_a_deadline_leaves_as_many_office_days_as_the_rule_says(at: datetime, days: int) -> None:
    due_on = due_after_office_days(at, days, CALENDARS).astimezone(JST).date()
    assert CALENDARS.office.open_days_between(at.astimezone(JST).date(), due_on) == days


@given(at=INSTANTS, hours=HOURS)
def test_office_time_added_is_the_office_time_between(at: datetime, hours: timedelta) -> None:
    assert office_time_between(at, after_office_time(at, hours, CALENDARS), CALENDARS) == hours


@given(step=STEPS, at=INSTANTS, urgent=st.booleans())
def test_reminders_ascend_between_activation_and_deadline_on_office_days(
    step: Rank, at: datetime, urgent: bool
) -> None:
    due_at = due(step, at, urgent=urgent)
    found = list(reminders(at, due_at, CALENDARS))
    assert found
    assert found == sorted(set(found))
    assert at < found[0]
    assert found[-1] < due_at
    for reminded_at in found:
        local = reminded_at.astimezone(JST)
        assert CALENDARS.office.is_open(local.date())
        assert time(8, 30) <= local.time() <= time(17, 15)
    assert office_time_between(at, found[0], CALENDARS) == office_time_between(at, due_at, CALENDARS) / 2
