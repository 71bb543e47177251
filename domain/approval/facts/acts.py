"""処理の事実: what reviewers, concurring posts, deciders and examiners did, themselves or by proxy."""

from datetime import datetime
from typing import Literal

import msgspec

from domain.events import Actor, Event, Part
from domain.policies.route import AppliedRule

ConcurrenceOutcome = Literal["agree", "agree_with_opinion", "dissent", "request_change"]
ReturnPolicy = Literal["restart_all", "resume_from_returner"]


class Proxy(Part, frozen=True):
    """代決の要件: whose absence, by which order, and why it could not wait."""

    for_post: str
    for_title: str
    for_person: str
    absence: str
    absent_until: datetime
    urgency: str
    prior_instruction: str | None
    special_urgency: bool = False


class StepApproved(Event, frozen=True, tag="approval.step-approved.v1"):
    """回議の承認"""

    step: int
    comment: str | None


class ConcurrenceGiven(Event, frozen=True, tag="approval.concurrence-given.v1"):
    """合議の回答. A dissent does not end the case: it goes up with it."""

    step: int
    outcome: ConcurrenceOutcome
    opinion: str | None
    proxy: Proxy | None = None
    on_behalf_of: Actor | None = None


class ReservationFlagged(Event, frozen=True, tag="approval.reservation-flagged.v1"):
    """専決の留保 raised by a reviewer (上申)."""

    step: int
    flag: str
    reason: str


class Returned(Event, frozen=True, tag="approval.returned.v1"):
    """差戻し. `to_step` is None for the drafter; `policy` says what a resubmission must repeat. `round` is the round
    that now begins.
    """

    step: int
    to_step: int | None
    reason: str
    policy: ReturnPolicy
    round: int


class Rejected(Event, frozen=True, tag="approval.rejected.v1"):
    """否決: the case ends."""

    step: int
    reason: str


class Decided(Event, frozen=True, tag="approval.decided.v1"):
    """決裁. `rule` is the authority as re-evaluated at this moment; `proxy` is given for a 代決."""

    step: int
    rule: AppliedRule
    comment: str | None
    document_number: str
    document_year: int
    proxy: Proxy | None = None
    on_behalf_of: Actor | None = None


class Examined(Event, frozen=True, tag="approval.examined.v1"):
    """会計管理者の審査に合格"""

    step: int
    proxy: Proxy | None = None
    on_behalf_of: Actor | None = None


class PostReviewRequested(Event, frozen=True, tag="approval.post-review-requested.v1"):
    """後閲の依頼: to the proper decider, due after the return."""

    post: str
    person: str
    from_: datetime = msgspec.field(name="from")
    due_at: datetime


class PostReviewed(Event, frozen=True, tag="approval.post-reviewed.v1"):
    """後閲. An objection does not re-decide: it starts a new draft. `lapsed`: the decision was undone (the examiner
    returned it) before it was seen, so there is nothing left to review.
    """

    outcome: Literal["seen", "objected", "lapsed"]
    comment: str | None
