"""テレワーク: how a day may be planned, until when one applies, whom one asks; with the vectors of the reference."""

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars import Calendars, load_holidays
from domain.clock import civil_date
from domain.policies.telework import (
    Slot,
    SlotKind,
    Wanted,
    apply_until,
    day_ends,
    instant,
    minutes_over,
    plan_day,
    report_due,
    require_within_limits,
)
from domain.policies.telework_head import head_for, stand_ins
from domain.policies.telework_rules import TeleworkRules
from domain.refusals import Refused
from tests.records.directory_story import NOVEMBER, demo
from tests.records.office import Office, jst
from tests.rules.test_telework_rules import rules

CALENDARS = Calendars.from_rows(load_holidays())
DEMO = rules()
TODAY, DAY = date(2026, 11, 9), date(2026, 11, 11)


def slots(*texts: str) -> tuple[Slot, ...]:
    """`telework 08:30-12:00`"""
    found = []
    for text in texts:
        kind, span = text.split()
        start, _, end = span.partition("-")
        found.append(Slot(kind=kind, from_=start, to=end))  # type: ignore[arg-type]  # checked by the test's own words
    return tuple(found)


def planned(*texts: str, edition: TeleworkRules | None = None, by_command: bool = False, **wanted: Any) -> Any:
    content: dict[str, Any] = {"kind": "home", "day": DAY, "slots": slots(*texts)}
    asked = Wanted(**(content | wanted))
    return plan_day(asked, today=TODAY, rules=edition or rules(), calendars=CALENDARS, by_command=by_command).plan


def refused(*texts: str, **wanted: Any) -> str:
    with pytest.raises(Refused) as refusal:
        planned(*texts, **wanted)
    return refusal.value.code


def test_without_slots_the_pattern_is_worked_from_end_to_end() -> None:
    plan = planned(work_pattern="early")
    assert (plan.from_, plan.to, plan.slots) == ("07:30", "16:15", slots("telework 07:30-16:15"))
    assert (plan.starts_at, plan.ends_at) == (jst(2026, 11, 11, 7, 30), jst(2026, 11, 11, 16, 15))


def test_a_day_of_telework_leave_office_and_travel() -> None:
    plan = planned("leave 08:30-10:30", "telework 10:30-14:00", "travel 14:00-15:00", "office 15:00-17:15")
    assert (plan.starts_at, plan.ends_at) == (jst(2026, 11, 11, 10, 30), jst(2026, 11, 11, 14, 0))


@pytest.mark.parametrize(
    "texts",
    [
        ("telework 08:30-12:00", "leave 11:59-13:00"),
        ("telework 13:00-17:15", "leave 08:30-13:00"),
        ("telework 12:00-12:00",),
        ("telework 13:00-12:00",),
        ("telework 08:30-12:00", "telework 08:30-12:00"),
    ],
)
def test_slots_are_in_order_and_do_not_overlap(texts: tuple[str, ...]) -> None:
    assert refused(*texts) == "overlapping-slot"


def test_a_day_without_telework_is_none() -> None:
    assert refused("office 08:30-17:15") == "no-telework-slot"


def test_flextime_and_reduced_hours_where_the_rule_set_allows_them() -> None:
    fixed = rules(flextime=False)
    reduced = ("telework 09:00-16:00",)
    assert planned(*reduced).starts_at == jst(2026, 11, 11, 9)
    assert refused(*reduced, edition=fixed) == "outside-pattern"
    assert planned("leave 08:30-10:00", "telework 10:00-17:15", edition=fixed).starts_at == jst(2026, 11, 11, 10)


def test_a_day_of_work_begins_at_five_so_that_it_never_overlaps_the_day_before() -> None:
    assert planned("telework 05:00-12:00").starts_at == jst(2026, 11, 11, 5)
    assert refused("telework 04:59-12:00") == "outside-the-day"
    assert refused("leave 00:00-08:30", "telework 08:30-17:15") == "outside-the-day"
    assert day_ends(DAY, rules=rules()) == jst(2026, 11, 12, 5)
    assert refused("telework 06:30-12:00", edition=rules(day_begins="07:00")) == "outside-the-day"


def test_the_unit_of_a_day() -> None:
    half, whole = rules(unit_of_day="half_day"), rules(unit_of_day="day")
    halves = ("telework 08:30-12:00", "office 13:00-17:15")
    assert planned(*halves, edition=half)
    assert refused("telework 08:30-10:00", "office 10:00-17:15", edition=half) == "unit-of-day"
    assert planned("leave 08:30-10:00", "telework 10:00-12:00", "office 13:00-17:15", edition=half)
    assert refused(*halves, edition=whole) == "unit-of-day"
    assert planned("telework 08:30-15:00", "leave 15:00-17:15", edition=whole)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("telework 08:30-17:15", True),
        ("telework 08:29-17:15", False),
        ("telework 08:30-17:16", False),
        ("telework 10:00-11:00", True),
    ],
)
def test_a_satellite_office_is_open_from_half_past_eight_to_a_quarter_past_five(text: str, fits: bool) -> None:
    place: dict[str, Any] = {"kind": "satellite_office", "place": "training-3f"}
    if fits:
        assert planned(text, **place)
    else:
        assert refused(text, **place) == "satellite-hours"


def test_what_lies_before_and_after_the_satellite_office_is_not_its_business() -> None:
    place: dict[str, Any] = {"kind": "satellite_office", "place": "training-3f"}
    assert planned("travel 07:30-08:30", "telework 08:30-17:15", "leave 17:15-18:00", **place)


@pytest.mark.parametrize("day", [date(2026, 11, 14), date(2026, 11, 23), date(2026, 12, 29), date(2027, 1, 3)])
def test_a_closed_day_is_for_orders_only(day: date) -> None:
    assert refused(day=day) == "closed-day"
    assert planned(day=day, by_command=True)
    place: dict[str, Any] = {"kind": "satellite_office", "place": "training-3f"}
    assert refused(day=day, by_command=True, **place) == "satellite-hours"


def test_hokkaido_allows_places_one_visits_and_tochigi_does_not() -> None:
    assert refused(kind="visiting") == "place-not-allowed"
    assert planned(kind="visiting", edition=rules(rule_set="hokkaido_like"))


VECTORS = [
    (date(2026, 1, 5), date(2025, 12, 26)),
    (date(2026, 4, 1), date(2026, 3, 31)),
    (date(2026, 5, 7), date(2026, 5, 1)),
    (date(2026, 8, 12), date(2026, 8, 10)),
    (date(2026, 9, 24), date(2026, 9, 18)),
    (date(2027, 1, 4), date(2026, 12, 28)),
    (date(2027, 3, 23), date(2027, 3, 19)),
]


@pytest.mark.parametrize(("day", "before"), VECTORS)
def test_one_applies_until_a_quarter_past_five_of_the_previous_office_day(day: date, before: date) -> None:
    starts_at = instant(day, "08:30")
    assert apply_until(day, starts_at, rules=rules(), calendars=CALENDARS) == instant(before, "17:15")
    calendar_day = rules(apply_until="12:00 of the previous calendar day")
    assert apply_until(day, starts_at, rules=calendar_day, calendars=CALENDARS) == instant(
        date.fromordinal(day.toordinal() - 1), "12:00"
    )
    hokkaido = rules(rule_set="hokkaido_like")
    assert apply_until(day, starts_at, rules=hokkaido, calendars=CALENDARS) == starts_at


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)))
def test_the_deadline_is_a_quarter_past_five_of_the_last_office_day_before_whatever_lies_between(day: date) -> None:
    """New Year, Golden Week, the end of the fiscal year: a backward rule that nothing extends."""
    until = apply_until(day, instant(day, "08:30"), rules=rules(), calendars=CALENDARS)
    last = civil_date(until)
    assert last < day
    assert until == instant(last, "17:15")
    assert CALENDARS.office.is_open(last)
    between = (date.fromordinal(each) for each in range(last.toordinal() + 1, day.toordinal()))
    assert not any(map(CALENDARS.office.is_open, between))
    calendar_day = rules(apply_until="17:15 of the previous calendar day")
    assert until <= apply_until(day, instant(day, "08:30"), rules=calendar_day, calendars=CALENDARS)


@pytest.mark.parametrize(
    ("ended", "due", "told"),
    [
        (jst(2026, 4, 28, 17, 15), date(2026, 5, 7), date(2026, 5, 8)),  # 昭和の日, then 憲法記念日 to its 振替休日
        (jst(2026, 12, 28, 17, 15), date(2027, 1, 6), date(2027, 1, 7)),
        (jst(2027, 3, 30, 17, 15), date(2027, 4, 2), date(2027, 4, 5)),
        (jst(2026, 11, 11, 17, 15), date(2026, 11, 16), date(2026, 11, 17)),
    ],
)
def test_a_report_has_three_office_days(ended: datetime, due: date, told: date) -> None:
    expected = instant(due, "17:15"), instant(told, "17:15")
    assert report_due(ended, rules=rules(), calendars=CALENDARS) == expected


@settings(deadline=None)
@given(st.lists(st.dates(date(2026, 10, 1), date(2027, 1, 31)), unique=True), st.integers(1, 5), st.integers(1, 12))
def test_whoever_is_admitted_day_by_day_never_exceeds_the_limits(days: list[date], week: int, month: int) -> None:
    limited, held = DEMO.model_copy(update={"weekly_limit_days": week, "monthly_limit_days": month}), list[date]()
    for day in days:
        try:
            require_within_limits(day, held, limited)
        except Refused:
            continue
        held.append(day)
    for one in held:
        assert sum(other.isocalendar()[:2] == one.isocalendar()[:2] for other in held) <= week
        assert sum((other.year, other.month) == (one.year, one.month) for other in held) <= month


@settings(deadline=None)
@given(st.integers(-600, 600), st.integers(0, 300))
def test_overtime_never_exceeds_what_was_ordered(over: int, ordered: int) -> None:
    planned_end = instant(DAY, "12:00")
    ended_at = datetime.fromtimestamp(planned_end.timestamp() + over * 60, tz=planned_end.tzinfo)
    within, beyond = minutes_over(ended_at, planned_end, ordered)
    assert 0 <= within <= ordered
    assert within + beyond == max(0, over)
    assert beyond == 0 or within == ordered


CLOCKS = st.integers(0, 24 * 4 - 1).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
KINDS: st.SearchStrategy[SlotKind] = st.sampled_from(("telework", "leave", "office", "travel"))


@settings(deadline=None)
@given(st.lists(st.builds(Slot, kind=KINDS, from_=CLOCKS, to=CLOCKS), min_size=1, max_size=4))
def test_whatever_slots_are_asked_for_a_plan_has_them_in_order_apart_and_around_its_telework(drawn: list[Slot]) -> None:
    asked = Wanted(kind="home", day=DAY, slots=tuple(drawn))
    try:
        plan = plan_day(asked, today=TODAY, rules=DEMO, calendars=CALENDARS).plan
    except Refused:
        ordered = all(slot.from_ < slot.to for slot in drawn) and all(a.to <= b.from_ for a, b in pairwise(drawn))
        assert not ordered or all(slot.kind != "telework" for slot in drawn) or drawn[0].from_ < DEMO.day_begins
        return
    assert all(slot.from_ < slot.to for slot in plan.slots)
    assert all(one.to <= other.from_ for one, other in pairwise(plan.slots))
    assert plan.starts_at < plan.ends_at
    assert {instant(DAY, slot.from_) >= plan.starts_at for slot in plan.slots if slot.kind == "telework"} == {True}


@pytest.mark.parametrize(
    ("post", "head"),
    [
        ("road-officer", "road-director"),
        ("road-lead", "road-director"),
        ("road-director", "construction-deputy"),
        ("construction-deputy", "construction-director"),
        ("works-director", "construction-director"),  # its holder is the deputy director as well
        ("farming-officer", "farming-director"),  # vacant, the department director acts
        ("tokachi-affairs-officer", "tokachi-affairs-director"),
        ("tokachi-affairs-director", "tokachi-deputy"),
        ("welfare-director", "health-director"),
        ("construction-director", "vice-governor-2"),
        ("vice-governor-1", "governor"),
    ],
)
def test_the_head_of_the_unit_or_the_next_rank_above_the_head(post: str, head: str) -> None:
    holder = demo().holder(post, NOVEMBER)
    assert holder is not None
    seat = head_for(demo(), post=post, person=holder.person, at=NOVEMBER)
    assert seat is not None
    assert seat.post.code == head
    assert seat.person != holder.person


def test_nobody_stands_in_for_a_head_who_is_there() -> None:
    office = Office()
    seat = head_for(office.directory, post="road-officer", person="0525", at=office.now)
    assert seat is not None
    assert stand_ins(office.directory, seat, person="0525", at=office.now) == ()
    office.away("road-director", jst(2026, 11, 9), jst(2026, 11, 10))
    assert [each.post for each in stand_ins(office.directory, seat, person="0525", at=office.now)] == [
        "road-lead",
        "road-chief",
    ]
    assert [each.post for each in stand_ins(office.directory, seat, person="0522", at=office.now)] == ["road-chief"]
