"""静穏時間の配信: a letter that comes in quiet hours waits for their end."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from domain.calendars import Calendars
from domain.clock import JST
from domain.refusals import Refused
from domain.rulebook import Rulebook

DAYS_MAX = 60  # longer than any row of closed days; rules that are quiet for ever hold nothing back for ever


def held_until(at: datetime, *, occasion: str | None, rules: Rulebook, calendars: Calendars) -> datetime:
    """Give when a letter for `occasion` that is ready at `at` may go out: `at` itself outside quiet hours.

    Each day's own edition decides, so the answer spans a change of rules. No edition in force: nothing is quiet.
    """
    for candidate in _candidates(at, rules):
        if not _quiet(candidate, occasion=occasion, rules=rules, calendars=calendars):
            return candidate
    return at


def _candidates(at: datetime, rules: Rulebook) -> Iterator[datetime]:
    """The instants at which quiet may end: each day's midnight and its end of the quiet hours."""
    yield at
    today = at.astimezone(JST).date()
    for day in (today + timedelta(days=ahead) for ahead in range(DAYS_MAX)):
        for end in (time(), _end(day, rules)):
            instant = datetime.combine(day, end, JST).astimezone(at.tzinfo)
            if instant > at:
                yield instant


def _end(day: date, rules: Rulebook) -> time:
    try:
        return time.fromisoformat(rules.quiet_hours(day).to_time)
    except Refused:
        return time()


def _quiet(at: datetime, *, occasion: str | None, rules: Rulebook, calendars: Calendars) -> bool:
    try:
        in_force = rules.quiet_hours(at.astimezone(JST).date())
    except Refused:
        return False
    return in_force.is_quiet(at, calendars, occasion=occasion)
