"""参加: a unit takes part and chooses its days, changes them until they come, or does not take part."""

from datetime import date

from domain.campaign import commands, facts
from domain.campaign.standing import require_head
from domain.campaign.state import Participant
from domain.campaign.story import Story
from domain.directory import Unit
from domain.refusals import Refused, require


def join(story: Story, command: commands.Join) -> None:
    """Take part on these days, or from now on on these instead. A day that has come stands.

    Refuses `unknown-unit`, `not-unit-head`, `already-closed`, `not-a-campaign-unit`, what `_require_days` does, and
    `nothing-changed`.
    """
    state = story.state
    unit = _unit(story, command.unit)
    seat, behalf = require_head(story.given, unit.code)
    require(state.status == "open", "already-closed")
    require(unit.kind in story.rules.unit_kinds, "not-a-campaign-unit", "unit")
    known = state.participant(unit.code)
    before = known.days if known is not None else ()
    days = tuple(sorted(command.days))
    _require_days(story, before, days)
    if known is not None and known.answer == "joined":
        require(days != before, "nothing-changed")
        story.tell(facts.DaysChanged(unit=unit.code, days=days, on_behalf_of=behalf))
        return
    joined = facts.UnitJoined(
        unit=unit.code, unit_name=unit.name, head_post=seat.post.code, days=days, on_behalf_of=behalf
    )
    story.tell(joined)


def leave(story: Story, command: commands.Leave) -> None:
    """Not take part. Refuses as `join`, and `not-in-campaign`, `day-has-come` once the first of its days is there."""
    state = story.state
    unit = _unit(story, command.unit)
    _, behalf = require_head(story.given, unit.code)
    require(state.status == "open", "already-closed")
    known: Participant | None = state.participant(unit.code)
    require(known is not None and known.answer != "withdrawn", "not-in-campaign", "unit")
    require(known is None or not any(day <= story.today for day in known.days), "day-has-come")
    story.tell(facts.UnitWithdrawn(unit=unit.code, reason=command.reason or "", on_behalf_of=behalf))


def _unit(story: Story, named: str | None) -> Unit:
    """The unit that is meant: as named, else that of the post the asking person acts as."""
    given = story.given
    post = given.directory.post(given.by.post, story.today) if given.by.post else None
    code = named or (post.unit if post else None)
    unit = given.directory.unit(code, story.today) if code else None
    if unit is None:
        raise Refused("unknown-unit", "unit")
    return unit


def _require_days(story: Story, before: tuple[date, ...], days: tuple[date, ...]) -> None:
    """Refuse `day-twice`, `outside-campaign`, `too-many-days`, `day-not-open`, and `day-has-come` where a day is added
    or taken back that is not in the future.
    """
    state, today = story.state, story.today
    require(len(set(days)) == len(days), "day-twice", "days")
    require(all(state.first_day <= day <= state.last_day for day in days), "outside-campaign", "days")
    require(len(days) <= story.rules.days_per_unit_max, "too-many-days", "days")
    office = story.given.calendars.office
    require(all(office.is_open(day) for day in days if day not in before), "day-not-open", "days")
    changed = set(days) ^ set(before)
    require(all(day > today for day in changed), "day-has-come", "days")
