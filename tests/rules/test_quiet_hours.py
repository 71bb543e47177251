"""静穏時間: nobody is notified at night or on closed days, except for what cannot wait."""

from datetime import datetime

import pytest

from domain.calendars import Calendars, load_holidays
from domain.clock import JST
from domain.policies.quiet_hours import QuietHours

CALENDARS = Calendars.from_rows(load_holidays())
RULES = QuietHours.model_validate_json(
    '{"edition":"2026-04","valid_from":"2026-04-01","from":"20:00","to":"07:30","except":["urgent"]}'
)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-11-24 07:29", True),
        ("2026-11-24 07:30", False),
        ("2026-11-24 19:59", False),
        ("2026-11-24 20:00", True),
        ("2026-11-23 12:00", True),  # a holiday
        ("2026-11-22 12:00", True),  # a Sunday
    ],
)
def test_nights_and_closed_days_are_quiet(at: str, quiet: bool) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=JST)
    assert RULES.is_quiet(instant, CALENDARS) is quiet
    assert RULES.is_quiet(instant, CALENDARS, occasion="reminder") is quiet
    assert not RULES.is_quiet(instant, CALENDARS, occasion="urgent")


def test_quiet_hours_within_one_day() -> None:
    noon = RULES.model_copy(update={"from_time": "12:00", "to_time": "13:00"})
    assert noon.is_quiet(datetime(2026, 11, 24, 12, 30, tzinfo=JST), CALENDARS)
    assert not noon.is_quiet(datetime(2026, 11, 24, 13, 0, tzinfo=JST), CALENDARS)
