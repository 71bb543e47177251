"""開催: opening a campaign, ending it after its period or calling it off, and fixing its result."""

from collections.abc import Iterable, Iterator
from datetime import date

from domain.calendars import ONE_DAY
from domain.campaign import commands, facts
from domain.campaign.facts import Figure, Invited, Organiser
from domain.campaign.standing import head_seat, require_organiser
from domain.campaign.story import Story
from domain.clock import civil_date
from domain.directory import Unit
from domain.eras import fiscal_year
from domain.policies.campaign import CampaignRules, choose_by, close_due, first_reminder
from domain.policies.line import Seat
from domain.record import Given
from domain.refusals import Refused, require


def open_(story: Story, command: commands.Open) -> None:
    """Open a campaign and ask its units to choose their days.

    Refuses `not-organiser`, `already-opened`, `dates-reversed`, `in-the-past`, `period-too-long`, `no-open-day`,
    `outside-calendar`, `unknown-unit`, `not-a-campaign-unit` and `nobody-to-ask`.
    """
    state, given, rules = story.state, story.given, story.rules
    unit, seat, behalf = require_organiser(given, rules.organisers)
    require(state.status == "none", "already-opened")
    first, last = command.first_day, command.last_day
    _require_period(story, rules, first, last)
    asked = tuple(_invited(given, _units(story, rules, command.units)))
    require(asked, "nobody-to-ask", "units")
    calendars = given.calendars
    story.tell(
        facts.Opened(
            name=command.name,
            first_day=first,
            last_day=last,
            target_percent=command.target_percent or rules.target_percent,
            note=command.note,
            edition=rules.edition,
            fiscal_year=fiscal_year(story.today),
            organiser=_organiser(given, unit, seat),
            units=asked,
            choose_by=choose_by(first, last, now=given.now, calendars=calendars),
            remind_at=first_reminder(first, last, now=given.now, rules=rules, calendars=calendars),
            close_due_at=close_due(last, rules=rules, calendars=calendars),
            on_behalf_of=behalf,
        )
    )


def close(story: Story, command: commands.Close) -> None:
    """End it once its period is over; the result is then counted by a system rule.

    Refuses `not-organiser`, `already-closed`, `campaign-not-over`.
    """
    state = story.state
    _, _, behalf = require_organiser(story.given, (state.organiser.unit,))
    require(state.status == "open", "already-closed")
    require(story.today > state.last_day, "campaign-not-over")
    story.tell(facts.Closed(comment=command.comment or "", on_behalf_of=behalf))


def cancel(story: Story, command: commands.Cancel) -> None:
    """Call it off. Refuses `not-organiser`, `already-closed`."""
    state = story.state
    _, _, behalf = require_organiser(story.given, (state.organiser.unit,))
    require(state.status == "open", "already-closed")
    story.tell(facts.Cancelled(reason=command.reason, on_behalf_of=behalf))


def fix_result(story: Story, command: commands.FixResult) -> None:
    """Keep what was counted for good: each day of each unit that takes part, once. Anything else is not this
    campaign's result, and changes nothing.
    """
    state = story.state
    if state.status != "closed":
        return
    days = [(each.unit, day) for each in state.joined for day in each.days]
    counted = {(each.unit, each.day): each for each in command.figures}
    if counted.keys() != set(days) or len(counted) != len(command.figures):
        return
    figures = tuple(Figure(**counted[key].model_dump()) for key in days)
    story.tell(facts.ResultFixed(position=command.position, figures=figures))


def _require_period(story: Story, rules: CampaignRules, first: date, last: date) -> None:
    require(first <= last, "dates-reversed", "last_day")
    require(first > story.today, "in-the-past", "first_day")
    days = (last - first).days + 1
    require(days <= rules.period_days_max, "period-too-long", "last_day")
    office = story.given.calendars.office
    require(any(office.is_open(first + each * ONE_DAY) for each in range(days)), "no-open-day", "first_day")


def _units(story: Story, rules: CampaignRules, named: tuple[str, ...] | None) -> Iterator[Unit]:
    directory, today = story.given.directory, story.today
    if named is None:
        yield from (unit for unit in directory.units(today) if unit.kind in rules.unit_kinds)
        return
    for code in dict.fromkeys(named):
        unit = directory.unit(code, today)
        if unit is None:
            raise Refused("unknown-unit", "units")
        require(unit.kind in rules.unit_kinds, "not-a-campaign-unit", "units")
        yield unit


def _invited(given: Given, units: Iterable[Unit]) -> Iterator[Invited]:
    """The units that somebody can answer for."""
    for unit in units:
        seat = head_seat(given.directory, unit.code, given.now)
        if seat is not None:
            yield Invited(unit=unit.code, unit_name=unit.name, head_post=seat.post.code)


def _organiser(given: Given, code: str, seat: Seat) -> Organiser:
    unit = given.directory.unit(code, civil_date(given.now))
    return Organiser(unit=code, unit_name=unit.name if unit else code, post=seat.post.code, title=seat.holder.title)
