"""Stories about the directory: the demo prefecture as its own file gives it, commands by persons, and what follows."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.calendars import Calendars, load_holidays
from domain.clock import JST
from domain.directory import Directory, fold
from domain.directory.codes import CODES
from domain.directory.commands import COMMANDS, DirectoryCommand
from domain.directory.decide import decide_directory
from domain.events import Actor, Event, On
from domain.record import Given
from domain.refusals import Refused
from domain.rulebook import Rulebook
from kessai.directory_diff import diff
from kessai.directory_files import Desired, read_directory_file

DEMO = Path(__file__).parents[2] / "kessai" / "demo" / "organisation.yaml"
NOVEMBER = datetime(2026, 11, 9, 10, 0, tzinfo=JST)  # a Monday; vice-governor-1 goes abroad on the 16th


@cache
def demo_file() -> Desired:
    """The demo organisation as the program reads it."""
    return read_directory_file(DEMO)


@cache
def demo() -> Directory:
    """The demo prefecture's directory."""
    return fold(Directory(), [difference.fact for difference in diff(Directory(), demo_file())])


def command(text: str, **body: Any) -> DirectoryCommand:
    """A command as it comes through HTTP: `appoint post=road-chief from=2027-04-01`; `from_` stands for `from`."""
    verb, *pairs = text.split()
    kind, _ = COMMANDS[verb]
    fields = dict(pair.split("=") for pair in pairs) | {name.removesuffix("_"): value for name, value in body.items()}
    return kind.model_validate(fields, strict=False)


@dataclass(frozen=True)
class Told:
    """A directory, and the facts the last command added to it."""

    directory: Directory
    facts: tuple[Event | On, ...] = ()

    def when(self, text: str, *, by: str, at: datetime = NOVEMBER, **body: Any) -> "Told":
        """A person sends a command that is accepted."""
        facts = decide_directory(self.directory, command(text, **body), given(self.directory, by, at))
        events = [fact for fact in facts if isinstance(fact, Event)]
        return Told(fold(self.directory, events), tuple(facts))

    def then(self, *facts: Event) -> "Told":
        """Exactly these facts were added."""
        assert self.facts == facts
        return self

    def then_refused(self, code: str, text: str, *, by: str, at: datetime = NOVEMBER, **body: Any) -> "Told":
        """The command is refused with that code, which the table of codes knows."""
        with pytest.raises(Refused) as refusal:
            decide_directory(self.directory, command(text, **body), given(self.directory, by, at))
        assert refusal.value.code == code
        assert code in CODES
        return self

    def proposed(self) -> str:
        """The last command became a proposal; its id."""
        (proposal,) = (one for one in self.directory.pending())
        return proposal.proposal


def told() -> Told:
    """The story begins with the demo prefecture."""
    return Told(demo())


def given(directory: Directory, by: str, at: datetime, kind: Any = "person") -> Given:
    """What the ledger hands to a decision."""
    return Given(
        now=at,
        by=Actor(kind=kind, person=by, name=directory.name(by) or by),
        directory=directory,
        rules=Rulebook(),
        calendars=_calendars(),
        command_id=UUID(int=1),
        number="pref",
    )


@cache
def _calendars() -> Calendars:
    return Calendars.from_rows(load_holidays())
