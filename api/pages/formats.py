"""Values as an official reads them: amounts, days in 和暦 with the weekday, what is left until a deadline, sizes."""

from datetime import date, datetime
from typing import Literal, NamedTuple

from domain.calendars import Calendars, OutsideCalendar
from domain.clock import JST, civil_date
from domain.eras import long_era_date, short_era_date, weekday_label

SOON_OFFICE_DAYS = 1


class Left(NamedTuple):
    """How much time is left, in words, and how pressing that is."""

    text: str
    urgency: Literal["calm", "soon", "late"]


def yen(amount: int | None) -> str:
    """12,000,000円; a dash for a case without an amount."""
    return "―" if amount is None else f"{amount:,}円"


def long_day(day: date | None) -> str:
    """令和8年11月24日（火）"""
    return "―" if day is None else long_era_date(day) + weekday_label(day)


def short_day(day: date | None) -> str:
    """R8.11.24（火）"""
    return "―" if day is None else short_era_date(day) + weekday_label(day)


def long_moment(at: datetime | None) -> str:
    """令和8年11月24日（火）17:15, in Japan."""
    return "―" if at is None else f"{long_day(civil_date(at))} {clock(at)}"


def short_moment(at: datetime | None) -> str:
    """R8.11.24（火）17:15, in Japan."""
    return "―" if at is None else f"{short_day(civil_date(at))}{clock(at)}"


def machine(value: date | datetime) -> str:
    """What the `datetime` attribute of a <time> says: ISO, moments in Japan's time."""
    return value.astimezone(JST).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def time_left(due_at: datetime, now: datetime, calendars: Calendars) -> Left:
    """What is left until `due_at`: office days (not 県の休日), the hour on the last day, or that it is over."""
    due, today = civil_date(due_at), civil_date(now)
    if due_at <= now:
        days = _office_days(due, today, calendars)
        return Left("期限超過" if days == 0 else f"期限超過（{days}開庁日）", "late")
    days = _office_days(today, due, calendars)
    if days == 0:
        return Left(f"本日{clock(due_at)}まで" if due == today else "次の開庁日まで", "soon")
    return Left(f"あと{days}開庁日", "soon" if days <= SOON_OFFICE_DAYS else "calm")


def size(octets: int) -> str:
    """820バイト, 12KB, 3.4MB (as file managers count, by 1,024)."""
    if octets < 1024:
        return f"{octets}バイト"
    if octets < 1024 * 1024:
        return f"{octets / 1024:.0f}KB"
    return f"{octets / 1024 / 1024:.1f}MB"


def clock(at: datetime) -> str:
    """17:15, in Japan."""
    return f"{at.astimezone(JST):%H:%M}"


def _office_days(start: date, end: date, calendars: Calendars) -> int:
    """Office days after `start` up to `end`; beyond the table of holidays every day counts."""
    try:
        return calendars.office.open_days_between(start, end)
    except OutsideCalendar:
        return (end - start).days
