"""専決の留保と回議者の追加: what those who are asked may change about the route."""

import pytest

from domain.approval import facts
from tests.records.approval_story import draft


def test_a_reservation_raises_the_decider_once_however_many_flags_there_are() -> None:
    desk = draft().pass_on(until="road-director")
    desk.when("reserve", by="road-director", flag="important", reason="県民生活に影響します。")
    desk.then_told(facts.ReservationFlagged, facts.RouteRevised).then("in_review", "road-director")
    assert desk.document["decider"]["post"] == "construction-director"
    desk.when("approve", by="road-director").pass_on(until="construction-deputy")
    desk.when("reserve", by="construction-deputy", flag="unprecedented", reason="前例がありません。")
    assert desk.document["decider"]["post"] == "construction-director"
    assert "重要・異例" in desk.document["rule"]["reason"]
    desk.pass_on().then("decided")


def test_a_decider_who_reserves_the_case_reviews_it_and_the_next_above_decides() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.when("reserve", by="construction-deputy", flag="disputed", reason="係争中です。").then(
        "in_review", "construction-deputy"
    )
    desk.then_refused("wrong-act", "decide", by="construction-deputy")
    desk.when("approve", by="construction-deputy").then("awaiting_decision", "construction-director")


def test_a_flag_is_one_of_the_table_and_raised_once() -> None:
    desk = draft(flags=["important"])
    desk.then_refused("unknown-flag", "reserve", by="road-chief", flag="difficult", reason="難しい")
    desk.then_refused("already-flagged", "reserve", by="road-chief", flag="important", reason="重要")
    desk.then_refused("not-your-turn", "reserve", by="road-lead", flag="disputed", reason="係争中")


def test_a_reviewers_flag_stays_when_the_drafter_begins_anew() -> None:
    desk = draft().when("reserve", by="road-chief", flag="important", reason="重要")
    desk.when("amend", by="road-officer", reason="増額", amount_yen=13_000_000, flags=[])
    assert desk.document["decider"]["post"] == "construction-director"


@pytest.mark.parametrize(
    ("position", "asked_first"), [("before", "housing-director"), ("after", "road-lead"), ("parallel", None)]
)
def test_a_reviewer_is_added_before_after_or_beside_the_step_that_asks(position: str, asked_first: str | None) -> None:
    desk = draft().pass_on(until="road-lead")
    desk.when("add-reviewer", by="road-lead", post="housing-director", position=position)
    if asked_first is None:
        desk.then("in_review", "road-lead", "housing-director")
        desk.when("approve", by="road-lead").then("in_review", "housing-director")
        desk.when("approve", by="housing-director").then("in_review", "road-director")
    else:
        other = {"housing-director": "road-lead", "road-lead": "housing-director"}[asked_first]
        desk.then("in_review", asked_first).when("approve", by=asked_first)
        desk.then("in_review", other).when("approve", by=other).then("in_review", "road-director")
    numbers = [step["step"] for step in desk.document["route"]]
    assert numbers == sorted(numbers)
    desk.pass_on().then("decided")


def test_a_decision_never_goes_around_a_reviewer_asked_beside_it() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.when("add-reviewer", by="construction-deputy", post="archives-director", position="parallel")
    desk.then_refused("others-pending", "decide", by="construction-deputy")
    desk.then_refused("others-pending", "reject", by="construction-deputy", reason="不要")
    desk.when("approve", by="archives-director").when("decide", by="construction-deputy").then("decided")


def test_a_decider_may_ask_somebody_before_but_not_after_the_decision() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.then_refused(
        "after-decision", "add-reviewer", by="construction-deputy", post="archives-director", position="after"
    )
    desk.when("add-reviewer", by="construction-deputy", post="archives-director", position="before")
    desk.then("in_review", "archives-director").then_refused("not-your-turn", "decide", by="construction-deputy")
    desk.when("approve", by="archives-director").then("awaiting_decision", "construction-deputy")


def test_a_reviewer_may_be_added_before_one_of_several_concurrences() -> None:
    desk = draft(amount_yen=60_000_000).pass_on(until="affairs-director")
    desk.when("add-reviewer", by="budget-director", post="archives-director", position="before")
    desk.then("in_concurrence", "affairs-director", "archives-director")
    desk.when("concur", by="affairs-director", outcome="agree").when("approve", by="archives-director")
    desk.then("in_concurrence", "budget-director").pass_on().then("decided")


def test_nobody_is_added_who_is_there_already_or_drafted_or_does_not_exist() -> None:
    desk = draft()
    for post in ("road-chief", "affairs-director", "works-director"):  # works-director: the deputy's second post
        desk.then_refused("already-in-route", "add-reviewer", by="road-chief", post=post, position="after")
    desk.then_refused("self-approval", "add-reviewer", by="road-chief", post="road-officer", position="after")
    desk.then_refused("unknown-post", "add-reviewer", by="road-chief", post="road-bridge", position="after")
    desk.then_refused("not-your-turn", "add-reviewer", by="road-lead", post="housing-director", position="after")


def test_an_added_reviewer_stays_in_place_when_the_route_is_planned_again() -> None:
    desk = draft().pass_on(until="road-director")
    desk.when("add-reviewer", by="road-director", post="housing-director", position="after")
    desk.when("amend", by="road-officer", reason="増額", amount_yen=13_000_000).then("in_review", "road-chief")
    posts = [step.plan.post for step in desk.state.steps]
    assert posts.index("housing-director") == posts.index("road-director") + 1
    desk.pass_on(until="housing-director")
    desk.when("reserve", by="housing-director", flag="important", reason="重要").then("in_review", "housing-director")
    desk.pass_on().then("decided")
    assert desk.step("housing-director").state == "done"


def test_a_reviewer_added_beside_a_step_is_still_waited_for_when_the_decider_changes() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.when("add-reviewer", by="construction-deputy", post="archives-director", position="parallel")
    desk.when("reserve", by="construction-deputy", flag="important", reason="重要")
    desk.then("in_review", "construction-deputy", "archives-director")
    desk.when("approve", by="construction-deputy").then("in_review", "archives-director")
    desk.when("approve", by="archives-director").then("awaiting_decision", "construction-director")
    desk.pass_on().then("decided")


@pytest.mark.parametrize("position", ["before", "after", "parallel"])
def test_whoever_was_asked_beside_the_decider_may_ask_others_and_the_decision_waits_for_all(position: str) -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.when("add-reviewer", by="construction-deputy", post="archives-director", position="parallel")
    desk.when("add-reviewer", by="archives-director", post="archives-officer", position=position)
    for _ in range(2):
        assert not desk.document["decided_at"]
        reviewing = next(step for step in desk.state.active if step.action == "review")
        desk.when("approve", by=reviewing.plan.post)
    desk.then("awaiting_decision", "construction-deputy").when("decide", by="construction-deputy").then("decided")
