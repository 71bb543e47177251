"""Who may change what in the directory, and when the author of a change needs a second person."""

from domain.clock import civil_date
from domain.directory import absences, proposals
from domain.directory.changes import fact_of
from domain.directory.commands import CancelAbsence, Confirm, RecordAbsence, RefuseProposal
from domain.directory.facts import Change, ChangeProposed
from domain.directory.legality import check
from domain.directory.state import Directory
from domain.events import Event, On
from domain.record import Command, Given
from domain.refusals import require


def decide_directory(directory: Directory, command: Command, given: Given) -> list[Event | On]:
    """The facts that follow from a command on the stream "directory"; raises `Refused` with a code of `codes.CODES`.

    Only persons change the directory this way, never a service account. A change from which its author gains becomes
    a proposal (design.md §7).
    """
    require(given.by.kind == "person", "person-only")
    match command:
        case RecordAbsence():
            recorded = absences.recorded(directory, command, given)
            if proposals.gains_from(directory, recorded, given.by.person, given.now):
                return [_proposed(directory, recorded, given)]
            return [recorded]
        case CancelAbsence():
            return [absences.cancelled(directory, command, given)]
        case Confirm():
            return [proposals.confirmed(directory, command, given)]
        case RefuseProposal():
            return [proposals.refused(directory, command, given)]
    require("directory-admin" in directory.roles(given.by.person, given.now), "not-directory-admin")
    fact = fact_of(directory, command, civil_date(given.now))
    check(directory, fact)
    if proposals.gains_from(directory, fact, given.by.person, given.now):
        return [_proposed(directory, fact, given)]
    return [fact]


def _proposed(directory: Directory, fact: Change, given: Given) -> ChangeProposed:
    return ChangeProposed(
        proposal=f"proposal-{directory.version + 1}",
        facts=(fact,),
        proposed_by=given.by.person,
        concerned=proposals.concerned(directory, fact, given.by.person),
    )
