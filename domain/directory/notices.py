"""通知: which persons a fact of the directory concerns, so that whoever sends messages can tell them."""

from domain.directory.facts import (
    AbsenceCancelled,
    AbsenceRecorded,
    Appointed,
    AppointmentEnded,
    ChangeConfirmed,
    ChangeProposed,
    ChangeRefused,
    Transferred,
)
from domain.directory.state import Directory
from domain.events import Event


def to_notify(directory: Directory, event: Event, by: str) -> tuple[str, ...]:
    """The person numbers to tell about an event that `by` caused; `directory` is the one after it."""
    match event:
        case AbsenceRecorded() | Appointed() | AppointmentEnded():
            persons = {event.person}
        case AbsenceCancelled():
            persons = {directory.absences[event.absence].person}
        case Transferred():
            persons = {move.person for move in event.moves}
        case ChangeProposed():
            persons = set(event.concerned)
        case ChangeConfirmed() | ChangeRefused():
            proposal = directory.proposals[event.proposal]
            persons = {proposal.proposed_by, *proposal.concerned}
        case _:
            persons = set()
    return tuple(sorted(persons - {by}))
