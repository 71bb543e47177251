"""管理簿の一場面: what one command brings about, event after event, each seen by the next."""

from datetime import UTC, date, datetime, time
from typing import cast

from domain.calendars import OutsideCalendar
from domain.clock import JST, civil_date
from domain.directory import Directory
from domain.entry import facts
from domain.entry.evolution import evolve
from domain.entry.facts import Party, Standing, Value
from domain.entry.people import named, posts_for, told
from domain.entry.state import Entry
from domain.policies.deadlines import OFFICE_CLOSES, REMINDED_AT, due_after_office_days
from domain.policies.entry import Due, Register
from domain.record import Given
from domain.story import Telling


class Story(Telling[Entry]):
    """What is decided so far of an entry."""

    evolves = staticmethod(evolve)

    def inform(self, whom: tuple[str, ...], entrant: Party) -> None:
        """Tell people, all at once; nothing waits for any of them, and nobody being there refuses nothing."""
        found = told(named(whom, self.state.said), entrant, self.given)
        if found:
            self.tell(facts.PeopleTold(told=found))

    def close_if_over(self, register: Register) -> None:
        """End the entry where its state ends it."""
        if register.states[self.state.status].ends:
            self.tell(facts.Closed(state=self.state.status))

    def standing(self, register: Register, name: str, entrant: Party, values: tuple[Value, ...]) -> Standing:
        """Give where the entry stands in a state: for whom it waits, and until when."""
        state, given = register.states[name], self.given
        said = {each.name: each.value for each in values}
        awaits = next(iter(named((state.waits_for,), said)), None) if state.waits_for else None
        posts = posts_for(awaits, entrant, given.directory, given.now) if awaits else ()
        due_at = due_of(state.due, values, given) if state.due else None
        return Standing(
            state=name,
            label=state.label,
            awaits=awaits,
            posts=posts,
            titles=tuple(title_of(post, given.directory, given.now) for post in posts),
            task=state.task or "",
            due_at=due_at,
            remind_at=_first_reminder(state.due, due_at, given) if awaits and state.due and due_at else None,
        )


def title_of(post: str, directory: Directory, at: datetime) -> str:
    """The title of a post as displayed that day, its code where it is gone."""
    holder, described = directory.holder(post, at), directory.post(post, civil_date(at))
    return holder.title if holder else described.title if described else post


def due_of(due: Due, values: tuple[Value, ...], given: Given) -> datetime | None:
    """17:15 JST of the day it falls due, as UTC; None where no day is given, or it lies beyond the calendar: an entry
    is never refused for want of a calendar.
    """
    if due.field is not None:
        said = next((str(each.value) for each in values if each.name == due.field), None)
        return _at(date.fromisoformat(said), OFFICE_CLOSES) if said else None
    try:
        return due_after_office_days(given.now, cast(int, due.office_days), given.calendars)
    except OutsideCalendar:
        return None


def next_repeat(due: Due, given: Given) -> datetime | None:
    """09:00 JST of the office day on which an overdue entry is reminded again; None: it is not."""
    if due.repeat_office_days is None:
        return None
    try:
        day = given.calendars.office.add_open_days(civil_date(given.now), due.repeat_office_days)
    except OutsideCalendar:
        return None
    return _at(day, REMINDED_AT)


def _first_reminder(due: Due, due_at: datetime, given: Given) -> datetime | None:
    if due.remind_office_days_before == 0:
        return None
    try:
        day = given.calendars.office.add_open_days(civil_date(due_at), -due.remind_office_days_before)
    except OutsideCalendar:
        return None
    at = _at(day, REMINDED_AT)
    return at if given.now < at < due_at else None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, JST).astimezone(UTC)
