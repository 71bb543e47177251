"""差戻し・取下げ・廃案・保留: the ways a case goes back, stands still, or ends before its decision."""

import pytest
from pydantic import ValidationError

from domain.approval import RECORD, facts
from tests.records.approval_rules import approval_with, rulebook_with
from tests.records.approval_story import Desk, draft, jst

RESUMES = {"default": "resume_from_returner"}


def resuming() -> Desk:
    """The same outsourcing, under rules by which a returned case resumes where it was returned."""
    return draft(desk=Desk(rules=rulebook_with(approval_with(return_policy=RESUMES))))


def test_a_returned_outsourcing_begins_anew_when_submitted_again() -> None:
    desk = draft().pass_on(until="affairs-director")
    desk.when("return", by="affairs-director", reason="見積書が不足しています。").then("returned").then_told(
        facts.Returned
    )
    assert desk.document["reason"] == "見積書が不足しています。"
    assert desk.document["due_at"] is None
    desk.then_refused("not-pending", "concur", by="affairs-director", outcome="agree")
    desk.then_refused("forbidden", "submit", by="road-chief")
    desk.when("submit", by="road-officer").then("in_review", "road-chief")
    assert desk.state.round == 3
    assert desk.document["reason"] is None
    desk.pass_on().then("decided")


def test_where_the_rules_resume_the_case_comes_straight_back_to_whoever_returned_it() -> None:
    desk = resuming().pass_on(until="affairs-director")
    desk.when("return", by="affairs-director", reason="字句の誤り").then("returned")
    desk.when("amend", by="road-officer", reason="字句の訂正", title="橋りょう点検業務委託")
    desk.when("submit", by="road-officer").then("in_concurrence", "affairs-director")
    assert desk.route()[:3] == ["review road-chief done", "review road-lead done", "review road-director done"]
    assert desk.last(facts.Submitted).resumed_at == 4
    desk.pass_on().then("decided")


def test_a_material_amendment_of_a_returned_case_begins_anew_whatever_the_rules_for_the_kind() -> None:
    desk = resuming().pass_on(until="affairs-director")
    desk.when("return", by="affairs-director", reason="金額の誤り")
    desk.when("amend", by="road-officer", reason="訂正", amount_yen=11_000_000)
    desk.when("amend", by="road-officer", reason="字句の訂正", title="橋りょう点検業務委託")
    desk.when("submit", by="road-officer").then("in_review", "road-chief")
    assert desk.last(facts.Submitted).resumed_at is None


def test_an_amendment_before_the_return_does_not_count_as_one_after_it() -> None:
    desk = resuming().pass_on(until="road-lead")
    desk.when("amend", by="road-officer", reason="訂正", amount_yen=11_000_000).then("in_review", "road-chief")
    desk.pass_on(until="affairs-director").when("return", by="affairs-director", reason="字句の誤り")
    desk.when("submit", by="road-officer").then("in_concurrence", "affairs-director")


def test_returned_to_an_earlier_step_everything_from_there_is_asked_again() -> None:
    desk = draft().pass_on(until="affairs-director")
    desk.when("return", by="affairs-director", to_step=2, reason="係内で再確認してください。").then(
        "in_review", "road-lead"
    )
    assert desk.route()[:3] == ["review road-chief done", "review road-lead active", "review road-director waiting"]
    desk.when("approve", by="road-lead").then("in_review", "road-director")
    desk.pass_on().then("decided")


def test_where_the_rules_resume_only_the_earlier_step_is_asked_again() -> None:
    desk = resuming().pass_on(until="construction-deputy")
    desk.when("return", by="construction-deputy", to_step=2, reason="積算を再確認してください。").then(
        "in_review", "road-lead"
    )
    assert [step.number for step in desk.state.active] == [2]
    desk.when("approve", by="road-lead", comment="再確認しました。").then("awaiting_decision", "construction-deputy")
    desk.when("decide", by="construction-deputy").then("decided")


def test_a_case_returned_to_a_step_may_be_returned_on_to_the_drafter() -> None:
    desk = resuming().pass_on(until="construction-deputy")
    desk.when("return", by="construction-deputy", to_step=2, reason="再確認")
    desk.when("return", by="road-lead", reason="起案からやり直し").then("returned")
    desk.when("submit", by="road-officer").then("in_review", "road-lead")
    desk.when("approve", by="road-lead").then("awaiting_decision", "construction-deputy")


@pytest.mark.parametrize("to_step", [3, 4, 5, 99, 0])
def test_a_case_is_returned_only_to_a_step_that_was_done_before(to_step: int) -> None:
    desk = draft().pass_on(until="road-director")
    desk.then_refused("no-such-step", "return", by="road-director", to_step=to_step, reason="再確認")


def test_every_return_needs_a_reason_in_words() -> None:
    for reason in ("", "  ", "\n"):
        with pytest.raises(ValidationError):
            draft().when("return", by="road-chief", reason=reason)


def test_the_drafter_takes_the_case_back_until_it_is_decided_and_the_history_stays() -> None:
    for desk in (draft(submit=False), draft(), draft().pass_on(until="construction-deputy")):
        desk.then_refused("forbidden", "withdraw", by="road-director", reason="不要")
        events = len(desk.history)
        desk.when("withdraw", by="road-officer", reason="執行を見送ります。").then("withdrawn")
        assert len(desk.history) == events + 1
        assert desk.document["reason"] == "執行を見送ります。"
        assert RECORD.view(desk.state, 1).closed


def test_a_returned_or_held_case_may_be_withdrawn_too() -> None:
    draft().when("return", by="road-chief", reason="不備").when("withdraw", by="road-officer", reason="不要").then(
        "withdrawn"
    )
    draft().when("hold", by="road-chief", reason="照会").when("withdraw", by="road-officer", reason="不要").then(
        "withdrawn"
    )


def test_the_drafters_side_abandons_a_case_until_it_is_enforced_and_its_number_stays_used() -> None:
    desk = draft().pass_on()
    desk.then_refused("forbidden", "abandon", by="road-lead", reason="事業中止")
    desk.when("abandon", by="road-director", reason="事業中止").then("abandoned")
    assert desk.document["document_number"] == "道路第1号"
    draft(desk=desk.case("R8-000002")).pass_on()
    assert desk.document["document_number"] == "道路第2号"
    desk.when("enforce", by="road-officer", method="郵送", seal_mode="none")
    desk.then_refused("already-enforced", "abandon", by="road-officer", reason="事業中止")


def test_a_held_case_stands_still_until_somebody_takes_it_up() -> None:
    desk = draft().when("hold", by="road-chief", reason="国に照会中").then("held")
    assert desk.document["waiting_on"] == []
    assert desk.document["due_at"] is None
    desk.then_refused("on-hold", "approve", by="road-chief")
    desk.then_refused("on-hold", "return", by="road-chief", reason="不備")
    desk.then_refused("on-hold", "hold", by="road-chief", reason="照会中")
    desk.then_refused("on-hold", "amend", by="road-officer", reason="誤記", title="別")
    desk.then_refused("not-your-turn", "resume", by="road-lead")
    desk.then_refused("not-your-turn", "resume", by="road-officer")
    desk.at(jst(2026, 12, 1)).tick().then("held")
    desk.when("resume", by="road-chief").then("in_review", "road-chief")
    desk.then_refused("not-held", "resume", by="road-chief")
    assert desk.state.active[0].due_at == jst(2026, 12, 2, 17, 15)


def test_a_hold_until_a_day_ends_by_itself_at_half_past_eight_and_the_times_run_anew() -> None:
    desk = draft().when("hold", by="road-chief", reason="国に照会中", until="2026-11-24")
    assert desk.document["held_until"] == "2026-11-23T23:30:00Z"
    desk.at(jst(2026, 11, 24, 8, 29)).tick().then("held")
    desk.at(jst(2026, 11, 24, 8, 30)).tick().then("in_review", "road-chief").then_told(facts.Resumed)
    assert desk.state.active[0].due_at == jst(2026, 11, 25, 17, 15)
    desk.tick().then_told()


def test_a_hold_until_an_instant_ends_at_that_instant_and_never_in_the_past() -> None:
    desk = draft()
    desk.then_refused("in-the-past", "hold", by="road-chief", reason="照会中", until="2026-11-09T10:00:00+09:00")
    desk.then_refused("in-the-past", "hold", by="road-chief", reason="照会中", until="2026-11-09")
    desk.then_refused("invalid", "hold", by="road-chief", reason="照会中", until="2026-11-10T10:00:00")
    desk.when("hold", by="road-chief", reason="照会中", until="2026-11-10T10:00:00+09:00")
    desk.at(jst(2026, 11, 10)).tick().then("in_review", "road-chief")


def test_a_hold_ended_by_a_person_does_not_end_a_second_time() -> None:
    desk = draft().when("hold", by="road-chief", reason="照会中", until="2026-11-24")
    desk.at(jst(2026, 11, 16)).when("resume", by="road-chief").when("approve", by="road-chief")
    desk.at(jst(2026, 11, 16, 11)).when("hold", by="road-lead", reason="照会中", until="2026-12-01")
    desk.at(jst(2026, 11, 24, 9)).tick().then("held").then_told()
    desk.at(jst(2026, 12, 1, 9)).tick().then("in_review", "road-lead")
