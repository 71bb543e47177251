"""期限: when a step of a route falls due, is reminded, and escalates. Deadlines inform; they never decide."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from domain.calendars import ONE_DAY, Calendar, Calendars
from domain.clock import JST, civil_date
from domain.directory import Rank
from domain.policies.approval_rules import ApprovalRules

OFFICE_OPENS = time(8, 30)
OFFICE_CLOSES = time(17, 15)
REMINDED_AT = time(9, 0)


def step_due(
    step: Rank | Literal["concurrence"],
    activated_at: datetime,
    *,
    urgent: bool,
    rules: ApprovalRules,
    calendars: Calendars,
) -> datetime:
    """The instant (UTC) at which a step falls due; `step` is the rank of its post, or concurrence.

    17:15 JST of the n-th office day after the day of `activated_at`, which is not counted (民法140条). Urgent: after
    n office hours, if that is earlier. Refuses days beyond the holiday table (`outside-calendar`). Source: rules.yaml
    `step_deadline_office_days`, `concurrence_deadline_office_days`, `urgent_deadline_office_hours`.
    """
    days = rules.concurrence_deadline_office_days if step == "concurrence" else rules.office_days_for(step)
    normal = due_after_office_days(activated_at, days, calendars)
    if not urgent:
        return normal
    return min(normal, after_office_time(activated_at, timedelta(hours=rules.urgent_deadline_office_hours), calendars))


def post_review_due(returned_on: date, *, rules: ApprovalRules, calendars: Calendars) -> datetime:
    """後閲の期限: 17:15 JST of the n-th office day after the day the absent decider is back. Source: rules.yaml."""
    return _at(calendars.office.add_open_days(returned_on, rules.post_review_office_days), OFFICE_CLOSES)


def due_after_office_days(start: datetime, days: int, calendars: Calendars) -> datetime:
    """17:15 JST of the n-th office day after the day of `start`, as UTC."""
    return _at(calendars.office.add_open_days(_civil(start), days), OFFICE_CLOSES)


def after_office_time(start: datetime, office_time: timedelta, calendars: Calendars) -> datetime:
    """The instant (UTC) at which `office_time` of office hours has passed since `start`.

    Office hours are 8:30 to 17:15 JST on office days, counted through: the midday break is not taken off, so that a
    deadline never depends on who takes the break when (8.75 hours a day).
    """
    day, left = _civil(start), office_time
    while True:
        day = calendars.office.next_open(day)
        opens, closes = max(_at(day, OFFICE_OPENS), start.astimezone(UTC)), _at(day, OFFICE_CLOSES)
        if left <= closes - opens:
            return opens + left
        left -= max(closes - opens, timedelta(0))
        day += ONE_DAY


def office_time_between(start: datetime, end: datetime, calendars: Calendars) -> timedelta:
    """How much of the time from `start` to `end` lies in office hours (8:30 to 17:15 JST on office days)."""
    total, last = timedelta(0), _civil(end)
    day = calendars.office.next_open(_civil(start))
    while day <= last:
        opens, closes = max(_at(day, OFFICE_OPENS), start), min(_at(day, OFFICE_CLOSES), end)
        total += max(closes - opens, timedelta(0))
        day = calendars.office.next_open(day + ONE_DAY)
    return total


def reminders(activated_at: datetime, due_at: datetime, calendars: Calendars) -> Iterator[datetime]:
    """催促: the instants (UTC) before `due_at` at which the post waited on is reminded.

    First when half of the office time until the deadline has passed (so in office hours, never on a closed day), then
    at 09:00 JST of each following office day. Source: rules.yaml `reminder`.
    """
    office_time = office_time_between(activated_at, due_at, calendars)
    if not office_time:
        return
    reminded_at = after_office_time(activated_at, office_time / 2, calendars)
    while reminded_at < due_at:
        yield reminded_at
        reminded_at = _at(_next_reminder_day(reminded_at, calendars.office), REMINDED_AT)


def next_reminder(
    after: datetime, *, activated_at: datetime, due_at: datetime, calendars: Calendars
) -> datetime | None:
    """The first reminder strictly after the instant `after`, or None: whoever wakes late misses none twice."""
    return next((at for at in reminders(activated_at, due_at, calendars) if at > after), None)


def _next_reminder_day(reminded_at: datetime, office: Calendar) -> date:
    """The first office day whose 09:00 is after the last reminder."""
    today = _civil(reminded_at)
    return office.next_open(today if reminded_at < _at(today, REMINDED_AT) else today + ONE_DAY)


def _civil(at: datetime) -> date:
    if at.tzinfo is None:
        raise ValueError("an instant must be aware of its time zone")
    return civil_date(at)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, JST).astimezone(UTC)
