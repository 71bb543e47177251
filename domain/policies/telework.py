"""テレワーク: what a day of telework may look like, until when one applies for it, and how often one may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

import msgspec

from domain.calendars import ONE_DAY, Calendars
from domain.clock import JST
from domain.directory import Post
from domain.policies.deadlines import due_after_office_days
from domain.policies.telework_rules import (
    START_OF_DAY,
    SatelliteOffice,
    TeleworkKind,
    TeleworkRules,
    WorkPattern,
)
from domain.refusals import Refused, require

SlotKind = Literal["telework", "leave", "office", "travel"]
MIDDAY = ("12:00", "13:00")  # where a half day ends and begins


class Slot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """時間帯: one stretch of a day, `from` and `to` as HH:MM in Japan."""

    kind: SlotKind
    from_: str = msgspec.field(name="from")
    to: str


class DayPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """勤務の割振り: the pattern's hours, the slots of the day, and from when to when it is telework (UTC)."""

    work_pattern: str
    from_: str = msgspec.field(name="from")
    to: str
    slots: tuple[Slot, ...]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a day of telework is asked or ordered to be. Without pattern the kind's first one, without slots all of
    it.
    """

    kind: TeleworkKind
    day: date
    place: str | None = None
    work_pattern: str | None = None
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A day that the rules allow: how it is planned, and at which satellite office."""

    plan: DayPlan
    office: SatelliteOffice | None


def plan_day(
    wanted: Wanted, *, today: date, rules: TeleworkRules, calendars: Calendars, by_command: bool = False
) -> Judged:
    """Give the day as planned, or refuse. By command (an order without a request) closed days are allowed.

    Refuses `in-the-past`, `outside-calendar`, `closed-day`, `place-not-allowed`, `place-required`, `unknown-place`,
    `unknown-pattern`, `overlapping-slot`, `no-telework-slot`, `outside-the-day`, `satellite-hours`,
    `outside-pattern`, `unit-of-day`. Source: rules.yaml, reference/domain.md TW-01, TW-09, TW-10, TW-13.
    """
    require(wanted.day >= today, "in-the-past", "day")
    is_open = calendars.office.is_open(wanted.day)
    require(is_open or by_command, "closed-day", "day")
    office = _place(wanted, rules)
    pattern = _pattern(wanted, rules)
    slots = wanted.slots or (Slot(kind="telework", from_=pattern.from_time, to=pattern.to_time),)
    _require_in_order(slots)
    require(slots[0].from_ >= rules.day_begins, "outside-the-day", "slots")
    if office is not None:
        _require_satellite_hours(slots, rules, is_open=is_open)
    _require_divided(slots, pattern, rules)
    telework = [slot for slot in slots if slot.kind == "telework"]
    plan = DayPlan(
        work_pattern=pattern.code,
        from_=pattern.from_time,
        to=pattern.to_time,
        slots=slots,
        starts_at=instant(wanted.day, telework[0].from_),
        ends_at=instant(wanted.day, telework[-1].to),
    )
    return Judged(plan=plan, office=office)


def _place(wanted: Wanted, rules: TeleworkRules) -> SatelliteOffice | None:
    """The satellite office, which that kind alone needs: no other place is written by hand (TW-13)."""
    require(wanted.kind in rules.places_allowed, "place-not-allowed", "kind")
    if wanted.kind != "satellite_office":
        require(wanted.place is None, "place-not-allowed", "place")
        return None
    if wanted.place is None:
        raise Refused("place-required", "place")
    office = rules.satellite_office(wanted.place, wanted.day)
    if office is None:
        raise Refused("unknown-place", "place")
    return office


def _pattern(wanted: Wanted, rules: TeleworkRules) -> WorkPattern:
    patterns = rules.patterns(wanted.kind)
    if wanted.work_pattern is None:
        return patterns[0]
    found = next((each for each in patterns if each.code == wanted.work_pattern), None)
    if found is None:
        raise Refused("unknown-pattern", "work_pattern")
    return found


def _require_in_order(slots: tuple[Slot, ...]) -> None:
    for slot in slots:
        require(slot.from_ < slot.to, "overlapping-slot", "slots")
    for one, other in pairwise(slots):
        require(one.to <= other.from_, "overlapping-slot", "slots")
    require(any(slot.kind == "telework" for slot in slots), "no-telework-slot", "slots")


def _require_satellite_hours(slots: tuple[Slot, ...], rules: TeleworkRules, *, is_open: bool) -> None:
    """平日 8:30–17:15: the place is open in the hours of its patterns, on days on which offices are, also by order."""
    patterns = rules.patterns("satellite_office")
    opens, closes = min(each.from_time for each in patterns), max(each.to_time for each in patterns)
    inside = all(opens <= slot.from_ and slot.to <= closes for slot in slots if slot.kind == "telework")
    require(is_open and inside, "satellite-hours", "slots" if is_open else "day")


def _require_divided(slots: tuple[Slot, ...], pattern: WorkPattern, rules: TeleworkRules) -> None:
    """The slots keep to the pattern unless flextime is allowed, and to whole or half days where the rules ask it.

    Leave by the hour may lie inside a day in any case (TW-10).
    """
    if not rules.allows_flextime:
        whole = slots[0].from_ == pattern.from_time and slots[-1].to == pattern.to_time
        require(whole, "outside-pattern", "slots")
    if rules.smallest_unit == "day":
        require(all(slot.kind in ("telework", "leave") for slot in slots), "unit-of-day", "slots")
    if rules.smallest_unit == "half_day":
        for one, other in pairwise(slots):
            changes = (one.kind == "telework") != (other.kind == "telework") and "leave" not in (one.kind, other.kind)
            at_midday = MIDDAY[0] <= one.to <= MIDDAY[1] and MIDDAY[0] <= other.from_ <= MIDDAY[1]
            require(at_midday or not changes, "unit-of-day", "slots")


def apply_until(day: date, starts_at: datetime, *, rules: TeleworkRules, calendars: Calendars) -> datetime:
    """申請期限: the last instant (UTC) at which one applies in time for a day whose telework begins at `starts_at`.

    A backward rule: no closed day extends it (reference/domain.md §4.1). 「その日の始まり」 is the planned start.
    """
    rule = rules.apply_until_rule
    if rule == START_OF_DAY:
        return starts_at
    clock, _, which = rule.partition(" of the previous ")
    before = calendars.office.previous_open(day) if which == "office day" else day - ONE_DAY
    return instant(before, clock)


def require_entitled(post: Post, roles: Iterable[str], rules: TeleworkRules) -> None:
    """Refuse (`excluded-staff`) whoever the rules leave out of telework, by post or by role."""
    excluded = post.code in rules.excluded_posts or any(role in rules.excluded_roles for role in roles)
    require(not excluded, "excluded-staff")


def require_within_limits(day: date, others: Iterable[date], rules: TeleworkRules) -> None:
    """Refuse (`over-weekly-limit`, `over-monthly-limit`) one day too many beside the person's `others`.

    A week runs from Monday to Sunday.
    """
    known = [other for other in others if other != day]
    week = sum(other.isocalendar()[:2] == day.isocalendar()[:2] for other in known)
    month = sum((other.year, other.month) == (day.year, day.month) for other in known)
    require(rules.weekly_limit_days is None or week < rules.weekly_limit_days, "over-weekly-limit", "day")
    require(rules.monthly_limit_days is None or month < rules.monthly_limit_days, "over-monthly-limit", "day")


def report_due(ended_at: datetime, *, rules: TeleworkRules, calendars: Calendars) -> tuple[datetime, datetime]:
    """勤務内容報告の期限: when the report falls due (17:15 JST of the n-th office day after the end, which is not
    counted), and when the head is told that it is missing.
    """
    due = due_after_office_days(ended_at, rules.report_due_office_days, calendars)
    return due, due_after_office_days(due, rules.report_head_told_after_office_days, calendars)


def day_ends(day: date, *, rules: TeleworkRules) -> datetime:
    """The instant (UTC) by which a day of work is over, overtime included: when the next one may begin."""
    return instant(day + ONE_DAY, rules.day_begins)


def minutes_over(ended_at: datetime, planned_end: datetime, ordered_minutes: int) -> tuple[int, int]:
    """超勤: the whole minutes after the planned end that were ordered, and those beyond, which nobody ordered."""
    over = max(0, int((ended_at - planned_end) / timedelta(minutes=1)))
    return min(over, ordered_minutes), max(0, over - ordered_minutes)


def instant(day: date, clock: str) -> datetime:
    """The instant (UTC) of a clock time HH:MM in Japan on a day."""
    return datetime.combine(day, time.fromisoformat(clock), JST).astimezone(UTC)
