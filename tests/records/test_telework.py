"""テレワークの一日: application, approval and order, start, end, report, acknowledgement, and who may do what."""

import pytest

from domain.telework import RECORD, facts
from tests.records.office import jst
from tests.records.telework_story import Workday, home, rules_with, satellite


def approved() -> Workday:
    return home().when("approve", by="road-director")


def working() -> Workday:
    return approved().at(11, 11, 8, 28).when("start", by="road-officer")


def ended() -> Workday:
    return working().at(11, 11, 17, 20).when("end", by="road-officer")


def test_a_normal_day_from_application_to_acknowledgement() -> None:
    day = home().then("submitted", "road-director").then_told(facts.Submitted)
    day.when("approve", by="road-director", comment="了解").then("ordered", "road-officer")
    day.at(11, 11, 8, 28).when("start", by="road-officer", device_time="2026-11-11T08:27:55+09:00")
    day.then("working", "road-officer")
    day.at(11, 11, 17, 18).when("end", by="road-officer").then("ended", "road-officer")
    day.at(11, 12, 9).when("report", by="road-officer", content="報告書の3章まで").then("reported", "road-director")
    day.at(11, 12, 11).when("acknowledge", by="road-director").then("acknowledged")
    assert RECORD.view(day.state, 6).closed
    shown = day.document
    assert shown["order"]["by"]["post"] == "road-director"
    assert shown["started"] == {
        "at": "2026-11-10T23:28:00Z",
        "device_time": "2026-11-10T23:27:55Z",
        "entered_at": "2026-11-10T23:28:00Z",
        "by_telephone": None,
    }
    assert (shown["late"], shown["overtime_minutes"], shown["beyond_minutes"]) == (False, 0, 3)


def test_the_approval_is_an_order_that_says_who_where_and_when() -> None:
    order = satellite().when("approve", by="road-director").last(facts.Approved).order
    assert (order.person, order.title, order.place_name) == ("0525", "道路課主事", "十勝総合振興局1階")
    assert (order.starts_at, order.ends_at) == (jst(2026, 11, 11, 8, 30), jst(2026, 11, 11, 17, 15))
    assert order.start_remind_at == jst(2026, 11, 11, 8, 45)
    assert order.start_tell_at == jst(2026, 11, 11, 9, 0)


def test_the_event_says_by_which_edition_it_was_judged_and_which_service_rules_were_shown() -> None:
    ruling = home(rules_version="2022-09").last(facts.Submitted).ruling
    assert (ruling.edition, ruling.rule_set, ruling.service_rules) == ("2026-04", "tochigi_like", "2022-09")
    Workday().then_refused(
        "stale-service-rules",
        "submit",
        by="road-officer",
        kind="home",
        day="2026-11-11",
        tasks="起案",
        reachable_by="内線",
        rules_version="2020-01",
    )


def test_a_late_request_needs_a_reason_and_is_marked() -> None:
    body = {"kind": "home", "day": "2026-11-11", "tasks": "起案", "reachable_by": "内線2525"}
    day = Workday().at(11, 10, 17, 16)
    day.then_refused("late-needs-reason", "submit", by="road-officer", **body)
    day.when("submit", by="road-officer", late_reason="家族の急病", **body)
    assert day.document["late"]
    assert day.document["late_reason"] == "家族の急病"
    assert not home(workday=Workday().at(11, 10, 17, 15)).document["late"]


def test_nobody_approves_their_own_request() -> None:
    home().then_refused("self-approval", "approve", by="road-officer")
    home("road-director").then_refused("self-approval", "approve", by="road-director")


@pytest.mark.parametrize("by", ["road-lead", "works-director", "welfare-director", "construction-deputy", "governor"])
def test_only_the_head_of_the_unit_approves(by: str) -> None:
    for verb in ("approve", "return", "reject", "revoke"):
        body = {} if verb == "approve" else {"reason": "理由"}
        home().then_refused("not-unit-head", verb, by=by, **body)


@pytest.mark.parametrize(
    ("applicant", "head"),
    [
        ("road-officer", "road-director"),
        ("road-director", "construction-deputy"),
        ("welfare-director", "health-director"),
        ("works-director", "construction-director"),
        ("construction-director", "vice-governor-2"),
        ("vice-governor-2", "governor"),
        ("farming-officer", "farming-director"),
    ],
)
def test_who_approves_follows_from_rank(applicant: str, head: str) -> None:
    day = home(applicant).then("submitted", head)
    day.when("approve", by=head).then("ordered", applicant)


def test_nobody_stands_above_the_governor() -> None:
    body = {"kind": "home", "day": "2026-11-11", "tasks": "執務", "reachable_by": "秘書課"}
    Workday().then_refused("no-approver", "submit", by="governor", **body)


def test_a_stand_in_approves_for_an_absent_head_and_only_the_first_of_them() -> None:
    day = home()
    day.away("road-director", jst(2026, 11, 9), jst(2026, 11, 13))
    day.then_refused("not-first-proxy", "approve", by="road-chief")
    day.when("approve", by="road-lead").then("ordered", "road-officer")
    assert day.history[-1][1].on_behalf_of is not None
    assert day.document["order"]["on_behalf_of"]["post"] == "road-director"


def test_the_first_stand_in_never_approves_their_own_request() -> None:
    day = home("road-lead")
    day.away("road-director", jst(2026, 11, 9), jst(2026, 11, 13))
    day.then_refused("self-approval", "approve", by="road-lead")
    day.when("approve", by="road-chief").then("ordered", "road-lead")


def test_where_no_proxy_is_there_the_next_of_the_line_stands_in() -> None:
    day = home("welfare-officer")
    day.away("welfare-director", jst(2026, 11, 9), jst(2026, 11, 13))
    day.when("approve", by="health-director").then("ordered", "welfare-officer")


def test_a_returned_request_is_handed_in_again_with_a_change() -> None:
    day = home().when("return", by="road-director", reason="業務内容を具体的に").then("returned", "road-officer")
    day.when("change", by="road-officer", tasks="橋梁3橋の点検報告書").then("submitted", "road-director")
    assert [(each.field, each.after) for each in day.last(facts.Changed).changes] == [("tasks", "橋梁3橋の点検報告書")]
    day.when("approve", by="road-director").then("ordered", "road-officer")


def test_a_request_returned_after_its_deadline_is_not_late_while_its_day_stays() -> None:
    day = home().at(11, 10, 18).when("return", by="road-director", reason="連絡先")
    day.when("change", by="road-officer", reachable_by="内線2526").then("submitted", "road-director")
    assert not day.document["late"]
    day.when("return", by="road-director", reason="日の変更を")
    day.then_refused("late-needs-reason", "change", by="road-officer", day="2026-11-10")


def test_a_changed_request_must_be_approved_again_and_its_order_has_lapsed() -> None:
    day = approved().when("change", by="road-officer", day="2026-11-12", reason="会議のため")
    day.then("submitted", "road-director")
    assert day.last(facts.Changed).lapsed
    assert day.document["order"] is None
    day.at(11, 12, 8, 30).then_refused("not-ordered", "start", by="road-officer")
    day.when("approve", by="road-director").when("start", by="road-officer").then("working", "road-officer")


def test_a_change_changes_something() -> None:
    home().then_refused("nothing-changed", "change", by="road-officer", tasks="橋梁点検の報告書作成")


def test_another_kind_begins_with_its_own_place_pattern_and_slots() -> None:
    day = satellite().when("change", by="road-officer", kind="home", work_pattern="early")
    assert (day.state.content.place, day.document["hours"]) == (None, {"from": "07:30", "to": "16:15"})


def test_a_request_is_withdrawn_and_an_order_is_revoked() -> None:
    home().when("withdraw", by="road-officer").then("withdrawn")
    approved().then_refused("order-stands", "withdraw", by="road-officer")
    approved().when("revoke", by="road-director", reason="議会対応のため").then("revoked")
    home().then_refused("not-ordered", "revoke", by="road-director", reason="理由")
    working().then_refused("already-started", "revoke", by="road-director", reason="理由")


def test_a_rejected_request_is_closed() -> None:
    day = home().when("reject", by="road-director", reason="窓口当番").then("rejected")
    for verb, by in (("approve", "road-director"), ("change", "road-officer"), ("start", "road-officer")):
        day.then_refused("already-closed", verb, by=by)


def test_the_head_orders_without_a_request_in_an_emergency_also_on_a_closed_day() -> None:
    sunday = {"to_post": "road-officer", "kind": "home", "day": "2026-11-15", "tasks": "道路被害の集計"}
    day = Workday()
    day.then_refused("not-unit-head", "order", by="works-director", reason="大雨", **sunday)
    day.then_refused("self-approval", "order", by="road-officer", reason="大雨", **sunday)
    day.when("order", by="road-director", reason="大雨", **sunday).then("ordered", "road-officer")
    assert day.document["by_command"]
    day.then_refused("ordered-by-command", "change", by="road-officer", tasks="別の業務")
    day.at(11, 15, 9).when("start", by="road-officer").then("working", "road-officer")


def test_an_order_waits_for_its_person_the_head_for_nobody() -> None:
    day = approved()
    day.then_refused("forbidden", "start", by="road-director")
    day.then_refused("not-the-day", "start", by="road-officer")
    day.at(11, 12, 9).then_refused("not-the-day", "start", by="road-officer")


@pytest.mark.parametrize("supervisor", ["road-director", "road-lead", "road-chief"])
def test_a_start_by_telephone_is_entered_by_the_supervisor_with_their_name(supervisor: str) -> None:
    day = approved().at(11, 11, 9, 40)
    call = {"reported_at": "2026-11-11T08:31:00+09:00"}
    day.then_refused("not-supervisor", "start", by="road-officer", by_telephone=call)
    day.when("start", by=supervisor, by_telephone=call).then("working", "road-officer")
    shown = day.document["started"]
    assert shown["at"] == "2026-11-10T23:31:00Z"
    assert shown["by_telephone"]["recorder"]["post"] == supervisor
    assert shown["entered_at"] == "2026-11-11T00:40:00Z"


def test_a_telephone_call_lies_in_the_past_and_on_the_day() -> None:
    day = approved().at(11, 11, 9)
    for reported_at, code in (("2026-11-11T09:01:00+09:00", "in-the-future"), ("2026-11-10T08:30:00Z", "not-the-day")):
        day.then_refused(code, "start", by="road-lead", by_telephone={"reported_at": reported_at})
    day.then_refused("not-unit-head", "start", by="road-senior", by_telephone={"reported_at": "2026-11-11T08:30:00Z"})


def test_a_forgotten_end_is_entered_the_next_day_as_it_was_reported() -> None:
    day = working().at(11, 12, 8, 40)
    day.then_refused("not-the-day", "end", by="road-officer")
    early = {"reported_at": "2026-11-11T08:00:00+09:00"}
    day.then_refused("end-before-start", "end", by="road-lead", by_telephone=early)
    day.when("end", by="road-lead", by_telephone={"reported_at": "2026-11-11T17:15:00+09:00"})
    assert day.document["ended"]["at"] == "2026-11-11T08:15:00Z"
    assert day.document["beyond_minutes"] == 0


def test_the_report_comes_after_the_end_and_once() -> None:
    working().then_refused("not-ended", "report", by="road-officer", content="途中")
    day = ended()
    day.then_refused("not-reported", "acknowledge", by="road-director")
    day.then_refused("forbidden", "report", by="road-director", content="代筆")
    day.when("report", by="road-officer", content="完了").then_refused(
        "already-reported", "report", by="road-officer", content="再"
    )
    day.then_refused("self-approval", "acknowledge", by="road-officer")
    day.when("acknowledge", by="road-chief", comment="確認").then("acknowledged")


def test_a_start_is_reported_once() -> None:
    working().then_refused("already-started", "start", by="road-officer")
    ended().then_refused("already-ended", "end", by="road-officer")
    approved().at(11, 11).then_refused("not-started", "end", by="road-officer")


def test_a_request_is_not_approved_after_its_day() -> None:
    home().at(11, 12, 8).then_refused("day-passed", "approve", by="road-director")
    home().at(11, 11, 15).when("approve", by="road-director").then("ordered", "road-officer")


def test_nothing_is_asked_for_a_day_that_has_passed() -> None:
    body = {"kind": "home", "tasks": "起案", "reachable_by": "内線", "late_reason": "失念"}
    Workday().then_refused("in-the-past", "submit", by="road-officer", day="2026-11-06", **body)
    Workday().then_refused("outside-calendar", "submit", by="road-officer", day="2099-11-06", **body)
    Workday().then_refused("closed-day", "submit", by="road-officer", day="2026-11-23", **body)


def test_excluded_staff_may_be_ordered_but_do_not_apply() -> None:
    day = Workday(rules=rules_with(excluded_posts=["road-senior"], excluded_roles=["auditor"]))
    body = {"kind": "home", "day": "2026-11-11", "tasks": "起案"}
    day.then_refused("excluded-staff", "submit", by="road-senior", reachable_by="内線", **body)
    day.then_refused("excluded-staff", "submit", by="audit-senior", reachable_by="内線", **body)
    day.when("order", by="road-director", to_post="road-senior", reason="大雪", **body).then("ordered", "road-senior")


def test_a_request_that_is_not_for_the_reader_does_not_exist() -> None:
    day = home()
    for post, reads in {
        "road-officer": True,
        "road-director": True,
        "road-chief": True,
        "construction-director": True,
        "audit-senior": True,
        "road-senior": False,
        "works-officer": False,
        "welfare-director": False,
    }.items():
        assert RECORD.may_read(day.state, day.holder_of(post), day.directory, day.now) is reads, post
    day.then_refused("not-found", "withdraw", by="road-senior")
    day.case(9).then_refused("not-found", "approve", by="road-director")


def test_the_temporal_ui_reads_japanese_and_nothing_personal_outside_the_details() -> None:
    leave = [
        {"kind": "leave", "from": "08:30", "to": "10:30"},
        {"kind": "telework", "from": "10:30", "to": "17:15"},
    ]
    day = home(workday=Workday().at(11, 11, 7), slots=leave, late_reason="通院").at(11, 11, 9)
    view = RECORD.view(day.state, 1)
    assert (view.state, view.unit, view.fiscal_year, view.waiting_on) == ("承認待ち", "road", 2026, ("road-director",))
    assert view.because == "道路課長の承認・命令を待っています(期限 R8.11.11 10:30)"
    assert view.wake_at == jst(2026, 11, 11, 10, 30)
    assert "在宅勤務** R8.11.11" in view.details
    for told in (view.because, view.details):
        assert "通院" not in told
        assert "休暇" not in told
        assert "leave" not in told
    day.when("approve", by="road-director").at(11, 11, 10, 50).tick()
    assert RECORD.view(day.state, 3).because == "道路課主事の開始報告を待っています(開始報告の催促をしました)"
