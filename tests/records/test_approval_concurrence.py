"""合議: agreeing, dissenting, asking for changes; all, any and n of m."""

from datetime import date
from typing import Any

import pytest

from domain.approval import facts
from tests.records.approval_rules import approval_with, authority_with, rulebook_with
from tests.records.approval_story import Desk, draft, jst


def write_off(**rules: Any) -> Desk:
    """A write-off of ¥3,000,000: two concurrences in parallel, the department director decides."""
    desk = Desk(rules=rulebook_with(approval_with(**rules))) if rules else Desk()
    return draft("road-officer", desk=desk, kind="write_off", amount_yen=3_000_000).pass_on(until="budget-director")


def system() -> Desk:
    """An information system of ¥60,000,000: three concurrences in parallel."""
    return draft(amount_yen=60_000_000, information_system=True).pass_on(until="ict-director")


def test_concurring_posts_are_asked_at_once_and_the_case_goes_on_when_all_have_answered() -> None:
    desk = system().then("in_concurrence", "affairs-director", "budget-director", "ict-director")
    desk.when("concur", by="ict-director", outcome="agree").then_told(facts.ConcurrenceGiven)
    desk.then_refused("not-your-turn", "concur", by="ict-director", outcome="agree")
    desk.when("concur", by="affairs-director", outcome="agree_with_opinion", opinion="契約書の条文を確認してください。")
    desk.then("in_concurrence", "budget-director")
    desk.when("concur", by="budget-director", outcome="agree").then("in_review", "construction-deputy")
    assert desk.step("affairs-director").outcome == "agree_with_opinion"
    assert desk.document["route"][3]["comment"] == "契約書の条文を確認してください。"


@pytest.mark.parametrize("outcome", ["agree_with_opinion", "dissent", "request_change"])
def test_every_answer_but_agreement_needs_its_words(outcome: str) -> None:
    desk = draft().pass_on(until="affairs-director")
    for opinion in (None, "", "  \n"):
        desk.then_refused("opinion-required", "concur", by="affairs-director", outcome=outcome, opinion=opinion)


def test_a_dissent_does_not_kill_the_draft_it_goes_up() -> None:
    desk = draft().pass_on(until="affairs-director")
    desk.when("concur", by="affairs-director", outcome="dissent", opinion="前例と異なります。")
    desk.then("awaiting_decision", "construction-deputy").when("decide", by="construction-deputy").then("decided")
    assert desk.step("affairs-director").outcome == "dissent"


def test_a_dissent_forbids_a_proxy_decision_unless_direction_was_given_before() -> None:
    desk = draft().pass_on(until="affairs-director")
    desk.when("concur", by="affairs-director", outcome="dissent", opinion="前例と異なります。")
    desk.away("construction-deputy", desk.now, jst(2026, 11, 13, 0))
    desk.then_refused("proxy-forbidden", "proxy-decide", by="road-director", urgency="契約期限が明日です。")
    desk.when(
        "proxy-decide", by="road-director", urgency="契約期限が明日です。", prior_instruction="進めてよいとの指示"
    )
    desk.then("decided")
    assert desk.last(facts.Decided).proxy.prior_instruction == "進めてよいとの指示"


def test_a_request_for_changes_returns_the_case_and_the_requester_is_asked_again() -> None:
    desk = write_off()
    desk.when("concur", by="treasury-affairs-director", outcome="agree")
    desk.when("concur", by="budget-director", outcome="request_change", opinion="根拠条文を補ってください。")
    desk.then("returned").then_told(facts.ConcurrenceGiven, facts.Returned)
    assert desk.step("budget-director").outcome == "request_change"
    assert desk.document["reason"] == "根拠条文を補ってください。"
    desk.when("amend", by="road-officer", reason="補足", title="不納欠損の件(根拠条文を補足)").then("returned")
    desk.when("submit", by="road-officer").then("in_concurrence", "budget-director")
    assert "concur treasury-affairs-director done" in desk.route()
    desk.when("concur", by="budget-director", outcome="agree").then("in_review", "construction-deputy")


def test_a_request_for_changes_with_a_material_amendment_begins_everything_anew() -> None:
    desk = write_off()
    desk.when("concur", by="budget-director", outcome="request_change", opinion="金額を見直してください。")
    desk.when("amend", by="road-officer", reason="減額", amount_yen=2_500_000)
    desk.when("submit", by="road-officer").then("in_review", "road-chief")


def test_with_any_one_agreement_is_enough() -> None:
    desk = write_off(concurrence_mode="any")
    desk.when("concur", by="treasury-affairs-director", outcome="dissent", opinion="時期尚早です。")
    desk.then("in_concurrence", "budget-director")
    desk = write_off(concurrence_mode="any")
    desk.when("concur", by="treasury-affairs-director", outcome="agree").then("in_review", "construction-deputy")
    assert desk.step("budget-director").state == "skipped"
    assert "1者の同意" in desk.step("budget-director").reason
    desk.then_refused("not-your-turn", "concur", by="budget-director", outcome="agree")


def test_with_any_and_nobody_agreeing_the_case_goes_up_with_the_dissents() -> None:
    desk = write_off(concurrence_mode="any")
    for by in ("treasury-affairs-director", "budget-director"):
        desk.when("concur", by=by, outcome="dissent", opinion="時期尚早です。")
    desk.then("in_review", "construction-deputy")


def test_with_n_of_m_that_many_must_agree() -> None:
    desk = Desk(rules=rulebook_with(approval_with(concurrence_mode={"default": "all", "outsourcing": {"n_of_m": 2}})))
    desk = draft(desk=desk, amount_yen=60_000_000, information_system=True).pass_on(until="ict-director")
    desk.when("concur", by="ict-director", outcome="agree").then_told(facts.ConcurrenceGiven)
    desk.when("concur", by="budget-director", outcome="agree").then("in_review", "construction-deputy")
    assert desk.step("affairs-director").state == "skipped"
    desk.pass_on().then("decided")


def test_a_reviewer_added_beside_a_concurrence_is_waited_for_whatever_the_mode() -> None:
    desk = write_off(concurrence_mode="any")
    desk.when("add-reviewer", by="budget-director", post="archives-director", position="parallel")
    desk.when("concur", by="budget-director", outcome="agree").then("in_review", "archives-director")
    desk.when("approve", by="archives-director").then("in_review", "construction-deputy")


def test_a_concurring_post_vacated_on_the_way_is_answered_for_by_the_next_above_it() -> None:
    desk = draft().vacate("affairs-director", date(2026, 11, 9)).at(jst(2026, 11, 10)).pass_on(until="road-director")
    desk.when("approve", by="road-director").then("in_concurrence", "general-deputy")
    assert "欠員" in desk.step("general-deputy").reason
    desk.pass_on().then("decided")


def test_a_concurrence_given_higher_up_in_the_same_line_takes_nothing_from_the_decider() -> None:
    """Only who reviewed or decided counts as a rank that has acted, below which no decision may fall."""
    asked = authority_with("outsourcing", concurrence=[{"from": 0, "post": "vice-governor-2"}])
    desk = Desk(rules=rulebook_with(asked))
    desk = draft(desk=desk.at(jst(2026, 11, 9))).pass_on(until="vice-governor-2")
    desk.when("concur", by="vice-governor-2", outcome="agree").pass_on(until="construction-deputy")
    desk.when("decide", by="construction-deputy").then("decided")
