"""期限: what time alone brings about: units are reminded to choose, the organiser to close, and the result is fixed.

Every occasion that `due` names adds one fact when it is taken up as named, and its name never comes again. Fixing the
result asks the read models first (`asks`, ADR 0016): until they have answered nothing is taken up.
"""

from datetime import datetime

from domain.campaign import commands, facts
from domain.campaign.state import Campaign
from domain.campaign.story import Story
from domain.directory import Directory
from domain.policies.campaign import next_reminder, office_days_later
from domain.record import Occasion

DEADLINES, RESULT = "期限管理", "実施結果の確定"


def due(state: Campaign, now: datetime, directory: Directory) -> tuple[Occasion, ...]:
    """What is to be done at `now`."""
    if state.status == "closed":
        fix = commands.FixResult()
        return (Occasion(verb="fix-result", rule=RESULT, occasion="fix-result", command=fix, asks=True),)
    if state.status != "open":
        return ()
    remind_at, organiser_at = units_reminded_at(state), state.organiser_remind_at
    if remind_at is not None and remind_at <= now:
        remind = commands.Remind(nth=state.reminders + 1)
        return (Occasion(verb="remind", rule=DEADLINES, occasion=f"remind/{remind.nth}", command=remind),)
    if organiser_at is not None and organiser_at <= now:
        organiser = commands.RemindOrganiser(nth=state.organiser_reminders + 1)
        occasion = f"remind-organiser/{organiser.nth}"
        return (Occasion(verb="remind-organiser", rule=DEADLINES, occasion=occasion, command=organiser),)
    return ()


def wake_at(state: Campaign) -> datetime | None:
    """The next instant at which time alone gives `due` something, or None."""
    if state.status == "closed":
        return state.closed_at
    if state.status != "open":
        return None
    times = (units_reminded_at(state), state.organiser_remind_at)
    return min((at for at in times if at is not None), default=None)


def units_reminded_at(state: Campaign) -> datetime | None:
    """When the units that have not answered are reminded; None where all have."""
    return state.remind_at if state.unanswered else None


def remind(story: Story, command: commands.Remind) -> None:
    """催促 of the units that have not answered; looked at too late to choose anything, nobody is troubled."""
    state, given = story.state, story.given
    at = units_reminded_at(state)
    if state.status != "open" or state.reminders + 1 != command.nth or at is None or at > given.now:
        return
    asked = state.unanswered if story.today < state.last_day else ()
    again = next_reminder(state.last_day, now=given.now, rules=story.rules, calendars=given.calendars)
    story.tell(
        facts.UnitsReminded(
            nth=command.nth,
            units=tuple(each.unit for each in asked),
            posts=tuple(dict.fromkeys(each.head_post for each in asked)),
            next_at=again,
        )
    )


def remind_organiser(story: Story, command: commands.RemindOrganiser) -> None:
    """催促 of the organiser who has not closed a campaign that is over."""
    state, given = story.state, story.given
    at = state.organiser_remind_at
    if state.status != "open" or state.organiser_reminders + 1 != command.nth or at is None or at > given.now:
        return
    again = office_days_later(now=given.now, days=story.rules.close_within_office_days, calendars=given.calendars)
    story.tell(facts.OrganiserReminded(nth=command.nth, to_post=state.organiser.post, next_at=again))
