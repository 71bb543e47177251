"""静穏時間: the hours in which nobody is sent a notification, as data by edition."""

from datetime import datetime, time
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.calendars import Calendars
from domain.clock import JST
from domain.policies.edition import Code, RuleEdition

HourMinute = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(RuleEdition):
    """Quiet from `from_time` to `to_time` (over midnight) and on closed days, except for the named occasions."""

    from_time: HourMinute = Field(alias="from")
    to_time: HourMinute = Field(alias="to")
    exceptions: tuple[Code, ...] = Field(default=(), alias="except")

    def is_quiet(self, at: datetime, calendars: Calendars, *, occasion: str | None = None) -> bool:
        """Whether a notification for `occasion` must wait at the instant `at`. Source: reference/domain.md §4.4."""
        if occasion in self.exceptions:
            return False
        local = at.astimezone(JST)
        start, end = time.fromisoformat(self.from_time), time.fromisoformat(self.to_time)
        now = local.time()
        within = start <= now < end if start <= end else now >= start or now < end
        return within or not calendars.office.is_open(local.date())
