"""The directory as a record, so that the ledger and the API carry its commands like those of any process."""

from datetime import datetime
from typing import Any

from domain.directory.commands import COMMANDS
from domain.directory.decide import decide_directory
from domain.directory.facts import EVENTS
from domain.directory.folding import evolve, fold
from domain.directory.state import Directory
from domain.record import Occasion, Record, Verb
from domain.view import View

NOUN = "directory"


def view(directory: Directory, version: int) -> View:
    """The little there is to show: the directory never closes and waits on nobody but second persons."""
    pending = len(directory.pending())
    because = f"第二者の承認を待つ変更が {pending}件あります" if pending else "職員録の変更を待っています"
    return View(version=version, state="運用中", because=because, details=because)


def document(directory: Directory, version: int, number: str) -> dict[str, Any]:
    """The public document: version and the proposals that wait for a second person."""
    pending = [
        {"proposal": one.proposal, "proposed_by": one.proposed_by, "concerned": list(one.concerned)}
        for one in directory.pending()
    ]
    return {"version": version, "pending": pending}


def due(directory: Directory, at: datetime, in_force: Directory) -> tuple[Occasion, ...]:
    """Nothing: dated facts take effect by themselves, and a proposal waits for its second person as long as it must."""
    return ()


def may_read(directory: Directory, person: str, in_force: Directory, at: datetime) -> bool:
    """Whether the person holds or acts for any post: who holds which post is no secret inside the prefecture."""
    return bool(in_force.posts_of(person, at))


RECORD = Record(
    noun=NOUN,
    plural="directory",
    label="職員録",
    events=EVENTS,
    verbs={name: Verb(label=label, command=command) for name, (command, label) in COMMANDS.items()},
    initial=Directory(),
    evolve=evolve,
    evolve_all=fold,
    decide=decide_directory,
    view=view,
    document=document,
    due=due,
    may_read=may_read,
)
