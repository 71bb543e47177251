"""回議・合議の行為: approving, concurring, returning, holding, reserving, adding reviewers."""

from datetime import UTC, datetime, time

import msgspec

from domain.approval import commands, facts
from domain.approval.laying import inserted, laid_out, open_groups
from domain.approval.standing import hand_over, own_step
from domain.approval.state import ENDED, Added, Step
from domain.approval.story import Story
from domain.clock import JST, civil_date
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
    answer = facts.ConcurrenceGiven(step=step.number, outcome=command.outcome, opinion=command.opinion or None)
    give_concurrence(story, step, answer)


def give_concurrence(story: Story, step: Step, answer: facts.ConcurrenceGiven) -> None:
    """Record the answer and go on once the concurrence is complete by the kind's mode."""
    story.tell(answer)
    if answer.outcome == "request_change":
        send_back(story, step, None, answer.opinion or "")
        return
    _settle_concurrence(story)
    story.go_on()


def _settle_concurrence(story: Story) -> None:
    """With `any` or `n_of_m`: once enough posts agreed, those still to answer are no longer needed.

    Where too few agree, everybody is asked, and the case goes up with the dissents.
    """
    state = story.state
    asked = [step for step in state.steps if step.action == "concur" and step.outcome != "skipped_absent"]
    needed = state.route.concurrence_required if state.route else len(asked)
    if needed >= len(asked) or sum(step.outcome in AGREED for step in asked) < needed:
        return
    reason = f"合議が調ったため({needed}者の同意)、回答を要しません。"
    for step in asked:
        if step.is_open:
            story.tell(facts.StepSkipped(step=step.number, reason=reason))


def return_(story: Story, command: commands.Return) -> None:
    """差戻し to the drafter or to an earlier step that somebody has acted on.

    To an earlier step: by the kind's return policy everything from there on is asked again, or only that step, after
    which the case comes straight back. From a gate after the decision only to the drafter.
    """
    step = own_step(story)
    to_step = None if command.to_step == "drafter" else command.to_step
    if to_step is not None:
        target = story.state.step(to_step)
        earlier = target is not None and target.state == "done" and target.plan.group < step.plan.group
        require(earlier and step.traits.place != "after", "no-such-step", "to_step")
    send_back(story, step, to_step, command.reason)


def send_back(story: Story, step: Step, to_step: int | None, reason: str) -> None:
    """Record the return; to an earlier step the case goes on there at once.

    A return from a gate after the decision undoes it: it is to be taken again (`restart_all`), and a post-review of it
    that nobody has done yet lapses.
    """
    state = story.state
    policy = story.rules.return_policy_for(state.content.kind)
    if step.traits.place == "after":
        policy = "restart_all"
    story.tell(facts.Returned(step=step.number, to_step=to_step, reason=reason, policy=policy, round=state.round + 1))
    if state.decided_at is not None and state.post_review is not None and state.post_review.outcome is None:
        story.tell(facts.PostReviewed(outcome="lapsed", comment=None))
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


def resume(story: Story, command: commands.Resume) -> None:
    """保留の解除 by the holder of a step that is or would be asked now."""
    state, given = story.state, story.given
    require(state.status not in ENDED, "already-closed")
    require(state.status == "held", "not-held")
    holders = [story.holder(step.plan.post) for step in state.front]
    mine = any(holder and holder.person == given.by.person for holder in holders)
    require(mine and given.by.person not in state.drafters, "not-your-turn")
    take_up(story)
    story.people_changed_hands()


def take_up(story: Story) -> None:
    """The held case goes on as before: the steps move to today's holders, and their times run anew.

    Reminders already sent stay counted, and a step reported overdue in this round is neither reminded nor reported
    again.
    """
    activations = []
    for step in [hand_over(story, each) for each in story.state.active]:
        holder = story.holder(step.plan.post)
        if holder is not None:
            activation = story.activation(step, holder)
            activations.append(msgspec.structs.replace(activation, remind_at=None) if step.escalated else activation)
    story.tell(facts.Resumed(activations=tuple(activations)))


def reserve(story: Story, command: commands.Reserve) -> None:
    """専決の留保 by an active step: the decider is raised once, however many flags there are."""
    step = own_step(story)
    require(step.traits.place != "after", "wrong-act")
    table = story.given.rules.authority(civil_date(story.given.now))
    require(command.flag in table.reservation.flags, "unknown-flag", "flag")
    require(command.flag not in story.state.flags, "already-flagged", "flag")
    story.tell(facts.ReservationFlagged(step=step.number, flag=command.flag, reason=command.reason))
    story.reroute("専決の留保による決裁者の見直し")
    story.go_on()


def add_reviewer(story: Story, command: commands.AddReviewer) -> None:
    """回議者の追加 by an active step: before it (it waits), after it, or beside it."""
    step = own_step(story)
    require(step.traits.place != "after", "wrong-act")
    state = story.state
    new = _reviewer(story, command)
    require(step.traits.place != "decision" or command.position != "after", "after-decision", "position")
    added = Added(plan=new, beside=step.plan.post, position=command.position)
    steps = laid_out(inserted(open_groups(state), added), state, story.called)
    new = next(plan for plan in steps if plan.post == new.post and plan.step > state.spent)
    story.tell(facts.ReviewerAdded(step=new, by_step=step.number, position=command.position, steps=steps))
    story.go_on()


def _reviewer(story: Story, command: commands.AddReviewer) -> PlannedStep:
    state, given = story.state, story.given
    holder = given.directory.holder(command.post, given.now)
    described = given.directory.post(command.post, civil_date(given.now))
    if holder is None or described is None:
        raise Refused("unknown-post", "post")
    require(holder.person not in state.drafters, "self-approval", "post")
    there = (step for step in state.steps if step.state != "skipped")
    require(
        all(holder.person != step.person and command.post not in step.plan.posts for step in there),
        "already-in-route",
        "post",
    )
    return PlannedStep(
        step=0,
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
