"""The one clock: API, workers, ledger and development PKI all ask an injected clock for the time, never the machine."""

from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")


class Clock(Protocol):
    """Gives the time as an aware UTC datetime."""

    def now(self) -> datetime: ...


def civil_date(at: datetime) -> date:
    """The calendar day in Japan on which the instant `at` falls."""
    return at.astimezone(JST).date()


def utc_text(at: datetime | None) -> str | None:
    """Give an aware time as RFC 3339 in UTC, as documents show it."""
    return at.isoformat().replace("+00:00", "Z") if at else None
