"""Trying out: what a command would do to a record, by the very rules that will decide it; nothing is written."""

from dataclasses import replace
from typing import TypeVar

from domain.events import Event, Meta, On
from domain.ledger.reading import LedgerReader
from domain.record import Command, Given, Guard, Record

S = TypeVar("S")


def rehearse(
    record: Record[S], state: S, command: Command, given: Given, *, ledger: LedgerReader | None = None
) -> tuple[S, list[Event]]:
    """Give the state that `command` would leave, and the events it would add; raise what it would be `Refused` with.

    `ledger` provides the rules across records (split orders, the case an amendment refers to). Without it those that
    `given` does not bring count as empty, which is mostly enough to know whether an act is open, and what follows from
    it apart from its number.
    """
    wanted = record.guards(state, command, given)
    guards = {
        stream.name: ledger.guard(stream) if ledger else given.guards.get(stream.name, Guard()) for stream in wanted
    }
    given = replace(given, guards=guards)
    meta = Meta(command_id=given.command_id, correlation_id="", by=given.by, at=given.now)
    events = [item for item in record.decide(state, command, given) if not isinstance(item, On)]
    for event in events:
        state = record.evolve(state, event, meta)
    return state, events
