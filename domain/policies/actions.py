"""処理の種別: what sets each kind of step apart, in one table; whatever depends on it asks here.

A new kind of step is a literal of `Action` and of `Waiting` with a row of `TRAITS`, a policy that says whom it asks
(as `concurrence` does) with its place in `approval.plan_route` and `line_review.activation`, and its case wherever mypy
asks for one (`assert_never`: what a proxy's act tells). Only where none of the verbs there are does it, a verb of its
own (`domain/approval/verbs.py` says what that is).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Action = Literal["review", "concur", "decide", "examine"]
Waiting = Literal["in_review", "in_concurrence", "awaiting_decision", "awaiting_examination"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """One kind of step.

    `verbs` act on it, the one that says yes first; what is done to a step of any kind (差戻し, 保留 …) is not named.
    """

    label: str
    state: Waiting  # of a case that waits on such a step
    state_label: str
    verbs: tuple[str, ...]
    place: Literal["before", "decision", "after"]  # up to the decision, the decision itself, a gate after it
    in_line: bool  # asked of the drafter's own line: a person of the line acts once, in the later step
    impartial: Literal["nobody", "stand-ins", "everybody"]  # who must have no other part in the case
    proxy_order: Literal["post", "duty"] | None  # whose 代決順位 names who may act for somebody away; None: nobody may
    unattended: Literal["passed-over", "goes-up", "waits"]  # what 引上げ makes of it while nobody is there or stands in
    nobody_left: str | None  # refused with, where nobody can ever do it; None: passed over with its reason
    deadline: Literal["rank", "concurrence"]  # which office days of the rules count


TRAITS: Mapping[Action, Traits] = MappingProxyType(
    {
        "review": Traits(
            label="回議",
            state="in_review",
            state_label="回議中",
            verbs=("approve",),
            place="before",
            in_line=True,
            impartial="nobody",
            proxy_order=None,
            unattended="passed-over",
            nobody_left=None,
            deadline="rank",
        ),
        "concur": Traits(
            label="合議",
            state="in_concurrence",
            state_label="合議中",
            verbs=("concur",),
            place="before",
            in_line=False,
            impartial="stand-ins",
            proxy_order="post",
            unattended="goes-up",
            nobody_left="concurrence-vacant",
            deadline="concurrence",
        ),
        "decide": Traits(
            label="決裁",
            state="awaiting_decision",
            state_label="決裁待ち",
            verbs=("decide", "approve", "reject"),
            place="decision",
            in_line=True,
            impartial="nobody",
            proxy_order="post",
            unattended="goes-up",
            nobody_left="no-decider-above",
            deadline="rank",
        ),
        "examine": Traits(
            label="審査",
            state="awaiting_examination",
            state_label="審査待ち",
            verbs=("examine",),
            place="after",
            in_line=False,
            impartial="everybody",
            proxy_order="duty",
            unattended="waits",
            nobody_left="no-eligible-examiner",
            deadline="rank",
        ),
    }
)
