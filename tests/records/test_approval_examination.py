"""会計管理者の審査: the gate after the decision, kept by somebody who had no part in the case."""

from datetime import date
from typing import Any

from domain.approval import facts
from tests.records.approval_story import Desk, draft, jst


def payment(by: str = "road-officer", **body: Any) -> Desk:
    return draft(by, kind="payment_order", title="委託料の支払", **({"amount_yen": 500_000} | body))


def test_a_payment_order_is_examined_after_its_decision() -> None:
    desk = payment().pass_on(until="road-lead").when("decide", by="road-lead")
    desk.then("awaiting_examination", "treasury-director").then_told(facts.Decided, facts.StepsActivated)
    assert desk.document["gate"] == "accounting_manager"
    assert desk.document["document_number"] == "道路第1号"
    desk.then_refused("already-decided", "amend", by="road-officer", reason="誤記", amount_yen=600_000)
    desk.then_refused("already-decided", "withdraw", by="road-officer", reason="不要")
    desk.then_refused("not-decided", "enforce", by="road-officer", method="口座振替", seal_mode="none")
    desk.then_refused("wrong-act", "approve", by="treasury-director")
    desk.then_refused("wrong-act", "reserve", by="treasury-director", flag="important", reason="重要")
    desk.then_refused("wrong-act", "add-reviewer", by="treasury-director", post="road-chief", position="before")
    desk.then_refused("no-such-step", "return", by="treasury-director", to_step=1, reason="不備")
    desk.when("examine", by="treasury-director", outcome="pass").then("decided").then_told(facts.Examined)
    desk.when("enforce", by="road-officer", method="口座振替", seal_mode="none").then("enforced")


def test_the_examiner_returns_with_a_reason_and_the_decision_is_taken_again_under_the_same_number() -> None:
    desk = payment().pass_on(until="treasury-director")
    desk.then_refused("reason-required", "examine", by="treasury-director", outcome="return")
    desk.then_refused("reason-required", "examine", by="treasury-director", outcome="return", reason=None)
    desk.when("examine", by="treasury-director", outcome="return", reason="債務の確定が確認できません。").then(
        "returned"
    )
    assert desk.document["decided_at"] is None
    desk.when(
        "amend", by="road-officer", reason="検査調書を添付", attachments=[{"sha256": "a" * 64, "name": "検査調書.pdf"}]
    )
    desk.when("submit", by="road-officer").then("in_review", "road-chief").pass_on()
    assert desk.document["document_number"] == "道路第1号"
    assert desk.count(facts.Decided) == 2
    assert len(desk.streams["document-number/道路/2026"]) == 1


def test_a_returned_payment_may_still_be_withdrawn_since_no_decision_stands() -> None:
    desk = payment().pass_on(until="treasury-director")
    desk.when("return", by="treasury-director", reason="不備").then("returned")
    desk.when("withdraw", by="road-officer", reason="取りやめ").then("withdrawn")


def test_whoever_took_part_does_not_examine() -> None:
    """The treasury's own payment: the accounting manager is not in it, the next in the order is who examines."""
    desk = payment("treasury-affairs-shukan", amount_yen=2_000_000).pass_on(until="treasury-affairs-director")
    desk.when("decide", by="treasury-affairs-director").then("awaiting_examination", "treasury-director")
    desk = payment("treasury-officer", flags=["important"], amount_yen=2_000_000)
    assert desk.document["route"][-1]["post"] != desk.document["decider"]["post"]
    desk.pass_on().then("decided")


def test_an_examiner_who_took_part_unforeseen_is_replaced_when_the_case_is_decided() -> None:
    """0702 reviews the payment as the treasury's deputy, and is the accounting manager by the time of the decision."""
    desk = reviewed_by("treasury-deputy").replace_holder("treasury-director", "0702", date(2026, 12, 1))
    desk.at(jst(2026, 12, 1)).when("decide", by="road-lead").then("awaiting_examination", "treasury-affairs-director")
    assert "加わった" in desk.step("treasury-affairs-director").reason
    desk.then_refused("not-your-turn", "examine", by="0702@treasury-director", outcome="pass")
    desk.when("examine", by="treasury-affairs-director", outcome="pass").then("decided")


def reviewed_by(*posts: str) -> Desk:
    """A payment waiting for its decision, for which these posts were asked as well."""
    desk = payment().pass_on(until="road-lead")
    for post in posts:
        desk.when("add-reviewer", by="road-lead", post=post, position="parallel").when("approve", by=post)
    desk.then_refused("already-in-route", "add-reviewer", by="road-lead", post="treasury-director", position="before")
    return desk


def test_a_payment_that_nobody_could_examine_is_not_decided() -> None:
    desk = reviewed_by("treasury-deputy", "treasury-affairs-director")
    desk.replace_holder("treasury-director", "0702", date(2026, 12, 1)).at(jst(2026, 12, 1))
    desk.then_refused("no-eligible-examiner", "decide", by="road-lead")


def test_an_accounting_manager_appointed_meanwhile_who_took_part_does_not_examine() -> None:
    """0522 decided the payment; on 1 December 0522 becomes the accounting manager."""
    desk = payment().pass_on(until="treasury-director").replace_holder("treasury-director", "0522", date(2026, 12, 1))
    desk.at(jst(2026, 12, 1)).then_refused("forbidden", "examine", by="0522@treasury-director", outcome="pass")
    desk.tick().then("awaiting_examination", "treasury-deputy")
    desk.when("examine", by="treasury-deputy", outcome="pass").then("decided")


def test_the_examiner_may_hold_the_case() -> None:
    desk = (
        payment().pass_on(until="treasury-director").when("hold", by="treasury-director", reason="照会中").then("held")
    )
    desk.when("resume", by="treasury-director").then("awaiting_examination", "treasury-director")
    desk.when("examine", by="treasury-director", outcome="pass").then("decided")
