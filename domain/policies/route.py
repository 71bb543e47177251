"""決裁経路: the planned route of one case, as values that events, documents and screens carry unchanged."""

import msgspec

from domain.directory import Rank
from domain.policies.actions import TRAITS, Action, Traits


class PlannedStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act of one person (回議・合議・決裁・審査), or a vacant post that is passed over.

    A `skipped` step has no person. `step` is unique and ascending in order of activation; steps with the same
    `group` are active together. `post` is the highest of the `posts` for which the person acts here
    (兼務・事務取扱); `title` shows all of them.
    """

    step: int
    group: int
    action: Action
    post: str
    posts: tuple[str, ...]
    title: str
    rank: Rank
    person: str | None
    name: str | None
    reason: str
    skipped: bool = False

    @property
    def traits(self) -> Traits:
        """What goes for this kind of step."""
        return TRAITS[self.action]


class PlannedDecider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """決裁者: who decides, as seen when the route was planned."""

    post: str
    title: str
    rank: Rank
    person: str
    name: str


class AppliedRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """専決の根拠: the row of the authority table that made `rank` the decider's rank.

    `limit_yen` is that rank's exclusive limit in the row (already divided for a bureau); None is any amount, also
    for a rank above the row's last one. `amount_yen` is the amount that was judged, which for a change case may be
    the earlier total.
    """

    edition: str
    kind: str
    rank: Rank
    limit_yen: int | None
    amount_yen: int | None
    reason: str


class PlannedConcurrence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """合議先: a post that the table names, and how its concurrence is obtained.

    `through` is the post of the step that carries it: the post itself, another post of the same person, or (when
    the named post is vacant or its holder drafted the case) the next one above it. `asked` is False where that step
    already belongs to the line or to another concurrence, so nobody is asked twice.
    """

    post: str
    title: str
    through: str
    asked: bool
    reason: str


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence for the person, with its stable code."""

    code: str
    text: str


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole route. `warnings` ask for attention; `notes` say what was left out of the route and why.

    `concurrence_required` is how many of the concurring steps must agree, by the mode of the rule edition `rules`.
    """

    steps: tuple[PlannedStep, ...]
    decider: PlannedDecider
    rule: AppliedRule
    concurrence: tuple[PlannedConcurrence, ...]
    concurrence_required: int
    rules: str
    gate: str | None
    warnings: tuple[Notice, ...]
    notes: tuple[Notice, ...]
