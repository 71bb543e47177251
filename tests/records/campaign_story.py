"""Stories about campaigns: the demo prefecture, a clock one can set, commands by whoever holds a post, what follows.

An `Autumn` keeps its stream in memory as the ledger does: facts go through the ledger's own mapper, a system rule's
occasion happens once, and every command is decided twice with the same answer.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.campaign import RECORD, facts
from domain.campaign.commands import FigureIn, FixResult
from domain.campaign.state import ENDED, Campaign
from domain.campaign.timing import wake_at
from domain.clock import civil_date
from domain.envelope import system_command_id
from domain.events import Actor, Event, Meta
from domain.ledger.mapper import LedgerMapper
from domain.ledger.order import on_behalf, refuse_stale
from domain.record import Command, Given
from domain.refusals import Refused
from domain.rulebook import Rulebook
from domain.streams import stream_of
from tests.records.approval_story import calendars, rulebook
from tests.records.office import Office

NAMESPACE = UUID(int=16)
MAPPER = LedgerMapper(facts.EVENTS)
NUMBER = "R8-000001"
OCCASIONS_MAX = 50
PERIOD: dict[str, Any] = {"name": "テレワークデイズ 集中実施期間", "first_day": "2026-12-14", "last_day": "2027-01-29"}
DAYS = ["2026-12-16", "2027-01-20"]  # two Wednesdays


def counted(state: Campaign) -> FixResult:
    """What the read models would say: on each day of each unit four people, two of them planned, one who began."""
    figures = (
        FigureIn(unit=each.unit, day=day, staff=4, planned=2, actual=1) for each in state.joined for day in each.days
    )
    return FixResult(position=4711, figures=tuple(figures))


@dataclass(repr=False)
class Autumn(Office):
    """The prefecture and one campaign of it. `asked` is what answers for the read models."""

    rules: Rulebook = field(default_factory=rulebook)
    history: list[tuple[Event, Meta]] = field(default_factory=list)
    done: set[UUID] = field(default_factory=set)
    told: tuple[Event, ...] = ()
    sent: int = 0
    asked: Callable[[Campaign], FixResult | None] = counted

    def __repr__(self) -> str:
        return f"<{self.now:%m-%d %H:%M} {self.state.status}>"

    @property
    def state(self) -> Campaign:
        state = RECORD.initial
        for event, meta in self.history:
            state = RECORD.evolve(state, event, meta)
        return state

    @property
    def document(self) -> dict[str, Any]:
        return RECORD.document(self.state, len(self.history), NUMBER)

    def days_of(self, unit: str) -> list[str]:
        """The days a unit has chosen, if it takes part."""
        return [day.isoformat() for each in self.state.joined if each.unit == unit for day in each.days]

    def at(self, now: datetime) -> "Autumn":
        """The clock stands at `now`."""
        self.now = now
        return self

    def opened(self, *, by: str = "reform-director", **changes: Any) -> "Autumn":
        """The campaign of the demo, opened."""
        return self.when("open", by=by, **{**PERIOD, **changes})

    def joins(self, by: str, *days: str, **more: Any) -> "Autumn":
        """The holder of `by` chooses days."""
        return self.when("join", by=by, days=list(days or DAYS), **more)

    def when(self, verb: str, *, by: str, **body: Any) -> "Autumn":
        """The holder of `by` sends a command, which is accepted."""
        command = RECORD.commands[verb].model_validate_json(json.dumps(body, ensure_ascii=False))
        self.settle(command, self.actor(by), uuid5(NAMESPACE, str(self.sent)))
        assert self.told, "an accepted command of a person adds something"
        return self

    def tick(self) -> "Autumn":
        """A look at the campaign: every occasion that is due, one after the other, each once; what asks is asked."""
        told: list[Event] = []
        while due := RECORD.due(self.state, self.now, self.directory):
            first = due[0]
            command = self.asked(self.state) if first.asks else first.command
            if command is None:
                break
            command_id = system_command_id(
                stream=stream_of(RECORD.noun, NUMBER), rule=f"system:{first.verb}", occasion=first.occasion
            )
            assert command_id not in self.done, f"{first.occasion} comes twice"
            actor = Actor(kind="system", person=f"system:{first.verb}", name=first.rule)
            self.settle(command, actor, command_id)
            if not self.told:
                break
            self.done.add(command_id)
            told += self.told
            assert len(told) < OCCASIONS_MAX, "what is due ends"
        self.told = tuple(told)
        return self

    def then(self, *kinds: type[Event]) -> "Autumn":
        """The last command or look added exactly these facts."""
        assert tuple(type(event) for event in self.told) == kinds
        return self

    def then_refused(self, code: str, verb: str, *, by: str, field: str | None = None, **body: Any) -> "Autumn":
        """The command is refused with that code, and nothing is added."""
        before = len(self.history)
        with pytest.raises(Refused) as refusal:
            self.when(verb, by=by, **body)
        assert refusal.value.code == code
        assert field is None or refusal.value.field == field
        assert len(self.history) == before
        return self

    def given(self, by: Actor, command_id: UUID = NAMESPACE) -> Given:
        return Given(
            now=self.now, by=by, directory=self.directory, rules=self.rules, calendars=calendars(),
            command_id=command_id, number=NUMBER,
        )  # fmt: skip

    def settle(self, command: Command, by: Actor, command_id: UUID) -> None:
        """Decide, append, and check what must hold of every campaign at every moment."""
        self.sent += 1
        state, given = self.state, self.given(by, command_id)
        refuse_stale(command, len(self.history))
        decided = RECORD.decide(state, command, given)
        assert decided == RECORD.decide(state, command, given), "the same question has the same answer"
        meta = Meta(command_id=command_id, correlation_id="", by=by, at=self.now)
        told = []
        for event in decided:
            assert isinstance(event, Event)
            stored = MAPPER.decode(MAPPER.tag(event), MAPPER.encode(event, on_behalf(meta, event)))
            assert stored == (event, on_behalf(meta, event)), "what is replayed equals what was decided"
            self.history.append(stored)
            before, state = state, RECORD.evolve(state, *stored)
            if isinstance(event, facts.UnitJoined | facts.DaysChanged | facts.UnitWithdrawn):
                above = self.directory.in_line_above(by.person, event.unit, self.now)
                assert above or event.on_behalf_of is not None, "a unit answers by its head, or in the head's name"
            check(before, event, state, civil_date(self.now))
            told.append(event)
        self.told = tuple(told)


def check(before: Campaign, event: Event, after: Campaign, today: date) -> None:
    """What must hold after every fact of every campaign."""
    view, shown = RECORD.view(after, 1), RECORD.document(after, 1, NUMBER)
    assert shown["state"] == after.status
    assert view.because
    assert view.closed == (after.status in ENDED)
    assert before.status not in ENDED, "an ended campaign changes no more"
    units = [each.unit for each in after.units]
    assert len(set(units)) == len(units), "a unit answers once"
    office = calendars().office
    for each in after.units:
        assert (each.answer == "joined") == bool(each.days)
        assert list(each.days) == sorted(set(each.days))
        assert all(after.first_day <= day <= after.last_day and office.is_open(day) for day in each.days)
        known = before.participant(each.unit)
        changed = set(each.days) ^ set(known.days if known else ())
        assert all(day > today for day in changed), "a day that has come stands"
    if isinstance(event, facts.ResultFixed):
        assert before.status == "closed"
        assert [(each.unit, each.day) for each in after.figures] == [
            (each.unit, day) for each in after.joined for day in each.days
        ]
    if after.status in ENDED:
        assert wake_at(after) is None
