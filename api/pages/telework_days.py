"""実施日・場所・勤務時間の選択肢: what the sheet offers to tap, with each day's deadline and the seats still free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from api.pages.act_fields import Option
from api.pages.desk import Reader
from api.pages.formats import clock, short_day, short_moment
from api.pages.telework_labels import KINDS, PATTERNS, PLACES
from api.pages.telework_sheet import where_of
from domain.calendars import OutsideCalendar
from domain.clock import civil_date
from domain.ledger.reading import LedgerReader
from domain.policies.telework import apply_until, instant
from domain.policies.telework_rules import SatelliteOffice, TeleworkRules
from domain.record import GuardStream
from domain.telework.holding import day_stream, days_taken, seat_stream, seated

OFFERED, SOUGHT_DAYS_MAX = 5, 30
WEEKDAYS = {0: "今日", 1: "明日"}


@dataclass(frozen=True, kw_only=True)
class DayOption:
    """One day to tap: until when one applies for it, whether that has passed, and what hinders it."""

    day: date
    label: str
    help: str
    is_late: bool = False
    is_taken: bool = False
    is_closed: bool = False

    @property
    def value(self) -> str:
        return self.day.isoformat()


def days_to_apply_for(reader: Reader, ledger: LedgerReader, *, own: str = "") -> tuple[DayOption, ...]:
    """Give the next office days on which one may apply for telework, each with its deadline; `own` is the request that
    is being changed.
    """
    days = [_to_apply_for(day, reader) for day in _open_days(reader)]
    taken = _taken(reader.person, [option.day for option in days], ledger, own=own)
    return tuple(
        replace(option, help="この日は申請済みです", is_taken=True) if option.day in taken else option
        for option in days
    )


def days_to_order(reader: Reader) -> tuple[DayOption, ...]:
    """Give the next days for which telework may be ordered, closed ones too."""
    days = [reader.today + timedelta(days=ahead) for ahead in range(OFFERED)]
    return tuple(_to_order(day, reader) for day in days)


def preset_day(days: Sequence[DayOption]) -> str:
    """Give the first day for which it is not too late, else the first that is free."""
    free = [option for option in days if not option.is_taken]
    return next((option.value for option in free if not option.is_late), free[0].value if free else "")


def places(
    rules: TeleworkRules, days: Sequence[DayOption], ledger: LedgerReader, *, seats: bool = True
) -> tuple[Option, ...]:
    """Give the places to tap: home, every satellite office with the seats still free on these days, others the rules
    allow.
    """
    found = []
    for kind in rules.places_allowed:
        if kind != "satellite_office":
            found.append(Option(value=kind, label=PLACES[kind], help=KINDS[kind], chosen=kind == "home"))
            continue
        for office in rules.satellite_offices:
            on = [option.day for option in days if not option.is_closed and office.is_open_on(option.day)]
            if on:
                said = f"サテライトオフィス　{_seats(office, on, ledger) if seats else f'定員{office.capacity}'}"
                found.append(Option(value=where_of(kind, office.code), label=office.name, help=said))
    return tuple(found)


def patterns(rules: TeleworkRules) -> tuple[Option, ...]:
    """Give the working hours to tap; what a satellite office does not have says so."""
    at_office = {each.code for each in rules.patterns("satellite_office")} if _has_offices(rules) else None
    every = {each.code: each for kind in rules.places_allowed for each in rules.patterns(kind)}
    first = rules.patterns(rules.places_allowed[0])[0].code
    return tuple(
        Option(
            value=each.code,
            label=f"{PATTERNS.get(each.code, each.code)} {each.from_time}–{each.to_time}",
            help="サテライトオフィスでは選べません" if at_office is not None and each.code not in at_office else "",
            chosen=each.code == first,
        )
        for each in every.values()
    )


def told_deadline(until: datetime, now: datetime) -> tuple[bool, str]:
    """Give whether a deadline has passed, and the sentence on it."""
    if now > until:
        return True, f"期限（{short_moment(until)}）を過ぎています。理由を書けば申請できます"
    last = f"今日{clock(until)}" if civil_date(until) == civil_date(now) else short_moment(until)
    return False, f"申請は{last}まで"


def _open_days(reader: Reader) -> list[date]:
    found: list[date] = []
    for ahead in range(SOUGHT_DAYS_MAX):
        day = reader.today + timedelta(days=ahead)
        try:
            if reader.calendars.office.is_open(day):
                found.append(day)
        except OutsideCalendar:
            break
        if len(found) == OFFERED:
            break
    return found


def _to_apply_for(day: date, reader: Reader) -> DayOption:
    rules = reader.rules.telework(day)
    starts_at = instant(day, rules.patterns(rules.places_allowed[0])[0].from_time)
    until = apply_until(day, starts_at, rules=rules, calendars=reader.calendars)
    is_late, said = told_deadline(until, reader.now)
    return DayOption(day=day, label=_label(day, reader.today), help=said, is_late=is_late)


def _to_order(day: date, reader: Reader) -> DayOption:
    label = _label(day, reader.today)
    if reader.calendars.office.is_open(day):
        return DayOption(day=day, label=label, help="")
    return DayOption(day=day, label=label, help="閉庁日（サテライトオフィスは使えません）", is_closed=True)


def _label(day: date, today: date) -> str:
    near = WEEKDAYS.get((day - today).days, "")
    return f"{near} {short_day(day)}" if near else short_day(day)


def _taken(person: str, days: Sequence[date], ledger: LedgerReader, *, own: str) -> set[date]:
    """On which of these days the person has a live request or order already."""
    streams = dict.fromkeys(day_stream(person, day) for day in days)
    found: Mapping[str, date] = {}
    for stream in streams:
        found = {**found, **days_taken(ledger.guard(GuardStream(name=stream, whole=True)).events)}
    return {day for case, day in found.items() if case != own}


def _seats(office: SatelliteOffice, days: Sequence[date], ledger: LedgerReader) -> str:
    free = []
    for day in days:
        taken = seated(ledger.guard(GuardStream(name=seat_stream(office.code, day), whole=True)).events)
        free.append(f"{day.day}日{max(0, office.capacity - len(taken))}席")
    return f"空席 {'・'.join(free)}"


def _has_offices(rules: TeleworkRules) -> bool:
    return "satellite_office" in rules.places_allowed and bool(rules.satellite_offices)
