"""第二者の確認: a change from which its author gains waits for somebody who does not."""

from datetime import datetime

from domain.clock import civil_date
from domain.directory.commands import Confirm, RefuseProposal
from domain.directory.day import Day
from domain.directory.facts import (
    AbsenceCancelled,
    AbsenceRecorded,
    ActingEnded,
    ActingNamed,
    Appointed,
    AppointmentEnded,
    Change,
    ChangeConfirmed,
    ChangeRefused,
    Transferred,
)
from domain.directory.folding import evolve
from domain.directory.legality import check, takes_effect
from domain.directory.organisation import Holder, Rank, rank_order
from domain.directory.powers import gains, gains_by_absence
from domain.directory.state import Directory, Proposal
from domain.record import Given
from domain.refusals import Refused, require


def gains_from(directory: Directory, fact: Change, person: str, at: datetime) -> bool:
    """Whether the person may do more once the fact is in force, from today on."""
    match fact:
        case AbsenceRecorded():
            return gains_by_absence(person, directory, fact)
        case AbsenceCancelled():
            return False
    since = max(takes_effect(fact), civil_date(at))
    return gains(person, before=directory, after=evolve(directory, fact), since=since)


def second_persons(directory: Directory, proposal: Proposal, at: datetime) -> tuple[Holder, ...]:
    """Who may confirm, never the author, and (but for the absent one) nobody who gains from it.

    For an absence the absent one and those above; else those above the author from 部長 up; always the administrators.
    """
    absentees = _absentees(proposal)
    may = {
        person
        for person in entitled(directory, proposal, at)
        if person in absentees or not _gains(directory, proposal, person, at)
    }
    day = directory.structure.day(civil_date(at))
    first: dict[str, Holder] = {}
    for code in day.posts:
        holder = day.holder(code)
        if holder is not None and holder.person in may:
            first.setdefault(holder.person, holder)
    return tuple(first.values())


def _absentees(proposal: Proposal) -> set[str]:
    return {fact.person for fact in proposal.facts if isinstance(fact, AbsenceRecorded)}


def entitled(directory: Directory, proposal: Proposal, at: datetime) -> set[str]:
    """Who may be the second person by office, whether or not they gain."""
    day = directory.structure.day(civil_date(at))
    absentees = _absentees(proposal)
    above = _above(day, absentees or {proposal.proposed_by}, "officer" if absentees else "department_director")
    admins = {
        holder.person
        for post in day.posts.values()
        if "directory-admin" in post.roles and (holder := day.holder(post.code)) is not None and not holder.acting
    }
    return (above | admins | absentees) - {proposal.proposed_by}


def _gains(directory: Directory, proposal: Proposal, person: str, at: datetime) -> bool:
    return any(gains_from(directory, fact, person, at) for fact in proposal.facts)


def _above(day: Day, persons: set[str], lowest: Rank) -> set[str]:
    """Who stands over any of the persons in the line of one of their posts, at that rank or higher."""
    floor = rank_order(lowest)
    found: set[str] = set()
    for post in (post for person in persons for post in day.posts_of(person)):
        over = [one for one in day.line(post.unit) if rank_order(one.rank) >= max(floor, rank_order(post.rank) + 1)]
        found |= {holder.person for one in over if (holder := day.holder(one.code)) is not None}
    return found - persons


def confirmed(directory: Directory, command: Confirm, given: Given) -> ChangeConfirmed:
    """The second person's yes. Refuses the author, those who gain, those not entitled, and what no longer fits."""
    proposal = _pending(directory, command.proposal)
    person = given.by.person
    require(person != proposal.proposed_by, "self-confirmation", "proposal")
    require(person in entitled(directory, proposal, given.now), "not-second-person", "proposal")
    unbiased = person in _absentees(proposal) or not _gains(directory, proposal, person, given.now)
    require(unbiased, "gains-from-change", "proposal")
    _still_fits(directory, proposal, given)
    return ChangeConfirmed(proposal=command.proposal, confirmed_by=person, comment=command.comment)


def refused(directory: Directory, command: RefuseProposal, given: Given) -> ChangeRefused:
    """The second person's no, the author's taking back, or the objection of one whom it concerns."""
    proposal = _pending(directory, command.proposal)
    person = given.by.person
    may = {holder.person for holder in second_persons(directory, proposal, given.now)}
    require(person in may | {proposal.proposed_by, *proposal.concerned}, "not-second-person", "proposal")
    return ChangeRefused(proposal=command.proposal, refused_by=person, reason=command.reason)


def _pending(directory: Directory, proposal: str) -> Proposal:
    found = directory.proposals.get(proposal)
    if found is None:
        raise Refused("unknown-proposal", "proposal")
    require(found.state == "pending", "proposal-closed", "proposal")
    return found


def _still_fits(directory: Directory, proposal: Proposal, given: Given) -> None:
    for fact in proposal.facts:
        if isinstance(fact, AbsenceRecorded):
            require(fact.ends_at > given.now, "proposal-outdated", "proposal")
            continue
        try:
            directory = check(directory, fact)
        except Refused as refusal:
            raise Refused("proposal-outdated", "proposal", f"{refusal.code}: {refusal.detail or ''}") from refusal


def concerned(directory: Directory, fact: Change, author: str) -> tuple[str, ...]:
    """Whom a change touches besides its author: persons it names, holders of its posts before and after."""
    if isinstance(fact, AbsenceRecorded):
        return tuple({fact.person} - {author})
    since = takes_effect(fact)
    before, after = directory.structure.day(since), evolve(directory, fact).structure.day(since)
    posts, persons = _named(fact)
    for post in posts:
        for day in (before, after):
            holder = day.holder(post)
            persons |= {holder.person} if holder else set()
            unit = day.posts[post].unit if post in day.posts else None
            head = day.head(unit) if unit else None
            heading = day.holder(head.code) if head else None
            persons |= {heading.person} if heading else set()
    return tuple(sorted(persons - {author}))


def _named(fact: Change) -> tuple[set[str], set[str]]:
    match fact:
        case Appointed() | AppointmentEnded():
            return {fact.post}, {fact.person}
        case ActingNamed() | ActingEnded():
            return {fact.post, fact.acting_post}, set()
        case Transferred():
            posts = {post for move in fact.moves for post in (move.from_post, move.to_post)}
            return posts, {move.person for move in fact.moves}
        case _:
            post = getattr(fact, "post", None)
            return ({post} if isinstance(post, str) else set()), set()
