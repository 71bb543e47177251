"""和暦: Japanese dates are read and written in every form offices and banks use."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eras import (
    UnreadableDate,
    bank_date,
    bare_era_date,
    era_year_code,
    fiscal_year,
    fiscal_year_days,
    fiscal_year_label,
    long_era_date,
    parse_bank_date,
    parse_era_date,
    short_era_date,
    weekday_label,
)

HEISEI_AND_REIWA = st.dates(date(1989, 1, 8), date(2087, 12, 31))
REIWA = st.dates(date(2019, 5, 1), date(2087, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("R8.4.1", date(2026, 4, 1)),
        ("R08.04.01", date(2026, 4, 1)),
        ("8.4.1", date(2026, 4, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("H31.4.30", date(2019, 4, 30)),
        ("令和８年４月１日", date(2026, 4, 1)),
        (" R8.4.1 ", date(2026, 4, 1)),
        ("令和6年2月29日", date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_in_every_form_offices_use(text: str, day: date) -> None:
    assert parse_era_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "平成31年5月1日",  # 令和 had begun
        "令和元年4月30日",  # 平成 had not ended
        "平成元年1月7日",
        "昭和63年1月1日",
        "令和0年1月1日",
        "令和7年2月29日",
        "令和8年13月1日",
        "R8.4",
        "2026-04-01",
        "8/4/1",
        "",
        "R8.4.1 以降",
    ],
)
def test_what_is_no_date_of_the_era_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_era_date(text)
    assert refused.value.text == text
    assert text in str(refused.value)


def test_a_date_is_written_in_every_form() -> None:
    day = date(2026, 4, 1)
    assert long_era_date(day) == "令和8年4月1日"
    assert short_era_date(day) == "R8.4.1"
    assert short_era_date(day, padded=True) == "R08.04.01"
    assert bare_era_date(day) == "8.4.1"
    assert bank_date(day) == "080401"
    assert long_era_date(date(2019, 5, 1)) == "令和元年5月1日"
    assert long_era_date(date(2019, 4, 30)) == "平成31年4月30日"
    assert short_era_date(date(2019, 5, 1)) == "R1.5.1"


def test_a_day_before_heisei_is_refused() -> None:
    with pytest.raises(UnreadableDate):
        long_era_date(date(1989, 1, 7))


def test_the_form_without_an_era_is_not_written_for_heisei() -> None:
    with pytest.raises(UnreadableDate):
        bare_era_date(date(2019, 4, 30))


@given(HEISEI_AND_REIWA)
def test_what_is_written_is_read_back_as_the_same_day(day: date) -> None:
    assert parse_era_date(long_era_date(day)) == day
    assert parse_era_date(short_era_date(day)) == day
    assert parse_era_date(short_era_date(day, padded=True)) == day


@given(REIWA)
def test_the_form_without_an_era_is_read_back_as_the_same_day(day: date) -> None:
    assert parse_era_date(bare_era_date(day)) == day


@pytest.mark.parametrize(
    ("text", "received_on", "day"),
    [
        ("080401", date(2026, 4, 2), date(2026, 4, 1)),  # 令和8, not 平成8 (1996)
        ("310430", date(2019, 5, 7), date(2019, 4, 30)),  # 平成31, received in 令和
        ("010501", date(2019, 5, 1), date(2019, 5, 1)),
        ("300401", date(2019, 5, 7), date(2018, 4, 1)),
        ("080401", date(2028, 4, 1), date(2026, 4, 1)),  # exactly two years
        ("080401", date(1996, 4, 2), date(1996, 4, 1)),
        ("060229", date(2026, 2, 28), date(2024, 2, 29)),
    ],
)
def test_a_bank_date_takes_the_era_nearest_to_the_receipt(text: str, received_on: date, day: date) -> None:
    assert parse_bank_date(text, received_on=received_on) == day


@pytest.mark.parametrize(
    "text", ["080401", "280401", "000401", "081301", "080230", "8041", "08041a", "０８０４０１", ""]
)
def test_a_bank_date_further_than_two_years_or_no_date_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_bank_date(text, received_on=date(2028, 4, 2))
    assert refused.value.text == text


@given(HEISEI_AND_REIWA, st.integers(-729, 729))
def test_a_bank_date_received_within_two_years_is_read_back(day: date, distance: int) -> None:
    assert parse_bank_date(bank_date(day), received_on=day + timedelta(days=distance)) == day


def test_the_fiscal_year_runs_from_april_to_march() -> None:
    assert fiscal_year(date(2026, 3, 31)) == 2025
    assert fiscal_year(date(2026, 4, 1)) == 2026
    assert fiscal_year_days(2026) == (date(2026, 4, 1), date(2027, 3, 31))


def test_a_fiscal_year_is_named_by_its_era() -> None:
    assert fiscal_year_label(2026) == "令和8年度"
    assert fiscal_year_label(2019) == "令和元年度"
    assert fiscal_year_label(2018) == "平成30年度"
    assert era_year_code(2026) == "R8"
    assert era_year_code(2019) == "R1"
    assert era_year_code(2018) == "H30"


def test_the_weekday_stands_in_brackets() -> None:
    assert weekday_label(date(2026, 6, 1)) == "（月）"
    assert weekday_label(date(2026, 5, 31)) == "（日）"
