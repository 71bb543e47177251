"""修正・変更: amending in the route, and cases that change an earlier decision."""

from domain.approval import facts
from tests.records.approval_story import Desk, draft, jst


def test_a_material_change_begins_the_route_anew_and_says_whose_approvals_no_longer_stand() -> None:
    desk = draft().pass_on(until="affairs-director")
    desk.when("amend", by="road-officer", reason="積算の見直し", amount_yen=13_000_000, title="橋梁点検業務委託(改)")
    amended = desk.last(facts.Amended)
    assert [(c.field, c.before, c.after, c.material) for c in amended.changes] == [
        ("amount_yen", "12000000", "13000000", True),
        ("title", "橋梁点検業務委託", "橋梁点検業務委託(改)", False),
    ] or {c.field for c in amended.changes} == {"amount_yen", "title"}
    assert [(each.step, each.title, each.name) for each in amended.invalidated] == [
        (1, "道路課道路係長", "職員0523"),
        (2, "道路課総括課長補佐", "職員0522"),
        (3, "道路課長", "職員0521"),
    ]
    desk.then("in_review", "road-chief")
    assert desk.document["amount_yen"] == 13_000_000
    desk.pass_on().then("decided")


def test_a_correction_of_words_invalidates_nothing() -> None:
    desk = draft().pass_on(until="road-director")
    desk.when("amend", by="road-officer", reason="誤記", title="橋りょう点検業務委託").then_told(facts.Amended)
    desk.then("in_review", "road-director")
    assert desk.last(facts.Amended).invalidated == ()
    assert [step.state for step in desk.state.steps[:2]] == ["done", "done"]
    desk.pass_on().then("decided")


def test_attachments_are_material_and_compared_by_content_and_order() -> None:
    first, second = ({"sha256": letter * 64, "name": f"{letter}.pdf"} for letter in "ab")
    desk = draft(attachments=[first, second]).pass_on(until="road-lead")
    desk.then_refused("nothing-changed", "amend", by="road-officer", reason="差替え", attachments=[first, second])
    desk.when("amend", by="road-officer", reason="順番", attachments=[second, first]).then("in_review", "road-chief")
    change = desk.last(facts.Amended).changes[0]
    assert change.before.index("a.pdf") < change.before.index("b.pdf")
    assert change.after.index("b.pdf") < change.after.index("a.pdf")


def test_an_amended_amount_lifts_the_decider_and_asks_the_concurrences_it_needs() -> None:
    desk = (
        draft().pass_on(until="affairs-director").when("amend", by="road-officer", reason="増額", amount_yen=60_000_000)
    )
    assert [step.plan.post for step in desk.state.steps] == [
        "road-chief",
        "road-lead",
        "road-director",
        "affairs-director",
        "budget-director",
        "construction-deputy",
        "construction-director",
        "vice-governor-2",
    ]
    desk.pass_on().then("decided")
    assert desk.document["rule"]["rank"] == "vice_governor"


def test_a_lower_amount_never_brings_the_decider_below_a_rank_that_has_acted() -> None:
    desk = draft(amount_yen=30_000_000).pass_on(until="construction-director")
    desk.when("amend", by="road-officer", reason="減額", amount_yen=1_000_000).then("in_review", "road-chief")
    assert desk.document["decider"]["post"] == "construction-deputy"
    assert "既に次長まで処理が済んでいる" in desk.document["rule"]["reason"]
    desk.pass_on().then("decided")


def test_a_flag_taken_away_leaves_the_decision_to_somebody_who_reviewed_and_must_still_decide() -> None:
    """A flag is not material: the approvals stand, but a review is not a decision."""
    desk = draft(flags=["important"]).pass_on(until="construction-director")
    assert "review construction-deputy done" in desk.route()
    desk.when("amend", by="road-officer", reason="重要ではない", flags=[]).then(
        "awaiting_decision", "construction-deputy"
    )
    desk.when("decide", by="construction-deputy").then("decided")


def test_a_newly_required_concurrence_comes_before_whoever_is_asked_now() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.when("amend", by="road-officer", reason="システム調達を含む", information_system=True)
    desk.then("in_concurrence", "ict-director")
    numbers = [step["step"] for step in desk.document["route"]]
    assert numbers == sorted(numbers)
    desk.when("concur", by="ict-director", outcome="agree").then("awaiting_decision", "construction-deputy").pass_on()


def test_a_change_that_changes_nothing_or_empties_what_must_be_there_is_refused() -> None:
    desk = draft()
    desk.then_refused("nothing-changed", "amend", by="road-officer", reason="誤記", title="橋梁点検業務委託")
    desk.then_refused("nothing-changed", "amend", by="road-officer", reason="誤記")
    desk.then_refused("amount-required", "amend", by="road-officer", reason="誤記", amount_yen=None)
    desk.then_refused("invalid", "amend", by="road-officer", reason="誤記", title=None)
    desk.then_refused("unknown-flag", "amend", by="road-officer", reason="誤記", flags=["urgent"])
    desk.then_refused("forbidden", "amend", by="road-chief", reason="誤記", title="別")


def test_an_optional_field_may_be_emptied() -> None:
    desk = draft(counterparty={"name": "甲社"}, needed_by="2026-12-01")
    desk.when("amend", by="road-officer", reason="未定", counterparty=None, needed_by=None)
    assert desk.document["counterparty"] is None
    assert {change.field: change.after for change in desk.last(facts.Amended).changes} == {
        "counterparty": "null",
        "needed_by": "null",
    }


def test_a_change_case_is_judged_by_the_new_total_for_an_increase_and_the_old_one_for_a_reduction() -> None:
    desk = draft(amount_yen=15_000_000).pass_on()
    draft(desk=desk.case("R8-000002"), amount_yen=22_000_000, amends="R8-000001")
    assert desk.document["rule"]["rank"] == "department_director"
    assert desk.document["rule"]["amount_yen"] == 22_000_000
    draft(desk=desk.case("R8-000003"), amount_yen=5_000_000, amends="R8-000001")
    assert desk.document["rule"]["rank"] == "deputy_director"
    assert desk.document["rule"]["amount_yen"] == 15_000_000
    assert desk.document["amends"] == "R8-000001"


def test_only_a_decision_that_stands_can_be_changed() -> None:
    desk = draft()
    content = {"kind": "outsourcing", "title": "変更", "amount_yen": 1}
    for number, prepared in {"R8-000001": desk, "R8-000002": abandoned(desk), "R8-000003": returned(desk)}.items():
        prepared.case("R8-000009").then_refused(
            "amends-not-decided", "draft", by="road-officer", amends=number, **content
        )


def abandoned(desk: Desk) -> Desk:
    return draft(desk=desk.case("R8-000002")).pass_on().when("abandon", by="road-officer", reason="中止")


def returned(desk: Desk) -> Desk:
    desk = draft(desk=desk.case("R8-000003"), kind="payment_order", amount_yen=500_000, title="支払")
    return desk.pass_on(until="awaiting_examination").when(
        "examine", by="treasury-director", outcome="return", reason="不備"
    )


def test_an_amendment_waits_for_nobody_and_times_of_the_step_asked_stand() -> None:
    desk = draft().pass_on(until="road-director")
    due = desk.state.active[0].due_at
    desk.at(jst(2026, 11, 10)).when("amend", by="road-officer", reason="誤記", title="橋りょう点検業務委託")
    assert desk.state.active[0].due_at == due
