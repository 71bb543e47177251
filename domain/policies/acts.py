"""処理: what each rule asks of whom, gathered so that one person acts once, in the order of activation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.directory import Post, rank_order
from domain.policies.actions import TRAITS, Action
from domain.policies.line import Seat, titles_of
from domain.policies.route import PlannedStep


@dataclass(frozen=True, slots=True)
class Wanted:
    """One act that a rule asks of a seat."""

    action: Action
    seat: Seat
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """What one person does in the case: the highest of the acts wanted, for all their `seats` (highest first)."""

    action: Action
    seats: tuple[Seat, ...]
    reason: str

    @property
    def post(self) -> Post:
        return self.seats[0].post

    @property
    def person(self) -> str:
        return self.seats[0].person

    @property
    def posts(self) -> tuple[str, ...]:
        return tuple(seat.post.code for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Passed:
    """A vacant post of the line whose review the route passes over."""

    post: Post
    action: Action = "review"

    @property
    def posts(self) -> tuple[str, ...]:
        return (self.post.code,)


def gather(wanted: Sequence[Wanted]) -> Mapping[str, Act]:
    """One act per person (rule `person`): deciding first, then the highest rank, then the line before others."""
    by_person: dict[str, list[Wanted]] = {}
    for want in wanted:
        by_person.setdefault(want.seat.person, []).append(want)
    return {person: _as_one(wants) for person, wants in by_person.items()}


def _as_one(wants: Sequence[Wanted]) -> Act:
    first = max(wants, key=_weight)
    others = {want.seat.post.code: want.seat for want in wants if want.seat.post.code != first.seat.post.code}
    rest = tuple(sorted(others.values(), key=lambda seat: -rank_order(seat.rank)))
    if not rest:
        return Act(first.action, (first.seat,), first.reason)
    titles = "・".join(seat.post.title for seat in rest)
    return Act(
        first.action,
        (first.seat, *rest),
        f"{first.reason.removesuffix('。')}(同じ職員の{titles}としての処理を兼ねます)。",
    )


def _weight(want: Wanted) -> tuple[bool, int, bool]:
    traits = TRAITS[want.action]
    return traits.place == "decision", rank_order(want.seat.rank), traits.in_line


def in_order(groups: Sequence[Sequence[Act | Passed]]) -> tuple[PlannedStep, ...]:
    """Number the steps; those of one inner sequence are active together."""
    steps: list[PlannedStep] = []
    for group, acts in enumerate(groups, start=1):
        for act in acts:
            number = len(steps) + 1
            steps.append(_passed(number, group, act) if isinstance(act, Passed) else _step(number, group, act))
    return tuple(steps)


def _step(number: int, group: int, act: Act) -> PlannedStep:
    return PlannedStep(
        step=number,
        group=group,
        action=act.action,
        post=act.post.code,
        posts=act.posts,
        title=titles_of(act.seats),
        rank=act.post.rank,
        person=act.person,
        name=act.seats[0].holder.name,
        reason=act.reason,
    )


def _passed(number: int, group: int, passed: Passed) -> PlannedStep:
    post = passed.post
    return PlannedStep(
        step=number,
        group=group,
        action=passed.action,
        post=post.code,
        posts=passed.posts,
        title=post.title,
        rank=post.rank,
        person=None,
        name=None,
        reason=f"{post.title}は欠員で事務取扱も置かれていないため、回議を省略します。",
        skipped=True,
    )
