"""Stories about contracts: the demo prefecture, a decided approval, its contract, signers without accounts, a platform
that signs, and a clock one can set.

A `Deal` keeps every stream in memory as the ledger does: facts go through the ledger's own mapper, a system rule's
occasion happens once, every command is decided twice with the same answer, and after every fact the laws of
`contract_laws` hold.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain import approval, contract
from domain.contract import RECORD
from domain.contract.state import Contract, Party
from domain.contract.work import Work, work
from domain.envelope import system_command_id
from domain.events import Actor, Event, Meta, On
from domain.ledger.mapper import LedgerMapper
from domain.ledger.order import COUNTERPARTY, on_behalf, refuse_stale
from domain.record import Command, Given, Guard
from domain.refusals import Refused
from domain.rulebook import Rulebook
from domain.streams import parse, stream_of
from tests.records.approval_story import Desk, Stream, calendars, draft, rulebook
from tests.records.contract_laws import check, check_at_rest
from tests.records.contract_platform import outcome, sha
from tests.records.office import MORNING, Office

NAMESPACE = UUID(int=4)
APPROVAL, CONTRACT = "R8-000001", "R8-000001"
MAPPER = LedgerMapper((*approval.RECORD.events, *contract.RECORD.events))
OCCASIONS_MAX = 50
STATEMENT = "表示された契約書の内容を確認し、この契約書に電子署名を行うことに同意します。"
OFFICER, SIGNER = "road-officer", "property-director"
COMPANY = "栃木橋梁点検株式会社"
PERSON: dict[str, Any] = {"name": "職員9001", "email": "sign@bridge.example", "phone": "+81-90-0000-0001"}
SECOND: dict[str, Any] = {"name": "職員9002", "email": "second@bridge.example", "phone": "+81-90-0000-0002"}
CERTIFICATE = "MIIB"


DECIDED = sha("decided.pdf")


@cache
def usual() -> tuple[tuple[Event, Meta], ...]:
    """The approval as it usually is."""
    return tuple(decided())


def decided(**changes: Any) -> Stream:
    """The approval of an outsourcing of ¥12,000,000 by the road division, decided on the morning of 9 November."""
    return deciding(**changes).history


def abandoned() -> Stream:
    """The same, given up after it was decided."""
    return deciding().when("abandon", by=OFFICER, reason="予算の組替え").history


def deciding(**changes: Any) -> Desk:
    wanted = {
        "contract_document": DECIDED,
        "counterparty": {"name": COMPANY},
        "period": {"from": "2026-12-01", "to": "2027-03-31"},
        **changes,
    }
    return draft(wanted.pop("by", OFFICER), **wanted).pass_on()


@dataclass(repr=False)
class Deal(Office):
    """The prefecture and one contract in hand (`number`)."""

    now: datetime = MORNING + timedelta(hours=1)
    rules: Rulebook = field(default_factory=rulebook)
    number: str = CONTRACT
    streams: dict[str, Stream] = field(default_factory=lambda: {stream_of("approval", APPROVAL): list(usual())})
    done: set[UUID] = field(default_factory=set)
    told: tuple[Event, ...] = ()
    noted: tuple[On, ...] = ()
    sent: int = 0
    _folded: dict[str, tuple[Contract, int]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.now:%m-%d %H:%M} {self.state.status} {[each.status for each in self.state.parties]}>"

    @property
    def stream(self) -> str:
        return stream_of(RECORD.noun, self.number)

    @property
    def history(self) -> Stream:
        return self.streams.get(self.stream, [])

    @property
    def state(self) -> Contract:
        """The contract in hand, folded from its stream."""
        state, seen = self._folded.get(self.stream, (RECORD.initial, 0))
        for event, meta in self.history[seen:]:
            state = RECORD.evolve(state, event, meta)
        self._folded[self.stream] = state, len(self.history)
        return state

    def folded(self, version: int) -> Contract:
        """The contract as of a version."""
        state = RECORD.initial
        for event, meta in self.history[:version]:
            state = RECORD.evolve(state, event, meta)
        return state

    @property
    def document(self) -> dict[str, Any]:
        return RECORD.document(self.state, len(self.history), self.number)

    @property
    def work(self) -> Work | None:
        return work(self.state)

    def party(self, number: int) -> Party:
        party = self.state.party(number)
        assert party is not None
        return party

    def at(self, now: datetime) -> "Deal":
        """The clock stands at `now`; what time brings about has not been looked at yet."""
        self.now = now
        return self

    def later(self, **time: float) -> "Deal":
        """So much time passes."""
        self.now += timedelta(**time)
        return self

    def approval(self, number: str, **changes: Any) -> "Deal":
        """Another decided approval."""
        self.streams[stream_of("approval", number)] = decided(**changes)
        return self

    def gives_up_the_decision(self) -> "Deal":
        """The approval is abandoned after its decision."""
        self.streams[stream_of("approval", APPROVAL)] = abandoned()
        return self

    def contract(self, number: str) -> "Deal":
        """Take another contract in hand."""
        self.number = number
        return self

    # the straight road

    def created(self, **changes: Any) -> "Deal":
        """The contract of the road division's outsourcing with one company, whose representative signs."""
        return self.when("create", by=OFFICER, **self.creation(**changes))

    def creation(self, **changes: Any) -> dict[str, Any]:
        parties = [{"name": COMPANY, "members": [PERSON]}]
        body = {"approval": APPROVAL, "class": "services", "document": DECIDED, "counterparties": parties}
        return {key: value for key, value in {**body, **changes}.items() if value is not ...}

    def consented(self, **changes: Any) -> "Deal":
        """Every counterparty has agreed to an electronic contract."""
        for each in self.state.content.counterparties:
            body = {"counterparty": each.number, "received_on": "2026-11-09", "construction": True, **changes}
            self.when("consent", by=OFFICER, **body)
        return self

    def released(self, **changes: Any) -> "Deal":
        """Sent, and the platform has fixed the file: the first signers are asked."""
        return self.when("release", by=OFFICER, **changes).platform()

    def out(self, **changes: Any) -> "Deal":
        """Created, consented and with its first signers."""
        return self.created(**changes).consented().released()

    def opens(self, signer: int = 1, session: str = "phone") -> "Deal":
        """The signer opens the newest link in a browser session."""
        return self.asks("open", signer, generation=self.party(signer).generation, session=sha(session))

    def proves(self, signer: int = 1, session: str = "phone", channel: str = "sms") -> "Deal":
        """The signer asks for a code over another channel and enters it."""
        self.asks("request-code", signer, channel=channel, session=sha(session))
        nth = len(self.party(signer).codes_at)
        return self.asks("enter-code", signer, nth=nth, session=sha(session), matched=True)

    def agrees(self, signer: int = 1, session: str = "phone") -> "Deal":
        """The signer instructs the platform to sign."""
        return self.asks("agree", signer, session=sha(session), document=DECIDED, statement=STATEMENT)

    def signs(self, signer: int = 1) -> "Deal":
        """A counterparty's signer from the link to the signature in the file."""
        return self.opens(signer).proves(signer).agrees(signer).platform()

    def concluded(self) -> "Deal":
        """The prefecture signs as the last; the platform concludes and delivers."""
        return self.when("sign", by=SIGNER).platform()

    def kept(self) -> "Deal":
        """A day later the first archive time stamp is there."""
        at = self.state.archive_at
        assert at is not None
        return self.at(at).tick().platform()

    # the platform

    def platform(self, *, until: str = "") -> "Deal":
        """The platform does what there is to do outside the ledger, step after step, or up to a kind of step."""
        while (found := self.work) is not None and found.kind != until:
            self.begins(found).brings(found)
        return self

    def begins(self, found: Work, *, minutes: int = 5) -> "Deal":
        """An attempt at a step begins."""
        lease_until = self.now + timedelta(minutes=minutes)
        body = {"step": found.name, "attempt": found.attempts + 1, "base": found.base, "lease_until": lease_until}
        return self.rule("begin-step", f"{found.name}/{found.attempts + 1}", **body)

    def brings(self, found: Work) -> "Deal":
        """The step's outcome."""
        verb, body = self.outcome(found)
        return self.rule(verb, f"{found.name}/{found.base}/done", **body)

    def outcome(self, found: Work) -> tuple[str, dict[str, Any]]:
        """What a step comes to."""
        return outcome(found, self.state, self.now)

    # when

    def when(self, verb: str, *, by: str, **body: Any) -> "Deal":
        """The holder of the post `by` sends a command, which is accepted."""
        return self._accepted(verb, body, self.actor(by))

    def asks(self, verb: str, signer: int, *, of: str | None = None, **body: Any) -> "Deal":
        """A counterparty's signer sends a command from their own session, which is accepted."""
        return self._accepted(verb, body, self.outsider(signer, of))

    def rule(self, verb: str, occasion: str, **body: Any) -> "Deal":
        """A system rule sends a command, which may add nothing."""
        command_id = system_command_id(stream=self.stream, rule=f"system:{verb}", occasion=occasion)
        if command_id in self.done:
            return self
        actor = Actor(kind="system", person=f"system:{verb}", name=RECORD.labels[verb])
        self.settle(self.command(verb, body), actor, command_id)
        if self.told:
            self.done.add(command_id)
        return self

    def linked(self, other: str, on: str = "2026-11-30", *, officer: str = OFFICER) -> "Deal":
        """The officer links a contract that changes this one."""
        return self._accepted("amend", {"by": other, "on": on}, self.actor(officer))

    def links_refused(self, code: str, *, by: str, on: str = "2026-11-30", officer: str = OFFICER) -> "Deal":
        """Such a link is refused."""
        return self._refused(code, "amend", self.actor(officer), None, {"by": by, "on": on})

    def tick(self) -> "Deal":
        """A look at the contract: every occasion that is due, one after the other, each once."""
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

    def outsider(self, signer: int, of: str | None = None) -> Actor:
        return Actor(kind="counterparty", person=f"{of or self.number}/{signer}", name=COUNTERPARTY)

    # then

    def then(self, *kinds: type[Event]) -> "Deal":
        """The last command or look added exactly these facts to the contract."""
        assert [type(event).__name__ for event in self.told] == [kind.__name__ for kind in kinds]
        return self

    def then_state(self, status: str, *waiting_on: str) -> "Deal":
        """The contract stands like that, and waits for exactly these posts."""
        document = self.document
        assert (document["state"], document["waiting_on"]) == (status, list(waiting_on))
        return self

    def then_refused(self, code: str, verb: str, *, by: str, field: str | None = None, **body: Any) -> "Deal":
        """An official's command is refused with that code, and nothing is added."""
        return self._refused(code, verb, self.actor(by), field, body)

    def then_refuses(
        self, code: str, verb: str, signer: int, *, of: str | None = None, field: str | None = None, **body: Any
    ) -> "Deal":
        """A counterparty's command is refused with that code, and nothing is added."""
        return self._refused(code, verb, self.outsider(signer, of), field, body)

    def _refused(self, code: str, verb: str, by: Actor, field: str | None, body: dict[str, Any]) -> "Deal":
        before = {name: len(stream) for name, stream in self.streams.items()}
        with pytest.raises(Refused) as refusal:
            self.settle(self.command(verb, body), by, uuid5(NAMESPACE, str(self.sent)))
        assert (refusal.value.code, refusal.value.field if field else field) == (code, field)
        assert before == {name: len(stream) for name, stream in self.streams.items()}
        return self

    def last(self, kind: type[Event]) -> Any:
        """The last fact of that kind of the contract in hand."""
        return [event for event, _ in self.history if isinstance(event, kind)][-1]

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event, _ in self.history)

    # what the ledger does

    def _accepted(self, verb: str, body: dict[str, Any], by: Actor) -> "Deal":
        self.settle(self.command(verb, body), by, uuid5(NAMESPACE, str(self.sent)))
        assert self.told, "an accepted command of a person adds something"
        return self

    def command(self, verb: str, body: dict[str, Any]) -> Command:
        """The command as it comes through a door."""
        return RECORD.commands[verb].model_validate_json(json.dumps(body, ensure_ascii=False, default=_text))

    def given(self, by: Actor, command_id: UUID = NAMESPACE) -> Given:
        return Given(
            now=self.now, by=by, directory=self.directory, rules=self.rules, calendars=calendars(),
            command_id=command_id, number=self.number,
        )  # fmt: skip

    def settle(self, command: Command, by: Actor, command_id: UUID) -> None:
        """Load the guards, decide, append, and check what must hold of every contract at every moment."""
        self.sent += 1
        state, given = self.state, self.given(by, command_id)
        given = replace(given, guards={s.name: self._guard(s.name) for s in RECORD.guards(state, command, given)})
        refuse_stale(command, len(self.history))
        decided = RECORD.decide(state, command, given)
        assert decided == RECORD.decide(state, command, given), "the same question has the same answer"
        self._append(decided, state, given)

    def _check_other(self, name: str) -> None:
        """The laws hold of another contract too that the decision wrote on."""
        other = parse(name)
        if other is None or other.noun != RECORD.noun:
            return
        before = state = RECORD.initial
        for event, meta in self.streams[name]:
            before, state = state, RECORD.evolve(state, event, meta)
        check(before, event, meta, state, other.number)

    def _guard(self, name: str) -> Guard:
        stream = self.streams.get(name, [])
        return Guard(
            version=len(stream),
            events=tuple(event for event, _ in stream),
            metas=tuple(meta for _, meta in stream),
        )

    def _append(self, decided: Iterable[Event | On], state: Contract, given: Given) -> None:
        meta = Meta(command_id=given.command_id, correlation_id=self.stream, by=given.by, at=given.now)
        told, noted = [], []
        for item in decided:
            event, name = (item.event, item.stream) if isinstance(item, On) else (item, self.stream)
            assert not isinstance(item, On) or name in given.guards, f"{name} was not loaded"
            stored = MAPPER.decode(MAPPER.tag(event), MAPPER.encode(event, on_behalf(meta, event)))
            assert stored == (event, on_behalf(meta, event)), "what is replayed equals what was decided"
            self.streams.setdefault(name, []).append(stored)
            if isinstance(item, On):
                noted.append(item)
                self._check_other(name)
                continue
            told.append(event)
            before, state = state, RECORD.evolve(state, *stored)
            check(before, event, stored[1], state, self.number)
        self.told, self.noted = tuple(told), tuple(noted)
        check_at_rest(state)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
