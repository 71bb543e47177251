"""規程の施行: the rulebook as a record, so that adopting editions goes through the ledger like any other command."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.events import Event, On
from domain.record import Command, Given, Record, Verb
from domain.refusals import Refused
from domain.rulebook import Rulebook, RulesAdopted, adopt, evolve
from domain.view import View


class OfferedEdition(BaseModel):
    """One edition of one subject's rules, as a rule file offers it: the fields of `RulesAdopted`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    subject: str
    edition: str
    valid_from: date
    body: str
    sha256: str


class AdoptRules(Command):
    """Adopt the offered editions that are not yet known. Refusals: see `rulebook.adopt`."""

    editions: tuple[OfferedEdition, ...]


def offer(events: list[RulesAdopted]) -> AdoptRules:
    """The command that adopts what a rule file offers (`kessai.rule_files.editions_from_yaml`)."""
    return AdoptRules(
        editions=tuple(
            OfferedEdition(subject=e.subject, edition=e.edition, valid_from=e.valid_from, body=e.body, sha256=e.sha256)
            for e in events
        )
    )


def decide(rulebook: Rulebook, command: Command, given: Given) -> list[Event | On]:
    """The editions to add, or a refusal. Only a named system rule sends it (`RECORD.system`): see the command line."""
    if not isinstance(command, AdoptRules):
        raise Refused("unknown-verb")
    return [*adopt(rulebook, [RulesAdopted(**offered.model_dump()) for offered in command.editions])]


def view(rulebook: Rulebook, version: int) -> View:
    """The rulebook never closes and waits on nobody."""
    return View(version=version, state="in_force", details=f"施行された版 {len(rulebook.editions)}件")


def document(rulebook: Rulebook, version: int, number: str) -> dict[str, Any]:
    """The public document: every edition with its day and content hash."""
    editions = [
        {"subject": e.subject, "edition": e.edition, "valid_from": e.valid_from.isoformat(), "sha256": e.sha256}
        for e in rulebook.editions
    ]
    return {"version": version, "editions": editions}


RECORD = Record(
    noun="rulebook",
    plural="rulebook",
    label="規程集",
    events=(RulesAdopted,),
    verbs={"adopt": Verb(label="規程の施行", command=AdoptRules, system=True)},
    initial=Rulebook(),
    evolve=evolve,
    decide=decide,
    view=view,
    document=document,
    due=lambda rulebook, at, directory: (),
    may_read=lambda rulebook, person, directory, at: True,
)
