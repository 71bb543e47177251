"""Who may act now: the active step of the person who asks, and who may read a case at all."""

from datetime import datetime

from domain.approval import facts
from domain.approval.state import ENDED, RUNNING, Approval, Step
from domain.approval.story import Story
from domain.directory import Directory
from domain.policies.route import Action
from domain.refusals import Refused, require

FINANCE_KINDS = frozenset({"payment_order", "assessment", "refund", "write_off"})


def may_read(state: Approval, person: str, directory: Directory, at: datetime) -> bool:
    """Whether the person may see the case (design.md §7): its participants, who stands in for an absent one, the line
    above the drafter, the drafter's unit once it is decided (it enforces), finance for its kinds, auditors.
    """
    if state.drafter is None or person in state.participants:
        return True
    if directory.in_line_above(person, state.drafter.unit, at):
        return True
    if any(_stands_behind(step.plan.post, person, state.drafter.unit, directory, at) for step in state.steps):
        return True
    if state.decided_at is not None and state.drafter.unit in {post.unit for post in directory.posts_of(person, at)}:
        return True
    roles = directory.roles(person, at)
    return "auditor" in roles or ("finance" in roles and state.content.kind in FINANCE_KINDS)


def _stands_behind(post: str, person: str, unit: str, directory: Directory, at: datetime) -> bool:
    """Whether the person holds or acts for the post, or may stand in for its holder, who is away (代決, 引上げ)."""
    holder = directory.holder(post, at)
    if holder is None or holder.person == person:
        return holder is not None
    if directory.absence(holder.person, at) is None:
        return False
    return person in {proxy.person for proxy in directory.proxies(post, at, line_of=unit)}


def require_running(state: Approval) -> None:
    """Refuse unless the case is in its route: `already-closed`, `on-hold`, `already-decided`, else `not-pending`."""
    require(state.status not in ENDED, "already-closed")
    require(state.status != "held", "on-hold")
    require(state.status not in ("decided", "enforced"), "already-decided")
    require(state.status in RUNNING, "not-pending")


def own_step(story: Story, *actions: Action) -> Step:
    """Give the active step whose post the asking person holds or acts for now, moving it to them after a transfer
    (I15).

    Refuses `self-approval` for the drafter, `not-your-turn` for whoever has (had) a place in the route, `forbidden`
    for others, and
    `wrong-act` where the step asks for another act than `actions`.
    """
    state, given = story.state, story.given
    require_running(state)
    require(given.by.kind == "person", "person-required")
    require(given.by.person not in story.drafters, "self-approval")
    holders = {step.number: given.directory.holder(step.plan.post, given.now) for step in state.active}
    mine = [step for step in state.active if (holder := holders[step.number]) and holder.person == given.by.person]
    if not mine:
        involved = any(step.person == given.by.person for step in state.steps)
        raise Refused("not-your-turn" if involved else "forbidden")
    step = next((each for each in mine if not actions or each.action in actions), None)
    if step is None:
        raise Refused("wrong-act")
    return hand_over(story, step)


def hand_over(story: Story, step: Step) -> Step:
    """Record that the step is now the current holder's, if it was activated for somebody else; give the step as it
    then stands.
    """
    holder = story.given.directory.holder(step.plan.post, story.given.now)
    if holder is None or step.person == holder.person:
        return step
    story.tell(
        facts.StepReassigned(
            step=step.number, from_person=step.person or "", person=holder.person, name=holder.name, title=holder.title
        )
    )
    return next(each for each in story.state.steps if each.number == step.number)


def is_drafter(story: Story) -> bool:
    """Whether the asking person owns the draft."""
    return story.given.by.person == story.state.owner.person


def of_drafters_unit(story: Story) -> bool:
    """Whether the asking person holds or acts for a post of the drafter's unit (or of what took it over)."""
    given = story.given
    units = {story.state.owner.unit}
    return any(post.unit in units for post in given.directory.posts_of(given.by.person, given.now))
