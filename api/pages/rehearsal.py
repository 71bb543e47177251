"""Trying out: what a command would do to a case, by the very rules that will decide it, without anything happening."""

from dataclasses import replace

from domain.approval import RECORD
from domain.approval.state import Approval
from domain.events import Event, Meta, On
from domain.ledger.reading import LedgerReader
from domain.record import Command, Given, Guard, GuardStream


def rehearse(
    state: Approval, command: Command, given: Given, *, ledger: LedgerReader | None = None
) -> tuple[Approval, list[Event]]:
    """Give the case as `command` would leave it, and the events it would add; raise what it would be `Refused` with.

    `ledger` provides the rules across records (split orders, the case an amendment refers to). Without it they count as
    empty, which is enough to know whether an act is open, and what follows from it apart from its number.
    """
    guards = {stream.name: _guard(stream, ledger) for stream in RECORD.guards(state, command, given)}
    given = replace(given, guards=guards)
    meta = Meta(command_id=given.command_id, correlation_id="", by=given.by, at=given.now)
    events = [item for item in RECORD.decide(state, command, given) if not isinstance(item, On)]
    for event in events:
        state = RECORD.evolve(state, event, meta)
    return state, events


def _guard(stream: GuardStream, ledger: LedgerReader | None) -> Guard:
    if ledger is None:
        return Guard()
    last = ledger.last_fact(stream.name)
    facts = ledger.facts(stream.name) if stream.whole else (last,) if last else ()
    return Guard(version=facts[-1].version if facts else 0, events=tuple(fact.event for fact in facts))
