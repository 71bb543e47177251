"""What must hold of every approval case at every moment, checked after each fact of every story (I15–I17)."""

from collections.abc import Sequence

from domain.approval import RECORD, facts
from domain.approval.planning import planned
from domain.approval.state import ENDED, RUNNING, Approval, Step
from domain.clock import civil_date
from domain.directory import Directory, rank_order
from domain.events import Event, Meta
from domain.record import Given

ACTS = facts.StepApproved | facts.ConcurrenceGiven | facts.Decided | facts.Examined | facts.Rejected


def check_state(state: Approval) -> None:
    """I17: any prefix of a stream is a legal state, and can be shown."""
    numbers = [step.number for step in state.steps]
    assert len(set(numbers)) == len(numbers)
    active = state.active
    assert len({step.plan.group for step in active}) <= 1
    assert not active or state.status in (*RUNNING, "held")
    if active and state.status in RUNNING:
        assert state.status == active[0].traits.state
        assert state.front[0].plan.group == active[0].plan.group
    for step in state.steps:
        _check_step(step)
    used = [step.number for step in state.steps if step.state in ("active", "done")]
    assert state.spent >= max(used, default=0)
    decided = [step for step in state.steps if step.outcome == "decided"]
    assert len(decided) <= 1
    assert decided or state.decided_at is None
    assert not decided or state.decided_at or state.status in ("returned", "withdrawn", "abandoned")
    assert state.decided_at is None or state.document_number is not None
    if state.status in ("decided", "enforced", "completed", "awaiting_examination"):
        assert state.decided_at is not None
    if state.status in ("decided", "enforced", "completed"):
        assert not any(step.is_open for step in state.steps)
    shown = RECORD.document(state, 1, "R8-000001")
    assert shown["state"] == state.status
    assert RECORD.view(state, 1).closed == (state.status in ENDED and shown["post_review"] != "due")


def _check_step(step: Step) -> None:
    assert (step.state == "done") == (step.acted is not None and step.acted_at is not None and step.outcome is not None)
    if step.state == "active":
        assert step.person is not None
        assert step.activated_at is not None
        assert step.due_at is not None
    if step.state == "skipped":
        assert step.reason.strip()


def check_history(history: Sequence[tuple[Event, Meta]]) -> None:
    """I16 and more: once means once, and a step number means one post in its round."""
    reported: set[tuple[int, int]] = set()
    reminded: set[tuple[int, int, int]] = set()
    named: dict[tuple[int, int], str] = {}
    decided_in: set[int] = set()
    state = RECORD.initial
    for event, meta in history:
        before, state = state, RECORD.evolve(state, event, meta)
        match event:
            case facts.Escalated():
                assert (event.step, event.round) not in reported
                reported.add((event.step, event.round))
                _check_asked(before, event.step, event.round)
            case facts.Reminded():
                assert (event.step, event.round, event.nth) not in reminded
                reminded.add((event.step, event.round, event.nth))
                _check_asked(before, event.step, event.round)
            case facts.StepsActivated():
                for each in event.activations:
                    step = state.step(each.step)
                    assert step is not None
                    assert named.setdefault((state.round, each.step), step.plan.post) == step.plan.post
            case facts.Decided():
                assert before.round not in decided_in
                decided_in.add(before.round)
        if before.draft is not None and before.decided_at is not None and state.decided_at is not None:
            assert state.draft == before.draft  # what was decided does not change


def _check_asked(state: Approval, number: int, round_: int) -> None:
    step = state.step(number)
    assert state.status in RUNNING
    assert state.round == round_
    assert step is not None
    assert step.state == "active"


def check_act(before: Approval, event: Event, meta: Meta, directory: Directory) -> None:
    """I15: an act is done by the post's holder at that time or a valid stand-in, and never by a drafter."""
    if not isinstance(event, ACTS):
        return
    step = before.step(event.step)
    assert step is not None
    assert step.state == "active"
    assert meta.by.kind == "person"
    assert meta.by.person not in before.drafters
    post = directory.post_successor(step.plan.post, civil_date(meta.at)) or step.plan.post
    holder = directory.holder(post, meta.at)
    assert holder is not None
    if getattr(event, "on_behalf_of", None) is None:
        assert holder.person == meta.by.person
        return
    assert meta.on_behalf_of is not None
    assert meta.on_behalf_of.person == holder.person
    assert directory.absence(holder.person, meta.at) is not None
    proxies = directory.proxies(post, meta.at, line_of=before.owner.unit)
    assert meta.by.person in {proxy.person for proxy in proxies} or step.action == "examine"


def check_decision(before: Approval, given: Given) -> None:
    """No path reaches `decided` without every required act: by the route as it stands, and by one planned afresh."""
    (deciding,) = (step for step in before.steps if step.action == "decide" and step.state == "active")
    for step in before.steps:
        if step.number != deciding.number and step.plan.group <= deciding.plan.group:
            assert step.state in ("done", "skipped")
    plan = planned(before, given)
    answered = {_called(given, post) for step in before.steps if step.state == "done" for post in step.plan.posts}
    explained = {_called(given, post) for step in before.steps if step.state == "skipped" for post in step.plan.posts}
    here = {_called(given, post) for post in deciding.plan.posts}
    for each in plan.concurrence:
        through = {post for step in plan.steps if each.through in step.posts for post in step.posts}
        assert each.through in answered | explained | here | {plan.decider.post} or through & (answered | explained)
    for planned_step in plan.steps:
        if planned_step.traits.nobody_left is None and not planned_step.skipped:
            assert planned_step.post in answered | explained | here
    stands_for = deciding.stands_for is not None
    assert (
        stands_for
        or _rank(given, deciding.plan.post) >= _rank(given, plan.decider.post)
        or (plan.decider.person == given.by.person)
    )


def _called(given: Given, post: str) -> str:
    return given.directory.post_successor(post, civil_date(given.now)) or post


def _rank(given: Given, post: str) -> int:
    described = given.directory.post(_called(given, post), civil_date(given.now))
    assert described is not None
    return rank_order(described.rank)
