"""経路の継ぎ直し: how a newly planned route is laid over what has been done: nobody is asked twice, nobody left out."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from domain.approval.state import Added, Approval, Step
from domain.policies.actions import Action
from domain.policies.route import Plan, PlannedStep

Called = Callable[[str], str]  # a post code → the code of the post that answers for it today
Groups = list[list[PlannedStep]]


def open_groups(state: Approval) -> Groups:
    """What is still to be asked along the route as it stands, group by group."""
    still = [step.plan for step in state.steps if step.is_open]
    return [[plan for plan in still if plan.group == group] for group in sorted({plan.group for plan in still})]


def still_to_ask(plan: Plan, state: Approval, called: Called) -> Groups:
    """What of `plan`, with the reviewers added by hand, nobody has done in this round.

    A post that has acted, or was passed over with a reason, is not asked again; a post whose act was pulled up is asked
    through the step that took its place. The decision is always asked for until it is taken (having reviewed is not
    having decided); after it only the gates that follow it are left.
    """
    behind = _behind(state)
    answered = {called(post) for step in behind for post in step.plan.posts}
    stand_ins = _stand_ins(state, called)
    found: Groups = []
    for group in with_added(plan, state.added):
        asked: list[PlannedStep] = []
        for planned in group:
            stand_in = stand_ins.get((planned.action, planned.post))
            if stand_in is not None:
                asked += [stand_in.plan] if stand_in.is_open and stand_in.plan not in asked else []
            elif _is_due(planned, answered, decided=state.decided_at is not None):
                asked.append(planned)
        found += [asked] if asked else []
    return found


def _is_due(planned: PlannedStep, answered: set[str], *, decided: bool) -> bool:
    match planned.traits.place:
        case "after":
            return True
        case "decision":
            return not decided
        case "before":
            return not decided and planned.post not in answered


def _behind(state: Approval) -> tuple[Step, ...]:
    """The steps that stand: done, or passed over on the way. A request for changes is no answer yet, and a post that
    was vacant when the route was planned may be filled by the time the case gets there.
    """

    def stands(step: Step) -> bool:
        if step.state == "done":
            return step.outcome != "request_change"
        return step.state == "skipped" and (not step.plan.skipped or step.plan.group < state.reached)

    return tuple(step for step in state.steps if stands(step))


def _stand_ins(state: Approval, called: Called) -> Mapping[tuple[Action, str], Step]:
    """An act and the post from which it was pulled up → the step that took its place."""
    by_number = {step.number: step for step in state.steps}
    found = {}
    for step in state.steps:
        replaced = by_number.get(step.stands_for or 0)
        while replaced is not None:  # a stand-in may be absent in turn
            found[replaced.action, called(replaced.plan.post)] = step
            replaced = by_number.get(replaced.stands_for or 0)
    return found


def with_added(plan: Plan, added: Sequence[Added]) -> Groups:
    """The plan's groups with the reviewers added by hand whose posts it does not name, where they were put.

    Where the post they were put beside has no place in the plan any more, they come before the decision.
    """
    groups = [[step for step in plan.steps if step.group == group] for group in sorted({s.group for s in plan.steps})]
    named = {post for step in plan.steps for post in step.posts}
    for each in added:
        if each.plan.post not in named:
            groups = inserted(groups, each)
            named.add(each.plan.post)
    return groups


def inserted(groups: Groups, added: Added) -> Groups:
    """The groups with one more reviewer: before the step of `beside` (which then waits), after it, or beside it.

    Nobody reviews after the decision: a decision beside `beside` waits with it, and where `beside` decides by now, who
    was to come after it comes before.
    """
    at = next((i for i, group in enumerate(groups) if any(_is_beside(step, added) for step in group)), None)
    new = added.plan
    if at is None:
        at = next((i for i, group in enumerate(groups) if any(step.action == "decide" for step in group)), len(groups))
        return [*groups[:at], [new], *groups[at:]]
    beside = [step for step in groups[at] if _is_beside(step, added)]
    deciding = [step for step in groups[at] if step.action == "decide"]
    others = [step for step in groups[at] if step not in beside and step not in deciding]
    match added.position:
        case "parallel":
            place = [[*groups[at], new]]
        case "after" if not deciding:
            place = [groups[at], [new]]
        case "after" if beside != deciding:
            place = [[*others, *beside], [new], deciding]
        case _:
            place = [[*others, new], [*beside, *(step for step in deciding if step not in beside)]]
    return [*groups[:at], *place, *groups[at + 1 :]]


def _is_beside(step: PlannedStep, added: Added) -> bool:
    return added.beside in step.posts and step.traits.place != "after"


def laid_out(ahead: Iterable[Sequence[PlannedStep]], state: Approval, called: Called) -> tuple[PlannedStep, ...]:
    """The whole route: what stands, then `ahead` in its order, with the case's own step numbers and groups.

    A step that is active stays so, under its number, as long as it belongs to what is asked first; everything else is
    asked under a number that this round has not used.
    """
    behind = [_standing(step) for step in _behind(state)]
    active = {called(step.plan.post): step.plan for step in state.active}
    first, later = _split(list(ahead), active)
    kept = [_as(step, active[step.post]) for step in first if step.post in active]
    last = max((step.group for step in (*behind, *kept)), default=0)
    group = kept[0].group if kept else last + 1
    number = max((state.spent, *(step.step for step in behind)))
    route = [*behind, *kept]
    for index, asked in enumerate([[step for step in first if step.post not in active], *later]):
        for step in asked:
            number += 1
            its_group = group if index == 0 else max(last, group) + index
            route.append(msgspec.structs.replace(step, step=number, group=its_group))
    return tuple(sorted(route, key=lambda step: (step.group, step.step)))


def _split(
    ahead: list[Sequence[PlannedStep]], active: Mapping[str, PlannedStep]
) -> tuple[Sequence[PlannedStep], list[Sequence[PlannedStep]]]:
    """What is asked first, and the rest. Vacant posts passed over just before an active step are shown beside it."""
    at = next((i for i, group in enumerate(ahead) if any(not step.skipped for step in group)), 0)
    if any(step.post in active for group in ahead[at : at + 1] for step in group):
        return [step for group in ahead[: at + 1] for step in group], ahead[at + 1 :]
    return (ahead[0], ahead[1:]) if ahead else ((), [])


def _as(step: PlannedStep, active: PlannedStep) -> PlannedStep:
    return msgspec.structs.replace(step, step=active.step, group=active.group)


def _standing(step: Step) -> PlannedStep:
    """The plan of a step that stands; a decider who passed the case on to a higher authority has reviewed it."""
    if step.action == "decide" and step.outcome == "approved":
        return msgspec.structs.replace(step.plan, action="review")
    return step.plan
