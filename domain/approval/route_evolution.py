"""経路の変化: what the facts do to the steps of a case; old steps keep what happened in them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from domain.approval import facts
from domain.approval.state import RUNNING, Added, Approval, Step
from domain.events import Meta
from domain.policies.route import PlannedStep


def changed(state: Approval, number: int, /, **changes: Any) -> Approval:
    """The state with one step changed."""
    steps = tuple(msgspec.structs.replace(step, **changes) if step.number == number else step for step in state.steps)
    return state.with_(steps=steps)


def acted(state: Approval, number: int, meta: Meta, outcome: str, comment: str | None) -> Approval:
    """The step is done, by whoever sent the command. Only a step of the line counts as a rank that has acted: a
    concurrence asked of a higher post of the same line takes no authority away from the decider.
    """
    step = state.step(number)
    ranks = (*state.acted_rank_posts, step.plan.post) if step and step.traits.in_line else state.acted_rank_posts
    return changed(
        state,
        number,
        state="done",
        outcome=outcome,
        comment=comment,
        acted=meta.by,
        acted_at=meta.at,
        remind_at=None,
    ).with_(acted_rank_posts=ranks)


def laid(state: Approval, plans: Iterable[PlannedStep]) -> Approval:
    """Lay a route over the old steps: what keeps its number keeps what happened in it, what is not named is gone."""
    old = {step.number: step for step in state.steps}
    steps = tuple(_laid_over(old.get(plan.step), plan) for plan in plans)
    people = {step.person for step in steps if step.person}
    return state.with_(steps=steps, participants=state.participants | people)


def _laid_over(old: Step | None, plan: PlannedStep) -> Step:
    if old is None or old.state == "waiting" or old.plan.skipped:
        return _fresh(plan)
    return msgspec.structs.replace(old, plan=plan, reason=plan.reason if old.state == "active" else old.reason)


def _fresh(plan: PlannedStep) -> Step:
    return Step(
        plan=plan,
        state="skipped" if plan.skipped else "waiting",
        person=plan.person,
        name=plan.name,
        title=plan.title,
        reason=plan.reason,
    )


def settled(state: Approval) -> Approval:
    """A running case has the status of its first active step."""
    if state.status not in RUNNING or not state.active:
        return state
    return state.with_(status=state.active[0].traits.state)


def put_down(state: Approval) -> Approval:
    """Nobody is asked any more: the active steps wait, for good or until the case comes back."""
    steps = tuple(_waiting(step) if step.state == "active" else step for step in state.steps)
    return state.with_(steps=steps)


def _waiting(step: Step) -> Step:
    return msgspec.structs.replace(
        step, state="waiting", outcome=None, comment=None, acted=None, acted_at=None, due_at=None, remind_at=None
    )


def submitted(state: Approval, event: facts.Submitted) -> Approval:
    kept = state.steps if event.resumed_at is not None else ()
    done = tuple(step for step in kept if step.state in ("done", "skipped"))
    state = state.with_(
        status="in_review",
        route=event.route,
        round=event.round,
        steps=done,
        returned_by=None,
        return_policy=None,
        materially_amended=False,
        end_reason=None,
    )
    return laid(state, event.route.steps)


def amended(state: Approval, event: facts.Amended) -> Approval:
    material = state.materially_amended or any(change.material for change in event.changes)
    state = state.with_(draft=event.draft, materially_amended=material)
    if event.route is None:
        return state
    if event.restarts:
        state = state.with_(steps=(), materially_amended=False)
    return laid(state.with_(round=event.round, route=event.route), event.route.steps)


def reviewer_added(state: Approval, event: facts.ReviewerAdded) -> Approval:
    by = state.step(event.by_step)
    added = Added(plan=event.step, beside=by.plan.post if by else "", position=event.position)
    return laid(state.with_(added=(*state.added, added)), event.steps)


def activated(state: Approval, activations: tuple[facts.Activation, ...], at: datetime) -> Approval:
    for each in activations:
        state = changed(
            state,
            each.step,
            state="active",
            person=each.person,
            name=each.name,
            title=each.title,
            activated_at=at,
            due_at=each.due_at,
            remind_at=each.remind_at,
            reminders=0,
            escalated=False,
            escalated_to=None,
            moves=0,
        )
    return state.with_(participants=state.participants | {each.person for each in activations})


def reassigned(state: Approval, event: facts.StepReassigned) -> Approval:
    step = state.step(event.step)
    moves = step.moves + 1 if step else 0
    state = changed(state, event.step, person=event.person, name=event.name, title=event.title, moves=moves)
    return state.with_(participants=state.participants | {event.person})


def resumed(state: Approval, event: facts.Resumed) -> Approval:
    for each in event.activations:  # the reminders already sent stay counted: the same step and round is not told twice
        state = changed(state, each.step, due_at=each.due_at, remind_at=each.remind_at)
    return state.with_(status=state.held_from or state.status, held_from=None, held_until=None)


def pulled_up(state: Approval, event: facts.PulledUp) -> Approval:
    reason = f"不在のため引上げ: {event.reason}"
    for number in event.skipped:
        state = changed(
            state, number, state="skipped", outcome="skipped_absent", reason=reason, due_at=None, remind_at=None
        )
    instead = event.instead
    if instead is None:
        return state
    pushed = (_renumbered(step) if step.number >= instead.step else step for step in state.steps)
    stand_in = msgspec.structs.replace(_fresh(instead), stands_for=event.skipped[0])
    steps = sorted((*pushed, stand_in), key=lambda step: (step.plan.group, step.number))
    return state.with_(steps=tuple(steps), participants=state.participants | {instead.person or ""} - {""})


def _renumbered(step: Step) -> Step:
    """Make room: the stand-in's number is above all that were used, so nothing names what is pushed."""
    return msgspec.structs.replace(step, plan=msgspec.structs.replace(step.plan, step=step.number + 1))


def returned(state: Approval, event: facts.Returned) -> Approval:
    """The case is the drafter's again, or begins anew at `to_step`; with `resume_from_returner` what was done in
    between stands.
    """
    target = state.step(event.to_step) if event.to_step is not None else None
    state = put_down(state)
    if target is not None:
        undone = _undone_from if event.policy == "restart_all" else _undone
        state = state.with_(steps=undone(state.steps, target))
    return state.with_(
        status="returned" if target is None else "in_review",
        round=event.round,
        returned_by=event.step,
        return_policy=event.policy,
        materially_amended=False,
        end_reason=event.reason,
        decided_at=None,
        decided_by_proxy=False,
    )


def _undone(steps: tuple[Step, ...], target: Step) -> tuple[Step, ...]:
    return tuple(_waiting(step) if step.number == target.number else step for step in steps)


def _undone_from(steps: tuple[Step, ...], target: Step) -> tuple[Step, ...]:
    """Everything from the target's group on is asked again, also of those pulled up over; their stand-ins go."""
    first = target.plan.group
    kept = (step for step in steps if step.stands_for is None or step.plan.group < first)
    return tuple(_fresh(step.plan) if step.plan.group >= first else step for step in kept)
