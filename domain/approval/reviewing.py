"""回議・合議の行為: approving, concurring, returning, holding, reserving, adding reviewers, pulling up."""

from datetime import UTC, datetime, time

import msgspec

from domain.approval import commands, facts
from domain.approval.standing import own_step, require_running
from domain.approval.state import ENDED, Step
from domain.approval.story import Story
from domain.clock import JST, civil_date
from domain.directory import Holder
from domain.policies.proxies import is_unattended, next_rank_up
from domain.policies.route import PlannedStep
from domain.refusals import Refused, require

AGREED = ("agree", "agree_with_opinion")


def approve(story: Story, command: commands.Approve, step: Step) -> None:
    """承認 of a review step."""
    story.tell(facts.StepApproved(step=step.number, comment=command.comment or None))
    story.go_on()


def concur(story: Story, command: commands.Concur) -> None:
    """合議の回答. A dissent goes up with the case; a request for changes returns it to the drafter. An opinion is due
    unless agreed.
    """
    step = own_step(story, "concur")
    require(command.outcome == "agree" or (command.opinion or "").strip(), "opinion-required", "opinion")
    give_concurrence(story, step, command)


def give_concurrence(
    story: Story, step: Step, command: commands.Concur, *, behalf: facts.ConcurrenceGiven | None = None
) -> None:
    """Record the answer and go on once the concurrence is complete by the kind's mode."""
    story.tell(
        behalf or facts.ConcurrenceGiven(step=step.number, outcome=command.outcome, opinion=command.opinion or None)
    )
    if command.outcome == "request_change":
        send_back(story, step, None, command.opinion or "")
        return
    _settle_concurrence(story, step.plan.group)
    story.go_on()


def _settle_concurrence(story: Story, group: int) -> None:
    """With `any` or `n_of_m`: once enough posts agreed, those still asked are no longer needed."""
    state = story.state
    asked = [step for step in state.steps if step.plan.group == group and step.action == "concur"]
    needed = state.route.concurrence_required if state.route else len(asked)
    if needed >= len(asked) or sum(step.outcome in AGREED for step in asked) < needed:
        return
    for step in asked:
        if step.state == "active":
            story.tell(
                facts.StepSkipped(step=step.number, reason=f"合議が調ったため({needed}者の同意)、回答を要しません。")
            )


def return_(story: Story, command: commands.Return) -> None:
    """差戻し to the drafter or to an earlier step that somebody has acted on."""
    step = own_step(story)
    to_step = None if command.to_step == "drafter" else command.to_step
    if to_step is not None:
        target = story.state.step(to_step)
        earlier = target is not None and target.state == "done" and target.plan.group < step.plan.group
        require(earlier and step.action != "examine", "no-such-step", "to_step")
    send_back(story, step, to_step, command.reason)


def send_back(story: Story, step: Step, to_step: int | None, reason: str) -> None:
    """Record the return; to an earlier step the case goes on there at once."""
    state = story.state
    policy = story.rules.return_policy_for(state.content.kind)
    if step.action == "examine":
        policy = "restart_all"  # the decision itself is to be taken again
    story.tell(facts.Returned(step=step.number, to_step=to_step, reason=reason, policy=policy, round=state.round + 1))
    if to_step is not None:
        story.go_on()


def hold(story: Story, command: commands.Hold) -> None:
    """保留 by an active step, until a given time if there is one; the times of the steps stand still."""
    step = own_step(story)
    until = command.until
    if until is not None and not isinstance(until, datetime):
        until = datetime.combine(until, time(8, 30), JST)
    if until is not None:
        require(until.tzinfo is not None, "invalid", "until")
        until = until.astimezone(UTC)
        require(until > story.given.now, "in-the-past", "until")
    story.tell(facts.Held(step=step.number, reason=command.reason, until=until))


def resume(story: Story, command: commands.Resume | commands.Release) -> None:
    """保留の解除 by the holder of an active step, or by its time coming."""
    state, given = story.state, story.given
    require(state.status not in ENDED, "already-closed")
    require(state.status == "held", "not-held")
    if given.by.kind == "person":
        holders = (given.directory.holder(step.plan.post, given.now) for step in state.active)
        require(any(holder and holder.person == given.by.person for holder in holders), "not-your-turn")
    activations = [
        story.activation(step, holder)
        for step in state.active
        if (holder := given.directory.holder(step.plan.post, given.now))
    ]
    story.tell(facts.Resumed(activations=tuple(activations)))


def reserve(story: Story, command: commands.Reserve) -> None:
    """専決の留保 by an active step: the decider is raised once, however many flags there are."""
    step = own_step(story)
    table = story.given.rules.authority(civil_date(story.given.now))
    require(command.flag in table.reservation.flags, "unknown-flag", "flag")
    require(command.flag not in story.state.flags, "already-flagged", "flag")
    require(step.action != "examine", "wrong-act")
    story.tell(facts.ReservationFlagged(step=step.number, flag=command.flag, reason=command.reason))
    story.reroute("専決の留保による決裁者の見直し")
    story.go_on()


def add_reviewer(story: Story, command: commands.AddReviewer) -> None:
    """回議者の追加 by an active step: before it (it waits), after it, or beside it."""
    step = own_step(story, "review", "concur", "decide")
    state, given = story.state, story.given
    require(step.action != "decide" or command.position != "after", "after-decision", "position")
    holder = given.directory.holder(command.post, given.now)
    described = given.directory.post(command.post, civil_date(given.now))
    if holder is None or described is None:
        raise Refused("unknown-post", "post")
    require(holder.person not in story.drafters, "self-approval", "post")
    require(
        all(holder.person != each.person for each in state.steps if each.state != "skipped"), "already-in-route", "post"
    )
    new = PlannedStep(
        step=max(each.number for each in state.steps) + 1,
        group=0,
        action="review",
        post=command.post,
        posts=(command.post,),
        title=holder.title,
        rank=described.rank,
        person=holder.person,
        name=holder.name,
        reason=f"{given.by.title or given.by.name}の求めにより、回議者に加えました。",
    )
    plans = _inserted([each.plan for each in state.steps], step, new, command.position)
    new = next(plan for plan in plans if plan.step == new.step)
    story.tell(facts.ReviewerAdded(step=new, by_step=step.number, position=command.position, steps=plans))
    if command.position == "parallel":
        added = next(each for each in story.state.steps if each.number == new.step)
        story.tell(facts.StepsActivated(activations=(story.activation(added, holder),)))
    story.go_on()


def _inserted(plans: list[PlannedStep], beside: Step, new: PlannedStep, position: str) -> tuple[PlannedStep, ...]:
    """The route with the new step in place; groups are counted anew where a place is made for it."""
    group = beside.plan.group
    if position == "parallel":
        moved = [*plans, msgspec.structs.replace(new, group=group)]
    elif position == "after":
        moved = [_shifted(plan, plan.group > group) for plan in plans] + [msgspec.structs.replace(new, group=group + 1)]
    else:
        moved = [_shifted(plan, plan.group > group or plan.step == beside.number) for plan in plans]
        moved = [*moved, msgspec.structs.replace(new, group=group)]
    return tuple(sorted(moved, key=lambda plan: (plan.group, plan.step)))


def _shifted(plan: PlannedStep, later: bool) -> PlannedStep:
    return msgspec.structs.replace(plan, group=plan.group + 1) if later else plan


def pull_up(story: Story, command: commands.PullUp) -> None:
    """引上げ over absent people: by whoever comes next after a review, by the next rank of the line where an act has
    no
    proxy.
    """
    state, given = story.state, story.given
    require_running(state)
    require(given.by.kind == "person", "person-required")
    require(given.by.person not in story.drafters, "self-approval")
    away = [step for step in state.active if is_unattended(step.plan, given.directory, given.now)]
    require(away and len(away) == len(state.active), "not-absent")
    if all(step.action == "review" for step in away):
        _pull_up_review(story, away, command.reason)
    else:
        _pull_up_act(story, away, command.reason)


def _pull_up_review(story: Story, away: list[Step], reason: str) -> None:
    waiting = [step for step in story.state.steps if step.state == "waiting"]
    following = min((step.plan.group for step in waiting), default=0)
    holders = [
        story.given.directory.holder(step.plan.post, story.given.now)
        for step in waiting
        if step.plan.group == following
    ]
    require(any(holder and holder.person == story.given.by.person for holder in holders), "not-your-turn")
    story.tell(facts.PulledUp(skipped=tuple(step.number for step in away), reason=reason))
    story.go_on()


def _pull_up_act(story: Story, away: list[Step], reason: str) -> None:
    """A concurrence or decision goes up to the next rank only when no proxy may act; an examination never does: the
    line
    above is not independent of the decision.
    """
    given, unit = story.given, story.state.owner.unit
    for step in away:
        if step.action not in ("concur", "decide"):
            continue
        require(not story.proxies_for(step), "proxy-available")
        barred = story.actors.barred_from(step.action)
        above = next_rank_up(
            step.plan.post, unit=unit, directory=given.directory, at=given.now, excluded=barred, present_only=True
        )
        if above is not None and above.person == given.by.person:
            story.tell(facts.PulledUp(skipped=(step.number,), reason=reason, instead=_instead(story, step, above)))
            story.go_on()
            return
    raise Refused("not-your-turn")


def _instead(story: Story, step: Step, holder: Holder) -> PlannedStep:
    post = story.given.directory.post(holder.post, civil_date(story.given.now))
    return msgspec.structs.replace(
        step.plan,
        step=max(each.number for each in story.state.steps) + 1,
        post=holder.post,
        posts=(holder.post,),
        title=holder.title,
        rank=post.rank if post else step.plan.rank,
        person=holder.person,
        name=holder.name,
        reason=f"{step.plan.title}が不在で代決できる職員がいないため、{holder.title}に引き上げました。",
    )
