"""決裁案件の状態: one approval case as its facts left it (`evolution.py` says how)."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from domain.approval.facts import Draft, Party
from domain.events import Actor
from domain.policies.route import Action, AppliedRule, Plan, PlannedStep

Status = Literal[
    "none",
    "draft",
    "in_review",
    "in_concurrence",
    "awaiting_decision",
    "awaiting_examination",
    "decided",
    "enforced",
    "completed",
    "returned",
    "withdrawn",
    "rejected",
    "held",
    "abandoned",
]
RUNNING: frozenset[str] = frozenset({"in_review", "in_concurrence", "awaiting_decision", "awaiting_examination"})
ENDED: frozenset[str] = frozenset({"completed", "withdrawn", "rejected", "abandoned"})
STATUS_OF_ACTION: dict[Action, Status] = {
    "review": "in_review",
    "concur": "in_concurrence",
    "decide": "awaiting_decision",
    "examine": "awaiting_examination",
}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the route and how it stands. `acted` and `acted_at` are set once it is done."""

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

    @property
    def number(self) -> int:
        return self.plan.step

    @property
    def action(self) -> Action:
        return self.plan.action


class PostReview(msgspec.Struct, frozen=True, kw_only=True):
    """後閲 beside the main line."""

    post: str
    person: str
    from_: datetime
    due_at: datetime
    outcome: Literal["seen", "objected"] | None = None


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One approval case. `held_from` keeps the running status while held; `actors` are all who ever had a part
    in it.
    """

    status: Status = "none"
    draft: Draft | None = None
    drafter: Party | None = None
    former_drafters: tuple[str, ...] = ()
    document_symbol: str | None = None
    fiscal_year: int = 0
    amends_total_yen: int | None = None
    route: Plan | None = None
    steps: tuple[Step, ...] = ()
    round: int = 0
    extra_flags: tuple[str, ...] = ()
    added: tuple[PlannedStep, ...] = ()
    acted_rank_posts: tuple[str, ...] = ()
    returned_by: int | None = None
    return_policy: Literal["restart_all", "resume_from_returner"] | None = None
    materially_amended: bool = False
    held_from: Status | None = None
    held_until: datetime | None = None
    held_by: int | None = None
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
    def flags(self) -> tuple[str, ...]:
        """The drafter's reservation flags and those the reviewers raised."""
        return tuple(dict.fromkeys((*self.content.flags, *self.extra_flags)))

    @property
    def rule(self) -> AppliedRule | None:
        return self.route.rule if self.route else None
