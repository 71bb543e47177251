"""Stories about telework: the demo prefecture, a clock one can set, commands by whoever holds a post, what follows.

A `Workday` keeps its streams in memory exactly as the ledger does: facts go through the ledger's own mapper, guard
streams are loaded as asked and appended in the same step, a system rule's occasion happens once. After every step the
laws of `telework_laws` are checked over all records and guard streams.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.envelope import system_command_id
from domain.events import Actor, Event, Meta, On
from domain.ledger.mapper import LedgerMapper
from domain.ledger.order import on_behalf, refuse_stale
from domain.record import Command, Given, Guard
from domain.refusals import Refused
from domain.rulebook import Rulebook, RulesAdopted, adopted
from domain.streams import stream_of
from domain.telework import RECORD
from domain.telework.facts import EVENTS
from domain.telework.state import Telework
from kessai.rule_files import packaged_editions
from tests.records.approval_story import calendars, rulebook
from tests.records.office import MORNING, Office, jst
from tests.records.telework_laws import check_event, check_guards, check_state

Stream = list[tuple[Event, Meta]]
FIRST = "R8-000001"
WEDNESDAY = date(2026, 11, 11)
MAPPER = LedgerMapper(EVENTS)
NAMESPACE = UUID(int=9)
OCCASIONS_MAX = 20


@cache
def _demo_rules() -> str:
    (edition,) = (each for each in packaged_editions() if each.subject == "telework")
    return edition.body


def telework_rules(**changes: Any) -> RulesAdopted:
    """The demo's rules for telework with something else, in force from 1 November 2026."""
    body: dict[str, Any] = json.loads(_demo_rules())
    return adopted("telework", body | {"edition": "2026-11", "valid_from": "2026-11-01"} | changes)


def rules_with(**changes: Any) -> Rulebook:
    """The demo's rulebook with other rules for telework from 1 November 2026."""
    return rulebook((telework_rules(**changes),))


@dataclass(repr=False)
class Workday(Office):
    """The prefecture's telework, one request or order (`number`) in hand."""

    rules: Rulebook = field(default_factory=rulebook)
    number: str = FIRST
    streams: dict[str, Stream] = field(default_factory=dict)
    done: set[UUID] = field(default_factory=set)
    told: tuple[Event, ...] = ()
    sent: int = 0

    def __repr__(self) -> str:
        return f"<{self.number} {self.now:%m-%d %H:%M} {self.state.status}>"

    @property
    def stream(self) -> str:
        return stream_of(RECORD.noun, self.number)

    @property
    def history(self) -> Stream:
        return self.streams.get(self.stream, [])

    @property
    def state(self) -> Telework:
        return self.state_of(self.number)

    def state_of(self, number: str) -> Telework:
        """A record, folded from its stream."""
        state = RECORD.initial
        for event, meta in self.streams.get(stream_of(RECORD.noun, number), []):
            state = RECORD.evolve(state, event, meta)
        return state

    @property
    def document(self) -> dict[str, Any]:
        return RECORD.document(self.state, len(self.history), self.number)

    # given

    def at(self, month: int, day: int, hour: int = 10, minute: int = 0, *, year: int = 2026) -> "Workday":
        """The clock stands there; what time brings about has not been looked at yet."""
        self.now = jst(year, month, day, hour, minute)
        return self

    def case(self, number: int) -> "Workday":
        """Take another record in hand."""
        self.number = f"R8-{number:06}"
        return self

    # when

    def when(self, verb: str, *, by: str, **body: Any) -> "Workday":
        """The holder of the post `by` sends a command that is accepted."""
        self.settle(self._command(verb, body), self.actor(by), uuid5(NAMESPACE, str(self.sent)))
        assert self.told, "an accepted command of a person adds something"
        return self

    def tick(self) -> "Workday":
        """A look at the record: every system rule that is due acts, one after the other, each occasion once."""
        told: list[Event] = []
        while due := RECORD.due(self.state, self.now, self.directory):
            first = due[0]
            command_id = system_command_id(stream=self.stream, rule=f"system:{first.verb}", occasion=first.occasion)
            assert command_id not in self.done, f"{first.occasion} comes twice"
            self.done.add(command_id)
            actor = Actor(kind="system", person=f"system:{first.verb}", name=first.rule)
            self.settle(first.command, actor, command_id)
            assert self.told, f"{first.occasion} brought nothing"
            told += self.told
            assert len(told) < OCCASIONS_MAX, "what is due ends"
        self.told = tuple(told)
        return self

    # then

    @property
    def waiting_on(self) -> list[str]:
        return list(self.document["waiting_on"])

    def then(self, status: str, *waiting_on: str) -> "Workday":
        """The record has that state and waits on exactly these posts."""
        assert (self.state.status, self.waiting_on) == (status, list(waiting_on))
        return self

    def then_told(self, *kinds: type[Event]) -> "Workday":
        """The last command added events of exactly these kinds to the record, in this order."""
        assert [type(event).__name__ for event in self.told] == [kind.__name__ for kind in kinds]
        return self

    def then_refused(self, code: str, verb: str, *, by: str, **body: Any) -> "Workday":
        """The command is refused with that code, and nothing is added."""
        before = {name: len(stream) for name, stream in self.streams.items()}
        with pytest.raises(Refused) as refusal:
            self.settle(self._command(verb, body), self.actor(by), uuid5(NAMESPACE, str(self.sent)))
        assert refusal.value.code == code
        assert before == {name: len(stream) for name, stream in self.streams.items()}
        return self

    def last(self, kind: type[Event]) -> Any:
        """The last fact of that kind in the record."""
        return [event for event, _ in self.history if isinstance(event, kind)][-1]

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event, _ in self.history)

    # what the ledger does

    def _command(self, verb: str, body: dict[str, Any]) -> Command:
        return RECORD.commands[verb].model_validate_json(json.dumps(body, ensure_ascii=False, default=str))

    def actor(self, by: str) -> Actor:
        holder = self.directory.holder(by, self.now)
        assert holder is not None, f"{by} is vacant"
        return Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)

    def settle(self, command: Command, by: Actor, command_id: UUID) -> None:
        """Load the guards, decide, append."""
        self.sent += 1
        state = self.state
        given = Given(
            now=self.now,
            by=by,
            directory=self.directory,
            rules=self.rules,
            calendars=calendars(),
            command_id=command_id,
            number=self.number,
        )
        guards = {each.name: self._guard(each.name, each.whole) for each in RECORD.guards(state, command, given)}
        given = replace(given, guards=guards)
        refuse_stale(command, len(self.history))
        decided = RECORD.decide(state, command, given)
        assert decided == RECORD.decide(state, command, given), "the same question has the same answer"
        self._append(decided, state, given)

    def _guard(self, name: str, whole: bool) -> Guard:
        stream = self.streams.get(name, [])
        events = stream if whole else stream[-1:]
        return Guard(version=len(stream), events=tuple(event for event, _ in events))

    def _append(self, decided: Iterable[Event | On], state: Telework, given: Given) -> None:
        meta = Meta(command_id=given.command_id, correlation_id=self.stream, by=given.by, at=given.now)
        told = []
        for item in decided:
            event, name = (item.event, item.stream) if isinstance(item, On) else (item, self.stream)
            assert not isinstance(item, On) or name in given.guards, f"{name} was not loaded"
            stored = MAPPER.decode(MAPPER.tag(event), MAPPER.encode(event, on_behalf(meta, event)))
            assert stored == (event, on_behalf(meta, event)), "what is replayed equals what was decided"
            self.streams.setdefault(name, []).append(stored)
            if not isinstance(item, On):
                told.append(event)
                before, state = state, RECORD.evolve(state, *stored)
                check_event(before, event, stored[1], self.directory)
                check_state(state)
        self.told = tuple(told)
        check_guards(
            {name: [event for event, _ in stream] for name, stream in self.streams.items() if "/" in name},
            {name.partition("-")[2]: self.state_of(name.partition("-")[2]) for name in self.streams if "/" not in name},
        )


def home(by: str = "road-officer", *, workday: Workday | None = None, day: Any = WEDNESDAY, **body: Any) -> Workday:
    """The story begins with a request for a day at home: by default the road division's officer's, for Wednesday 11
    November 2026.
    """
    content: dict[str, Any] = {"kind": "home", "day": day, "tasks": "橋梁点検の報告書作成", "reachable_by": "内線2525"}
    return (workday or Workday()).when("submit", by=by, **(content | body))


def satellite(
    by: str = "road-officer", *, workday: Workday | None = None, place: str = "tokachi-1f", **body: Any
) -> Workday:
    """The same for a day at a satellite office."""
    return home(by, workday=workday, **({"kind": "satellite_office", "place": place} | body))


__all__ = ["MORNING", "WEDNESDAY", "Workday", "home", "jst", "rules_with", "satellite", "telework_rules"]
