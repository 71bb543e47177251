"""決裁案件の変化: how each fact changes the state. Facts are copied: no rule, no clock, no refusal."""

from datetime import datetime
from typing import Any

import msgspec

from domain.approval import facts
from domain.approval.state import STATUS_OF_ACTION, Approval, PostReview, Status, Step
from domain.events import Event, Meta
from domain.policies.route import Plan, PlannedStep


def evolve(state: Approval, event: Event, meta: Meta) -> Approval:
    """Give the state after one more fact. No rule, no clock, no refusal: facts are copied."""
    state = state.with_(participants=state.participants | {meta.by.person}) if meta.by.kind == "person" else state
    match event:
        case facts.Drafted():
            return state.with_(
                status="draft",
                draft=event.draft,
                drafter=event.drafter,
                document_symbol=event.document_symbol,
                fiscal_year=event.fiscal_year,
                amends_total_yen=event.amends_total_yen,
            )
        case facts.Submitted():
            return _submitted(state, event)
        case facts.Amended():
            return _amended(state, event)
        case facts.StepsActivated():
            return _activated(state, event.activations, meta.at)
        case facts.Resumed():
            return _resumed(state, event)
        case facts.StepSkipped():
            return _set(state, event.step, state="skipped", reason=event.reason)
        case facts.StepReassigned():
            known = state.participants | {event.person}
            return _set(state, event.step, person=event.person, name=event.name, title=event.title).with_(
                participants=known
            )
        case facts.StepApproved():
            return _acted(state, event.step, meta, "approved", event.comment)
        case facts.ConcurrenceGiven():
            return _acted(state, event.step, meta, event.outcome, event.opinion)
        case facts.Examined():
            return _acted(state, event.step, meta, "passed", None).with_(status="decided")
        case facts.Decided():
            return _acted(state, event.step, meta, "decided", event.comment).with_(
                status="decided",
                document_number=event.document_number,
                document_year=event.document_year,
                decided_at=meta.at,
                decided_by_proxy=event.proxy is not None,
            )
        case facts.ReservationFlagged():
            return state.with_(extra_flags=tuple(dict.fromkeys((*state.extra_flags, event.flag))))
        case facts.RouteRevised():
            return _rerouted(state, event.route)
        case facts.ReviewerAdded():
            return _resequenced(state, event)
        case facts.PulledUp():
            return _pulled_up(state, event)
        case facts.Reminded():
            return _set(state, event.step, remind_at=event.next_at, reminders=event.nth)
        case facts.Escalated():
            return _set(state, event.step, escalated=True, escalated_to=event.to_post)
        case facts.Returned():
            return _returned(state, event)
    return _around(state, event, meta)


def _around(state: Approval, event: Event, meta: Meta) -> Approval:
    """What happens beside the route: endings, holds, post-review, circulation, enforcement, ownership."""
    match event:
        case facts.Rejected():
            acted = _acted(state, event.step, meta, "rejected", event.reason)
            return acted.with_(status="rejected", end_reason=event.reason)
        case facts.Withdrawn():
            return state.with_(status="withdrawn", end_reason=event.reason)
        case facts.Abandoned():
            return state.with_(status="abandoned", end_reason=event.reason)
        case facts.Held():
            return state.with_(status="held", held_from=state.status, held_until=event.until, held_by=event.step)
        case facts.PostReviewRequested():
            review = PostReview(post=event.post, person=event.person, from_=event.from_, due_at=event.due_at)
            return state.with_(post_review=review, participants=state.participants | {event.person})
        case facts.PostReviewed() if state.post_review:
            return state.with_(post_review=msgspec.structs.replace(state.post_review, outcome=event.outcome))
        case facts.CirculationRequested():
            readers = {party.post: party for party in (*state.circulation, *event.readers)}
            return state.with_(
                circulation=tuple(readers.values()),
                participants=state.participants | {party.person for party in event.readers},
            )
        case facts.CirculationConfirmed():
            return state.with_(confirmed=(*state.confirmed, event.post))
        case facts.Enforced():
            return state.with_(status="enforced", enforced_on=event.on, seal_mode=event.seal_mode)
        case facts.Completed():
            return state.with_(status="completed", retained_until=event.retained_until)
        case facts.OwnershipTransferred():
            return state.with_(
                drafter=event.to,
                former_drafters=(*state.former_drafters, state.owner.person),
                participants=state.participants | {event.to.person},
            )
    return state


def _set(approval: Approval, number: int, /, **changes: Any) -> Approval:
    steps = approval.steps
    replaced = tuple(msgspec.structs.replace(step, **changes) if step.number == number else step for step in steps)
    return approval.with_(steps=replaced)


def _acted(state: Approval, number: int, meta: Meta, outcome: str, comment: str | None) -> Approval:
    step = state.step(number)
    ranks = (*state.acted_rank_posts, step.plan.post) if step else state.acted_rank_posts
    return _set(
        state,
        number,
        state="done",
        outcome=outcome,
        comment=comment,
        acted=meta.by,
        acted_at=meta.at,
        remind_at=None,
    ).with_(acted_rank_posts=ranks)


def _fresh(plan: PlannedStep) -> Step:
    return Step(
        plan=plan,
        state="skipped" if plan.skipped else "waiting",
        person=plan.person,
        name=plan.name,
        title=plan.title,
        reason=plan.reason,
    )


def _submitted(state: Approval, event: facts.Submitted) -> Approval:
    kept = {step.number: step for step in state.steps if step.state == "done"} if event.resumed_at is not None else {}
    steps = tuple(kept.get(plan.step) or _fresh(plan) for plan in event.route.steps)
    people = {step.person for step in steps if step.person}
    return state.with_(
        status="in_review",
        route=event.route,
        round=event.round,
        steps=steps,
        returned_by=None,
        return_policy=None,
        materially_amended=False,
        participants=state.participants | people,
    )


def _amended(state: Approval, event: facts.Amended) -> Approval:
    material = state.materially_amended or any(change.material for change in event.changes)
    state = state.with_(draft=event.draft, materially_amended=material)
    if event.route is None:
        return state
    state = state.with_(round=event.round)
    return _rerouted(state.with_(steps=()) if event.restarts else state, event.route)


def _rerouted(state: Approval, route: Plan) -> Approval:
    """Lay the new route over the old steps: a step that keeps its number keeps what happened in it."""
    old = {step.number: step for step in state.steps}
    steps = [_laid_over(old.pop(plan.step, None), plan) for plan in route.steps]
    steps += [step for step in old.values() if step.state in ("done", "skipped")]
    people = {step.person for step in steps if step.person}
    ordered = tuple(sorted(steps, key=lambda step: (step.plan.group, step.number)))
    return state.with_(route=route, steps=ordered, participants=state.participants | people)


def _laid_over(old: Step | None, plan: PlannedStep) -> Step:
    if old is None or old.state == "waiting":
        return _fresh(plan)
    return msgspec.structs.replace(old, plan=plan, reason=plan.reason if old.state != "skipped" else old.reason)


def _resequenced(state: Approval, event: facts.ReviewerAdded) -> Approval:
    old = {step.number: step for step in state.steps}
    steps = tuple(
        msgspec.structs.replace(old[plan.step], plan=plan) if plan.step in old else _fresh(plan) for plan in event.steps
    )
    state = state.with_(
        steps=steps,
        added=(*state.added, event.step),
        participants=state.participants | {event.step.person or ""} - {""},
    )
    return _set(state, event.by_step, state="waiting") if event.position == "before" else state


def _activated(state: Approval, activations: tuple[facts.Activation, ...], at: datetime) -> Approval:
    for each in activations:
        state = _set(
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
        )
    people = state.participants | {each.person for each in activations}
    return state.with_(status=_status(state), participants=people)


def _status(state: Approval) -> Status:
    """The running status: that of the first active step."""
    return STATUS_OF_ACTION[state.active[0].action] if state.active else state.status


def _resumed(state: Approval, event: facts.Resumed) -> Approval:
    for each in event.activations:  # the reminders already sent stay counted: the same step and round is not told twice
        state = _set(state, each.step, due_at=each.due_at, remind_at=each.remind_at)
    return state.with_(status=state.held_from or state.status, held_from=None, held_until=None, held_by=None)


def _pulled_up(state: Approval, event: facts.PulledUp) -> Approval:
    for number in event.skipped:
        state = _set(
            state, number, state="skipped", outcome="skipped_absent", reason=f"不在のため引上げ: {event.reason}"
        )
    if event.instead is None:
        return state
    steps = sorted((*state.steps, _fresh(event.instead)), key=lambda step: (step.plan.group, step.number))
    return state.with_(steps=tuple(steps), participants=state.participants | {event.instead.person or ""} - {""})


def _returned(state: Approval, event: facts.Returned) -> Approval:
    target = state.step(event.to_step) if event.to_step is not None else None
    from_group = target.plan.group if target else 0
    undo = event.to_step is not None
    steps = tuple(
        msgspec.structs.replace(
            step, state="waiting", outcome=None, acted=None, acted_at=None, due_at=None, remind_at=None
        )
        if (step.state == "active" or (undo and step.state == "done" and step.plan.group >= from_group))
        else step
        for step in state.steps
    )
    status: Status = "in_review" if undo else "returned"
    return state.with_(
        status=status,
        steps=steps,
        round=event.round,
        returned_by=event.step,
        return_policy=event.policy,
        end_reason=event.reason,
        decided_at=None,
        decided_by_proxy=False,
    )
