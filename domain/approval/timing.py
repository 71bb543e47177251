"""期限と異動: what time alone brings about. Timers remind and inform, never decide; a late one is a no-op (I16).

Every occasion that `due` names adds at least one fact when it is taken up as named, and its name never comes again: so
a look that takes them up one after the other ends.
"""

from datetime import datetime

from domain.approval import commands, facts
from domain.approval.reviewing import take_up
from domain.approval.standing import hand_over, successor
from domain.approval.state import ENDED, RUNNING, Approval, Step
from domain.approval.story import Story
from domain.directory import Directory
from domain.parties import called
from domain.policies.deadlines import next_reminder
from domain.policies.proxies import next_rank_up
from domain.record import Occasion

DEADLINES, HOLDS, TRANSFERS = "期限管理", "保留期限", "人事異動"


def due(state: Approval, now: datetime, directory: Directory) -> tuple[Occasion, ...]:
    """What a system rule has to do at `now`: hand the draft to its successor, end a hold, move a step whose post
    changed hands, remind, report.

    Each occasion is named by step, round and count, so it happens once.
    """
    if state.status == "none" or state.status in ENDED:
        return ()
    found = _inherited(state, now, directory)
    if state.status == "held":
        return (*found, *_released(state, now))
    if state.status in RUNNING:
        for step in state.active:
            found += _moved(state, step, now, directory) + _timed(state, step, now)
    return tuple(found)


def _inherited(state: Approval, now: datetime, directory: Directory) -> list[Occasion]:
    heir = successor(state, directory, now)
    if heir is None:
        return []
    occasion = f"inherit/{state.owners + 1}/{heir.person}/{heir.post}"
    return [Occasion(verb="inherit", rule=TRANSFERS, occasion=occasion, command=commands.Inherit(person=heir.person))]


def _released(state: Approval, now: datetime) -> list[Occasion]:
    until = state.held_until
    if until is None or until > now:
        return []
    release = commands.Release(until=until)
    return [Occasion(verb="release", rule=HOLDS, occasion=f"release/{until.isoformat()}", command=release)]


def _moved(state: Approval, step: Step, now: datetime, directory: Directory) -> list[Occasion]:
    holder = directory.holder(called(directory, step.plan.post, now), now)
    if holder is None or holder.person == step.person:
        return []
    command = commands.Reassign(step=step.number, round=state.round, person=holder.person)
    occasion = f"reassign/{step.number}/{state.round}/{step.moves + 1}/{holder.person}"
    return [Occasion(verb="reassign", rule=TRANSFERS, occasion=occasion, command=command)]


def _timed(state: Approval, step: Step, now: datetime) -> list[Occasion]:
    number, round_ = step.number, state.round
    if step.due_at is not None and step.due_at <= now and not step.escalated:
        escalate = commands.Escalate(step=number, round=round_)
        return [Occasion(verb="escalate", rule=DEADLINES, occasion=f"escalate/{number}/{round_}", command=escalate)]
    if step.remind_at is not None and step.remind_at <= now:
        remind = commands.Remind(step=number, round=round_, nth=step.reminders + 1)
        occasion = f"remind/{number}/{round_}/{remind.nth}"
        return [Occasion(verb="remind", rule=DEADLINES, occasion=occasion, command=remind)]
    return []


def wake_at(state: Approval) -> datetime | None:
    """The next instant at which time alone gives `due` something, or None. (That posts changed hands is seen when
    somebody looks.)
    """
    if state.status == "held":
        return state.held_until
    if state.status not in RUNNING:
        return None
    return min((at for step in state.active for at in _moments(step)), default=None)


def _moments(step: Step) -> list[datetime]:
    times = (step.remind_at, None if step.escalated else step.due_at)
    return [at for at in times if at is not None]


def remind(story: Story, command: commands.Remind) -> None:
    """催促 of the step that is waited on; not any more once its deadline has come."""
    step, now = _still_asked(story, command.step, command.round), story.given.now
    if step is None or step.reminders + 1 != command.nth or step.remind_at is None or step.remind_at > now:
        return
    if step.due_at is None or step.due_at <= now:
        return
    following = next_reminder(
        now,
        activated_at=step.activated_at or step.remind_at,
        due_at=step.due_at,
        calendars=story.given.calendars,
    )
    story.tell(facts.Reminded(step=step.number, round=command.round, nth=command.nth, next_at=following))


def escalate(story: Story, command: commands.Escalate) -> None:
    """期限超過の上申 to the next rank of the line, once per step and round."""
    step, given = _still_asked(story, command.step, command.round), story.given
    if step is None or step.escalated or step.due_at is None or step.due_at > given.now:
        return
    above = next_rank_up(
        story.called(step.plan.post),
        unit=story.unit,
        directory=given.directory,
        at=given.now,
        excluded=story.state.drafters,
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
    state = story.state
    if state.status == "held" and state.held_until == command.until and command.until <= story.given.now:
        take_up(story)
        story.as_far_as_possible()


def reassign(story: Story, command: commands.Reassign) -> None:
    """人事異動: the active step moves to whoever holds the post now; where that person may not act, to who may."""
    step = _still_asked(story, command.step, command.round)
    if step is not None and hand_over(story, step).person != step.person:
        story.as_far_as_possible()


def _still_asked(story: Story, number: int, round_: int) -> Step | None:
    state = story.state
    step = state.step(number)
    asked = step is not None and step.state == "active" and state.status in RUNNING and state.round == round_
    return step if asked else None
