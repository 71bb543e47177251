"""Calendars: which days the office, the banks and the stores are open, from a table of holidays with its source."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources

from domain.refusals import Refused

ONE_DAY = timedelta(days=1)
OFFICE_YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
BANK_YEAR_END = frozenset({(12, 31), (1, 1), (1, 2), (1, 3)})


class OutsideCalendar(Refused):
    """A day outside the years of the holiday table: whether it is open is unknown, so nothing follows from it."""

    def __init__(self, day: date, first_day: date, last_day: date) -> None:
        super().__init__(
            "outside-calendar",
            detail=f"{day} is outside the holiday table ({first_day} to {last_day})",
        )
        self.day = day


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """One row of the holiday table: the day, its name, the text it rests on, and when the row was loaded."""

    day: date
    name: str
    source: str
    loaded_on: date


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Which days are open. A question about a day outside `first_day`…`last_day` is refused (`outside-calendar`)."""

    name: str
    first_day: date
    last_day: date
    holidays: frozenset[date] = frozenset()
    year_end: frozenset[tuple[int, int]] = frozenset()
    closed_weekdays: frozenset[int] = frozenset({5, 6})

    def is_open(self, day: date) -> bool:
        """Whether `day` is open. Refuses days outside the table; a datetime is a programming error (TypeError)."""
        if isinstance(day, datetime):
            raise TypeError("a calendar is asked about a civil date, not an instant")
        if not self.first_day <= day <= self.last_day:
            raise OutsideCalendar(day, self.first_day, self.last_day)
        return not (
            day.weekday() in self.closed_weekdays or (day.month, day.day) in self.year_end or day in self.holidays
        )

    def next_open(self, day: date) -> date:
        """翌開庁日: `day` itself if open, else the first open day after it."""
        while not self.is_open(day):
            day += ONE_DAY
        return day

    def previous_open(self, day: date) -> date:
        """前開庁日: the last open day strictly before `day`."""
        return self.open_on_or_before(day - ONE_DAY)

    def open_on_or_before(self, day: date) -> date:
        """`day` itself if open, else the last open day before it."""
        while not self.is_open(day):
            day -= ONE_DAY
        return day

    def add_open_days(self, day: date, n: int) -> date:
        """The n-th open day after `day`, not counting it (民法140条); n < 0: the n-th before it; 0: `next_open`."""
        if n == 0:
            return self.next_open(day)
        for _ in range(abs(n)):
            day = self.next_open(day + ONE_DAY) if n > 0 else self.previous_open(day)
        return day

    def open_days_between(self, start: date, end: date) -> int:
        """How many open days lie after `start` up to and including `end` (0 if `end` is not after `start`)."""
        return sum(self.is_open(start + timedelta(days=i)) for i in range(1, (end - start).days + 1))


@dataclass(frozen=True, kw_only=True)
class Calendars:
    """The three calendars: `office` (県の休日), `bank`, and `store`, which is always open and needs no table."""

    office: Calendar
    bank: Calendar
    store: Calendar
    holidays: tuple[Holiday, ...]

    @classmethod
    def from_rows(cls, rows: Iterable[Holiday]) -> "Calendars":
        """Build from the holiday table. The table's years must be whole and without a gap (ValueError).

        Source: 地方自治法4条の2 and the ordinance on 県の休日 (office), 銀行法15条 and 銀行法施行令5条 (bank).
        """
        table = tuple(sorted(rows, key=lambda row: row.day))
        years = sorted({row.day.year for row in table})
        if not years or years != list(range(years[0], years[-1] + 1)):
            raise ValueError(f"the holiday table must have every year without a gap: {years}")
        if len({row.day for row in table}) != len(table):
            raise ValueError("the holiday table names a day twice")
        first_day, last_day = date(years[0], 1, 1), date(years[-1], 12, 31)
        days = frozenset(row.day for row in table)
        return cls(
            office=Calendar(
                name="office", first_day=first_day, last_day=last_day, holidays=days, year_end=OFFICE_YEAR_END
            ),
            bank=Calendar(name="bank", first_day=first_day, last_day=last_day, holidays=days, year_end=BANK_YEAR_END),
            store=Calendar(name="store", first_day=date.min, last_day=date.max, closed_weekdays=frozenset()),
            holidays=table,
        )

    def holiday(self, day: date) -> Holiday | None:
        """The row of the table for `day`, to say why the office is closed."""
        return next((row for row in self.holidays if row.day == day), None)

    def statutory_deadline(self, last_day: date) -> date:
        """The day an application's period ends that nominally ends on `last_day`: closed → the next open office day.

        Only for periods fixed by law or order in days, not hours; backward rules ("前日までに") are not extended.
        Source: 地方自治法4条の2第4項.
        """
        return self.office.next_open(last_day)


def closing_period(fiscal_year: int) -> tuple[date, date]:
    """出納整理期間: 1 April to 31 May after the fiscal year. The closing date does not move when it is a closed day.

    Work must therefore end on `office.open_on_or_before` of the last day. Source: 地方自治法235条の5.
    """
    return date(fiscal_year + 1, 4, 1), date(fiscal_year + 1, 5, 31)


def holidays_from_csv(text: str) -> tuple[Holiday, ...]:
    """Read the table `date,name,source,loaded_on` (ISO dates). A faulty row is refused with its line (ValueError)."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    if reader.fieldnames != ["date", "name", "source", "loaded_on"]:
        raise ValueError(f"holiday table: unexpected header {reader.fieldnames}")
    rows = []
    for row in reader:
        try:
            rows.append(
                Holiday(
                    day=date.fromisoformat(row["date"]),
                    name=row["name"],
                    source=row["source"],
                    loaded_on=date.fromisoformat(row["loaded_on"]),
                )
            )
        except (TypeError, ValueError) as error:
            raise ValueError(f"holiday table, line {reader.line_num}: {row}") from error
    return tuple(rows)


def load_holidays() -> tuple[Holiday, ...]:
    """The packaged holiday table. Reads a file: called once at start, in `kessai/`, never by a decision."""
    return holidays_from_csv(resources.files("domain").joinpath("data/holidays.csv").read_text(encoding="utf-8"))
