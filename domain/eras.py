"""和暦: Japanese era dates, fiscal years and weekdays, read and written in the forms offices and banks use."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.clock import JST

WEEKDAYS = "月火水木金土日"
BANK_DATE_DISTANCE_YEARS_MAX = 2


class UnreadableDate(ValueError):
    """A text that is not a date in the expected form: `text` as given, and `reason`, in Japanese."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"日付「{text}」を読み取れません: {reason}")
        self.text = text
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Era:
    """元号: name, the letter used in short forms, and its first and last day (None: it still runs)."""

    name: str
    letter: str
    first_day: date
    last_day: date | None

    def covers(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def day(self, year: int, month: int, day: int) -> date:
        """The civil date of this era's year, month and day. Raises ValueError if there is no such day in the era."""
        if year < 1:
            raise ValueError(f"{self.name}{year}年はありません")
        try:
            found = date(self.first_day.year + year - 1, month, day)
        except ValueError as error:
            raise ValueError(f"{month}月{day}日はその年にありません") from error
        if not self.covers(found):
            raise ValueError(f"{self.name}の期間({self.first_day}から{self.last_day or '現在'}まで)にありません")
        return found


HEISEI = Era(name="平成", letter="H", first_day=date(1989, 1, 8), last_day=date(2019, 4, 30))
REIWA = Era(name="令和", letter="R", first_day=date(2019, 5, 1), last_day=None)
ERAS = (HEISEI, REIWA)

_LONG = re.compile(r"(令和|平成)(元|[0-9]{1,2})年([0-9]{1,2})月([0-9]{1,2})日")
_SHORT = re.compile(r"([RHrh])(元|[0-9]{1,2})\.([0-9]{1,2})\.([0-9]{1,2})")
_BARE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{1,2})")
_BANK = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")


def era_of(day: date) -> Era:
    """The era in which `day` falls. Refuses days before 1989-01-08 (UnreadableDate). Source: 元号法."""
    for era in ERAS:
        if era.covers(day):
            return era
    raise UnreadableDate(day.isoformat(), "平成元年1月8日より前の日付は扱いません")


def era_year(day: date) -> int:
    """The year within the era of `day`: 8 for 2026-04-01."""
    return day.year - era_of(day).first_day.year + 1


def parse_era_date(text: str) -> date:
    """Read 令和8年4月1日, 令和元年5月1日, R8.4.1, R08.04.01 or 8.4.1 (no letter: 令和), full-width digits included.

    Refuses (UnreadableDate) every other form, days that do not exist, and days outside the named era.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        if found := _LONG.fullmatch(plain):
            era = next(era for era in ERAS if era.name == found[1])
            return era.day(_year(found[2]), int(found[3]), int(found[4]))
        if found := _SHORT.fullmatch(plain):
            era = next(era for era in ERAS if era.letter == found[1].upper())
            return era.day(_year(found[2]), int(found[3]), int(found[4]))
        if found := _BARE.fullmatch(plain):
            return REIWA.day(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise UnreadableDate(text, str(error)) from error
    raise UnreadableDate(text, "「令和8年4月1日」「R8.4.1」「8.4.1」のいずれかの形で書いてください")


def parse_bank_date(text: str, *, received_on: date) -> date:
    """Read a 全銀 date YYMMDD in 和暦 without era (`080401`), as received in a file on `received_on`.

    The era is the one that puts the date nearest to the receipt date, within two years of it; else UnreadableDate.
    Source: 全銀協 record formats (和暦 YYMMDD); reference/domain.md §4.4.
    """
    found = _BANK.fullmatch(text)
    if found is None or not text.isascii():
        raise UnreadableDate(text, "6桁の数字(和暦YYMMDD)ではありません")
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    near = [c for c in _candidates(year, month, day) if _within_years(c, received_on)]
    if not near:
        raise UnreadableDate(text, f"受領日{received_on}の前後{BANK_DATE_DISTANCE_YEARS_MAX}年に当たる日付がありません")
    return min(near, key=lambda candidate: abs(candidate - received_on))


def long_era_date(day: date) -> str:
    """令和8年4月1日; the first year of an era is 元年."""
    return f"{era_of(day).name}{_year_text(era_year(day))}年{day.month}月{day.day}日"


def short_era_date(day: date, *, padded: bool = False) -> str:
    """R8.4.1, or R08.04.01 when padded."""
    year = era_year(day)
    if padded:
        return f"{era_of(day).letter}{year:02}.{day.month:02}.{day.day:02}"
    return f"{era_of(day).letter}{year}.{day.month}.{day.day}"


def bare_era_date(day: date) -> str:
    """8.4.1, the form without a letter. Refuses days before 令和, which would be read back as another day."""
    if not REIWA.covers(day):
        raise UnreadableDate(day.isoformat(), "元号のない形では令和の日付だけを書きます")
    return f"{era_year(day)}.{day.month}.{day.day}"


def bank_date(day: date) -> str:
    """080401: 全銀 YYMMDD in 和暦."""
    return f"{era_year(day):02}{day.month:02}{day.day:02}"


def weekday_label(day: date) -> str:
    """（月）, with full-width brackets, as documents show it after a date."""
    return f"（{WEEKDAYS[day.weekday()]}）"


def fiscal_year(day: date) -> int:
    """会計年度: the year in which the fiscal year of `day` began (April to March). Source: 地方自治法208条1項."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_days(year: int) -> tuple[date, date]:
    """The first and last day of the fiscal year that begins in April of `year`."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def fiscal_year_label(year: int) -> str:
    """令和8年度 for 2026. The year that begins in April 2019 is 令和元年度 (reference/domain.md §4.4)."""
    era = _fiscal_era(year)
    return f"{era.name}{_year_text(year - era.first_day.year + 1)}年度"


def era_year_code(year: int) -> str:
    """R8 for 2026: the fiscal year as used in case numbers (R8-000123)."""
    era = _fiscal_era(year)
    return f"{era.letter}{year - era.first_day.year + 1}"


def _fiscal_era(year: int) -> Era:
    return era_of(fiscal_year_days(year)[1] if year == REIWA.first_day.year else fiscal_year_days(year)[0])


def _year(text: str) -> int:
    return 1 if text == "元" else int(text)


def _year_text(year: int) -> str:
    return "元" if year == 1 else str(year)


def _candidates(year: int, month: int, day: int) -> list[date]:
    found = []
    for era in ERAS:
        try:
            found.append(era.day(year, month, day))
        except ValueError:
            continue  # not a day of this era; another era may have it
    return found


def _within_years(day: date, received_on: date) -> bool:
    """Two years to the day, either side; 29 February counts to the 28th of a common year."""
    years = BANK_DATE_DISTANCE_YEARS_MAX
    return _shifted(received_on, -years) <= day <= _shifted(received_on, years)


def _shifted(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return (day - timedelta(days=1)).replace(year=day.year + years)


def moment(at: datetime | None) -> str:
    """An instant as an officer reads it: R8.11.24 17:15 in Japan, or a dash."""
    if at is None:
        return "―"
    local = at.astimezone(JST)
    return f"{short_era_date(local.date())} {local:%H:%M}"
