"""超勤: only for temporary or urgent duty, and never more than the head has ordered."""

from domain.events import Actor
from domain.policies.telework import day_ends
from domain.refusals import Refused, require
from domain.telework import commands
from domain.telework.facts import OvertimeOrdered, OvertimeRefused, OvertimeRequested
from domain.telework.standing import require_applicant, require_head
from domain.telework.state import CLOSED, Overtime
from domain.telework.story import Story
from domain.telework.working import end_overdue, ordered_end


def request(story: Story, command: commands.RequestOvertime) -> None:
    """超勤の申請, from the order until the end, one at a time. Refuses `overtime-not-temporary` whatever the rules do
    not name, `outside-the-day` what would run into the person's next day.
    """
    require_applicant(story)
    _require_running(story)
    require(command.category in story.rules.overtime_categories, "overtime-not-temporary", "category")
    require(story.state.pending_overtime is None, "overtime-pending")
    _require_within_the_day(story, story.state.ordered_minutes + command.minutes)
    story.tell(OvertimeRequested(minutes=command.minutes, category=command.category, reason=command.reason))


def order(story: Story, command: commands.OrderOvertime) -> None:
    """超勤の命令 within the minutes requested (`over-requested-minutes`) and the day (`outside-the-day`)."""
    state, given = story.state, story.given
    behalf, pending = _require_pending(story)
    require(command.minutes <= pending.minutes, "over-requested-minutes", "minutes")
    total = state.ordered_minutes + command.minutes
    _require_within_the_day(story, total)
    remind_at, tell_at = end_overdue(state, story, given.now, total)
    story.tell(
        OvertimeOrdered(
            minutes=command.minutes,
            total_minutes=total,
            ends_at=ordered_end(state, total),
            end_remind_at=remind_at,
            end_tell_at=tell_at,
            on_behalf_of=behalf,
        )
    )


def refuse(story: Story, command: commands.RefuseOvertime) -> None:
    """超勤の不承認: the end stays as it was planned or ordered."""
    behalf, _ = _require_pending(story)
    story.tell(OvertimeRefused(reason=command.reason, on_behalf_of=behalf))


def _require_pending(story: Story) -> tuple[Actor | None, Overtime]:
    behalf = require_head(story)
    _require_running(story)
    pending = story.state.pending_overtime
    if pending is None:
        raise Refused("no-overtime-request")
    return behalf, pending


def _require_within_the_day(story: Story, total: int) -> None:
    """However much is ordered in all, the next day of the same person begins after it."""
    ends_at = day_ends(story.state.content.day, rules=story.rules)
    require(ordered_end(story.state, total) <= ends_at, "outside-the-day", "minutes")


def _require_running(story: Story) -> None:
    status = story.state.status
    require(status not in CLOSED, "already-closed")
    require(status not in ("submitted", "returned"), "not-ordered")
    require(status in ("ordered", "working"), "already-ended")
