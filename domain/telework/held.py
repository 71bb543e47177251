"""席と実施日の事実: what happens on the guard streams, where the rules across records are kept."""

from datetime import date

from domain.events import Event


class SeatTaken(Event, frozen=True, tag="telework-seat.taken.v1"):
    """席の確保 at a satellite office on a day; `capacity` as it was judged."""

    case: str
    capacity: int


class SeatReleased(Event, frozen=True, tag="telework-seat.released.v1"):
    """席の解放"""

    case: str


class DayTaken(Event, frozen=True, tag="telework-day.taken.v1"):
    """実施日の確保: one live request or order a person and day."""

    case: str
    day: date


class DayReleased(Event, frozen=True, tag="telework-day.released.v1"):
    """実施日の解放"""

    case: str
    day: date


EVENTS: tuple[type[Event], ...] = (SeatTaken, SeatReleased, DayTaken, DayReleased)
