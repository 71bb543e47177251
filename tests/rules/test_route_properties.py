"""What holds for every route, in whatever prefecture and by whatever table: properties over generated worlds."""

import re
from itertools import pairwise

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.directory import Post, rank_order
from domain.policies.approval import Plan, RouteQuestion, plan_route
from domain.policies.route import PlannedStep
from domain.refusals import Refused
from tests.rules.generated import FLAGS, World, amounts, worlds
from tests.rules.organisations import AT, SINCE, demo_rules

REFUSALS = {"no-decider-above", "concurrence-vacant", "no-eligible-examiner"}
SENTENCE = re.compile(r"[^。]*[\u3040-\u30ff\u4e00-\u9fff][^。]*。")

generously = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def cases(draw: st.DrawFn) -> tuple[World, RouteQuestion]:
    world = draw(worlds())
    drafter = draw(st.sampled_from(world.drafters))
    flags = tuple(draw(st.lists(st.sampled_from(FLAGS), max_size=3)))
    floor = draw(st.sampled_from((None, None, "division_director", "department_director")))
    return world, world.question(drafter, draw(amounts), flags=flags, acted_floor=floor)


def planned(world: World, question: RouteQuestion) -> Plan | None:
    """The plan, or None where it is refused for one of the reasons that any table and organisation may bring about."""
    rules = demo_rules()[1]
    try:
        return plan_route(question, directory=world.directory, authority=world.authority, rules=rules, at=AT)
    except Refused as refused:
        if refused.code not in REFUSALS:
            raise
        return None


def acting(plan: Plan) -> list[PlannedStep]:
    return [step for step in plan.steps if not step.skipped]


def line_above(world: World, question: RouteQuestion) -> list[Post]:
    drafter = world.directory.post(question.drafter_post, SINCE)
    assert drafter is not None
    line = world.directory.line(drafter.unit, SINCE)
    return [post for post in line if rank_order(post.rank) > rank_order(drafter.rank)]


@generously
@given(cases())
def test_each_person_acts_at_most_once_and_the_drafter_never(case: tuple[World, RouteQuestion]) -> None:
    world, question = case
    plan = planned(world, question)
    if plan is None:
        return
    persons = [step.person for step in acting(plan)]
    assert question.drafter_person not in persons
    assert len(set(persons)) == len(persons)
    for step in acting(plan):
        holders = [world.directory.holder(post, AT) for post in step.posts]
        assert all(holder is not None and holder.person == step.person for holder in holders)


@generously
@given(cases())
def test_the_decision_is_one_and_last_but_for_the_examination(case: tuple[World, RouteQuestion]) -> None:
    world, question = case
    plan = planned(world, question)
    if plan is None:
        return
    actions = [step.action for step in plan.steps]
    assert actions.count("decide") == 1
    assert actions[actions.index("decide") + 1 :] == (["examine"] if plan.gate else [])
    deciding = plan.steps[actions.index("decide")]
    assert (deciding.post, deciding.person, deciding.rank) == (plan.decider.post, plan.decider.person, plan.rule.rank)
    assert plan.rule.limit_yen is None or (question.amount_yen or 0) < plan.rule.limit_yen
    above = {post.code for post in line_above(world, question)}
    assert deciding.post in above


@generously
@given(cases())
def test_every_post_of_the_line_below_the_decider_acts_or_is_accounted_for(case: tuple[World, RouteQuestion]) -> None:
    world, question = case
    plan = planned(world, question)
    if plan is None:
        return
    carried = {post for step in plan.steps for post in step.posts}
    skipped = {step.post for step in plan.steps if step.skipped}
    for post in line_above(world, question):
        if rank_order(post.rank) >= rank_order(plan.decider.rank):
            continue
        holder = world.directory.holder(post.code, AT)
        assert (post.code in skipped) == (holder is None)
        assert post.code in carried or (holder is not None and holder.person == question.drafter_person)


@generously
@given(cases())
def test_every_required_concurrence_is_obtained_before_the_decision(case: tuple[World, RouteQuestion]) -> None:
    world, question = case
    plan = planned(world, question)
    if plan is None:
        return
    row = world.authority.kinds["matter"].concurrence
    required = {asked.post for asked in row if asked.applies(question.amount_yen)}
    assert {each.post for each in plan.concurrence} == required
    deciding = next(step for step in plan.steps if step.action == "decide")
    for each in plan.concurrence:
        (step,) = (step for step in acting(plan) if step.post == each.through)
        assert step.step <= deciding.step
        assert each.asked <= (step.action == "concur")
    concurring = [step for step in plan.steps if step.action == "concur"]
    assert {step.post for step in concurring} == {each.through for each in plan.concurrence if each.asked}
    assert len({step.group for step in concurring}) <= 1
    assert plan.concurrence_required == len(concurring)


@generously
@given(cases())
def test_concurrence_waits_for_the_division_director(case: tuple[World, RouteQuestion]) -> None:
    world, question = case
    plan = planned(world, question)
    if plan is None:
        return
    directors = {post.code for post in line_above(world, question) if post.rank == "division_director"}
    concurring = [step.step for step in plan.steps if step.action == "concur"]
    reviews = [step for step in plan.steps if step.action == "review"]
    of_directors = [step.step for step in reviews if directors & set(step.posts)]
    if concurring and of_directors:
        assert max(of_directors) < min(concurring)
    if concurring and not directors:
        assert min(concurring) == 1


@generously
@given(cases())
def test_steps_are_numbered_in_order_and_every_reason_is_one_japanese_sentence(
    case: tuple[World, RouteQuestion],
) -> None:
    plan = planned(*case)
    if plan is None:
        return
    assert [step.step for step in plan.steps] == list(range(1, len(plan.steps) + 1))
    groups = [1, *(step.group for step in plan.steps)]
    assert all(after - before in (0, 1) for before, after in pairwise(groups))
    told = [step.reason for step in plan.steps] + [each.reason for each in plan.concurrence]
    told += [plan.rule.reason, *(notice.text for notice in (*plan.warnings, *plan.notes))]
    assert [reason for reason in told if not SENTENCE.fullmatch(reason)] == []


@generously
@given(cases())
def test_the_examiner_took_no_other_part_in_the_case(case: tuple[World, RouteQuestion]) -> None:
    plan = planned(*case)
    if plan is None or plan.gate is None:
        return
    *others, examining = acting(plan)
    assert examining.action == "examine"
    assert examining.person not in {case[1].drafter_person, *(step.person for step in others)}


@generously
@given(cases(), amounts)
def test_more_money_never_lowers_the_deciders_rank(case: tuple[World, RouteQuestion], amount_yen: int) -> None:
    world, question = case
    drafter = world.directory.post(question.drafter_post, SINCE)
    assert drafter is not None
    low, high = sorted((amount_yen, question.amount_yen or 0))
    more = {"flags": question.flags, "acted_floor": question.acted_floor}
    plans = [planned(world, world.question(drafter, amount, **more)) for amount in (low, high)]
    ranks = [rank_order(plan.decider.rank) for plan in plans if plan is not None]
    assert ranks == sorted(ranks)


@generously
@given(cases())
def test_flags_never_lower_the_decider_and_their_number_changes_nothing(case: tuple[World, RouteQuestion]) -> None:
    world, question = case
    drafter = world.directory.post(question.drafter_post, SINCE)
    assert drafter is not None
    without, one, all_of_them = (
        planned(world, world.question(drafter, question.amount_yen or 0, flags=flags))
        for flags in ((), FLAGS[:1], FLAGS)
    )
    if one is not None and without is not None:
        assert rank_order(one.decider.rank) >= rank_order(without.decider.rank)
    assert (one is None) == (all_of_them is None)
    if one is not None and all_of_them is not None:
        assert one.decider == all_of_them.decider


@generously
@given(cases())
def test_the_same_question_has_the_same_answer_also_after_being_stored(case: tuple[World, RouteQuestion]) -> None:
    plan = planned(*case)
    assert plan == planned(*case)
    if plan is not None:
        assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan
