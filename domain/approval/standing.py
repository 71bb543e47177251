"""Who may act now: the active step of the person who asks, the owner of the draft; and who may read a case at all."""

from datetime import datetime

from domain.approval import facts
from domain.approval.planning import party
from domain.approval.state import ENDED, RUNNING, Approval, Step
from domain.approval.story import Story
from domain.clock import civil_date
from domain.directory import Directory, Holder
from domain.parties import called, unit_of
from domain.refusals import Refused, require

FINANCE_KINDS = frozenset({"payment_order", "assessment", "refund", "write_off"})


def may_read(state: Approval, person: str, directory: Directory, at: datetime) -> bool:
    """Whether the person may see the case (design.md §7): its participants, the line above the drafter, the drafter's
    unit once it is decided (it enforces), finance for its kinds, auditors.

    A participant is whoever took or takes part, for good (also a former drafter); whoever holds today a post that is or
    was asked, informed, or shown the case; the successor of the drafter; and, while a step waits for somebody absent,
    whoever may stand in or pull it up.
    """
    if state.drafter is None or person in state.participants:
        return True
    unit = unit_of(state.owner, directory, at)
    if directory.in_line_above(person, unit, at):
        return True
    if state.decided_at is not None and any(post.unit == unit for post in directory.posts_of(person, at)):
        return True
    holders = (directory.holder(called(directory, post, at), at) for post in _posts(state))
    if any(holder and holder.person == person for holder in holders):
        return True
    heir = successor(state, directory, at)
    if (heir and heir.person == person) or _may_stand_in(state, person, directory, at):
        return True
    roles = directory.roles(person, at)
    return "auditor" in roles or ("finance" in roles and state.content.kind in FINANCE_KINDS)


def _posts(state: Approval) -> set[str]:
    asked = {post for step in state.steps for post in (step.plan.post, step.escalated_to) if post}
    shown = {reader.post for reader in state.circulation}
    return asked | shown | ({state.post_review.post} if state.post_review else set())


def _may_stand_in(state: Approval, person: str, directory: Directory, at: datetime) -> bool:
    for step in state.active if state.status in RUNNING else ():
        post = called(directory, step.plan.post, at)
        holder = directory.holder(post, at)
        if holder is not None and directory.absence(holder.person, at) is None:
            continue
        described = directory.post(post, civil_date(at))
        above = described is not None and directory.in_line_above(person, described.unit, at)
        unit = unit_of(state.owner, directory, at)
        if above or any(proxy.person == person for proxy in directory.proxies(post, at, line_of=unit)):
            return True
    return False


def require_running(state: Approval) -> None:
    """Refuse unless the case is in its route: `already-closed`, `on-hold`, `already-decided`, else `not-pending`."""
    require(state.status not in ENDED, "already-closed")
    require(state.status != "held", "on-hold")
    require(state.status not in ("decided", "enforced"), "already-decided")
    require(state.status in RUNNING, "not-pending")


def own_step(story: Story, verb: str | None = None) -> Step:
    """Give the active step whose post the asking person holds or acts for now, moving it to them after a transfer
    (I15).

    Refuses `self-approval` for the drafter, `not-your-turn` for whoever has a place in the route (or had, or holds a
    post that has), `forbidden` for others, and `wrong-act` where `verb` does not act on that kind of step (None: what
    is done to a step of any kind).
    """
    state, given = story.state, story.given
    require_running(state)
    require(given.by.kind == "person", "person-required")
    require(given.by.person not in state.drafters, "self-approval")
    mine = [step for step in state.active if _is_behind(story, step)]
    if not mine:
        involved = any(step.person == given.by.person or _is_behind(story, step) for step in state.steps)
        raise Refused("not-your-turn" if involved else "forbidden")
    step = next((each for each in mine if verb is None or verb in each.traits.verbs), None)
    if step is None:
        raise Refused("wrong-act")
    return hand_over(story, step)


def _is_behind(story: Story, step: Step) -> bool:
    holder = story.holder(step.plan.post)
    return holder is not None and holder.person == story.given.by.person


def hand_over(story: Story, step: Step) -> Step:
    """Record that the step is now the current holder's, if it was activated for somebody else; give the step as it
    then stands.
    """
    holder = story.holder(step.plan.post)
    if holder is None or step.person == holder.person:
        return step
    story.tell(
        facts.StepReassigned(
            step=step.number, from_person=step.person or "", person=holder.person, name=holder.name, title=holder.title
        )
    )
    return next(each for each in story.state.steps if each.number == step.number)


def successor(state: Approval, directory: Directory, at: datetime) -> Holder | None:
    """事務引継: who owns the draft from now on, if that is no longer the drafter in the same post; else None.

    Left open by the rules: whoever has acted in the route is no successor, since nobody decides on their own draft; the
    case then stays with the drafter until the head of the unit hands it to somebody else.
    """
    owner = state.owner
    holder = directory.takes_over(owner.person, owner.post, at)
    if holder is None or (holder.person == owner.person and directory.post(owner.post, civil_date(at)) is not None):
        return None
    acted = {step.acted.person for step in state.steps if step.acted and step.state == "done"}
    return None if holder.person in acted else holder


def inherit(story: Story, heir: Holder) -> None:
    """Record that the draft is now its successor's."""
    to = party(heir.person, heir.post, story.given)
    story.tell(facts.OwnershipTransferred(to=to, reason="人事異動による引継ぎ"))


def require_drafter(story: Story) -> None:
    """Refuse `forbidden` unless the asking person owns the draft, which after a transfer is the successor."""
    heir = successor(story.state, story.given.directory, story.given.now)
    if heir is None or heir.person == story.state.owner.person:
        require(is_drafter(story), "forbidden")
        return
    require(story.given.by.person == heir.person, "forbidden")
    inherit(story, heir)


def is_drafter(story: Story) -> bool:
    """Whether the asking person owns the draft."""
    return story.given.by.person == story.state.owner.person


def heads_drafters_unit(story: Story) -> bool:
    """Whether the asking person heads the drafter's unit (or what took it over)."""
    return story.given.directory.heads(story.given.by.person, story.unit, story.given.now)


def of_drafters_unit(story: Story) -> bool:
    """Whether the asking person holds or acts for a post of the drafter's unit (or of what took it over)."""
    given = story.given
    return any(post.unit == story.unit for post in given.directory.posts_of(given.by.person, given.now))
