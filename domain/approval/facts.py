"""決裁案件の事実: what can have happened to one approval case, from draft to completion. Texts are Japanese as the
person
wrote or saw them.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from domain.events import Actor, Event
from domain.policies.route import AppliedRule, Plan, PlannedStep

ConcurrenceOutcome = Literal["agree", "agree_with_opinion", "dissent", "request_change"]
SealMode = Literal["physical", "omitted", "electronic", "none"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value inside an event."""


class Counterparty(Part, frozen=True):
    """相手方. `corporate_number` is the 13-digit 法人番号 where there is one."""

    name: str
    corporate_number: str | None = None


class Period(Part, frozen=True):
    """契約期間・履行期間, both days included."""

    from_: date = msgspec.field(name="from")
    to: date


class Attachment(Part, frozen=True):
    """添付: content by hash, name as shown; the order in the draft is the order of reading."""

    sha256: str
    name: str


class Draft(Part, frozen=True):
    """起案: the frozen content a decision is asked for. Yen, tax included."""

    kind: str
    title: str
    body: str
    amount_yen: int | None
    flags: tuple[str, ...] = ()
    information_system: bool = False
    multi_year: bool = False
    counterparty: Counterparty | None = None
    period: Period | None = None
    contract_document: str | None = None
    attachments: tuple[Attachment, ...] = ()
    amends: str | None = None
    urgent: bool = False
    needed_by: date | None = None


class Party(Part, frozen=True):
    """A person in a post of a unit, with name and title as displayed that day."""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class FieldChange(Part, frozen=True):
    """One changed field of the draft, before and after as an auditor would read them."""

    field: str
    before: str
    after: str
    material: bool


class Activation(Part, frozen=True):
    """A step as it became active: who holds the post at that moment, and the absolute times that follow. None: no
    deadline.
    """

    step: int
    person: str
    name: str
    title: str
    due_at: datetime | None
    remind_at: datetime | None


class Invalidated(Part, frozen=True):
    """An approval that no longer stands, and whose it was."""

    step: int
    title: str
    name: str


class Drafted(Event, frozen=True, tag="approval.drafted.v1"):
    """起案"""

    draft: Draft
    drafter: Party
    document_symbol: str | None
    fiscal_year: int
    amends_total_yen: int | None = None


class Submitted(Event, frozen=True, tag="approval.submitted.v1"):
    """回付開始, along `route` as planned (with the editions that judged it). `round` counts how often the case has gone
    into its route.
    """

    route: Plan
    round: int
    resumed_at: int | None = None


class Amended(Event, frozen=True, tag="approval.amended.v1"):
    """起案の修正. Where the case was in its route: `route` as planned again, and `invalidated`, the approvals that no
    longer stand.

    `restarts` says that the route begins anew (a material field changed), as round `round`.
    """

    draft: Draft
    changes: tuple[FieldChange, ...]
    reason: str
    invalidated: tuple[Invalidated, ...] = ()
    route: Plan | None = None
    restarts: bool = False
    round: int = 0


class StepsActivated(Event, frozen=True, tag="approval.steps-activated.v1"):
    """次の職に回付"""

    activations: tuple[Activation, ...]


class StepSkipped(Event, frozen=True, tag="approval.step-skipped.v1"):
    """A step that is not acted on, and why (欠員, 起案者本人となった, 合議が調った)."""

    step: int
    reason: str


class StepReassigned(Event, frozen=True, tag="approval.step-reassigned.v1"):
    """人事異動・事務取扱により、the active step is now another person's (reference/domain.md §2.7)."""

    step: int
    from_person: str
    person: str
    name: str
    title: str


class StepApproved(Event, frozen=True, tag="approval.step-approved.v1"):
    """回議の承認"""

    step: int
    comment: str | None


class ConcurrenceGiven(Event, frozen=True, tag="approval.concurrence-given.v1"):
    """合議の回答. A dissent does not end the case: it goes up with it."""

    step: int
    outcome: ConcurrenceOutcome
    opinion: str | None
    on_behalf_of: Actor | None = None


class ReservationFlagged(Event, frozen=True, tag="approval.reservation-flagged.v1"):
    """専決の留保 raised by a reviewer (上申)."""

    step: int
    flag: str
    reason: str


class RouteRevised(Event, frozen=True, tag="approval.route-revised.v1"):
    """経路の変更: the whole route from here on; steps already done keep their numbers."""

    route: Plan
    reason: str


class ReviewerAdded(Event, frozen=True, tag="approval.reviewer-added.v1"):
    """回議者の追加 by the person of `by_step`. `steps` is the whole route afterwards, the new `step` included."""

    step: PlannedStep
    by_step: int
    position: Literal["before", "after", "parallel"]
    steps: tuple[PlannedStep, ...]


class Proxy(Part, frozen=True):
    """代決の要件: whose absence, by which order, and why it could not wait."""

    for_post: str
    for_title: str
    for_person: str
    absence: str
    absent_until: datetime
    urgency: str
    prior_instruction: str | None


class Decided(Event, frozen=True, tag="approval.decided.v1"):
    """決裁. `rule` is the authority as re-evaluated at this moment; `proxy` is given for a 代決."""

    step: int
    rule: AppliedRule
    comment: str | None
    document_number: str
    document_year: int
    proxy: Proxy | None = None
    on_behalf_of: Actor | None = None


class DocumentNumberAssigned(Event, frozen=True, tag="document-number.assigned.v1"):
    """On the guard stream of one symbol and fiscal year: the numbers run 1, 2, 3 … without holes."""

    number: int
    case: str


class CaseNoted(Event, frozen=True, tag="split-order.case-noted.v1"):
    """On the guard stream of one counterparty and kind: a case submitted, for the split-order check."""

    case: str
    amount_yen: int
    on: date


class PostReviewRequested(Event, frozen=True, tag="approval.post-review-requested.v1"):
    """後閲の依頼: to the proper decider, due after the return."""

    post: str
    person: str
    from_: datetime = msgspec.field(name="from")
    due_at: datetime


class PostReviewed(Event, frozen=True, tag="approval.post-reviewed.v1"):
    """後閲. An objection does not re-decide: it starts a new draft."""

    outcome: Literal["seen", "objected"]
    comment: str | None


class Examined(Event, frozen=True, tag="approval.examined.v1"):
    """会計管理者の審査に合格"""

    step: int
    proxy: Proxy | None = None
    on_behalf_of: Actor | None = None


class Returned(Event, frozen=True, tag="approval.returned.v1"):
    """差戻し. `to_step` is None for the drafter; `policy` says what a resubmission must repeat. `round` is the round
    that now begins.
    """

    step: int
    to_step: int | None
    reason: str
    policy: Literal["restart_all", "resume_from_returner"]
    round: int


class Rejected(Event, frozen=True, tag="approval.rejected.v1"):
    """否決: the case ends."""

    step: int
    reason: str


class Withdrawn(Event, frozen=True, tag="approval.withdrawn.v1"):
    """取下げ"""

    reason: str


class Abandoned(Event, frozen=True, tag="approval.abandoned.v1"):
    """廃案"""

    reason: str


class Held(Event, frozen=True, tag="approval.held.v1"):
    """保留"""

    step: int
    reason: str
    until: datetime | None


class Resumed(Event, frozen=True, tag="approval.resumed.v1"):
    """保留の解除; the active steps' times run anew."""

    activations: tuple[Activation, ...]


class PulledUp(Event, frozen=True, tag="approval.pulled-up.v1"):
    """引上げ: a superior goes on over an absent person, who is informed. `instead` is the step that takes an act's
    place, not a review's.
    """

    skipped: tuple[int, ...]
    reason: str
    instead: PlannedStep | None = None


class Reminded(Event, frozen=True, tag="approval.reminded.v1"):
    """催促. `next_at` is the next reminder, if one falls before the deadline."""

    step: int
    round: int
    nth: int
    next_at: datetime | None


class Escalated(Event, frozen=True, tag="approval.escalated.v1"):
    """期限超過の上申: the next rank is informed; nobody decides by it."""

    step: int
    round: int
    to_post: str | None
    to_title: str | None


class CirculationRequested(Event, frozen=True, tag="approval.circulation-requested.v1"):
    """供覧"""

    readers: tuple[Party, ...]


class CirculationConfirmed(Event, frozen=True, tag="approval.circulation-confirmed.v1"):
    """供覧の確認"""

    post: str


class Enforced(Event, frozen=True, tag="approval.enforced.v1"):
    """施行. `on` is never before the day of the decision."""

    method: str
    seal_mode: SealMode
    on: date


class Completed(Event, frozen=True, tag="approval.completed.v1"):
    """完結. Kept until the end of `retained_until` (from 1 April after the completion fiscal year)."""

    completion_fiscal_year: int
    retention_years: int
    retained_until: date


class OwnershipTransferred(Event, frozen=True, tag="approval.ownership-transferred.v1"):
    """起案者の引継ぎ"""

    to: Party
    reason: str


EVENTS: tuple[type[Event], ...] = (
    Drafted,
    Submitted,
    Amended,
    StepsActivated,
    StepSkipped,
    StepReassigned,
    StepApproved,
    ConcurrenceGiven,
    ReservationFlagged,
    RouteRevised,
    ReviewerAdded,
    Decided,
    DocumentNumberAssigned,
    CaseNoted,
    PostReviewRequested,
    PostReviewed,
    Examined,
    Returned,
    Rejected,
    Withdrawn,
    Abandoned,
    Held,
    Resumed,
    PulledUp,
    Reminded,
    Escalated,
    CirculationRequested,
    CirculationConfirmed,
    Enforced,
    Completed,
    OwnershipTransferred,
)
