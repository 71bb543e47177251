"""Who may act: the head of the organising unit, the head of a unit, whoever stands in for them; and who may read."""

from collections.abc import Iterable
from datetime import datetime

from domain.campaign.state import Campaign
from domain.clock import civil_date
from domain.directory import Directory
from domain.events import Actor
from domain.policies.line import Seat, next_held, seat_at
from domain.policies.telework_head import stand_ins
from domain.record import Given
from domain.refusals import Refused, require


def head_seat(directory: Directory, unit: str, at: datetime) -> Seat | None:
    """所属長: who answers for the unit; where its highest post is vacant, the next of the line who is there."""
    head = directory.head(unit, civil_date(at))
    if head is None:
        return None
    return seat_at(directory, head, at) or next_held(directory, head, at, excluded=frozenset())


def heads_of(directory: Directory, units: Iterable[str], at: datetime) -> dict[str, Seat]:
    """Give the head of each of these units, or of what took a unit over; those without anybody are left out."""
    today = civil_date(at)
    successors = dict.fromkeys(each for unit in units for each in directory.unit_successors(unit, today))
    seats = ((unit, head_seat(directory, unit, at)) for unit in successors)
    return {unit: seat for unit, seat in seats if seat is not None}


def acts_for(given: Given, seat: Seat) -> tuple[bool, Actor | None]:
    """Whether the asking person is this head, or the first who stands in while they are away; then on whose behalf."""
    if given.by.kind != "person":
        return False, None
    if seat.person == given.by.person:
        return True, None
    first = next(iter(stand_ins(given.directory, seat, person="", at=given.now)), None)
    if first is None or first.person != given.by.person:
        return False, None
    holder = seat.holder
    return True, Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)


def require_head(given: Given, unit: str) -> tuple[Seat, Actor | None]:
    """Refuse `not-unit-head` unless the asking person heads the unit or stands in; give the head, and on whose
    behalf.
    """
    require(given.by.kind == "person", "person-required")
    seat = head_seat(given.directory, unit, given.now)
    if seat is not None:
        acts, behalf = acts_for(given, seat)
        if acts:
            return seat, behalf
    raise Refused("not-unit-head")


def require_organiser(given: Given, units: Iterable[str]) -> tuple[str, Seat, Actor | None]:
    """Refuse `not-organiser` unless the asking person heads one of these units or stands in; give that unit (that of
    the post they act as first), its head, and on whose behalf.
    """
    require(given.by.kind == "person", "person-required")
    own = given.directory.post(given.by.post, civil_date(given.now)) if given.by.post else None
    seats = heads_of(given.directory, units, given.now)
    for unit, seat in sorted(seats.items(), key=lambda each: own is None or each[0] != own.unit):
        acts, behalf = acts_for(given, seat)
        if acts:
            return unit, seat, behalf
    raise Refused("not-organiser")


def may_read(state: Campaign, person: str, directory: Directory, at: datetime) -> bool:
    """Whether the person may see the campaign: everybody in office, and whoever acted in it. It says nothing of
    people.
    """
    return state.status == "none" or person in state.acted or bool(directory.posts_of(person, at))
