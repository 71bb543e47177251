"""電子決裁の規程: deadlines, return policy, concurrence mode and retention of approvals, as data by edition."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.directory import RANKS, Rank
from domain.policies.edition import Code, RuleEdition, RuleModel

Days = Annotated[int, Field(ge=1, le=60)]
ReturnPolicy = Literal["resume_from_returner", "restart_all"]
MaterialField = Literal[
    "title", "body", "amount_yen", "counterparty", "period", "contract_document", "attachments",
    "flags", "information_system", "multi_year", "amends", "urgent", "needed_by",
]  # fmt: skip
DEFAULT = "default"


class ConcurrenceMode(RuleModel):
    """合議の成立: how many of the concurring posts must agree; `needed` None = all of them."""

    name: Literal["all", "any", "n_of_m"]
    needed: Annotated[int, Field(ge=1)] | None = None

    def required(self, of: int) -> int:
        """How many of `of` concurring posts must agree (never more than there are)."""
        return of if self.needed is None else min(self.needed, of)


def _mode(value: Any) -> ConcurrenceMode:
    if value == "all":
        return ConcurrenceMode(name="all")
    if value == "any":
        return ConcurrenceMode(name="any", needed=1)
    if isinstance(value, dict) and list(value) == ["n_of_m"]:
        return ConcurrenceMode.model_validate({"name": "n_of_m", "needed": value["n_of_m"]})
    raise ValueError("合議の成立は all、any、{n_of_m: 人数} のいずれかです")


def _modes(value: Any) -> dict[str, ConcurrenceMode]:
    """One mode for all kinds, or a mapping kind → mode with a default."""
    if isinstance(value, dict) and "n_of_m" not in value:
        return {kind: _mode(mode) for kind, mode in value.items()}
    return {DEFAULT: _mode(value)}


class ApprovalRules(RuleEdition):
    """One edition of the rules for approvals.

    `reminder`, `escalation` and `document_number` are sentences that name the one procedure this program knows
    (domain/policies/deadlines.py): an edition that says something else is refused instead of being ignored.
    """

    step_deadline_office_days: dict[Rank, Days]
    concurrence_deadline_office_days: Days
    urgent_deadline_office_hours: Annotated[int, Field(ge=1, le=80)]
    reminder: Literal["at half of the deadline, then each office day at 09:00"]
    escalation: Literal[
        "after the deadline, to the next rank of the line, once per step and round; it informs, it never decides"
    ]
    return_policy: dict[Code, ReturnPolicy]
    material_fields: tuple[MaterialField, ...]
    concurrence_mode: Annotated[dict[str, ConcurrenceMode], BeforeValidator(_modes)]
    document_number: Literal["assigned at the decision, per document symbol and fiscal year, without holes"]
    post_review_office_days: Days
    retention_years: dict[Code, Annotated[int, Field(ge=1, le=100)]]

    def office_days_for(self, rank: Rank) -> int:
        """The office days a step of `rank` has; a rank the edition does not name has those of the next named above."""
        named = [r for r in RANKS[RANKS.index(rank) :] if r in self.step_deadline_office_days]
        return self.step_deadline_office_days[named[0]]

    def return_policy_for(self, kind: str) -> ReturnPolicy:
        """差戻し後の再開: restart the whole route, or resume at whoever returned it."""
        return self.return_policy.get(kind, self.return_policy[DEFAULT])

    def concurrence_mode_for(self, kind: str) -> ConcurrenceMode:
        """When the concurrence of a kind is complete."""
        return self.concurrence_mode.get(kind, self.concurrence_mode[DEFAULT])

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if RANKS[-1] not in self.step_deadline_office_days:
            raise ValueError(f"step_deadline_office_days に最上位の職位「{RANKS[-1]}」がありません")
        if DEFAULT not in self.return_policy:
            raise ValueError("return_policy に default がありません")
        if DEFAULT not in self.concurrence_mode:
            raise ValueError("concurrence_mode に default がありません")
        return self

    @property
    def kinds_named(self) -> frozenset[str]:
        """Every kind of case the edition refers to."""
        return (frozenset(self.return_policy) | frozenset(self.concurrence_mode) | frozenset(self.retention_years)) - {
            DEFAULT
        }
