"""期限: what time alone brings about. Timers remind and inform; they never decide, and a late one is a no-op (I16)."""

from datetime import datetime

from domain.approval import commands, facts
from domain.approval.reviewing import resume
from domain.approval.standing import hand_over
from domain.approval.state import RUNNING, Approval, Step
from domain.approval.story import Story
from domain.directory import Directory
from domain.policies.deadlines import next_reminder
from domain.policies.proxies import next_rank_up
from domain.record import Occasion

DEADLINES, HOLDS, TRANSFERS = "期限管理", "保留期限", "人事異動"


def due(state: Approval, now: datetime, directory: Directory) -> tuple[Occasion, ...]:
    """What a system rule has to do at `now` (a reminder, a report, the end of a hold, a step whose post changed
    hands); each occasion is named by step, round and count, so it happens once.
    """
    if state.status == "held" and state.held_until is not None and state.held_until <= now:
        release = commands.Release(until=state.held_until)
        return (
            Occasion(verb="release", rule=HOLDS, occasion=f"release/{state.held_until.isoformat()}", command=release),
        )
    if state.status not in RUNNING:
        return ()
    moved = (_moved(state, step, now, directory) for step in state.active)
    timed = (occasion for step in state.active for occasion in _of_step(state, step, now))
    return (*(occasion for occasion in moved if occasion), *timed)


def _moved(state: Approval, step: Step, now: datetime, directory: Directory) -> Occasion | None:
    holder = directory.holder(step.plan.post, now)
    if holder is None or holder.person == step.person:
        return None
    command = commands.Reassign(step=step.number, round=state.round, person=holder.person)
    occasion = f"reassign/{step.number}/{state.round}/{holder.person}/{directory.version}"
    return Occasion(verb="reassign", rule=TRANSFERS, occasion=occasion, command=command)


def _of_step(state: Approval, step: Step, now: datetime) -> list[Occasion]:
    found = []
    if step.remind_at is not None and step.remind_at <= now and (step.due_at is None or now < step.due_at):
        remind = commands.Remind(step=step.number, round=state.round, nth=step.reminders + 1)
        found.append(
            Occasion(
                verb="remind",
                rule=DEADLINES,
                occasion=f"remind/{step.number}/{state.round}/{remind.nth}",
                command=remind,
            )
        )
    if step.due_at is not None and step.due_at <= now and not step.escalated:
        escalate = commands.Escalate(step=step.number, round=state.round)
        found.append(
            Occasion(
                verb="escalate", rule=DEADLINES, occasion=f"escalate/{step.number}/{state.round}", command=escalate
            )
        )
    return found


def wake_at(state: Approval) -> datetime | None:
    """The next instant at which `due` may give something, or None."""
    if state.status == "held":
        return state.held_until
    if state.status not in RUNNING:
        return None
    moments = [at for step in state.active for at in _moments(step)]
    return min(moments, default=None)


def _moments(step: Step) -> list[datetime]:
    reminds = [step.remind_at] if step.remind_at and (step.due_at is None or step.remind_at < step.due_at) else []
    return [*reminds, *([step.due_at] if step.due_at and not step.escalated else [])]


def remind(story: Story, command: commands.Remind) -> None:
    """催促 of the step that is waited on."""
    step = _still_due(story, command.step, command.round)
    if (
        step is None
        or step.reminders + 1 != command.nth
        or step.remind_at is None
        or step.remind_at > story.given.now
        or step.due_at is None
    ):
        return
    following = next_reminder(
        story.given.now,
        activated_at=step.activated_at or step.remind_at,
        due_at=step.due_at,
        calendars=story.given.calendars,
    )
    story.tell(facts.Reminded(step=step.number, round=command.round, nth=command.nth, next_at=following))


def escalate(story: Story, command: commands.Escalate) -> None:
    """期限超過の上申 to the next rank of the line, once per step and round."""
    step = _still_due(story, command.step, command.round)
    if step is None or step.escalated or step.due_at is None or step.due_at > story.given.now:
        return
    given = story.given
    above = next_rank_up(
        step.plan.post, unit=story.state.owner.unit, directory=given.directory, at=given.now, excluded=story.drafters
    )
    story.tell(
        facts.Escalated(
            step=step.number,
            round=command.round,
            to_post=above.post if above else None,
            to_title=above.title if above else None,
        )
    )


def release(story: Story, command: commands.Release) -> None:
    """保留期限の到来: the case goes on as before."""
    if story.state.status == "held" and story.state.held_until == command.until and command.until <= story.given.now:
        resume(story, command)


def reassign(story: Story, command: commands.Reassign) -> None:
    """人事異動: the active step moves to whoever holds the post now."""
    step = _still_due(story, command.step, command.round)
    if step is not None:
        hand_over(story, step)


def _still_due(story: Story, number: int, round_: int) -> Step | None:
    state = story.state
    step = state.step(number)
    return (
        step
        if step is not None and step.state == "active" and state.status in RUNNING and state.round == round_
        else None
    )
