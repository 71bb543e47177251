"""期限: start, end and report overdue remind first and then tell the head; time never approves (I16)."""

from datetime import date, datetime, timedelta

import pytest

from domain.telework import facts
from tests.records.office import jst
from tests.records.telework_story import Workday, home, rules_with


def working() -> Workday:
    return home().when("approve", by="road-director").at(11, 11, 8, 30).when("start", by="road-officer")


def test_a_missing_start_is_reminded_after_fifteen_minutes_and_then_told_to_the_head() -> None:
    day = home().when("approve", by="road-director")
    day.at(11, 11, 8, 44).tick().then_told()
    day.at(11, 11, 8, 45).tick().then_told(facts.Reminded)
    assert day.last(facts.Reminded).to_post == "road-officer"
    day.tick().then_told()
    day.at(11, 11, 9, 0).tick().then_told(facts.HeadTold)
    assert (day.last(facts.HeadTold).overdue, day.last(facts.HeadTold).to_post) == ("start", "road-director")
    day.tick().then_told().then("ordered", "road-officer")
    day.at(11, 11, 9, 5).when("start", by="road-officer").then("working", "road-officer")


def test_a_missing_end_is_reminded_after_thirty_minutes_and_then_told_to_the_head() -> None:
    day = working().at(11, 11, 17, 44).tick().then_told()
    day.at(11, 11, 17, 45).tick().then_told(facts.Reminded)
    day.at(11, 11, 18, 15).tick().then_told(facts.HeadTold)
    day.at(11, 12, 9).tick().then_told().then("working", "road-officer")


def test_a_missing_report_is_reminded_after_three_office_days_and_then_told_to_the_head() -> None:
    day = working().at(11, 11, 17, 15).when("end", by="road-officer")
    assert day.document["due_at"] == "2026-11-16T08:15:00Z"
    day.at(11, 16, 17, 14).tick().then_told()
    day.at(11, 16, 17, 15).tick().then_told(facts.Reminded)
    day.at(11, 17, 17, 15).tick().then_told(facts.HeadTold)
    day.when("report", by="road-officer", content="完了").at(12, 28).tick().then_told()


def test_whoever_looks_late_reminds_before_telling_the_head() -> None:
    home().when("approve", by="road-director").at(11, 20).tick().then_told(facts.Reminded, facts.HeadTold)


def test_an_order_whose_day_has_passed_stays_overdue_until_telephone_or_revocation() -> None:
    day = home().when("approve", by="road-director").at(11, 13).tick().then("ordered", "road-officer")
    assert day.document["overdue"] == "start"
    day.then_refused("day-passed", "change", by="road-officer", day="2026-11-17")
    day.when("revoke", by="road-director", reason="実施しなかったため").then("revoked")
    other = home().when("approve", by="road-director").at(11, 13).tick()
    other.when("start", by="road-director", by_telephone={"reported_at": "2026-11-11T08:30:00+09:00"})
    other.then("working", "road-officer")


def test_time_never_approves_it_reminds_the_head_once() -> None:
    day = home().at(11, 11, 8, 30).tick().then_told(facts.Reminded)
    assert day.last(facts.Reminded).to_post == "road-director"
    day.at(12, 28).tick().then_told().then("submitted", "road-director")


def test_a_later_overtime_order_moves_the_end_and_its_reminder() -> None:
    day = working().at(11, 11, 17, 45).tick().then_told(facts.Reminded)
    day.when("request-overtime", by="road-officer", minutes=90, category="urgent", reason="通行止め")
    day.then("working", "road-director", "road-officer")
    day.when("order-overtime", by="road-director", minutes=60).then("working", "road-officer")
    day.at(11, 11, 18, 44).tick().then_told()
    day.at(11, 11, 18, 45).tick().then_told(facts.Reminded)
    day.at(11, 11, 19, 15).tick().then_told(facts.HeadTold)


def test_the_new_year_does_not_extend_the_deadline() -> None:
    body = {"kind": "home", "day": "2027-01-04", "tasks": "起案", "reachable_by": "内線"}
    for when in ((12, 28, 17, 16), (12, 31, 10, 0)):
        Workday().at(*when).then_refused("late-needs-reason", "submit", by="road-officer", **body)
    assert not Workday().at(12, 28, 17, 15).when("submit", by="road-officer", **body).document["late"]


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-05-07", jst(2026, 5, 1, 17, 15)),  # Golden Week
        ("2026-08-12", jst(2026, 8, 10, 17, 15)),
        ("2026-09-24", jst(2026, 9, 18, 17, 15)),
        ("2027-01-04", jst(2026, 12, 28, 17, 15)),
        ("2027-03-23", jst(2027, 3, 19, 17, 15)),
        ("2027-04-01", jst(2027, 3, 31, 17, 15)),
        ("2027-05-06", jst(2027, 4, 30, 17, 15)),
    ],
)
def test_a_request_is_in_time_until_the_last_second_and_late_a_second_later(day: str, last: datetime) -> None:
    """The vectors of reference/domain.md §4.3 since the demo's directory began, by what is recorded."""
    body = {"kind": "home", "day": day, "tasks": "起案", "reachable_by": "内線"}
    in_time = Workday(now=last).when("submit", by="road-officer", **body)
    assert (in_time.document["late"], in_time.state.judged.apply_until) == (False, last)
    late = Workday(now=last + timedelta(seconds=1)).then_refused(
        "late-needs-reason", "submit", by="road-officer", **body
    )
    late.when("submit", by="road-officer", late_reason="急な家庭の事情", **body)
    assert (late.document["late"], late.document["late_reason"]) == (True, "急な家庭の事情")


def test_a_report_over_the_new_year_has_three_office_days() -> None:
    day = home(day="2026-12-28", workday=Workday().at(12, 25)).when("approve", by="road-director")
    day.at(12, 28, 8, 30).when("start", by="road-officer").at(12, 28, 17, 15).when("end", by="road-officer")
    assert day.state.watch is not None
    assert day.state.watch.remind_at == jst(2027, 1, 6, 17, 15)
    assert day.state.watch.tell_at == jst(2027, 1, 7, 17, 15)


def test_after_a_transfer_on_the_first_of_april_the_new_head_is_asked() -> None:
    day = home(workday=Workday().at(3, 31, year=2027), day="2027-04-02")
    day.replace_holder("road-director", "0901x", date(2027, 4, 1))
    day.at(4, 1, 8, year=2027).tick().then_told(facts.Reassigned)
    assert day.document["head"]["person"] == "0901x"
    day.when("approve", by="road-director").then("ordered", "road-officer")


def test_after_their_own_transfer_the_head_of_the_new_unit_decides() -> None:
    day = home(workday=Workday().at(3, 31, year=2027), day="2027-04-02")
    day.replace_holder("road-officer", "0999", date(2027, 4, 1))
    day.replace_holder("housing-officer", "0525", date(2027, 4, 1))
    day.at(4, 1, 8, year=2027).then_refused("not-unit-head", "approve", by="road-director")
    day.tick().then("submitted", "housing-director")
    day.when("approve", by="housing-director").then("ordered", "housing-officer")
    day.at(4, 2, 8, 30, year=2027).when("start", by="housing-officer").then("working", "housing-officer")


def test_another_prefecture_sets_its_own_times() -> None:
    rules = rules_with(start_overdue_minutes=5, report_due_office_days=1, report_head_told_after_office_days=2)
    day = home(workday=Workday(rules=rules)).when("approve", by="road-director")
    assert day.last(facts.Approved).order.start_remind_at == jst(2026, 11, 11, 8, 35)
    day.at(11, 11, 8, 30).when("start", by="road-officer").at(11, 11, 17, 15).when("end", by="road-officer")
    assert day.last(facts.Ended).report_remind_at == jst(2026, 11, 12, 17, 15)
    assert day.last(facts.Ended).report_tell_at == jst(2026, 11, 16, 17, 15)
