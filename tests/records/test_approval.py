"""電子決裁 as told by those who use it: each verb on its way, and each refusal."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.approval import facts
from domain.clock import JST
from domain.directory.facts import AbsenceRecorded, Appointed, AppointmentEnded
from tests.records.case_story import ABROAD, MONDAY, Case, Desk, tags

OUTSOURCING: dict[str, Any] = {"kind": "outsourcing", "amount_yen": 12_000_000}
GOODS: dict[str, Any] = {"kind": "goods", "amount_yen": 4_800_000}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_routine_reply_goes_from_draft_to_completion(desk: Desk) -> None:
    case = desk.drafts("road-officer")
    assert case.waiting_on == ["road-chief"]
    case.does("road-chief", "approve")
    assert tags(case.does("road-lead", "approve", comment="よい")) == ["Decided"]
    assert case.shown["document_number"] == "道路第1号"
    case.does("road-officer", "enforce", method="電子メール", seal_mode="omitted")
    case.does("road-senior", "complete")
    assert (case.state.status, case.shown["retained_until"]) == ("completed", "2028-03-31")


def test_twelve_million_yen_needs_concurrence_and_the_deputy_director(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING).all_approve("in_concurrence")
    assert case.waiting_on == ["affairs-director"]
    case.is_refused("construction-deputy", "decide", "not-your-turn")
    case.does("affairs-director", "concur", outcome="agree")
    case.does("construction-deputy", "decide")
    assert case.shown["decider"]["post"] == "construction-deputy"


def test_a_draft_can_be_kept_back_and_submitted_later(desk: Desk) -> None:
    case = desk.drafts("road-officer", submit=False)
    assert case.state.status == "draft"
    case.is_refused("road-chief", "approve", "not-found")
    case.is_refused("road-director", "approve", "not-pending")
    case.is_refused("road-director", "submit", "forbidden")
    case.does("road-officer", "submit")
    case.is_refused("road-officer", "submit", "not-pending")


def test_drafts_that_cannot_be_routed_are_refused_at_once(desk: Desk) -> None:
    desk.refuses("road-officer", "unknown-kind", kind="nothing")
    desk.refuses("road-officer", "amount-required", kind="goods")
    desk.refuses("road-officer", "unknown-flag", flags=["loud"])
    desk.refuses("governor", "no-decider-above")
    desk.refuses("road-officer", "amends-not-decided", amends="R8-000001")


def test_nobody_approves_their_own_request(desk: Desk) -> None:
    case = desk.drafts("road-officer")
    because = {"reason": "x"}
    bodies = {
        "return": because,
        "reject": because,
        "hold": because,
        "pull-up": because,
        "proxy-decide": {"urgency": "x"},
    }
    for verb in ("approve", "decide", *bodies):
        case.is_refused("road-officer", verb, "self-approval", **bodies.get(verb, {}))


def test_strangers_do_not_see_a_case_and_readers_cannot_act_on_it(desk: Desk) -> None:
    case = desk.drafts("road-officer")
    case.is_refused("welfare-officer", "approve", "not-found")
    case.is_refused("audit-senior", "approve", "forbidden")
    case.is_refused("road-lead", "approve", "not-your-turn")


def test_the_wrong_act_for_a_step_is_refused(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING)
    case.is_refused("road-chief", "decide", "wrong-act")
    case.is_refused("road-chief", "reject", "wrong-act", reason="x")
    case.is_refused("road-chief", "concur", "wrong-act", outcome="agree")
    case.all_approve("in_concurrence").is_refused("affairs-director", "approve", "wrong-act")


def test_a_dissent_goes_up_with_the_case(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING).all_approve("in_concurrence")
    case.is_refused("affairs-director", "concur", "opinion-required", outcome="dissent")
    case.does("affairs-director", "concur", outcome="dissent", opinion="予算の裏付けが足りない。")
    assert case.state.status == "awaiting_decision"
    case.does("construction-deputy", "decide", comment="承知の上で決裁する。")


def test_a_requested_change_returns_the_case_to_the_drafter(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING).all_approve("in_concurrence")
    case.does("affairs-director", "concur", outcome="request_change", opinion="契約期間を明記してください。")
    assert case.state.status == "returned"


def test_concurring_posts_are_asked_side_by_side(desk: Desk) -> None:
    case = desk.drafts("dx-officer", kind="outsourcing", amount_yen=80_000_000, information_system=True)
    case.all_approve("in_concurrence")
    assert set(case.waiting_on) == {"affairs-director", "budget-director", "ict-director"}
    case.does("budget-director", "concur", outcome="agree")
    assert set(case.waiting_on) == {"affairs-director", "ict-director"}


def test_a_return_to_the_drafter_restarts_a_purchase(desk: Desk) -> None:
    case = desk.drafts("road-officer", **GOODS)
    case.does("road-chief", "approve")
    case.does("road-lead", "return", reason="数量の根拠を示してください。")
    assert (case.state.status, case.waiting_on) == ("returned", [])
    case.is_refused("road-chief", "approve", "not-pending")
    case.does("road-officer", "submit")
    assert case.waiting_on == ["road-chief"]


def test_a_return_of_a_reply_resumes_at_whoever_returned_it(desk: Desk) -> None:
    case = desk.drafts("road-officer")
    case.does("road-chief", "approve")
    case.does("road-lead", "return", reason="宛先を直してください。")
    case.does("road-officer", "amend", reason="宛先を修正", title="照会への回答(修正)")
    case.does("road-officer", "submit")
    assert case.waiting_on == ["road-lead"]
    case.does("road-lead", "return", reason="本文も直してください。")
    case.does("road-officer", "amend", reason="本文を修正", body="次のとおり回答する。")
    case.does("road-officer", "submit")
    assert case.waiting_on == ["road-chief"], "a material change restarts the route whatever the policy"


def test_a_return_to_an_earlier_step_asks_that_step_again(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING).all_approve("awaiting_decision")
    case.is_refused("construction-deputy", "return", "no-such-step", to_step=5, reason="x")
    case.is_refused("construction-deputy", "return", "no-such-step", to_step=99, reason="x")
    case.does("construction-deputy", "return", to_step=2, reason="単価を確かめてください。")
    assert case.waiting_on == ["road-lead"]
    case.all_approve()


def test_the_drafter_withdraws_until_the_decision(desk: Desk) -> None:
    case = desk.drafts("road-officer", **GOODS)
    case.is_refused("road-chief", "withdraw", "forbidden", reason="x")
    case.does("road-officer", "withdraw", reason="不要になったため")
    assert (case.state.status, case.waiting_on) == ("withdrawn", [])
    case.is_refused("road-chief", "approve", "already-closed")
    decided = desk.drafts("road-officer").all_approve()
    decided.is_refused("road-officer", "withdraw", "already-decided", reason="x")


def test_the_decider_rejects_and_that_is_the_end(desk: Desk) -> None:
    case = desk.drafts("road-officer").all_approve("awaiting_decision")
    case.does("road-lead", "reject", reason="回答の必要がない。")
    assert case.state.status == "rejected"
    for verb, body in (("submit", {}), ("amend", {"reason": "x", "title": "y"}), ("abandon", {"reason": "x"})):
        case.is_refused("road-officer", verb, "already-closed", **body)


def test_a_hold_stops_the_times_until_it_is_over(desk: Desk) -> None:
    case = desk.drafts("road-officer")
    case.is_refused("road-chief", "hold", "in-the-past", reason="x", until="2026-11-01")
    case.does("road-chief", "hold", reason="資料を待つため", until="2026-11-12")
    case.is_refused("road-chief", "approve", "on-hold")
    desk.now = datetime(2026, 11, 11, 17, 0, tzinfo=JST)
    assert case.time_acts() == []
    desk.now = datetime(2026, 11, 12, 8, 31, tzinfo=JST)
    assert tags(case.time_acts())[0] == "Resumed"
    assert case.state.status == "awaiting_decision" or case.waiting_on == ["road-chief"]
    assert case.state.active[0].due_at is not None
    assert case.state.active[0].due_at > desk.now
    case.does("road-chief", "hold", reason="さらに確認するため")
    case.is_refused("road-lead", "resume", "not-your-turn")
    case.does("road-chief", "resume")
    case.is_refused("road-chief", "resume", "not-held")


def test_a_material_amendment_in_the_route_invalidates_approvals_and_says_whose(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING).all_approve("in_concurrence")
    case.is_refused("road-officer", "amend", "nothing-changed", reason="x", amount_yen=12_000_000)
    amended, *_ = case.does("road-officer", "amend", reason="範囲を広げるため", amount_yen=25_000_000)
    assert isinstance(amended, facts.Amended)
    assert [i.title for i in amended.invalidated] == ["道路課道路係長", "道路課総括課長補佐", "道路課長"]
    assert (amended.changes[0].before, amended.changes[0].after) == ("12000000", "25000000")
    assert (case.waiting_on, case.shown["decider"]["post"]) == (["road-chief"], "construction-director")
    case.all_approve()


def test_an_amended_title_leaves_approvals_standing(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING).all_approve("in_concurrence")
    amended, *_ = case.does("road-officer", "amend", reason="誤字", title="橋梁点検業務委託")
    assert isinstance(amended, facts.Amended)
    assert (amended.invalidated, case.waiting_on) == ((), ["affairs-director"])


def test_a_smaller_amount_never_brings_the_decider_below_who_has_acted(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING).all_approve("in_concurrence")
    case.does("road-officer", "amend", reason="減額", amount_yen=900_000)
    assert case.shown["decider"]["rank"] in ("division_director", "deputy_director")


def test_a_change_case_is_judged_by_the_higher_total(desk: Desk) -> None:
    desk.drafts("road-officer", **OUTSOURCING).all_approve()
    more = desk.drafts("road-officer", kind="outsourcing", amount_yen=21_000_000, amends="R8-000001")
    less = desk.drafts("road-officer", kind="outsourcing", amount_yen=1_000_000, amends="R8-000001")
    assert more.shown["decider"]["post"] == "construction-director"
    assert less.shown["decider"]["post"] == "construction-deputy"


def test_a_reservation_raises_the_decider_once(desk: Desk) -> None:
    case = desk.drafts("road-officer").all_approve("awaiting_decision")
    case.is_refused("road-lead", "reserve", "unknown-flag", flag="loud", reason="x")
    case.does("road-lead", "reserve", flag="important", reason="議会で取り上げられたため")
    assert case.shown["decider"]["post"] == "road-director"
    case.is_refused("road-lead", "reserve", "already-flagged", flag="important", reason="x")
    case.does("road-lead", "approve")
    case.does("road-director", "reserve", flag="disputed", reason="係争中のため")
    case.does("road-director", "decide")
    assert case.state.status == "decided"


@pytest.mark.parametrize("position", ["before", "after", "parallel"])
def test_an_added_reviewer_is_asked_and_cannot_be_passed_by(desk: Desk, position: str) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING)
    case.is_refused("road-chief", "add-reviewer", "already-in-route", post="road-lead", position=position)
    case.is_refused("road-chief", "add-reviewer", "self-approval", post="road-officer", position=position)
    case.is_refused("road-chief", "add-reviewer", "unknown-post", post="nowhere", position=position)
    case.does("road-chief", "add-reviewer", post="housing-director", position=position)
    asked = {"before": ["housing-director"], "after": ["road-chief"], "parallel": ["road-chief", "housing-director"]}
    assert sorted(case.waiting_on) == sorted(asked[position])
    case.all_approve()
    assert any(s.plan.post == "housing-director" and s.state == "done" for s in case.state.steps)


def test_a_reviewer_added_beside_the_decider_holds_the_decision_up(desk: Desk) -> None:
    case = desk.drafts("road-officer").all_approve("awaiting_decision")
    case.does("road-lead", "add-reviewer", post="housing-director", position="parallel")
    case.is_refused("road-lead", "decide", "others-pending")
    case.does("housing-director", "approve")
    case.does("road-lead", "decide")


def test_the_deputy_director_who_is_also_division_director_acts_once(desk: Desk) -> None:
    case = desk.drafts("works-officer", kind="works", amount_yen=40_000_000)
    people = [step.person for step in case.state.steps]
    assert people.count("0502") == 1


def test_a_vacant_division_director_is_acted_for(desk: Desk) -> None:
    case = desk.drafts("farming-officer", kind="goods", amount_yen=1_000_000)
    decider = case.shown["decider"]
    assert (decider["post"], decider["person"]) == ("farming-director", "0401")
    case.all_approve()


def test_document_numbers_run_by_symbol_and_fiscal_year_without_holes(desk: Desk) -> None:
    numbers = [desk.drafts("road-officer").all_approve().shown["document_number"] for _ in range(3)]
    assert numbers == ["道路第1号", "道路第2号", "道路第3号"]
    assert desk.drafts("housing-officer").all_approve().shown["document_number"] == "住宅第1号"
    desk.now = datetime(2027, 4, 1, 9, 0, tzinfo=JST)
    assert desk.drafts("road-officer").all_approve().shown["document_number"] == "道路第1号"


def test_circulation_is_read_by_those_it_is_shown_to(desk: Desk) -> None:
    case = desk.drafts("road-officer").all_approve()
    case.is_refused("road-chief", "circulate", "forbidden", posts=["ict-director"])
    case.does("road-officer", "circulate", posts=["ict-director", "dx-director"])
    case.is_refused("road-officer", "circulate", "already-circulated", posts=["ict-director"])
    case.does("ict-director", "confirm")
    case.is_refused("ict-director", "confirm", "already-confirmed")
    assert [c["confirmed"] for c in case.shown["circulation"]] == [True, False]


def test_enforcement_is_not_before_the_decision_nor_in_the_future(desk: Desk) -> None:
    case = desk.drafts("road-officer")
    case.is_refused("road-officer", "enforce", "not-decided", method="郵送", seal_mode="omitted")
    case.all_approve()
    case.is_refused("road-officer", "enforce", "before-decision", method="郵送", seal_mode="omitted", on="2026-11-08")
    case.is_refused("road-officer", "enforce", "in-the-future", method="郵送", seal_mode="omitted", on="2026-11-10")
    case.is_refused("road-officer", "complete", "not-enforced")
    case.does("road-officer", "enforce", method="郵送", seal_mode="physical", on="2026-11-09")
    assert case.state.enforced_on == date(2026, 11, 9)
    case.is_refused("road-officer", "abandon", "already-enforced", reason="x")


def test_a_decided_case_can_be_abandoned_before_it_is_enforced(desk: Desk) -> None:
    case = desk.drafts("road-officer").all_approve()
    case.is_refused("road-lead", "abandon", "forbidden", reason="x")
    case.does("road-director", "abandon", reason="相手方の都合により")
    assert (case.state.status, case.shown["document_number"]) == ("abandoned", "道路第1号")


def test_a_case_is_handed_over_with_its_history(desk: Desk) -> None:
    case = desk.drafts("road-officer", **OUTSOURCING)
    case.does("road-chief", "approve")
    case.is_refused("road-lead", "transfer", "forbidden", to_post="road-senior", reason="x")
    case.is_refused("road-director", "transfer", "already-acted", to_post="road-chief", reason="x")
    case.does("road-director", "transfer", to_post="road-senior", reason="担当替え")
    assert case.shown["drafter"]["post"] == "road-senior"
    case.is_refused("road-officer", "withdraw", "forbidden", reason="x")
    case.all_approve()


def test_a_second_order_to_the_same_counterparty_within_thirty_days_is_flagged(desk: Desk) -> None:
    counterparty = {"name": "受注者A社"}
    first = desk.drafts("road-officer", **GOODS, counterparty=counterparty)
    assert first.shown["warnings"] == []
    desk.waits(days=20)
    second = desk.drafts("housing-officer", **GOODS, counterparty={"name": "受注者 Ａ社"})
    assert [w["code"] for w in second.shown["warnings"]] == ["split-order"]
    assert first.number in second.shown["warnings"][0]["message"]
    desk.waits(days=31)
    assert desk.drafts("road-officer", **GOODS, counterparty=counterparty).shown["warnings"] == []


class TestAbsence:
    """不在: proxies, pull-ups and what is shown afterwards."""

    @pytest.fixture
    def case(self) -> Case:
        desk = Desk(now=ABROAD)
        case = desk.drafts("dx-officer", kind="outsourcing", amount_yen=80_000_000, information_system=True)
        return case.all_approve("awaiting_decision")

    def test_the_first_present_proxy_decides_and_it_is_reviewed_after_the_return(self, case: Case) -> None:
        assert case.waiting_on == ["vice-governor-1"]
        case.is_refused("vice-governor-2", "proxy-decide", "not-found", urgency="x")
        case.is_refused("dx-director", "proxy-decide", "forbidden", urgency="x")
        case.does("policy-director", "proxy-decide", urgency="契約期日が帰任前に来るため")
        assert (case.state.status, case.shown["decided_by_proxy"], case.shown["post_review"]) == (
            "decided",
            True,
            "due",
        )
        case.is_refused("vice-governor-1", "post-review", "still-absent", outcome="seen")
        case.desk.now = datetime(2026, 11, 30, 9, 0, tzinfo=JST)
        case.is_refused("vice-governor-1", "post-review", "comment-required", outcome="objected")
        case.does("vice-governor-1", "post-review", outcome="seen")
        case.is_refused("vice-governor-1", "post-review", "already-reviewed", outcome="seen")

    def test_a_present_decider_is_not_stood_in_for(self) -> None:
        case = Desk(now=MONDAY).drafts("dx-officer", kind="outsourcing", amount_yen=80_000_000)
        case.all_approve("awaiting_decision").is_refused("policy-director", "proxy-decide", "not-absent", urgency="x")

    def test_an_important_case_needs_prior_instruction(self) -> None:
        desk = Desk(now=ABROAD)
        case = desk.drafts("dx-officer", kind="outsourcing", amount_yen=40_000_000, flags=["important"])
        case.all_approve("awaiting_decision")
        case.is_refused("policy-director", "proxy-decide", "proxy-forbidden", urgency="急ぐため")
        case.does("policy-director", "proxy-decide", urgency="急ぐため", prior_instruction="出発前に了承を得ている")

    def test_an_absent_concurring_post_is_stood_in_for_by_its_own_line(self) -> None:
        desk = Desk()
        case = desk.drafts("road-officer", **OUTSOURCING).all_approve("in_concurrence")
        away(desk, "0111")
        case.does("affairs-lead", "proxy-decide", urgency="期日が迫るため")
        assert case.state.status == "awaiting_decision"

    def test_an_absent_reviewer_is_pulled_up_over_by_the_next(self) -> None:
        desk = Desk()
        case = desk.drafts("road-officer", **OUTSOURCING)
        case.is_refused("road-lead", "pull-up", "not-absent", reason="x")
        away(desk, "0523")
        case.is_refused("road-director", "pull-up", "not-your-turn", reason="x")
        case.does("road-lead", "pull-up", reason="係長が不在のため")
        assert (case.waiting_on, case.state.steps[0].outcome) == (["road-lead"], "skipped_absent")

    def test_an_examination_waits_for_its_examiner_and_never_goes_up_the_line(self) -> None:
        desk = Desk()
        case = desk.drafts("affairs-officer", kind="payment_order", amount_yen=100_000)
        case.all_approve("awaiting_examination")
        for person in ("0701", "0702", "0711"):
            away(desk, person)
        case.is_refused("vice-governor-1", "pull-up", "not-your-turn", reason="x")

    def test_an_absent_examiner_is_stood_in_for_by_the_treasury(self) -> None:
        desk = Desk()
        case = desk.drafts("road-officer", kind="payment_order", amount_yen=100_000).all_approve("awaiting_examination")
        away(desk, "0701")
        case.does("treasury-deputy", "proxy-decide", urgency="支払期日が迫るため")
        assert case.state.status == "decided"


class TestGate:
    """会計管理者の審査: the independent gate."""

    def test_a_payment_order_is_examined_after_the_decision(self, desk: Desk) -> None:
        case = desk.drafts("road-officer", kind="payment_order", amount_yen=100_000).all_approve("awaiting_examination")
        assert case.waiting_on == ["treasury-director"]
        case.is_refused("road-officer", "enforce", "not-decided", method="振込", seal_mode="none")
        case.does("treasury-director", "examine", outcome="pass")
        assert case.state.status == "decided"

    def test_a_returned_order_is_decided_anew_under_the_same_number(self, desk: Desk) -> None:
        case = desk.drafts("road-officer", kind="payment_order", amount_yen=100_000).all_approve("awaiting_examination")
        number = case.shown["document_number"]
        case.is_refused("treasury-director", "examine", "reason-required", outcome="return")
        case.does("treasury-director", "examine", outcome="return", reason="請求書の日付が違います。")
        assert case.state.status == "returned"
        case.does("road-officer", "submit")
        assert case.all_approve().shown["document_number"] == number

    def test_whoever_had_a_part_does_not_examine(self, desk: Desk) -> None:
        case = desk.drafts("treasury-officer", kind="payment_order", amount_yen=100_000)
        examiner = next(step for step in case.state.steps if step.action == "examine")
        others = {step.person for step in case.state.steps if step.action != "examine"}
        assert examiner.person not in others


class TestTime:
    """期限: reminders and escalation by office days; they inform and never decide (I16)."""

    def test_a_step_is_reminded_at_half_time_and_reported_once_when_late(self, desk: Desk) -> None:
        case = desk.drafts("road-officer")
        due = case.state.active[0].due_at
        assert due == datetime(2026, 11, 10, 17, 15, tzinfo=JST)
        desk.now = due - timedelta(hours=1)
        assert "Reminded" in tags(case.time_acts())
        desk.now = due + timedelta(minutes=1)
        assert tags(case.time_acts()) == ["Escalated"]
        assert case.state.active[0].escalated_to == "road-lead"
        desk.waits(days=7)
        assert case.time_acts() == []
        assert case.state.status == "in_review", "time never decides"

    def test_a_late_timer_is_a_no_op(self, desk: Desk) -> None:
        case = desk.drafts("road-officer")
        case.does("road-chief", "approve")
        desk.waits(days=1)
        assert case.rule("escalate", step=1, round=case.state.round) == []
        assert case.rule("remind", step=1, round=case.state.round, nth=1) == []

    def test_new_year_does_not_count(self, desk: Desk) -> None:
        desk.now = datetime(2026, 12, 28, 16, 0, tzinfo=JST)
        case = desk.drafts("road-officer")
        assert case.state.active[0].due_at == datetime(2027, 1, 4, 17, 15, tzinfo=JST)

    def test_an_urgent_case_is_due_in_office_hours(self, desk: Desk) -> None:
        case = desk.drafts("road-officer", urgent=True)
        assert case.state.active[0].due_at == datetime(2026, 11, 9, 14, 0, tzinfo=JST)


class TestTransfer:
    """人事異動: the 1 April transfer with cases in flight (reference, §2.7)."""

    def test_pending_steps_go_to_the_new_holder_and_done_ones_stay(self, desk: Desk) -> None:
        desk.now = datetime(2027, 3, 31, 15, 0, tzinfo=JST)
        case = desk.drafts("road-officer", **OUTSOURCING)
        case.does("road-chief", "approve", comment="引き継ぎます。")
        swap(desk, "road-lead", "0522", "0999")
        desk.now = datetime(2027, 4, 1, 9, 0, tzinfo=JST)
        moved = case.time_acts()
        assert tags(moved)[0] == "StepReassigned"
        assert (case.state.steps[1].person, case.state.steps[0].acted and case.state.steps[0].acted.person) == (
            "0999",
            "0523",
        )
        case.does("road-lead", "approve")
        assert case.state.steps[1].acted is not None
        assert case.state.steps[1].acted.person == "0999"

    def test_a_drafter_who_becomes_the_decider_does_not_decide(self, desk: Desk) -> None:
        desk.now = datetime(2027, 3, 31, 15, 0, tzinfo=JST)
        case = desk.drafts("road-officer").all_approve("awaiting_decision")
        swap(desk, "road-lead", "0522", "0525")
        desk.now = datetime(2027, 4, 1, 9, 0, tzinfo=JST)
        case.is_refused("road-lead", "decide", "self-approval")


def away(desk: Desk, person: str) -> None:
    """Record a day's absence of `person` from now."""
    absence = AbsenceRecorded(
        absence=f"a-{person}",
        person=person,
        begins_at=desk.now - timedelta(minutes=1),
        ends_at=desk.now + timedelta(days=3),
        reason="出張",
        entered_by=person,
    )
    desk.learns(absence)


def swap(desk: Desk, post: str, leaves: str, comes: str) -> None:
    """On 1 April 2027 `comes` takes over `post` from `leaves`."""
    desk.learns(
        AppointmentEnded(post=post, person=leaves, valid_from=date(2026, 4, 1), valid_to=date(2027, 3, 31)),
        Appointed(post=post, person=comes, name=f"職員{comes}", kind="regular", valid_from=date(2027, 4, 1)),
    )
