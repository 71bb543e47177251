"""Stories of one approval case on the demo organisation: who does what when, and what then is; guard streams as the
ledger keeps them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.approval import RECORD, facts
from domain.approval.state import RUNNING, Approval
from domain.calendars import Calendars, load_holidays
from domain.clock import JST
from domain.directory import Directory, fold
from domain.envelope import NAMESPACE
from domain.events import Actor, Event, Meta, On
from domain.ledger.mapper import LedgerMapper
from domain.record import Given, Guard
from domain.refusals import Refused
from domain.rulebook import Rulebook
from domain.rulebook import evolve as adopt
from kessai.processes import EVENTS
from kessai.rule_files import packaged_editions
from tests.records.directory_story import demo

MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=JST)  # nobody is away; vice-governor 1 is from the 16th to the 27th
ABROAD = datetime(2026, 11, 18, 10, 0, tzinfo=JST)
SYSTEM = Actor(kind="system", person="system:test", name="期限管理")
MAPPER = LedgerMapper(EVENTS)


@cache
def calendars() -> Calendars:
    return Calendars.from_rows(load_holidays())


@cache
def demo_rulebook() -> Rulebook:
    book = Rulebook()
    for event in packaged_editions():
        book = adopt(book, event, _meta(SYSTEM, MONDAY, 0))
    return book


def _meta(by: Actor, at: datetime, count: int) -> Meta:
    return Meta(command_id=uuid5(NAMESPACE, str(count)), correlation_id="story", by=by, at=at)


@dataclass
class Desk:
    """A prefecture for a story: clock, directory, rules, and the guard streams that cases share."""

    now: datetime = MONDAY
    directory: Directory = field(default_factory=demo)
    rules: Rulebook = field(default_factory=demo_rulebook)
    guards: dict[str, list[Event]] = field(default_factory=dict)
    cases: dict[str, "Case"] = field(default_factory=dict)
    commands: int = 0

    def learns(self, *changes: Event) -> None:
        """Add facts to the directory."""
        self.directory = fold(self.directory, changes)

    def waits(self, **span: float) -> None:
        self.now += timedelta(**span)

    def drafts(self, post: str, *, kind: str = "routine_reply", title: str = "照会への回答", **body: Any) -> "Case":
        """A new case, drafted and (unless `submit` is false) submitted."""
        case = Case(self, f"R8-{len(self.cases) + 1:06d}")
        self.cases[case.number] = case
        case.does(post, "draft", kind=kind, title=title, **body)
        return case

    def refuses(self, post: str, code: str, *, kind: str = "routine_reply", title: str = "件名", **body: Any) -> None:
        """A draft that is refused with `code`."""
        case = Case(self, "R8-999999")
        case.is_refused(post, "draft", code, kind=kind, title=title, **body)


@dataclass
class Case:
    """One case's stream. After every command: replayed equals decided, and every prefix shows itself."""

    desk: Desk
    number: str
    state: Approval = field(default_factory=Approval)
    stream: list[tuple[Event, Meta]] = field(default_factory=list)

    def does(self, actor: str, verb: str, /, **body: Any) -> list[Event]:
        """The holder of the post `actor` does `verb`; give the events it added to the case."""
        return self._add(self._actor(actor), verb, body)

    def rule(self, verb: str, **body: Any) -> list[Event]:
        """A system rule does `verb`."""
        return self._add(SYSTEM, verb, body)

    def is_refused(self, actor: str, verb: str, code: str, /, **body: Any) -> None:
        """The holder of the post `actor` is refused with `code`, and nothing changes."""
        with pytest.raises(Refused) as refused:
            self._decide(self._actor(actor), verb, body)
        assert refused.value.code == code, f"{verb} by {actor}: {refused.value.code}, not {code}"

    def all_approve(self, *until: str) -> "Case":
        """Whoever is waited on approves, agrees or passes, until the case is in one of the states `until`."""
        for _ in range(40):
            if self.state.status in (until or ("decided",)):
                return self
            step = self.state.active[0]
            verb = {"review": "approve", "decide": "decide", "concur": "concur", "examine": "examine"}[step.action]
            body = {"concur": {"outcome": "agree"}, "examine": {"outcome": "pass"}}.get(step.action, {})
            self.does(step.plan.post, verb, **body)
        raise AssertionError(f"never {until}: {self.state.status}")

    def time_acts(self) -> list[Event]:
        """Every system rule that is due acts, again and again until none is; give what happened."""
        happened: list[Event] = []
        for _ in range(50):
            occasions = RECORD.due(self.state, self.desk.now, self.desk.directory)
            if not occasions:
                return happened
            added = self._add(
                SYSTEM, occasions[0].verb, occasions[0].command.model_dump(mode="json", exclude_unset=True)
            )
            assert added, f"{occasions[0]} was due and did nothing"
            happened += added
        raise AssertionError("system rules never come to rest")

    @property
    def shown(self) -> dict[str, Any]:
        return RECORD.document(self.state, len(self.stream), self.number)

    @property
    def waiting_on(self) -> list[str]:
        return list(self.shown["waiting_on"])

    def titles(self, state: str) -> list[str]:
        return [step["title"] for step in self.shown["route"] if step["state"] == state]

    def _actor(self, post: str) -> Actor:
        holder = self.desk.directory.holder(post, self.desk.now)
        assert holder is not None, f"{post} is vacant"
        return Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)

    def _decide(self, by: Actor, verb: str, body: dict[str, Any]) -> tuple[list[Event | On], Given]:
        command = RECORD.commands[verb].model_validate_json(json.dumps(body))
        self.desk.commands += 1
        given = Given(
            now=self.desk.now,
            by=by,
            directory=self.desk.directory,
            rules=self.desk.rules,
            calendars=calendars(),
            command_id=UUID(int=self.desk.commands),
            number=self.number,
        )
        loaded = {}
        for stream in RECORD.guards(self.state, command, given):
            events = self._guard(stream.name)
            loaded[stream.name] = Guard(version=len(events), events=tuple(events if stream.whole else events[-1:]))
        given = Given(**{**given.__dict__, "guards": loaded})
        first, again = RECORD.decide(self.state, command, given), RECORD.decide(self.state, command, given)
        assert first == again, "decide gives the same answer each time"
        return first, given

    def _guard(self, name: str) -> list[Event]:
        case = self.desk.cases.get(name.removeprefix("approval-"))
        return [event for event, _ in case.stream] if case else self.desk.guards.setdefault(name, [])

    def _add(self, by: Actor, verb: str, body: dict[str, Any]) -> list[Event]:
        decided, _ = self._decide(by, verb, body)
        added = []
        for item in decided:
            if isinstance(item, On):
                self.desk.guards.setdefault(item.stream, []).append(item.event)
                continue
            meta = _meta(by, self.desk.now, self.desk.commands)
            self.stream.append((item, meta))
            self.state = RECORD.evolve(self.state, item, meta)
            added.append(item)
        self.check()
        return added

    def check(self) -> None:
        """What must hold after every command (I15, I17, and that replayed equals decided)."""
        state = RECORD.initial
        for version, (event, meta) in enumerate(self.stream, start=1):
            stored = MAPPER.decode(MAPPER.tag(event), MAPPER.encode(event, meta))
            assert stored == (event, meta), "what is read back is what was written"
            state = RECORD.evolve(state, *stored)
            RECORD.view(state, version)
            RECORD.document(state, version, self.number)
        assert state == self.state
        legal(state)


def legal(state: Approval) -> None:
    """The rules every state between commands keeps."""
    numbers = [step.number for step in state.steps]
    assert len(numbers) == len(set(numbers)), "step numbers are unique"
    if state.status in RUNNING:
        assert state.active, "a running case waits on somebody"
        assert len({step.plan.group for step in state.active}) == 1, "one group is active at a time"
    drafters = {state.owner.person, *state.former_drafters} if state.drafter else set()
    for step in state.steps:
        if step.state == "done":
            assert step.acted is not None, step
            assert step.acted.person not in drafters or step.acted_at is None, "nobody acts on their own draft"
    if state.decided_at is not None:
        assert state.document_number, "a decided case has its number"
        decide = [step for step in state.steps if step.action == "decide" and step.state == "done"]
        assert len(decide) == 1, "one decision"
        before = [step for step in state.steps if step.plan.group < decide[0].plan.group]
        assert all(step.state in ("done", "skipped") for step in before), "no way around a required act"
        assert all(step.reason for step in before if step.state == "skipped"), "what is skipped says why"


def tags(events: Iterable[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


__all__ = ["ABROAD", "MONDAY", "Case", "Desk", "facts", "legal", "tags"]
