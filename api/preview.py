"""Preview: what submitting a draft would lead to, by the very function that submission calls; nothing is written."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from api.errors import Problem
from api.gateway import Sender
from api.parts import ApiParts
from domain.approval import RECORD
from domain.approval.commands import Draft
from domain.events import Actor, Meta, On
from domain.record import Given, Guard

NOTHING = UUID(int=0)


def preview(parts: ApiParts, command: Draft, sender: Sender) -> dict[str, Any]:
    """Give the document the case would have after submission, its number and version null.

    Reads directory, rules and guard streams as they are now; refuses what submission would refuse (`Refused`).
    """
    command = command.model_copy(update={"submit": True})
    given = _guarded(parts, command, _given(parts, sender))
    state = RECORD.initial
    meta = Meta(command_id=NOTHING, correlation_id="preview", by=given.by, at=given.now)
    for told in RECORD.decide(state, command, given):
        if not isinstance(told, On):
            state = RECORD.evolve(state, told, meta)
    return {**RECORD.document(state, 0, ""), "number": None, "version": None}


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


def _guarded(parts: ApiParts, command: Draft, given: Given) -> Given:
    """`given` with the guard streams the draft needs, loaded as the ledger's writer loads them."""
    guards = {}
    for stream in RECORD.guards(RECORD.initial, command, given):
        last = parts.reader.last_fact(stream.name)
        facts = parts.reader.facts(stream.name) if stream.whole else (last,) if last else ()
        guards[stream.name] = Guard(version=facts[-1].version if facts else 0, events=tuple(f.event for f in facts))
    return replace(given, guards=guards)
