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
