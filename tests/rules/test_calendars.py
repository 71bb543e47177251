"""Calendars: office, bank and store days, from the holiday table, with the vectors of the domain reference."""

from datetime import UTC, date, datetime, timedelta
from importlib import resources

import holidays
import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import (
    Calendar,
    Calendars,
    Holiday,
    OutsideCalendar,
    closing_period,
    holidays_from_csv,
    load_holidays,
)
from domain.holidays import statutory_holidays
from kessai.holiday_table import holiday_table

CALENDARS = Calendars.from_rows(load_holidays())
OFFICE, BANK, STORE = CALENDARS.office, CALENDARS.bank, CALENDARS.store
FIRST, LAST = OFFICE.first_day.year, OFFICE.last_day.year
INSIDE = st.dates(date(FIRST, 2, 1), date(LAST, 11, 30))


@pytest.mark.parametrize(
    ("day", "previous"),
    [
        (date(2026, 1, 5), date(2025, 12, 26)),
        (date(2026, 4, 1), date(2026, 3, 31)),
        (date(2026, 5, 7), date(2026, 5, 1)),
        (date(2026, 8, 12), date(2026, 8, 10)),
        (date(2026, 9, 24), date(2026, 9, 18)),
        (date(2027, 1, 4), date(2026, 12, 28)),
        (date(2027, 3, 23), date(2027, 3, 19)),
    ],
)
def test_the_previous_office_day(day: date, previous: date) -> None:
    assert OFFICE.previous_open(day) == previous


@pytest.mark.parametrize(
    ("nominal", "office", "bank"),
    [
        (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 1)),
        (date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 4)),
        (date(2026, 12, 29), date(2027, 1, 4), date(2026, 12, 29)),
        (date(2026, 5, 3), date(2026, 5, 7), date(2026, 5, 7)),
    ],
)
def test_the_same_or_next_open_day(nominal: date, office: date, bank: date) -> None:
    assert OFFICE.next_open(nominal) == office
    assert BANK.next_open(nominal) == bank
    assert STORE.next_open(nominal) == nominal
    assert CALENDARS.statutory_deadline(nominal) == office


def test_the_working_days_of_two_fiscal_years() -> None:
    assert OFFICE.open_days_between(date(2025, 3, 31), date(2026, 3, 31)) == 242
    assert OFFICE.open_days_between(date(2026, 3, 31), date(2027, 3, 31)) == 241


def test_the_closing_period_ends_on_31_may_even_when_it_is_a_sunday() -> None:
    first, last = closing_period(2025)
    assert (first, last) == (date(2026, 4, 1), date(2026, 5, 31))
    assert OFFICE.open_on_or_before(last) == date(2026, 5, 29)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23"),
        (2027, "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23"),
    ],
)
def test_the_holidays_of_the_reference(year: int, days: str) -> None:
    table = {row.day for row in CALENDARS.holidays if row.day.year == year}
    assert table == {date(year, *map(int, day.split("/"))) for day in days.split()}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2019, 4, 30), "国民の休日"),
        (date(2019, 5, 1), "天皇の即位の日"),
        (date(2019, 5, 2), "国民の休日"),
        (date(2019, 10, 22), "即位礼正殿の儀の行われる日"),
        (date(2020, 7, 24), "スポーツの日"),
        (date(2021, 8, 9), "振替休日"),
        (date(2026, 5, 6), "振替休日"),
        (date(2026, 9, 22), "国民の休日"),
    ],
)
def test_special_days_have_their_name(day: date, name: str) -> None:
    row = CALENDARS.holiday(day)
    assert row is not None
    assert row.name == name
    assert not OFFICE.is_open(day)
    assert not BANK.is_open(day)
    assert STORE.is_open(day)


@pytest.mark.parametrize("day", [date(2019, 2, 23), date(2019, 12, 23), date(2020, 10, 12), date(2021, 8, 11)])
def test_days_that_were_moved_or_dropped_are_no_holidays(day: date) -> None:
    assert CALENDARS.holiday(day) is None


def test_the_table_equals_two_independent_libraries() -> None:
    table = {row.day for row in CALENDARS.holidays}
    years = range(FIRST, LAST + 1)
    assert table == set(holidays.country_holidays("JP", years=years))
    assert table == {day for year in years for day, _ in jpholiday.year_holidays(year)}


def test_the_table_covers_the_years_it_must() -> None:
    assert FIRST <= 2019
    assert LAST >= 2028


def test_the_packaged_table_is_what_the_law_gives() -> None:
    packaged = resources.files("domain").joinpath("data/holidays.csv").read_text(encoding="utf-8")
    made = holiday_table(
        first_year=2019, last_year=2035, announced_until=2027, loaded_on=CALENDARS.holidays[0].loaded_on
    )
    assert packaged == made


def test_equinox_days_not_yet_in_the_gazette_are_marked_as_a_forecast() -> None:
    rows = statutory_holidays(2030, loaded_on=date(2026, 11, 21), announced_until=2027)
    assert [row.name for row in rows if "予定" in row.source] == ["春分の日", "秋分の日"]


def test_years_before_the_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="2018"):
        statutory_holidays(2018, loaded_on=date(2026, 11, 21), announced_until=2027)


@pytest.mark.parametrize("calendar", [OFFICE, BANK], ids=["office", "bank"])
def test_a_day_beyond_the_table_is_refused_and_never_open(calendar: Calendar) -> None:
    beyond = date(LAST + 1, 1, 4)
    for ask in (
        lambda: calendar.is_open(beyond),
        lambda: calendar.next_open(date(LAST, 12, 31)),
        lambda: calendar.add_open_days(date(LAST, 12, 28), 3),
        lambda: calendar.open_days_between(date(LAST, 12, 1), beyond),
        lambda: calendar.previous_open(date(FIRST, 1, 4)),
    ):
        with pytest.raises(OutsideCalendar) as refused:
            ask()
        assert refused.value.code == "outside-calendar"


def test_the_store_is_open_every_day_without_a_table() -> None:
    assert STORE.is_open(date(2099, 1, 1))


def test_an_instant_is_not_a_day() -> None:
    with pytest.raises(TypeError):
        OFFICE.is_open(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("calendar", [OFFICE, BANK, STORE], ids=["office", "bank", "store"])
@given(day=INSIDE, n=st.integers(1, 15))
def test_adding_open_days_and_counting_them_agree(calendar: Calendar, day: date, n: int) -> None:
    later = calendar.add_open_days(day, n)
    assert calendar.is_open(later)
    assert calendar.open_days_between(day, later) == n
    assert calendar.open_days_between(day, later - timedelta(days=1)) == n - 1
    assert calendar.add_open_days(later, -n) == calendar.open_on_or_before(day)


@given(day=INSIDE)
def test_next_and_previous_lie_on_their_sides(day: date) -> None:
    assert OFFICE.previous_open(day) < day <= OFFICE.next_open(day)
    assert OFFICE.add_open_days(day, 0) == OFFICE.next_open(day)
    assert not OFFICE.is_open(day) or BANK.is_open(day)  # every office day is a bank day


def test_a_table_with_a_missing_year_or_a_day_named_twice_is_refused() -> None:
    rows = load_holidays()
    with pytest.raises(ValueError, match="gap"):
        Calendars.from_rows([row for row in rows if row.day.year != 2026])
    with pytest.raises(ValueError, match="twice"):
        Calendars.from_rows([*rows, rows[0]])
    with pytest.raises(ValueError, match="gap"):
        Calendars.from_rows([])


@pytest.mark.parametrize(
    "text",
    [
        "day,name\n2026-01-01,元日\n",
        "date,name,source,loaded_on\n2026-13-01,元日,法,2026-04-01\n",
        "date,name,source,loaded_on\n2026-01-01,元日\n",
    ],
)
def test_a_faulty_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="holiday table"):
        holidays_from_csv(text)


def test_a_local_holiday_is_a_row_like_any_other() -> None:
    local = Holiday(day=date(2026, 11, 20), name="開庁記念日", source="条例", loaded_on=date(2026, 4, 1))
    assert not Calendars.from_rows([*load_holidays(), local]).office.is_open(date(2026, 11, 20))
