"""起案側の事実: what the drafter's side brings about, from the draft to its end or its next owner."""

from domain.approval.facts.content import Draft, FieldChange, Party
from domain.events import Event, Part
from domain.policies.route import Plan


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


class Withdrawn(Event, frozen=True, tag="approval.withdrawn.v1"):
    """取下げ"""

    reason: str


class Abandoned(Event, frozen=True, tag="approval.abandoned.v1"):
    """廃案"""

    reason: str


class OwnershipTransferred(Event, frozen=True, tag="approval.ownership-transferred.v1"):
    """起案者の引継ぎ"""

    to: Party
    reason: str
