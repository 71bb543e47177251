"""回付の事実: how a case moves along its route, who is asked, and what time and absence bring about."""

from datetime import datetime
from typing import Literal

from domain.events import Event, Part
from domain.policies.route import Plan, PlannedStep


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


class RouteRevised(Event, frozen=True, tag="approval.route-revised.v1"):
    """経路の変更: the whole route; steps that stand or are active keep their numbers, and no number is used again for
    another step of the round.
    """

    route: Plan
    reason: str


class ReviewerAdded(Event, frozen=True, tag="approval.reviewer-added.v1"):
    """回議者の追加 by the person of `by_step`. `steps` is the whole route afterwards, the new `step` included; a step
    that is to act after the new one is asked again under a new number.
    """

    step: PlannedStep
    by_step: int
    position: Literal["before", "after", "parallel"]
    steps: tuple[PlannedStep, ...]


class PulledUp(Event, frozen=True, tag="approval.pulled-up.v1"):
    """引上げ: a superior goes on over an absent person, who is informed. `instead` is the step that takes an act's
    place, not a review's.
    """

    skipped: tuple[int, ...]
    reason: str
    instead: PlannedStep | None = None


class Held(Event, frozen=True, tag="approval.held.v1"):
    """保留"""

    step: int
    reason: str
    until: datetime | None


class Resumed(Event, frozen=True, tag="approval.resumed.v1"):
    """保留の解除; the active steps' times run anew."""

    activations: tuple[Activation, ...]


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
