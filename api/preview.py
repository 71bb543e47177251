"""Preview: what a record would look like after its first command, by the very functions that the command calls."""

from typing import Any
from uuid import UUID

from api.errors import Problem
from api.gateway import Sender
from api.parts import ApiParts
from api.rehearsal import rehearse
from domain.events import Actor
from domain.record import Command, Given, Record

NOTHING = UUID(int=0)


def preview(parts: ApiParts, record: Record[Any], command: Command, sender: Sender) -> dict[str, Any]:
    """Give the document the record would have after `command`, its number and version null; nothing is written.

    Reads directory, rules and guard streams as they are now; refuses what the command would be refused (`Refused`).
    """
    state, _ = rehearse(record, record.initial, command, _given(parts, sender), ledger=parts.reader)
    return {**record.document(state, 0, ""), "number": None, "version": None}


def _given(parts: ApiParts, sender: Sender) -> Given:
    now = parts.clock.now()
    directory, rules = parts.reader.references()
    by = Actor(kind=sender.kind, person=sender.person, name=sender.person)
    if sender.kind == "person":
        holder = directory.holder(sender.post, now) if sender.post else None
        if holder is None or holder.person != sender.person:
            raise Problem("not-your-post", field="Kessai-Post")
        by = Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)
    return Given(
        now=now, by=by, directory=directory, rules=rules, calendars=parts.calendars, command_id=NOTHING, number=""
    )
