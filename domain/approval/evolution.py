"""決裁案件の変化: how the facts add up to a case. No rule, no clock, no refusal: facts are only copied."""

import msgspec

from domain.approval import facts, route_evolution
from domain.approval.route_evolution import acted, changed, put_down, settled
from domain.approval.state import Approval, PostReview
from domain.events import Event, Meta


def evolve(state: Approval, event: Event, meta: Meta) -> Approval:
    """Give the state after one more fact; a fact that is not the case's own changes nothing but who took part."""
    before = state
    if meta.by.kind == "person":
        state = state.with_(participants=state.participants | {meta.by.person})
    state = settled(_evolve(state, event, meta))
    used = (step.number for step in state.steps if step.state != "waiting" and not step.plan.skipped)
    return state.with_(spent=max((*used, before.spent if state.round == before.round else 0)))


def _evolve(state: Approval, event: Event, meta: Meta) -> Approval:
    match event:
        case facts.Drafted() | facts.Submitted() | facts.Amended() | facts.OwnershipTransferred():
            return _drafting(state, event)
        case facts.Withdrawn() | facts.Abandoned() | facts.Rejected():
            return _ended(state, event, meta)
        case facts.StepApproved() | facts.ConcurrenceGiven() | facts.Examined() | facts.Decided():
            return _act(state, event, meta)
        case facts.StepsActivated():
            return route_evolution.activated(state, event.activations, meta.at)
        case facts.StepSkipped():
            return changed(state, event.step, state="skipped", reason=event.reason, due_at=None, remind_at=None)
        case facts.StepReassigned():
            return route_evolution.reassigned(state, event)
        case facts.RouteRevised():
            return route_evolution.laid(state.with_(route=event.route), event.route.steps)
        case facts.ReviewerAdded():
            return route_evolution.reviewer_added(state, event)
        case facts.PulledUp():
            return route_evolution.pulled_up(state, event)
        case facts.Returned():
            return route_evolution.returned(state, event)
        case facts.ReservationFlagged():
            return state.with_(extra_flags=tuple(dict.fromkeys((*state.extra_flags, event.flag))))
    return _in_time(state, event)


def _drafting(
    state: Approval, event: facts.Drafted | facts.Submitted | facts.Amended | facts.OwnershipTransferred
) -> Approval:
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
            return route_evolution.submitted(state, event)
        case facts.Amended():
            return route_evolution.amended(state, event)
        case facts.OwnershipTransferred():
            former = {*state.former_drafters, state.owner.person} - {event.to.person}
            return state.with_(
                drafter=event.to,
                former_drafters=tuple(sorted(former)),
                owners=state.owners + 1,
                participants=state.participants | {event.to.person},
            )


def _ended(state: Approval, event: facts.Withdrawn | facts.Abandoned | facts.Rejected, meta: Meta) -> Approval:
    match event:
        case facts.Withdrawn():
            return put_down(state).with_(status="withdrawn", end_reason=event.reason)
        case facts.Abandoned():
            return put_down(state).with_(status="abandoned", end_reason=event.reason)
        case facts.Rejected():
            state = acted(state, event.step, meta, "rejected", event.reason)
            return put_down(state).with_(status="rejected", end_reason=event.reason)


def _act(
    state: Approval,
    event: facts.StepApproved | facts.ConcurrenceGiven | facts.Examined | facts.Decided,
    meta: Meta,
) -> Approval:
    match event:
        case facts.StepApproved():
            return acted(state, event.step, meta, "approved", event.comment)
        case facts.ConcurrenceGiven():
            return acted(state, event.step, meta, event.outcome, event.opinion)
        case facts.Examined():
            return acted(state, event.step, meta, "passed", None).with_(status="decided")
        case facts.Decided():
            route = msgspec.structs.replace(state.route, rule=event.rule) if state.route else None
            state = acted(state, event.step, meta, "decided", event.comment)
            return state.with_(
                status=state.front[0].traits.state if state.front else "decided",
                route=route,
                document_number=event.document_number,
                document_year=event.document_year,
                decided_at=meta.at,
                decided_by_proxy=event.proxy is not None,
            )


def _in_time(state: Approval, event: Event) -> Approval:
    """What time brings about: holds, reminders, reports, the post-review."""
    match event:
        case facts.Held():
            return state.with_(status="held", held_from=state.status, held_until=event.until)
        case facts.Resumed():
            return route_evolution.resumed(state, event)
        case facts.Reminded():
            return changed(state, event.step, remind_at=event.next_at, reminders=event.nth)
        case facts.Escalated():
            return changed(state, event.step, escalated=True, escalated_to=event.to_post, remind_at=None)
        case facts.PostReviewRequested():
            review = PostReview(post=event.post, person=event.person, from_=event.from_, due_at=event.due_at)
            return state.with_(post_review=review, participants=state.participants | {event.person})
        case facts.PostReviewed() if state.post_review:
            if event.outcome == "lapsed":
                return state.with_(post_review=None)
            return state.with_(post_review=msgspec.structs.replace(state.post_review, outcome=event.outcome))
    return _afterwards(state, event)


def _afterwards(state: Approval, event: Event) -> Approval:
    match event:
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
    return state
