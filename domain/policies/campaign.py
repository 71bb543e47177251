"""テレワークデイズの規程: who opens campaigns, which units take part, how long they last and when whom is reminded, as
data by edition.
"""

from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import Field

from domain.calendars import Calendars, OutsideCalendar
from domain.clock import JST, civil_date
from domain.directory.organisation import UnitKind
from domain.policies.deadlines import OFFICE_CLOSES, REMINDED_AT
from domain.policies.edition import Code, RuleEdition

OfficeDays = Annotated[int, Field(ge=1, le=60)]


class CampaignRules(RuleEdition):
    """One edition of the rules for campaigns.

    `organisers` are the units whose head opens, closes and calls off; `unit_kinds` are the kinds of units that take
    part (単位は課). `target_percent` is what share of a unit's staff is aimed at where a campaign does not say. Source:
    reference/domain.md TW-20.
    """

    organisers: Annotated[tuple[Code, ...], Field(min_length=1)]
    unit_kinds: Annotated[tuple[UnitKind, ...], Field(min_length=1)]
    target_percent: Annotated[int, Field(ge=1, le=100)]
    period_days_max: Annotated[int, Field(ge=1, le=92)]
    days_per_unit_max: Annotated[int, Field(ge=1, le=92)]
    remind_office_days_before: OfficeDays
    remind_every_office_days: OfficeDays
    close_within_office_days: OfficeDays


def choose_by(first_day: date, last_day: date, *, now: datetime, calendars: Calendars) -> datetime | None:
    """Until when a unit is asked to choose: 17:15 JST of the last office day before the campaign; where that is over,
    before its last day; None where that is over too. It informs: a day can be chosen until the day before it.
    """
    for day in (first_day, last_day):
        at = _at(calendars.office.previous_open(day), OFFICE_CLOSES)
        if at > now:
            return at
    return None


def first_reminder(
    first_day: date, last_day: date, *, now: datetime, rules: CampaignRules, calendars: Calendars
) -> datetime | None:
    """When units that have not chosen are first reminded: 09:00 JST of the n-th office day before the campaign, or,
    where that is over, of the next office day; None where there is nothing left to choose then.
    """
    day = calendars.office.add_open_days(first_day, -rules.remind_office_days_before)
    if _at(day, REMINDED_AT) <= now:
        day = calendars.office.add_open_days(civil_date(now), 1)
    return _at(day, REMINDED_AT) if day < last_day else None


def next_reminder(last_day: date, *, now: datetime, rules: CampaignRules, calendars: Calendars) -> datetime | None:
    """When they are reminded again: 09:00 JST, so many office days later; None where there is nothing left to choose
    then, or nobody knows when that is.
    """
    at = office_days_later(now=now, days=rules.remind_every_office_days, calendars=calendars)
    return at if at is not None and civil_date(at) < last_day else None


def close_due(last_day: date, *, rules: CampaignRules, calendars: Calendars) -> datetime:
    """Until when the organiser is to close: 17:15 JST of the n-th office day after the last day."""
    return _at(calendars.office.add_open_days(last_day, rules.close_within_office_days), OFFICE_CLOSES)


def office_days_later(*, now: datetime, days: int, calendars: Calendars) -> datetime | None:
    """09:00 JST of the office day so many office days from now; None beyond the table of holidays."""
    try:
        return _at(calendars.office.add_open_days(civil_date(now), days), REMINDED_AT)
    except OutsideCalendar:
        return None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, JST).astimezone(UTC)
