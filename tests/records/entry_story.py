"""Stories about registers: the demo prefecture, a clock one can set, entries by whoever holds a post, what follows.

A `Book` keeps its streams in memory as the ledger does: facts go through the ledger's own mapper, a system rule's
occasion happens once, and every command is decided twice with the same answer.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.entry import RECORD, facts
from domain.entry.definitions import register_of
from domain.entry.people import acts_as
from domain.entry.state import Entry
from domain.entry.timing import EXPIRED, wake_at
from domain.envelope import system_command_id
from domain.events import Actor, Event, Meta, On
from domain.ledger.mapper import LedgerMapper
from domain.ledger.order import on_behalf, refuse_stale
from domain.record import Command, Given, Guard
from domain.refusals import Refused
from domain.rulebook import Rulebook
from domain.streams import stream_of
from tests.records.approval_story import calendars, rulebook
from tests.records.office import Office

NAMESPACE = UUID(int=9)
MAPPER = LedgerMapper(facts.EVENTS)
OCCASIONS_MAX = 50
USB: dict[str, Any] = {
    "kind": "usb",
    "content": "橋梁点検の写真",
    "classification": "class-2",
    "destination": "自宅",
    "carry_on": "2026-11-10",
    "return_by": "2026-11-13",
    "purpose": "在宅勤務での整理",
}
LOSS: dict[str, Any] = {"kind": "loss", "asset": "pc"}
SERVICE: dict[str, Any] = {
    "service": "議事録作成サービス",
    "provider": "事業者A",
    "purpose": "会議録の作成",
    "classification": "class-2",
    "use_from": "2026-12-01",
}


@dataclass(repr=False)
class Book(Office):
    """The prefecture's registers, one entry (`number`) in hand. `others` are records of other processes that exist."""

    rules: Rulebook = field(default_factory=rulebook)
    number: str = "R8-000001"
    streams: dict[str, list[tuple[Event, Meta]]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    done: set[UUID] = field(default_factory=set)
    told: tuple[Event, ...] = ()
    sent: int = 0

    def __repr__(self) -> str:
        return f"<{self.number} {self.now:%m-%d %H:%M} {self.state.register} {self.state.status}>"

    @property
    def history(self) -> list[tuple[Event, Meta]]:
        return self.streams.get(stream_of(RECORD.noun, self.number), [])

    @property
    def state(self) -> Entry:
        state = RECORD.initial
        for event, meta in self.history:
            state = RECORD.evolve(state, event, meta)
        return state

    @property
    def document(self) -> dict[str, Any]:
        return RECORD.document(self.state, len(self.history), self.number)

    def at(self, now: datetime) -> "Book":
        """The clock stands at `now`."""
        self.now = now
        return self

    def entry(self, number: str) -> "Book":
        """Take another entry in hand."""
        self.number = number
        return self

    def enters(self, register: str, *, by: str = "road-officer", **values: Any) -> "Book":
        """The holder of `by` makes an entry."""
        return self.send("enter", by, register_code=register, fields=values)

    def when(self, verb: str, *, by: str, **values: Any) -> "Book":
        """The holder of `by` does one of the register's transitions."""
        return self.send("move", by, transition=verb, fields=values)

    def send(self, verb: str, by: str, **body: Any) -> "Book":
        command = RECORD.commands[verb].model_validate_json(json.dumps(body, ensure_ascii=False))
        self.settle(command, self.actor(by), uuid5(NAMESPACE, str(self.sent)))
        assert self.told, "an accepted command of a person adds something"
        return self

    def tick(self) -> "Book":
        """A look at the entry: every occasion that is due, one after the other, each once."""
        told: list[Event] = []
        stream = stream_of(RECORD.noun, self.number)
        while due := RECORD.due(self.state, self.now, self.directory):
            first = due[0]
            command_id = system_command_id(stream=stream, rule=f"system:{first.verb}", occasion=first.occasion)
            assert command_id not in self.done, f"{first.occasion} comes twice"
            self.done.add(command_id)
            actor = Actor(kind="system", person=f"system:{first.verb}", name=first.rule)
            self.settle(first.command, actor, command_id)
            assert self.told, f"{first.occasion} brought nothing"
            told += self.told
            assert len(told) < OCCASIONS_MAX, "what is due ends"
        self.told = tuple(told)
        return self

    def then(self, status: str, *waiting_on: str) -> "Book":
        """The entry is in that state and waits on exactly these posts."""
        assert (self.state.status, self.document["waiting_on"]) == (status, list(waiting_on))
        return self

    def then_told(self, *posts: str) -> "Book":
        """The last command told exactly these posts, in one fact."""
        said = [event for event in self.told if isinstance(event, facts.PeopleTold | facts.OverdueReported)]
        assert len(said) == (1 if posts else 0)
        assert {each.post for event in said for each in event.told} == set(posts)
        return self

    def then_refused(self, code: str, verb: str, *, by: str, field: str | None = None, **values: Any) -> "Book":
        """The transition (or, for "enter …", the entry) is refused with that code, and nothing is added."""
        before = len(self.history)
        with pytest.raises(Refused) as refusal:
            if verb.startswith("enter "):
                self.enters(verb.removeprefix("enter "), by=by, **values)
            else:
                self.when(verb, by=by, **values)
        assert refusal.value.code == code
        assert field is None or refusal.value.field == field
        assert len(self.history) == before
        return self

    def given(self, by: Actor, command_id: UUID = NAMESPACE) -> Given:
        return Given(
            now=self.now, by=by, directory=self.directory, rules=self.rules, calendars=calendars(),
            command_id=command_id, number=self.number,
        )  # fmt: skip

    def settle(self, command: Command, by: Actor, command_id: UUID) -> None:
        """Load the guards, decide, append, and check what must hold of every entry at every moment."""
        self.sent += 1
        state, given = self.state, self.given(by, command_id)
        guards = {stream.name: self._guard(stream.name) for stream in RECORD.guards(state, command, given)}
        given = replace(given, guards=guards)
        refuse_stale(command, len(self.history))
        decided = RECORD.decide(state, command, given)
        assert decided == RECORD.decide(state, command, given), "the same question has the same answer"
        meta = Meta(command_id=command_id, correlation_id="", by=by, at=self.now)
        told = []
        for event in decided:
            assert not isinstance(event, On)
            stored = MAPPER.decode(MAPPER.tag(event), MAPPER.encode(event, on_behalf(meta, event)))
            assert stored == (event, on_behalf(meta, event)), "what is replayed equals what was decided"
            self.streams.setdefault(stream_of(RECORD.noun, self.number), []).append(stored)
            before, state = state, RECORD.evolve(state, *stored)
            check(before, event, state, given)
            told.append(event)
        self.told = tuple(told)
        ends = isinstance(self.told[-1], facts.Closed) if self.told else self.state.closed
        assert ends == self.state.closed == RECORD.view(self.state, 1).closed

    def _guard(self, name: str) -> Guard:
        return Guard(version=1 if name in self.others else len(self.streams.get(name, ())))


def check(before: Entry, event: Event, after: Entry, given: Given) -> None:
    """What must hold after every fact of every entry of every register."""
    view, shown = RECORD.view(after, 1), RECORD.document(after, 1, given.number)
    assert shown["state"] == after.status
    assert view.because
    assert not before.closed, "an ended entry changes no more"
    assert RECORD.may_read(after, after.entrant.person, given.directory, given.now)
    if isinstance(event, facts.Moved):
        register = register_of(after, given.rules)
        due = register.states[before.status].due
        ended = due is not None and due.then == after.status and event.transition == EXPIRED
        assert ended == (given.by.kind == "system"), "time reminds and reports; it moves only what ends by itself"
        permission = register.permission_in(before.status)
        if permission is not None and after.status != before.status and not register.states[after.status].ends:
            assert given.by.person != after.entrant.person, "nobody permits their own"
            assert acts_as((permission,), after.entrant, given)[0]
    if isinstance(event, facts.Reminded | facts.OverdueReported):
        assert event.stage == before.stage
    if after.closed:
        assert wake_at(after) is None
