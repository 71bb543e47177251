"""席と実施日: the last seat of a satellite office, one live request or order a person and day, limits."""

from typing import Any

import pytest

from domain.refusals import Refused
from domain.telework.holding import seat_stream, seated
from tests.records.telework_story import WEDNESDAY, Workday, home, rules_with, satellite

OFFICERS = ("road-officer", "road-senior", "works-officer", "housing-officer", "farming-officer")
BODY: dict[str, Any] = {"kind": "satellite_office", "place": "tokachi-1f", "tasks": "起案", "reachable_by": "内線"}


def full() -> Workday:
    """Four people have the four seats of Tokachi on Wednesday."""
    day = Workday()
    for number, officer in enumerate(OFFICERS[:4], 1):
        satellite(officer, workday=day.case(number))
    return day.case(5)


def taken(day: Workday) -> tuple[str, ...]:
    return seated(event for event, _ in day.streams[seat_stream("tokachi-1f", WEDNESDAY)])


def test_the_last_seat_is_taken_by_the_application_and_refused_to_the_next() -> None:
    day = full().then_refused("satellite-full", "submit", by=OFFICERS[4], day=WEDNESDAY, **BODY)
    assert taken(day) == ("R8-000001", "R8-000002", "R8-000003", "R8-000004")
    day.when("submit", by=OFFICERS[4], day="2026-11-12", **BODY)


@pytest.mark.parametrize(
    ("verb", "by", "body"),
    [
        ("withdraw", "road-officer", {}),
        ("return", "road-director", {"reason": "再考"}),
        ("reject", "road-director", {"reason": "窓口当番"}),
        ("change", "road-officer", {"kind": "home"}),
        ("change", "road-officer", {"day": "2026-11-12"}),
        ("change", "road-officer", {"place": "training-3f"}),
    ],
)
def test_a_seat_that_is_given_back_is_free_for_the_next(verb: str, by: str, body: dict[str, Any]) -> None:
    day = full().case(1).when(verb, by=by, **body)
    assert len(taken(day)) == 3
    satellite(OFFICERS[4], workday=day.case(5))


def test_a_revoked_order_gives_its_seat_back() -> None:
    day = full().case(1).when("approve", by="road-director").when("revoke", by="road-director", reason="議会")
    assert len(taken(day)) == 3


def test_a_returned_request_may_find_its_seat_gone() -> None:
    day = full().case(1).when("return", by="road-director", reason="再考")
    satellite(OFFICERS[4], workday=day.case(5))
    day.case(1).then_refused("satellite-full", "change", by="road-officer", tasks="別の業務")
    day.when("change", by="road-officer", kind="home").then("submitted", "road-director")


def test_whoever_changes_something_else_keeps_the_seat() -> None:
    day = full().case(2).when("change", by="road-senior", tasks="別の業務")
    assert len(taken(day)) == 4
    assert len(day.streams[seat_stream("tokachi-1f", WEDNESDAY)]) == 4


def test_an_order_by_command_does_not_find_a_seat_where_there_is_none() -> None:
    order = {"to_post": OFFICERS[4], "kind": "satellite_office", "place": "tokachi-1f", "tasks": "集計", "reason": "雪"}
    full().then_refused("satellite-full", "order", by="farming-director", day=WEDNESDAY, **order)


def test_one_live_request_or_order_a_person_and_day() -> None:
    day = home().case(2)
    body = {"kind": "home", "tasks": "起案", "reachable_by": "内線"}
    day.then_refused("already-ordered", "submit", by="road-officer", day=WEDNESDAY, **body)
    order = {"to_post": "road-officer", "kind": "home", "tasks": "集計", "reason": "大雨"}
    day.then_refused("already-ordered", "order", by="road-director", day=WEDNESDAY, **order)
    home(workday=day, day="2026-11-12")
    day.then_refused("already-ordered", "change", by="road-officer", day=WEDNESDAY)
    day.case(1).when("withdraw", by="road-officer")
    day.case(2).when("change", by="road-officer", day=WEDNESDAY)


def test_a_person_who_changed_posts_still_has_one_day() -> None:
    day = home("works-director").case(2)
    body = {"kind": "home", "tasks": "起案", "reachable_by": "内線"}
    day.then_refused("already-ordered", "submit", by="construction-deputy", day=WEDNESDAY, **body)


def test_weekly_and_monthly_limits_bind_requests_and_not_orders() -> None:
    day = Workday(rules=rules_with(weekly_limit_days=2, monthly_limit_days=3))
    for number, on in enumerate(("2026-11-11", "2026-11-12"), 1):
        home(workday=day.case(number), day=on)
    body = {"kind": "home", "tasks": "起案", "reachable_by": "内線"}
    day.case(3).then_refused("over-weekly-limit", "submit", by="road-officer", day="2026-11-13", **body)
    home(workday=day, day="2026-11-16")
    day.case(4).then_refused("over-monthly-limit", "submit", by="road-officer", day="2026-11-24", **body)
    order = {"to_post": "road-officer", "kind": "home", "tasks": "集計", "reason": "大雨"}
    day.when("order", by="road-director", day="2026-11-13", **order)
    day.case(2).when("withdraw", by="road-officer")
    day.case(3).when("change", by="road-officer", tasks="別の業務").then("submitted", "road-director")


def test_a_week_over_the_end_of_a_month_is_one_week() -> None:
    day = Workday(rules=rules_with(weekly_limit_days=1))
    home(workday=day, day="2026-11-30")
    body = {"kind": "home", "tasks": "起案", "reachable_by": "内線"}
    day.case(2).then_refused("over-weekly-limit", "submit", by="road-officer", day="2026-12-01", **body)
    home(workday=day, day="2026-12-07")


def test_a_satellite_office_is_used_in_its_time_and_hours() -> None:
    day = Workday()
    body = BODY | {"day": WEDNESDAY}
    day.then_refused("unknown-place", "submit", by="road-officer", **(body | {"place": "cafe"}))
    day.then_refused("place-required", "submit", by="road-officer", **(body | {"place": None}))
    day.then_refused("place-not-allowed", "submit", by="road-officer", **(body | {"kind": "home"}))
    day.then_refused("place-not-allowed", "submit", by="road-officer", **(body | {"kind": "visiting", "place": None}))
    day.then_refused("unknown-pattern", "submit", by="road-officer", **(body | {"work_pattern": "early"}))
    late = [{"kind": "telework", "from": "09:30", "to": "18:15"}]
    day.then_refused("satellite-hours", "submit", by="road-officer", **(body | {"slots": late}))
    order = {"to_post": "road-officer", "kind": "satellite_office", "place": "tokachi-1f", "tasks": "集計"}
    day.then_refused("satellite-hours", "order", by="road-director", day="2026-11-14", reason="大雪", **order)


def test_a_place_that_has_closed_is_not_offered() -> None:
    offices = [
        {"code": "a", "name": "A", "capacity": 1, "valid_from": "2026-04-01", "valid_to": "2026-11-11"},
        {"code": "a", "name": "A(移転後)", "capacity": 2, "valid_from": "2026-11-12"},
    ]
    day = Workday(rules=rules_with(satellite_offices=offices))
    satellite(workday=day, place="a")
    day.case(2).then_refused("satellite-full", "submit", by="road-senior", **(BODY | {"place": "a", "day": WEDNESDAY}))
    assert satellite("road-senior", workday=day, place="a", day="2026-11-12").document["place_name"] == "A(移転後)"


def test_fifty_people_apply_for_the_last_seats_and_ten_get_them() -> None:
    day = Workday()
    posts = [post.code for post in day.directory.posts(WEDNESDAY) if day.directory.holder(post.code, day.now)]
    refused = 0
    for number, post in enumerate([post for post in posts if post != "governor"][:50], 1):
        try:
            satellite(post, workday=day.case(number), place="training-3f")
        except Refused as refusal:
            refused += refusal.code == "satellite-full"
    people = {day.holder_of(post) for post in posts[:51] if post != "governor"}
    assert len(seated(event for event, _ in day.streams[seat_stream("training-3f", WEDNESDAY)])) == 10
    assert refused >= len(people) - 10
