"""国民の祝日: the holidays of a year by the law's own rules, from which the holiday table is made and checked."""

from datetime import date, timedelta

from domain.calendars import Holiday

LAW = "国民の祝日に関する法律"
SPECIAL_2019 = "平成30年法律第99号(天皇の即位の日及び即位礼正殿の儀の行われる日を休日とする法律)"
SPECIAL_OLYMPIC = "平成27年法律第33号(東京オリンピック・パラリンピック特別措置法)"
ONE_DAY = timedelta(days=1)
MONDAY, SUNDAY = 0, 6
FIRST_YEAR = 2019

_FIXED = {
    (1, 1): "元日",
    (2, 11): "建国記念の日",
    (4, 29): "昭和の日",
    (5, 3): "憲法記念日",
    (5, 4): "みどりの日",
    (5, 5): "こどもの日",
    (11, 3): "文化の日",
    (11, 23): "勤労感謝の日",
}
_OLYMPIC = {
    2020: ((7, 23, "海の日"), (7, 24, "スポーツの日"), (8, 10, "山の日")),
    2021: ((7, 22, "海の日"), (7, 23, "スポーツの日"), (8, 8, "山の日")),
}


def statutory_holidays(year: int, *, loaded_on: date, announced_until: int) -> tuple[Holiday, ...]:
    """The holidays of `year` (2019 or later) by the law, in order of date.

    Equinox days of years after `announced_until` are not yet in the gazette: their source says they are a forecast.
    Source: 国民の祝日に関する法律2条・3条 and the special laws for 2019 to 2021.
    """
    if year < FIRST_YEAR:
        raise ValueError(f"the law's rules are kept from {FIRST_YEAR} on, not for {year}")
    named = _named(year, announced=year <= announced_until)
    days = dict(named)
    days.update(_substitutes(frozenset(named)))
    days.update(_between(frozenset(named), frozenset(days)))
    return tuple(
        Holiday(day=day, name=name, source=source, loaded_on=loaded_on) for day, (name, source) in sorted(days.items())
    )


def _named(year: int, *, announced: bool) -> dict[date, tuple[str, str]]:
    """国民の祝日 of article 2, and the days special laws made holidays."""
    article = f"{LAW}2条"
    days = {date(year, month, day): (name, article) for (month, day), name in _FIXED.items()}
    days[_nth_monday(year, 1, 2)] = ("成人の日", article)
    days[_nth_monday(year, 9, 3)] = ("敬老の日", article)
    equinox = f"{article}・暦要項(官報)" if announced else f"{article}・計算による予定(官報公告前)"
    days[date(year, 3, _vernal_equinox(year))] = ("春分の日", equinox)
    days[date(year, 9, _autumnal_equinox(year))] = ("秋分の日", equinox)
    if year >= 2020:
        days[date(year, 2, 23)] = ("天皇誕生日", article)
    else:
        days[date(2019, 5, 1)] = ("天皇の即位の日", SPECIAL_2019)
        days[date(2019, 10, 22)] = ("即位礼正殿の儀の行われる日", SPECIAL_2019)
    if year in _OLYMPIC:
        days.update({date(year, month, day): (name, SPECIAL_OLYMPIC) for month, day, name in _OLYMPIC[year]})
    else:
        days[_nth_monday(year, 7, 3)] = ("海の日", article)
        days[date(year, 8, 11)] = ("山の日", article)
        days[_nth_monday(year, 10, 2)] = ("スポーツの日" if year >= 2020 else "体育の日", article)
    return days


def _substitutes(named: frozenset[date]) -> dict[date, tuple[str, str]]:
    """振替休日: a holiday on a Sunday makes the nearest following day that is no holiday a day off (article 3, 2)."""
    found = {}
    for holiday in named:
        if holiday.weekday() == SUNDAY:
            day = holiday + ONE_DAY
            while day in named:
                day += ONE_DAY
            found[day] = ("振替休日", f"{LAW}3条2項")
    return found


def _between(named: frozenset[date], taken: frozenset[date]) -> dict[date, tuple[str, str]]:
    """国民の休日: a day that is no holiday between two holidays is a day off (article 3, 3)."""
    middles = {day + ONE_DAY for day in named if day + 2 * ONE_DAY in named}
    return dict.fromkeys(middles - taken, ("国民の休日", f"{LAW}3条3項"))


def _nth_monday(year: int, month: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (n - 1))


def _vernal_equinox(year: int) -> int:
    """The day of March, by the approximation used for 1980–2099; the gazette decides."""
    return _equinox(20_843_100, year)


def _autumnal_equinox(year: int) -> int:
    """The day of September, by the approximation used for 1980–2099; the gazette decides."""
    return _equinox(23_248_800, year)


def _equinox(millionths_of_day: int, year: int) -> int:
    return (millionths_of_day + 242_194 * (year - 1980)) // 1_000_000 - (year - 1980) // 4
