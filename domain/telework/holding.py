"""席と実施日: rules across records on guard streams. Folding a stream gives who has a seat, and which days a person
has, at any instant.
"""

from collections.abc import Iterable
from datetime import date

from domain.events import Event
from domain.policies.telework import require_within_limits
from domain.policies.telework_rules import SatelliteOffice, TeleworkRules
from domain.record import Given
from domain.refusals import require
from domain.streams import guard_stream
from domain.telework import held
from domain.telework.facts import Request
from domain.telework.state import LIVE, Telework
from domain.telework.story import Story


def seat_stream(place: str, day: date) -> str:
    """The stream of a satellite office's seats on a day. One seat lasts the day."""
    return guard_stream("satellite-seat", place, day.isoformat())


def day_stream(person: str, day: date) -> str:
    """The stream of a person's days of telework in the month of `day`."""
    return guard_stream("day-of-telework", person, f"{day:%Y-%m}")


def seated(events: Iterable[Event]) -> tuple[str, ...]:
    """The records that have a seat after these facts of a seat stream."""
    found: dict[str, None] = {}
    for event in events:
        match event:
            case held.SeatTaken():
                found[event.case] = None
            case held.SeatReleased():
                found.pop(event.case, None)
    return tuple(found)


def days_taken(events: Iterable[Event]) -> dict[str, date]:
    """Which record has which day after these facts of a person's stream."""
    found: dict[str, date] = {}
    for event in events:
        match event:
            case held.DayTaken():
                found[event.case] = event.day
            case held.DayReleased():
                found.pop(event.case, None)
    return found


def held_by(state: Telework) -> Request | None:
    """The request whose day (and seat) the record has now."""
    return state.request if state.status in LIVE else None


def streams_of(person: str, day: date, place: str | None) -> tuple[str, ...]:
    """The guard streams that a request touches: the person's months of the week and month of the day, and the seat."""
    monday = day.toordinal() - day.weekday()
    week = (date.fromordinal(each) for each in range(monday, monday + 7) if 1 <= each <= date.max.toordinal())
    months = dict.fromkeys(day_stream(person, each) for each in (day, *week))
    return (*months, *((seat_stream(place, day),) if place is not None else ()))


def hold(
    story: Story,
    person: str,
    request: Request,
    office: SatelliteOffice | None,
    *,
    rules: TeleworkRules,
    by_command: bool = False,
) -> None:
    """Take the day and the seat of a request, giving back what the record had otherwise.

    Refuses `already-ordered` (another live request or order of the person that day), `over-weekly-limit` and
    `over-monthly-limit` (not by command), `satellite-full`.
    """
    before = held_by(story.state)
    others = [day for case, day in _days(story.given, person, request).items() if case != story.given.number]
    require(request.day not in others, "already-ordered", "day")
    if not by_command:
        require_within_limits(request.day, others, rules)
    keeps_day = before is not None and before.day == request.day
    keeps_seat = keeps_day and before is not None and before.place == request.place
    if office is not None and not keeps_seat:
        stream = seat_stream(office.code, request.day)
        taken = seated(story.given.guards[stream].events)
        require(len(taken) < office.capacity, "satellite-full", "place")
    if before is not None:
        _give_back(story, person, before, day=not keeps_day, seat=not keeps_seat)
    if not keeps_day:
        taken_day = held.DayTaken(case=story.given.number, day=request.day)
        story.note(day_stream(person, request.day), taken_day)
    if office is not None and not keeps_seat:
        taken_seat = held.SeatTaken(case=story.given.number, capacity=office.capacity)
        story.note(seat_stream(office.code, request.day), taken_seat)


def release(story: Story) -> None:
    """Give back the day and the seat the record has."""
    before = held_by(story.state)
    if before is not None:
        _give_back(story, story.state.person.person, before, day=True, seat=True)


def _give_back(story: Story, person: str, before: Request, *, day: bool, seat: bool) -> None:
    case = story.given.number
    if day:
        story.note(day_stream(person, before.day), held.DayReleased(case=case, day=before.day))
    if seat and before.place is not None:
        story.note(seat_stream(before.place, before.day), held.SeatReleased(case=case))


def _days(given: Given, person: str, request: Request) -> dict[str, date]:
    """The person's days as far as they matter: of the week and of the month."""
    found: dict[str, date] = {}
    for stream in streams_of(person, request.day, None):
        found |= days_taken(given.guards[stream].events)
    return found
