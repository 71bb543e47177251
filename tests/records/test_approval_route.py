"""決裁の道すじ: from the draft to the decision, who may act when, and who is told no."""

from typing import Any

import pytest

from domain.approval import facts
from domain.approval.commands import Approve
from tests.records.approval_rules import lowered
from tests.records.approval_story import Desk, draft, jst

OUTSOURCING = ["road-chief", "road-lead", "road-director", "affairs-director", "construction-deputy"]


def test_an_outsourcing_of_twelve_million_goes_through_line_and_concurrence_to_the_deputy_director() -> None:
    desk = draft().then("in_review", "road-chief")
    assert [step["post"] for step in desk.document["route"]] == OUTSOURCING
    for post in OUTSOURCING[:3]:
        desk.then("in_review", post).when("approve", by=post, comment="異議ありません。")
    desk.then("in_concurrence", "affairs-director").when("concur", by="affairs-director", outcome="agree")
    desk.then("awaiting_decision", "construction-deputy").when(
        "decide", by="construction-deputy", comment="決裁します。"
    )
    desk.then("decided").then_told(facts.Decided)
    document = desk.document
    assert document["document_number"] == "道路第1号"
    assert document["decider"]["post"] == "construction-deputy"
    assert document["rule"]["rank"] == "deputy_director"
    assert document["decided_at"] == "2026-11-09T01:00:00Z"
    assert {step["state"] for step in document["route"]} == {"done"}


def test_approving_is_deciding_for_the_decider() -> None:
    draft().pass_on(until="construction-deputy").when("approve", by="construction-deputy").then("decided")


def test_a_draft_that_is_not_submitted_waits_for_its_drafter() -> None:
    desk = draft(submit=False).then("draft").then_told(facts.Drafted)
    assert desk.document["route"] == []
    desk.then_refused("not-pending", "approve", by="road-director")
    desk.then_refused("not-found", "submit", by="housing-officer")
    desk.then_refused("forbidden", "submit", by="road-director")
    desk.when("submit", by="road-officer").then("in_review", "road-chief")
    desk.then_refused("not-pending", "submit", by="road-officer")


def test_a_draft_that_could_never_be_decided_is_refused_before_anything_is_written() -> None:
    desk = Desk()
    contents: dict[str, dict[str, Any]] = {
        "unknown-kind": {"kind": "picnic"},
        "amount-required": {"kind": "works"},
        "unknown-flag": {"kind": "works", "amount_yen": 1, "flags": ["urgent"]},
        "amends-not-decided": {"kind": "works", "amount_yen": 1, "amends": "R8-000009"},
    }
    for code, content in contents.items():
        for submit in (True, False):
            desk.then_refused(code, "draft", by="road-officer", title="件名", submit=submit, **content)
    desk.then_refused("no-decider-above", "draft", by="governor", kind="regulation", title="規則")
    assert desk.history == []


def test_a_number_is_drafted_once() -> None:
    draft().then_refused("already-drafted", "draft", by="road-officer", kind="routine_reply", title="照会")


def test_nobody_acts_on_their_own_draft() -> None:
    desk = draft()
    for verb, body in {
        "approve": {},
        "decide": {},
        "concur": {"outcome": "agree"},
        "reject": {"reason": "不要"},
        "return": {"reason": "不備"},
        "hold": {"reason": "照会中"},
        "reserve": {"flag": "important", "reason": "重要"},
        "add-reviewer": {"post": "housing-director", "position": "after"},
        "examine": {"outcome": "pass"},
        "proxy-decide": {"urgency": "至急"},
        "pull-up": {"reason": "不在"},
    }.items():
        desk.then_refused("self-approval", verb, by="road-officer", **body)


def test_a_step_is_not_for_those_whose_turn_has_not_come_or_is_over() -> None:
    desk = draft().when("approve", by="road-chief").then("in_review", "road-lead")
    for by in ("road-chief", "road-director", "affairs-director", "construction-deputy"):
        desk.then_refused("not-your-turn", "approve", by=by)
    desk.then_refused("not-your-turn", "decide", by="construction-deputy")
    desk.then_refused("not-your-turn", "reject", by="construction-deputy", reason="不要")


def test_a_reader_without_a_place_in_the_route_may_not_act_and_for_others_the_case_does_not_exist() -> None:
    desk = draft()
    desk.then_refused("forbidden", "approve", by="governor")
    desk.then_refused("forbidden", "approve", by="audit-senior")
    desk.then_refused("not-found", "approve", by="housing-officer")
    desk.case("R8-000099").then_refused("not-found", "approve", by="road-chief")


def test_each_step_takes_only_the_act_it_asks_for() -> None:
    desk = draft()
    desk.then_refused("wrong-act", "decide", by="road-chief")
    desk.then_refused("wrong-act", "concur", by="road-chief", outcome="agree")
    desk.then_refused("wrong-act", "reject", by="road-chief", reason="不要")
    desk.pass_on(until="affairs-director")
    desk.then_refused("wrong-act", "approve", by="affairs-director")
    desk.then_refused("wrong-act", "decide", by="affairs-director")


def test_what_a_person_saw_before_is_stale() -> None:
    desk = draft()
    desk.then_refused("stale-version", "approve", by="road-chief", version=1)
    desk.send(Approve(version=len(desk.history)), "road-chief").then("in_review", "road-lead")


@pytest.mark.parametrize("by", ["audit-senior", "governor", "construction-director"])
def test_a_decided_case_is_decided_for_everybody(by: str) -> None:
    desk = draft().pass_on()
    for verb, body in {"approve": {}, "decide": {}, "return": {"reason": "不備"}, "hold": {"reason": "照会中"}}.items():
        desk.then_refused("already-decided", verb, by=by, **body)
    desk.then_refused("already-decided", "amend", by="road-officer", reason="誤記", title="別の件名")
    desk.then_refused("already-decided", "withdraw", by="road-officer", reason="不要")


def test_the_decider_rejects_with_a_reason_and_the_case_ends() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.when("reject", by="construction-deputy", reason="予算がありません。").then("rejected")
    assert desk.document["reason"] == "予算がありません。"
    assert desk.document["route"][-1]["acted_by"]["person"] == "0502"
    assert desk.document["document_number"] is None
    for verb, by, body in (
        ("approve", "construction-deputy", {}),
        ("amend", "road-officer", {"reason": "誤記", "title": "別"}),
        ("submit", "road-officer", {}),
        ("withdraw", "road-officer", {"reason": "不要"}),
        ("abandon", "road-officer", {"reason": "不要"}),
        ("transfer", "road-director", {"to_post": "road-senior", "reason": "異動"}),
        ("resume", "road-chief", {}),
        ("enforce", "road-officer", {"method": "郵送", "seal_mode": "none"}),
        ("complete", "road-officer", {}),
    ):
        desk.then_refused("already-closed", verb, by=by, **body)


def test_the_route_says_who_holds_two_posts_once() -> None:
    """兼務: construction-deputy also holds works-director and acts once, as the higher."""
    desk = draft("works-officer").pass_on()
    assert desk.route() == [
        "concur affairs-director done",
        "decide construction-deputy done",
    ]
    assert desk.step("works-director").title == "建設部次長兼建設管理課長"


def test_an_acting_holder_is_a_normal_step_and_acts_once() -> None:
    desk = draft("farming-officer", amount_yen=500_000)
    assert desk.route() == ["decide farming-director active"]
    assert desk.document["route"][0]["title"] == "農政課長事務取扱 農政部長"
    desk.when("decide", by="agriculture-director").then("decided")
    desk = draft("farming-officer", amount_yen=30_000_000).pass_on(until="agriculture-director")
    assert desk.route() == ["concur affairs-director done", "decide agriculture-director active"]
    assert desk.step("agriculture-director").title == "農政部長兼農政課長事務取扱"


def test_an_urgent_case_is_due_within_office_hours() -> None:
    desk = draft(urgent=True)
    assert desk.state.active[0].due_at == jst(2026, 11, 9, 14)


def test_the_decider_is_judged_again_at_the_moment_of_the_decision() -> None:
    """A lower limit in force by then sends the case up, with the approval of who would have decided."""
    desk = draft().pass_on(until="construction-deputy")
    desk.rules = lowered()
    desk.when("decide", by="construction-deputy", comment="金額は妥当です。")
    desk.then("awaiting_decision", "construction-director").then_told(
        facts.StepApproved, facts.RouteRevised, facts.StepsActivated
    )
    assert desk.route()[-2:] == ["review construction-deputy done", "decide construction-director active"]
    desk.when("decide", by="construction-director").then("decided")
    assert desk.document["rule"]["rank"] == "department_director"
    assert desk.document["rule"]["edition"] == "2026-11"


def test_a_concurrence_the_rules_ask_for_by_then_comes_before_the_decision() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.rules = lowered(deputy=20_000_000, budget_from=12_000_000)
    desk.when("decide", by="construction-deputy").then("in_concurrence", "budget-director")
    desk.when("concur", by="budget-director", outcome="agree").then("awaiting_decision", "construction-deputy")
    desk.when("decide", by="construction-deputy").then("decided")


def test_a_raise_by_who_decides_in_a_second_post_still_waits_on_somebody() -> None:
    """兼務: the deputy decides as works-director; raised, the deputy reviews in the higher of the two posts."""
    desk = draft("works-officer", amount_yen=0).then("awaiting_decision", "works-director")
    desk.when("reserve", by="works-director", flag="important", reason="議会で取り上げられたため")
    assert [step.person for step in desk.state.active] == ["0502"]
    assert desk.pass_on().document["state"] == "decided"
