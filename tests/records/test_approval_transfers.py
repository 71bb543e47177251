"""人事異動と引継ぎ: cases in flight when people, posts and units change (reference/domain.md §2.7)."""

from datetime import date

from domain.approval import RECORD, facts
from domain.directory import Rank
from domain.directory.facts import (
    Change,
    Move,
    PostAbolished,
    PostChanged,
    PostEstablished,
    Transferred,
    UnitAbolished,
    UnitEstablished,
)
from tests.records.approval_story import Desk, draft, jst

APRIL = date(2027, 4, 1)
EVE, DAY = jst(2027, 3, 31, 16), jst(2027, 4, 1, 9)


def late_march() -> Desk:
    return draft(desk=Desk(now=EVE))


def move(desk: Desk, person: str, from_post: str, to_post: str, *, successor: str | None = None) -> Desk:
    moved = Move(
        person=person, name=f"職員{person}", from_post=from_post, to_post=to_post, kind="regular", successor=successor
    )
    return desk.directory_says(Transferred(valid_from=APRIL, moves=(moved,)))


def test_a_pending_step_moves_to_the_new_holder_and_a_done_one_keeps_the_old() -> None:
    desk = late_march().when("approve", by="road-chief").replace_holder("road-lead", "0999", APRIL)
    desk.replace_holder("road-chief", "0998", APRIL).replace_holder("road-director", "0997", APRIL).at(DAY)
    desk.tick().then("in_review", "road-lead").then_told(facts.StepReassigned)
    reassigned = desk.last(facts.StepReassigned)
    assert (reassigned.from_person, reassigned.person, reassigned.title) == ("0522", "0999", "道路課総括課長補佐")
    assert (acted := desk.step("road-chief").acted) is not None
    assert acted.person == "0523"
    desk.when("approve", by="0999@road-lead").then("in_review", "road-director")
    assert desk.step("road-director").person == "0997"
    desk.pass_on().then("decided")
    assert desk.document["route"][0]["person"] == "0523"


def test_a_new_holder_acts_at_once_though_nobody_has_looked_since_midnight() -> None:
    desk = late_march().replace_holder("road-chief", "0998", APRIL).at(DAY)
    desk.when("approve", by="0998@road-chief").then_told(facts.StepReassigned, facts.StepApproved, facts.StepsActivated)


def test_the_old_holder_of_a_step_reads_on_but_does_not_act() -> None:
    desk = late_march().replace_holder("road-chief", "0998", APRIL)
    desk.appoint("housing-officer", "0523", APRIL, concurrent=True).vacate("housing-officer", date(2027, 3, 31))
    desk = late_march()
    desk.vacate("road-chief", date(2027, 3, 31)).vacate("dx-officer", date(2027, 3, 31)).appoint(
        "dx-officer", "0523", APRIL
    )
    desk.appoint("road-chief", "0998", APRIL).at(DAY)
    desk.then_refused("not-your-turn", "approve", by="0523@dx-officer")


def test_a_post_changing_hands_twice_is_followed_twice() -> None:
    desk = late_march().replace_holder("road-chief", "0998", APRIL).at(DAY).tick()
    desk.replace_holder("road-chief", "0997", date(2027, 4, 2)).at(jst(2027, 4, 2, 9)).tick()
    desk.replace_holder("road-chief", "0998", date(2027, 4, 3)).at(jst(2027, 4, 3, 9)).tick()
    assert desk.count(facts.StepReassigned) == 3
    desk.tick().then_told()


def test_a_drafter_who_leaves_hands_the_case_to_the_successor_named_in_the_handover() -> None:
    desk = late_march().when("return", by="road-chief", reason="不備")
    move(desk, "0525", "road-officer", "housing-officer", successor="0524").at(DAY).tick().then("returned")
    desk.then_told(facts.OwnershipTransferred)
    assert desk.document["drafter"]["person"] == "0524"
    desk.then_refused("forbidden", "submit", by="0525@housing-officer")  # reads on, edits no more
    desk.when("submit", by="0524@road-senior").then("in_review", "road-chief").pass_on().then("decided")


def test_a_successor_may_act_at_once_though_nobody_has_looked_since_midnight() -> None:
    desk = late_march()
    move(desk, "0525", "road-officer", "housing-officer", successor="0524").at(DAY)
    desk.when("withdraw", by="0524@road-senior", reason="旧年度の予算は使えません。")
    desk.then("withdrawn").then_told(facts.OwnershipTransferred, facts.Withdrawn)


def test_without_a_named_successor_the_new_holder_of_the_post_takes_over() -> None:
    desk = late_march().replace_holder("road-officer", "0999", APRIL).at(DAY).tick()
    assert desk.document["drafter"]["person"] == "0999"
    desk.then_refused("self-approval", "approve", by="0999@road-officer")


def test_a_successor_who_has_acted_in_the_case_does_not_take_it_over() -> None:
    desk = late_march().when("approve", by="road-chief")
    move(desk, "0525", "road-officer", "housing-officer", successor="0523").at(DAY).tick().then_told()
    assert desk.document["drafter"]["person"] == "0525"
    desk.then_refused("already-acted", "transfer", by="road-director", to_post="road-chief", reason="異動")
    desk.when("transfer", by="road-director", to_post="road-senior", reason="異動のため")
    assert desk.document["drafter"]["person"] == "0524"


def test_a_drafter_who_becomes_the_decider_does_not_decide() -> None:
    """0525 is appointed division director on 1 April; the case of their own making goes past them."""
    desk = draft(desk=Desk(now=EVE), amount_yen=9_000_000)
    assert desk.document["decider"]["post"] == "road-director"
    desk.vacate("road-officer", date(2027, 3, 31)).replace_holder("road-director", "0525", APRIL)
    desk.appoint("road-officer", "0999", APRIL).at(DAY).tick()
    assert desk.document["drafter"]["person"] == "0999"
    assert desk.document["decider"]["post"] == "construction-deputy"
    desk.pass_on(until="construction-deputy").then_refused("self-approval", "approve", by="0525@road-director")
    desk.pass_on().then("decided")


def test_a_drafter_who_becomes_the_decider_of_a_case_already_before_them_does_not_decide_either() -> None:
    desk = draft(desk=Desk(now=EVE), amount_yen=9_000_000).pass_on(until="road-director")
    desk.replace_holder("road-director", "0525", APRIL).at(DAY)
    desk.then_refused("self-approval", "decide", by="0525@road-director")
    desk.tick().then("awaiting_decision", "construction-deputy")


def test_a_drafter_who_becomes_the_reviewer_asked_is_passed_over() -> None:
    desk = late_march().vacate("road-officer", date(2027, 3, 31)).replace_holder("road-chief", "0525", APRIL)
    desk.appoint("road-officer", "0999", APRIL).at(DAY).tick().then("in_review", "road-lead")


def test_a_reviewer_who_approved_and_then_holds_the_next_post_is_not_asked_twice() -> None:
    desk = late_march().when("approve", by="road-chief").when("approve", by="road-lead")
    desk.replace_holder("road-director", "0522", APRIL).at(DAY).tick().then("in_concurrence", "affairs-director")
    assert "既に承認している" in desk.step("road-director").reason


def test_a_reviewer_who_approved_and_then_is_the_decider_decides() -> None:
    desk = draft(desk=Desk(now=EVE), amount_yen=9_000_000).pass_on(until="road-lead")
    desk.when("approve", by="road-lead").replace_holder("road-director", "0522", APRIL).at(DAY).tick()
    desk.then("awaiting_decision", "road-director").when("decide", by="0522@road-director").then("decided")


def test_a_post_vacant_on_the_way_is_passed_over_with_its_reason_and_asked_if_filled_in_time() -> None:
    desk = late_march().vacate("road-lead", date(2027, 3, 31)).at(DAY)
    desk.when("approve", by="road-chief").then("in_review", "road-director")
    assert desk.step("road-lead").state == "skipped"
    assert "欠員" in desk.step("road-lead").reason
    desk = late_march().vacate("road-lead", date(2027, 3, 31)).appoint("road-lead", "0999", APRIL).at(DAY)
    desk.when("approve", by="road-chief").then("in_review", "road-lead")


def test_a_post_vacant_when_the_route_was_planned_is_asked_if_somebody_is_appointed_in_time() -> None:
    desk = draft(desk=Desk(now=EVE).vacate("road-lead", date(2027, 3, 30)))
    assert desk.step("road-lead").state == "skipped"
    desk.appoint("road-lead", "0999", APRIL).at(DAY).when("approve", by="road-chief").then("in_review", "road-lead")
    numbers = [step["step"] for step in desk.document["route"]]
    assert numbers == sorted(numbers)
    desk.pass_on().then("decided")


def test_a_second_post_given_to_somebody_else_is_asked_for_itself() -> None:
    """兼務の解除: the deputy no longer holds works-director, whose new holder reviews."""
    desk = draft("works-officer", desk=Desk(now=EVE)).then("in_concurrence", "affairs-director")
    desk.replace_holder("works-director", "0999", APRIL).at(DAY)
    desk.when("concur", by="affairs-director", outcome="agree").then("in_review", "works-director")
    desk.when("approve", by="0999@works-director").then("awaiting_decision", "construction-deputy")


def test_a_step_vacated_while_it_is_asked_waits_for_the_next_holder() -> None:
    desk = late_march().vacate("road-chief", date(2027, 3, 31)).at(DAY).tick().then("in_review", "road-chief")
    desk.appoint("road-chief", "0999", date(2027, 4, 5)).at(jst(2027, 4, 5)).tick()
    desk.when("approve", by="0999@road-chief").then("in_review", "road-lead")


def abolished() -> tuple[Change, ...]:
    """The housing division goes on as the town division, with the same people in new posts."""
    posts: tuple[tuple[str, Rank, str], ...] = (
        ("director", "division_director", "0531"),
        ("officer", "officer", "0532"),
    )
    changes: list[Change] = [
        UnitEstablished(
            unit="town",
            name="まちづくり課",
            kind="division",
            parent="construction",
            document_symbol="まち",
            valid_from=APRIL,
        )
    ]
    for name, rank, person in posts:
        changes += [
            PostEstablished(
                post=f"town-{name}",
                title=f"まちづくり課{name}",
                unit="town",
                rank=rank,
                oversees=(),
                valid_from=APRIL,
            ),
            Transferred(
                valid_from=APRIL,
                moves=(
                    Move(
                        person=person,
                        name=f"職員{person}",
                        from_post=f"housing-{name}",
                        to_post=f"town-{name}",
                        kind="regular",
                    ),
                ),
            ),
            PostAbolished(post=f"housing-{name}", abolished_on=APRIL, successor=f"town-{name}"),
        ]
    return (*changes, UnitAbolished(unit="housing", abolished_on=APRIL, successors=("town",)))


def test_a_case_of_an_abolished_unit_goes_on_in_the_one_that_took_over() -> None:
    desk = draft("housing-officer", desk=Desk(now=EVE)).then("in_review", "housing-director")
    desk.directory_says(*abolished()).at(DAY)
    desk.when("approve", by="town-director").then("in_concurrence", "affairs-director").tick()
    assert desk.document["drafter"]["post"] == "town-officer"
    desk.pass_on().then("decided")
    assert desk.document["document_number"] == "まち第1号"
    desk.when("enforce", by="town-director", method="郵送", seal_mode="none").then("enforced")


def test_a_case_of_an_abolished_unit_is_found_by_the_nightly_look() -> None:
    desk = draft("housing-officer", desk=Desk(now=EVE)).when("return", by="housing-director", reason="不備")
    desk.directory_says(*abolished()).at(DAY).tick().then_told(facts.OwnershipTransferred)
    assert (desk.document["drafter"]["person"], desk.document["drafter"]["unit"]) == ("0532", "town")
    assert desk.state.former_drafters == ()
    desk.when("submit", by="town-officer").then("in_review", "town-director").pass_on().then("decided")


def test_the_head_or_an_administrator_hands_a_draft_over_and_the_route_is_planned_for_the_new_drafter() -> None:
    desk = draft()
    desk.then_refused("forbidden", "transfer", by="road-lead", to_post="road-senior", reason="休職")
    desk.then_refused("unknown-post", "transfer", by="road-director", to_post="road-bridge", reason="休職")
    desk.then_refused("already-owner", "transfer", by="road-director", to_post="road-officer", reason="休職")
    desk.when("transfer", by="personnel-director", to_post="road-senior", reason="休職").then("in_review", "road-chief")
    assert desk.document["drafter"]["person"] == "0524"
    for by in ("road-officer", "road-senior"):
        desk.then_refused("self-approval", "approve", by=by)
    desk.then_refused("forbidden", "withdraw", by="road-officer", reason="不要")
    desk.when("withdraw", by="road-senior", reason="不要").then("withdrawn")


def test_a_draft_handed_to_a_reviewer_asked_takes_them_out_of_the_route() -> None:
    desk = (
        draft().when("transfer", by="road-director", to_post="road-chief", reason="休職").then("in_review", "road-lead")
    )
    assert "road-chief" not in [step.plan.post for step in desk.state.steps]
    desk.pass_on().then("decided")


def test_a_draft_handed_to_another_division_goes_up_that_line() -> None:
    desk = (
        draft()
        .when("transfer", by="road-director", to_post="dx-officer", reason="所管替え")
        .then("in_review", "dx-director")
    )
    assert desk.document["drafter"]["unit"] == "dx"
    desk.pass_on().then("decided")
    assert desk.document["document_number"] == "DX第1号"


def test_a_held_case_handed_over_is_taken_up_along_the_new_route() -> None:
    desk = draft().when("hold", by="road-chief", reason="照会中", until="2026-11-24")
    desk.when("transfer", by="road-director", to_post="road-chief", reason="休職").then("held")
    desk.then_refused("not-your-turn", "resume", by="road-chief")
    desk.at(jst(2026, 11, 24)).tick().then("in_review", "road-lead").pass_on().then("decided")


def test_an_enforced_case_is_completed_by_the_successors_unit() -> None:
    desk = late_march().pass_on().when("enforce", by="road-officer", method="郵送", seal_mode="none")
    desk.replace_holder("road-officer", "0999", APRIL).at(DAY).tick().then_told(facts.OwnershipTransferred)
    desk.when("complete", by="0999@road-officer").then("completed")


def test_former_drafters_and_old_holders_still_read_and_new_ones_read_what_was_said_before() -> None:
    desk = late_march().when("approve", by="road-chief", comment="単価に注意してください。")
    desk.replace_holder("road-officer", "0999", APRIL).replace_holder("road-chief", "0998", APRIL).at(DAY)
    for person in ("0525", "0523", "0999", "0998", "0522"):
        assert RECORD.may_read(desk.state, person, desk.directory, desk.now)
    assert not RECORD.may_read(desk.state, "0532", desk.directory, desk.now)
    assert desk.document["route"][0]["comment"] == "単価に注意してください。"


def test_a_post_given_another_rank_on_the_way_is_judged_as_it_is_by_then() -> None:
    desk = draft(desk=Desk(now=EVE), amount_yen=9_000_000).pass_on(until="road-director")
    lower = PostChanged(
        post="road-director",
        title="道路課長心得",
        unit="road",
        rank="lead_assistant_director",
        oversees=(),
        valid_from=APRIL,
    )
    desk.directory_says(lower).at(DAY).when("decide", by="road-director").then(
        "awaiting_decision", "construction-deputy"
    )
