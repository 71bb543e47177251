"""当日: start and end with device time and server time, or as reported by telephone; report and acknowledgement."""

from datetime import UTC, datetime, time, timedelta

from domain.calendars import ONE_DAY
from domain.clock import JST, civil_date
from domain.events import Actor
from domain.policies.telework import minutes_over, report_due
from domain.refusals import require
from domain.telework import commands, facts
from domain.telework.commands import ByTelephone
from domain.telework.standing import require_applicant, require_supervisor
from domain.telework.state import CLOSED, Telework
from domain.telework.story import Story


def start(story: Story, command: commands.Start) -> None:
    """開始報告 by the person, on the day; or by telephone, entered by the supervisor, also on a later day.

    Refuses `not-supervisor`, `forbidden`, `not-ordered`, `already-started`, `not-the-day`, `in-the-future`.
    """
    state, given = story.state, story.given
    _require_reporter(story, command.by_telephone)
    require(state.status not in CLOSED, "already-closed")
    require(state.status not in ("submitted", "returned"), "not-ordered")
    require(state.status == "ordered", "already-started")
    at = _counted(command.by_telephone, given.now)
    require(civil_date(at) == state.content.day, "not-the-day")
    remind_at, tell_at = end_overdue(state, story, given.now, state.ordered_minutes)
    story.tell(
        facts.Started(
            at=at,
            device_time=_utc(command.device_time),
            reported_at=at if command.by_telephone else None,
            end_remind_at=remind_at,
            end_tell_at=tell_at,
        )
    )


def end(story: Story, command: commands.End) -> None:
    """終了報告 by the person, on the day (or until the head is told, where overtime runs past midnight); or by
    telephone. What lies beyond the ordered minutes is recorded as such, not refused.

    Refuses as `start`, and `not-started`, `already-ended`, `end-before-start`.
    """
    state, given = story.state, story.given
    _require_reporter(story, command.by_telephone)
    require(state.status not in CLOSED, "already-closed")
    require(state.status not in ("ended", "reported"), "already-ended")
    require(state.status == "working" and state.started is not None, "not-started")
    at = _counted(command.by_telephone, given.now)
    require(at < _last_end(state, story), "not-the-day")
    require(state.started is not None and at >= state.started.at, "end-before-start")
    within, beyond = minutes_over(at, state.content.plan.ends_at, state.ordered_minutes)
    remind_at, tell_at = report_due(given.now, rules=story.rules, calendars=given.calendars)
    story.tell(
        facts.Ended(
            at=at,
            device_time=_utc(command.device_time),
            reported_at=at if command.by_telephone else None,
            overtime_minutes=within,
            beyond_minutes=beyond,
            report_remind_at=remind_at,
            report_tell_at=tell_at,
        )
    )


def report(story: Story, command: commands.Report) -> None:
    """勤務内容報告 once the day has ended."""
    status = story.state.status
    require_applicant(story)
    require(status not in CLOSED, "already-closed")
    require(status != "reported", "already-reported")
    require(status == "ended", "not-ended")
    story.tell(facts.Reported(content=command.content))


def acknowledge(story: Story, command: commands.Acknowledge) -> None:
    """確認 by the head, who stands in for them, or the person's 総括補佐 or GL (所属長等, TW-05)."""
    status = story.state.status
    behalf: Actor | None = require_supervisor(story)
    require(status not in CLOSED, "already-closed")
    require(status == "reported", "not-reported")
    story.tell(facts.Acknowledged(comment=command.comment or None, on_behalf_of=behalf))


def end_overdue(state: Telework, story: Story, now: datetime, ordered_minutes: int) -> tuple[datetime, datetime]:
    """When a missing end is reminded, and when the head is told: so many minutes after the end with the overtime
    ordered (or after now, if that is later), and as many again.
    """
    patience = timedelta(minutes=story.rules.end_overdue_minutes)
    remind_at = max(ordered_end(state, ordered_minutes), now) + patience
    return remind_at, remind_at + patience


def ordered_end(state: Telework, ordered_minutes: int) -> datetime:
    """Until when the person is ordered to work."""
    return state.content.plan.ends_at + timedelta(minutes=ordered_minutes)


def _require_reporter(story: Story, call: ByTelephone | None) -> None:
    if call is None:
        require_applicant(story)
        return
    require(story.given.by.person != story.state.person.person, "not-supervisor", "by_telephone")
    require_supervisor(story)


def _counted(call: ByTelephone | None, now: datetime) -> datetime:
    if call is None:
        return now
    require(call.reported_at <= now, "in-the-future", "by_telephone.reported_at")
    return call.reported_at.astimezone(UTC)


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None


def _last_end(state: Telework, story: Story) -> datetime:
    """Until when an end belongs to this day: midnight, or when ordered overtime that runs past it is overdue."""
    midnight = datetime.combine(state.content.day + ONE_DAY, time(0), JST)
    patience = timedelta(minutes=story.rules.end_overdue_minutes)
    return max(midnight, ordered_end(state, state.ordered_minutes) + 2 * patience)
