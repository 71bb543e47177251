"""決裁案件の状態: one approval case as its facts left it. What the facts do to it is in `evolution`."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from domain.approval.facts import Draft, Party, ReturnPolicy
from domain.events import Actor
from domain.policies.actions import TRAITS, Action, Traits, Waiting
from domain.policies.route import AppliedRule, Plan, PlannedStep

NOUN = "approval"
Shown = Literal[
    "draft", Waiting, "decided", "enforced", "completed", "returned", "withdrawn", "rejected", "held", "abandoned"
]
Status = Literal["none", Shown]
RUNNING: frozenset[str] = frozenset(traits.state for traits in TRAITS.values())
ENDED: frozenset[str] = frozenset({"completed", "withdrawn", "rejected", "abandoned"})


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the route and how it stands. `acted` and `acted_at` are set once it is done.

    `moves` counts how often it changed hands while active; `stands_for` is the step whose place it took (引上げ).
    """

    plan: PlannedStep
    state: Literal["waiting", "active", "done", "skipped"] = "waiting"
    person: str | None = None
    name: str | None = None
    title: str = ""
    reason: str = ""
    outcome: str | None = None
    comment: str | None = None
    acted: Actor | None = None
    acted_at: datetime | None = None
    activated_at: datetime | None = None
    due_at: datetime | None = None
    remind_at: datetime | None = None
    reminders: int = 0
    escalated: bool = False
    escalated_to: str | None = None
    moves: int = 0
    stands_for: int | None = None

    @property
    def number(self) -> int:
        return self.plan.step

    @property
    def action(self) -> Action:
        return self.plan.action

    @property
    def traits(self) -> Traits:
        return self.plan.traits

    @property
    def is_open(self) -> bool:
        """Whether it still has to be acted on."""
        return self.state in ("waiting", "active")


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """A reviewer added by hand, and where: before, after or beside the step of the post `beside`."""

    plan: PlannedStep
    beside: str
    position: Literal["before", "after", "parallel"]


class PostReview(msgspec.Struct, frozen=True, kw_only=True):
    """後閲 beside the main line."""

    post: str
    person: str
    from_: datetime
    due_at: datetime
    outcome: Literal["seen", "objected"] | None = None


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One approval case. `held_from` keeps the running status while held; `participants` are all who ever had a part.

    `spent` is the highest step number that was used in this round: no number means two steps in one round, so that a
    reminder or report names exactly one (I16). `owners` counts the transfers of the draft. `decided_at` is
    empty again once the examiner returned the case.
    """

    status: Status = "none"
    draft: Draft | None = None
    drafter: Party | None = None
    former_drafters: tuple[str, ...] = ()
    owners: int = 0
    document_symbol: str | None = None
    fiscal_year: int = 0
    amends_total_yen: int | None = None
    route: Plan | None = None
    steps: tuple[Step, ...] = ()
    spent: int = 0
    round: int = 0
    extra_flags: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()
    acted_rank_posts: tuple[str, ...] = ()
    returned_by: int | None = None
    return_policy: ReturnPolicy | None = None
    materially_amended: bool = False
    held_from: Status | None = None
    held_until: datetime | None = None
    end_reason: str | None = None
    document_number: str | None = None
    document_year: int | None = None
    decided_at: datetime | None = None
    decided_by_proxy: bool = False
    post_review: PostReview | None = None
    circulation: tuple[Party, ...] = ()
    confirmed: tuple[str, ...] = ()
    enforced_on: date | None = None
    seal_mode: str | None = None
    retained_until: date | None = None
    participants: frozenset[str] = frozenset()

    def with_(self, **changes: Any) -> "Approval":
        """Give a copy with `changes`."""
        return msgspec.structs.replace(self, **changes)

    @property
    def active(self) -> tuple[Step, ...]:
        """The steps that are asked to act now."""
        return tuple(step for step in self.steps if step.state == "active")

    @property
    def front(self) -> tuple[Step, ...]:
        """The open steps of the first group that is not finished: those to be asked now."""
        first = min((step.plan.group for step in self.steps if step.is_open), default=0)
        return tuple(step for step in self.steps if step.is_open and step.plan.group == first)

    @property
    def reached(self) -> int:
        """How far the case has come: the last group in which somebody acts, acted, or was passed over on the way."""
        return max(
            (step.plan.group for step in self.steps if step.state != "waiting" and not step.plan.skipped), default=0
        )

    def step(self, number: int) -> Step | None:
        """The step with that number."""
        return next((step for step in self.steps if step.number == number), None)

    @property
    def content(self) -> Draft:
        """The draft; only for a case that exists."""
        assert self.draft is not None, "a case that exists has a draft"
        return self.draft

    @property
    def owner(self) -> Party:
        """The drafter or the successor; only for a case that exists."""
        assert self.drafter is not None, "a case that exists has a drafter"
        return self.drafter

    @property
    def drafters(self) -> frozenset[str]:
        """Who counts as the drafter for ever: the owner and every former owner."""
        return frozenset({self.owner.person, *self.former_drafters})

    @property
    def flags(self) -> tuple[str, ...]:
        """The drafter's reservation flags and those the reviewers raised."""
        return tuple(dict.fromkeys((*self.content.flags, *self.extra_flags)))

    @property
    def rule(self) -> AppliedRule | None:
        return self.route.rule if self.route else None
