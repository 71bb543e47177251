"""Stories about approvals: the demo prefecture, a clock one can set, commands by whoever holds a post, what follows.

A `Desk` keeps its streams in memory exactly as the ledger does: facts go through the ledger's own mapper, guard streams
are loaded as asked (whole, or their last fact) and appended in the same step, a system rule's occasion happens once.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.approval import RECORD, facts
from domain.approval.facts import EVENTS
from domain.approval.state import RUNNING, Approval, Step
from domain.calendars import Calendars, load_holidays
from domain.envelope import system_command_id
from domain.events import Actor, Event, Meta, On
from domain.ledger.mapper import LedgerMapper
from domain.ledger.order import on_behalf, refuse_stale
from domain.record import Command, Given, Guard
from domain.refusals import Refused
from domain.rulebook import Rulebook, RulesAdopted
from domain.rulebook import evolve as evolve_rules
from domain.streams import stream_of
from kessai.rule_files import packaged_editions
from tests.records.approval_laws import check_act, check_decision, check_history, check_state
from tests.records.office import MORNING, Office, jst

Stream = list[tuple[Event, Meta]]
CASE = "R8-000001"
MAPPER = LedgerMapper(EVENTS)
NAMESPACE = UUID(int=7)
OCCASIONS_MAX = 100
YES: dict[str, dict[str, Any]] = {
    "concur": {"outcome": "agree"},
    "examine": {"outcome": "pass"},
}  # what saying yes needs


@cache
def rulebook(extra: tuple[RulesAdopted, ...] = ()) -> Rulebook:
    """The demo's rules, and further editions."""
    found = Rulebook()
    meta = Meta(command_id=UUID(int=1), correlation_id="", by=Actor(person="x", name="x"), at=MORNING)
    for event in (*packaged_editions(), *extra):
        found = evolve_rules(found, event, meta)
    return found


@cache
def calendars() -> Calendars:
    return Calendars.from_rows(load_holidays())


@dataclass(repr=False)
class Desk(Office):
    """The prefecture's approvals, one case (`number`) in hand."""

    rules: Rulebook = field(default_factory=rulebook)
    number: str = CASE
    streams: dict[str, Stream] = field(default_factory=dict)
    done: set[UUID] = field(default_factory=set)
    told: tuple[Event, ...] = ()
    sent: int = 0
    _folded: dict[str, tuple[Approval, int]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.stream} {self.now:%m-%d %H:%M} {self.state.status} {self.route()}>"

    @property
    def stream(self) -> str:
        return stream_of(RECORD.noun, self.number)

    @property
    def history(self) -> Stream:
        return self.streams.get(self.stream, [])

    @property
    def state(self) -> Approval:
        """The case, folded from its stream."""
        state, seen = self._folded.get(self.stream, (RECORD.initial, 0))
        for event, meta in self.history[seen:]:
            state = RECORD.evolve(state, event, meta)
        self._folded[self.stream] = state, len(self.history)
        return state

    @property
    def document(self) -> dict[str, Any]:
        return RECORD.document(self.state, len(self.history), self.number)

    # given

    def at(self, now: datetime) -> "Desk":
        """The clock stands at `now`; what time brings about has not been looked at yet."""
        self.now = now
        return self

    def case(self, number: str) -> "Desk":
        """Take another case in hand."""
        self.number = number
        return self

    # when

    def when(self, verb: str, *, by: str, **body: Any) -> "Desk":
        """The holder of the post `by` sends a command that is accepted; `by="0521@road-director"` names the person."""
        self.settle(self._command(verb, body), self.actor(by), uuid5(NAMESPACE, str(self.sent)))
        assert self.told, "an accepted command of a person adds something"
        return self

    def tick(self) -> "Desk":
        """A look at the case: every system rule that is due acts, one after the other, each occasion once."""
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

    def send(self, command: Command, by: str) -> "Desk":
        """As `when`, with a command already built."""
        self.settle(command, self.actor(by), uuid5(NAMESPACE, str(self.sent)))
        return self

    def pass_on(self, *, until: str = "decided") -> "Desk":
        """Everybody who is asked says yes until the case is `until` (a state, or a post that is waited on)."""
        for _ in range(40):
            if self.state.status == until or until in self.waiting_on:
                return self
            self.yes(self.state.active[0])
        raise AssertionError(f"never {until}: {self.state.status} {self.waiting_on}")

    def yes(self, step: Step) -> "Desk":
        """Whoever holds the step's post says yes to what is asked of it."""
        verbs = step.traits.verbs
        verb = "approve" if "approve" in verbs else verbs[0]
        return self.when(verb, by=step.plan.post, **YES.get(verb, {}))

    # then

    @property
    def waiting_on(self) -> list[str]:
        return list(self.document["waiting_on"])

    def then(self, status: str, *waiting_on: str) -> "Desk":
        """The case has that state and waits on exactly these posts."""
        assert (self.state.status, self.waiting_on) == (status, list(waiting_on))
        return self

    def then_told(self, *kinds: type[Event]) -> "Desk":
        """The last command added events of exactly these kinds, in this order."""
        assert [type(event).__name__ for event in self.told] == [kind.__name__ for kind in kinds]
        return self

    def then_refused(self, code: str, verb: str, *, by: str, **body: Any) -> "Desk":
        """The command is refused with that code, and nothing is added."""
        before = {name: len(stream) for name, stream in self.streams.items()}
        with pytest.raises(Refused) as refusal:
            self.settle(self._command(verb, body), self.actor(by), uuid5(NAMESPACE, str(self.sent)))
        assert refusal.value.code == code
        assert before == {name: len(stream) for name, stream in self.streams.items()}
        return self

    def step(self, post: str) -> Step:
        """The last step of the route that is `post`'s."""
        return [step for step in self.state.steps if post in step.plan.posts][-1]

    def route(self) -> list[str]:
        """The route in one line a step: `review road-chief done`."""
        return [f"{step.action} {step.plan.post} {step.state}" for step in self.state.steps]

    def last(self, kind: type[Event]) -> Any:
        """The last fact of that kind in the case."""
        return [event for event, _ in self.history if isinstance(event, kind)][-1]

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event, _ in self.history)

    # what the ledger does

    def _command(self, verb: str, body: dict[str, Any]) -> Command:
        return RECORD.commands[verb].model_validate_json(json.dumps(body, ensure_ascii=False, default=str))

    def actor(self, by: str) -> Actor:
        person, at, post = by.rpartition("@")
        holder = self.directory.holder(post, self.now)
        assert holder is not None, f"{post} is vacant"
        assert not at or holder.person == person
        return Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)

    def given(self, by: Actor, command_id: UUID) -> Given:
        """What a decision of `by` may look at now, apart from the rules across records."""
        return Given(
            now=self.now,
            by=by,
            directory=self.directory,
            rules=self.rules,
            calendars=calendars(),
            command_id=command_id,
            number=self.number,
        )

    def settle(self, command: Command, by: Actor, command_id: UUID) -> None:
        """Load the guards, decide, append."""
        self.sent += 1
        state = self.state
        given = self.given(by, command_id)
        given = replace(
            given, guards={s.name: self._guard(s.name, s.whole) for s in RECORD.guards(state, command, given)}
        )
        refuse_stale(command, len(self.history))
        decided = RECORD.decide(state, command, given)
        assert decided == RECORD.decide(state, command, given), "the same question has the same answer"
        self._append(decided, state, given)

    def _guard(self, name: str, whole: bool) -> Guard:
        stream = self.streams.get(name, [])
        events = stream if whole else stream[-1:]
        return Guard(version=len(stream), events=tuple(event for event, _ in events))

    def _append(self, decided: Iterable[Event | On], state: Approval, given: Given) -> None:
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
                self._check(before, state, *stored, given)
        self.told = tuple(told)
        check_history(self.history)
        in_route = state.status in (*RUNNING, "held")
        assert bool(state.active) == in_route, "a case in its route is in somebody's hands, and no other"

    def _check(self, before: Approval, after: Approval, event: Event, meta: Meta, given: Given) -> None:
        check_state(after)
        check_act(before, event, meta, self.directory)
        if isinstance(event, facts.Decided):
            check_decision(before, given)


def draft(by: str = "road-officer", *, desk: Desk | None = None, **body: Any) -> Desk:
    """The story begins with a draft: by default an outsourcing of ¥12,000,000 by the road division's officer."""
    content: dict[str, Any] = {
        "kind": "outsourcing",
        "title": "橋梁点検業務委託",
        "body": "次のとおり委託してよろしいか伺います。",
    }
    content |= {"amount_yen": 12_000_000} if "kind" not in body else {}
    return (desk or Desk()).when("draft", by=by, **(content | body))


__all__ = ["MORNING", "Desk", "draft", "jst", "rulebook"]
