"""引上げ: going on over somebody absent, who gets the case to read."""

from datetime import date

from domain.approval import facts
from tests.records.approval_story import Desk, draft, jst

BACK = jst(2026, 11, 20, 0)
AWAY = "不在のため"


def test_the_next_reviewer_goes_on_over_an_absent_one_who_gets_the_case_to_read() -> None:
    desk = draft().away("road-chief", jst(2026, 11, 9), BACK)
    desk.then_refused("not-your-turn", "pull-up", by="road-director", reason=AWAY)
    desk.when("pull-up", by="road-lead", reason=AWAY).then("in_review", "road-lead")
    desk.then_told(facts.PulledUp, facts.CirculationRequested, facts.StepsActivated)
    assert desk.step("road-chief").outcome == "skipped_absent"
    assert AWAY in desk.step("road-chief").reason
    assert [(reader["post"], reader["confirmed"]) for reader in desk.document["circulation"]] == [("road-chief", False)]
    desk.pass_on().then("decided")
    desk.at(jst(2026, 11, 20)).when("confirm", by="road-chief")
    assert desk.document["circulation"][0]["confirmed"]


def test_nobody_is_pulled_up_over_who_is_there() -> None:
    desk = draft()
    desk.then_refused("not-absent", "pull-up", by="road-lead", reason=AWAY)
    desk.at(jst(2026, 11, 20)).away("road-chief", jst(2026, 11, 9), BACK)
    desk.then_refused("not-absent", "pull-up", by="road-lead", reason=AWAY)


def test_somebody_further_on_goes_on_over_all_the_absent_at_once() -> None:
    desk = draft().away("road-chief", jst(2026, 11, 9), BACK).away("road-lead", jst(2026, 11, 9), BACK)
    desk.when("pull-up", by="road-director", reason=AWAY).then("in_review", "road-director")
    assert [step.outcome for step in desk.state.steps[:2]] == ["skipped_absent"] * 2
    desk.pass_on().then("decided")


def test_a_reviewer_present_beside_an_absent_one_is_waited_for() -> None:
    desk = draft().when("add-reviewer", by="road-chief", post="housing-director", position="parallel")
    desk.away("road-chief", desk.now, BACK).then_refused("others-pending", "pull-up", by="road-lead", reason=AWAY)
    desk.when("approve", by="housing-director").when("pull-up", by="road-lead", reason=AWAY).then(
        "in_review", "road-lead"
    )


def test_a_reviewer_pulled_up_over_is_not_asked_again_in_the_round() -> None:
    desk = draft().away("road-chief", jst(2026, 11, 9), BACK).when("pull-up", by="road-lead", reason=AWAY)
    desk.when("reserve", by="road-lead", flag="important", reason="重要")
    assert desk.route()[0] == "review road-chief skipped"
    desk.pass_on().then("decided")


def test_a_post_that_is_vacant_on_the_way_may_be_pulled_up_over_too() -> None:
    desk = draft().vacate("road-chief", date(2026, 11, 9)).at(jst(2026, 11, 10)).tick().then("in_review", "road-chief")
    desk.when("pull-up", by="road-lead", reason="欠員のため").then("in_review", "road-lead")
    desk.then_told(facts.PulledUp, facts.StepsActivated)


def test_an_act_goes_up_only_when_no_proxy_may_take_it() -> None:
    desk = draft(amount_yen=9_000_000).pass_on(until="road-director").away("road-director", jst(2026, 11, 9), BACK)
    desk.then_refused("proxy-available", "pull-up", by="construction-deputy", reason=AWAY)
    for post in ("road-lead", "road-chief"):
        desk.away(post, jst(2026, 11, 9), BACK)
    desk.then_refused("no-eligible-proxy", "proxy-decide", by="construction-deputy", urgency="至急")
    desk.then_refused("not-your-turn", "pull-up", by="construction-director", reason=AWAY)
    desk.when("pull-up", by="construction-deputy", reason=AWAY).then("awaiting_decision", "construction-deputy")
    numbers = [step["step"] for step in desk.document["route"]]
    assert numbers == sorted(numbers)
    desk.when("decide", by="construction-deputy").then("decided")
    assert desk.document["decider"]["post"] == "construction-deputy"


def test_an_act_goes_past_superiors_who_are_absent_themselves() -> None:
    desk = draft(amount_yen=9_000_000).pass_on(until="road-director")
    for post in ("road-director", "road-lead", "road-chief", "construction-deputy"):
        desk.away(post, jst(2026, 11, 9), BACK)
    desk.when("pull-up", by="construction-director", reason=AWAY).then("awaiting_decision", "construction-director")


def test_a_stand_in_who_is_absent_in_turn_is_pulled_up_over_again_and_stays_so_when_planned_again() -> None:
    desk = draft(amount_yen=9_000_000).pass_on(until="road-director")
    for post in ("road-director", "road-lead", "road-chief"):
        desk.away(post, jst(2026, 11, 9), BACK)
    desk.when("pull-up", by="construction-deputy", reason=AWAY)
    desk.away("construction-deputy", jst(2026, 11, 9), BACK)
    desk.when("pull-up", by="construction-director", reason=AWAY).then("awaiting_decision", "construction-director")
    desk.when("amend", by="road-officer", reason="誤記", title="別の件名").then(
        "awaiting_decision", "construction-director"
    )
    desk.when("decide", by="construction-director").then("decided")


def test_a_concurrence_goes_up_in_the_concurring_units_own_line() -> None:
    desk = draft(amount_yen=60_000_000).pass_on(until="affairs-director")
    for post in ("affairs-director", "affairs-lead", "affairs-chief"):
        desk.away(post, jst(2026, 11, 9), BACK)
    desk.when("pull-up", by="general-deputy", reason=AWAY).then("in_concurrence", "budget-director", "general-deputy")
    desk.when("concur", by="general-deputy", outcome="agree").when("concur", by="budget-director", outcome="agree")
    desk.then("in_review", "construction-deputy").pass_on().then("decided")


def test_a_vacant_decider_is_pulled_up_over_at_once_since_a_proxy_needs_an_absence() -> None:
    desk = draft(amount_yen=9_000_000).pass_on(until="road-director").vacate("road-director", date(2026, 11, 9))
    desk.at(jst(2026, 11, 10)).then_refused("not-absent", "proxy-decide", by="road-lead", urgency="至急")
    desk.when("pull-up", by="construction-deputy", reason="欠員のため").then("awaiting_decision", "construction-deputy")


def test_an_examination_never_goes_up_and_waits_for_an_eligible_examiner() -> None:
    desk = draft(kind="payment_order", amount_yen=500_000).pass_on(until="treasury-director")
    for post in ("treasury-director", "treasury-deputy", "treasury-affairs-director"):
        desk.away(post, jst(2026, 11, 9), BACK)
    desk.then_refused("no-eligible-proxy", "proxy-decide", by="examination-director", urgency="至急")
    desk.then_refused("not-your-turn", "pull-up", by="vice-governor-1", reason=AWAY)


def test_returned_behind_a_pull_up_the_absent_one_is_asked_again() -> None:
    desk = draft().away("road-lead", jst(2026, 11, 9), jst(2026, 11, 11, 0)).pass_on(until="road-lead")
    desk.when("pull-up", by="road-director", reason=AWAY)
    desk.at(jst(2026, 11, 12)).when("return", by="road-director", to_step=1, reason="再確認").then(
        "in_review", "road-chief"
    )
    desk.when("approve", by="road-chief").then("in_review", "road-lead")


def test_a_case_goes_on_though_everybody_below_the_governor_is_away() -> None:
    desk = Desk()
    for post in (
        "road-chief",
        "road-lead",
        "road-director",
        "construction-deputy",
        "construction-director",
        "vice-governor-2",
    ):
        desk.away(post, desk.now, BACK)
    draft(desk=desk, kind="regulation", title="規則の改正")
    desk.then_refused("not-your-turn", "pull-up", by="governor", reason=AWAY)  # a concurrence lies in between
    desk.when("pull-up", by="archives-director", reason=AWAY).then("in_concurrence", "archives-director")
    desk.when("concur", by="archives-director", outcome="agree").then("in_review", "construction-deputy")
    desk.when("pull-up", by="governor", reason=AWAY).then("awaiting_decision", "governor")


def test_a_superior_who_is_asked_anyway_is_not_asked_twice_when_a_concurrence_goes_up_to_them() -> None:
    desk = draft("dx-officer", amount_yen=60_000_000).pass_on(until="affairs-director")
    desk.when("add-reviewer", by="affairs-director", post="general-deputy", position="after")
    for post in ("affairs-director", "affairs-lead", "affairs-chief"):
        desk.away(post, jst(2026, 11, 9), BACK)
    desk.when("pull-up", by="general-deputy", reason=AWAY).then("in_concurrence", "budget-director")
    desk.when("concur", by="budget-director", outcome="agree").then("in_review", "general-deputy")
    desk.pass_on().then("decided")


def test_a_superior_reviewing_beside_an_absent_decider_reviews_before_taking_the_decision() -> None:
    desk = draft(amount_yen=9_000_000).pass_on(until="road-director")
    desk.when("add-reviewer", by="road-director", post="construction-deputy", position="parallel")
    for post in ("road-director", "road-lead", "road-chief"):
        desk.away(post, jst(2026, 11, 9), BACK)
    desk.then_refused("others-pending", "pull-up", by="construction-deputy", reason=AWAY)
    desk.when("approve", by="construction-deputy").when("pull-up", by="construction-deputy", reason=AWAY)
    desk.when("decide", by="construction-deputy").then("decided")
