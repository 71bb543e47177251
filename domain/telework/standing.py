"""Who may act: the applicant, the head of the unit or who stands in for them, the supervisors; and who may read."""

from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory
from domain.events import Actor
from domain.parties import called, party_at
from domain.policies.line import Seat
from domain.policies.telework_head import head_for, stand_ins, supervises
from domain.record import Given
from domain.refusals import Refused, require
from domain.telework.facts import Party
from domain.telework.state import CLOSED, Telework
from domain.telework.story import Story


def post_of(state: Telework, directory: Directory, at: datetime) -> str:
    """In which post the person works now: that of the request while they hold it, after a transfer their highest."""
    old = called(directory, state.person.post, at)
    mine = [post.code for post in directory.posts_of(state.person.person, at)]
    return old if old in mine or not mine else mine[0]


def head_now(state: Telework, directory: Directory, at: datetime) -> Seat | None:
    """Who approves and orders now; None where nobody stands above the person."""
    return head_for(directory, post=post_of(state, directory, at), person=state.person.person, at=at)


def party_of(given: Given, person: str, post: str) -> Party:
    """The person in that post as displayed today; refuse `not-your-post` if they neither hold nor act for it."""
    found = party_at(Party, given.directory, person, post, given.now)
    if found is None:
        raise Refused("not-your-post", "Kessai-Post")
    return found


def head_of(given: Given, applicant: Party) -> Party:
    """Who approves the telework of the applicant; refuse `no-approver` where nobody stands above."""
    seat = head_for(given.directory, post=applicant.post, person=applicant.person, at=given.now)
    if seat is None:
        raise Refused("no-approver")
    return party_of(given, seat.person, seat.post.code)


def require_head(story: Story) -> Actor | None:
    """Refuse unless the asking person is the head of the person's unit, or stands in for an absent head: then give
    on whose behalf.

    Refuses `self-approval`, `not-first-proxy`, `not-unit-head`.
    """
    state, given = story.state, story.given
    require(given.by.person != state.person.person, "self-approval")
    return require_head_for(given, person=state.person.person, post=post_of(state, given.directory, given.now))


def require_head_for(given: Given, *, person: str, post: str) -> Actor | None:
    """As `require_head`, for whoever holds `post`."""
    require(given.by.kind == "person", "person-required")
    require(given.by.person != person, "self-approval")
    seat = head_for(given.directory, post=post, person=person, at=given.now)
    if seat is None:
        raise Refused("not-unit-head")
    if seat.person == given.by.person:
        return None
    proxies = [one.person for one in stand_ins(given.directory, seat, person=person, at=given.now)]
    require(given.by.person in proxies, "not-unit-head")
    require(given.by.person == proxies[0], "not-first-proxy")
    holder = seat.holder
    return Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)


def require_applicant(story: Story) -> None:
    """Refuse `forbidden` unless the telework is the asking person's own."""
    require(story.given.by.kind == "person" and story.given.by.person == story.state.person.person, "forbidden")


def is_supervisor(story: Story) -> bool:
    """所属長等: whether the asking person is the head's 総括補佐 or GL over the applicant (the head is asked apart)."""
    state, given = story.state, story.given
    return given.by.kind == "person" and supervises(
        given.directory,
        given.by.person,
        post=post_of(state, given.directory, given.now),
        person=state.person.person,
        at=given.now,
    )


def require_supervisor(story: Story) -> Actor | None:
    """Refuse unless the asking person is the head, stands in for them, or is 総括補佐 or GL over the applicant.

    Refuses as `require_head`.
    """
    return None if is_supervisor(story) else require_head(story)


def moved(state: Telework, directory: Directory, at: datetime) -> tuple[Party, Party] | None:
    """Person and head as they are now, if a transfer of personnel made either another than recorded; else None."""
    seat = head_now(state, directory, at)
    head = party_at(Party, directory, seat.person, seat.post.code, at) if seat else None
    applicant = party_at(Party, directory, state.person.person, post_of(state, directory, at), at) or state.person
    head = head or state.superior
    same = applicant.post == state.person.post and (head.post, head.person) == (
        state.superior.post,
        state.superior.person,
    )
    return None if same else (applicant, head)


def may_read(state: Telework, person: str, directory: Directory, at: datetime) -> bool:
    """Whether the person may see the record: whoever took part, the line above the person, 総括補佐 and GL of the unit,
    who stands in for an absent head, auditors. Colleagues of the unit are not among them: how to reach each other
    (TW-07) they see in the unit's day, which has neither tasks nor leave.
    """
    if state.applicant is None or person in state.participants or person == state.person.person:
        return True
    post = post_of(state, directory, at)
    seat = head_for(directory, post=post, person=state.person.person, at=at)
    if seat is not None and seat.person == person:
        return True
    described = directory.post(post, civil_date(at))
    if described is not None and directory.in_line_above(person, described.unit, at):
        return True
    if supervises(directory, person, post=post, person=state.person.person, at=at):
        return True
    if seat is not None and state.status not in CLOSED:
        proxies = stand_ins(directory, seat, person=state.person.person, at=at)
        if any(one.person == person for one in proxies):
            return True
    return "auditor" in directory.roles(person, at)
