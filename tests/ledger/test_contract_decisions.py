"""One contract carries out a decision, also when many are prepared at once; what a contract writes on another one is in
the ledger whole, receipts and all.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from typing import Any
from uuid import uuid5

import pytest

from domain.calendars import Calendars, load_holidays
from domain.contract import RECORD, commands
from domain.contract.work import work
from domain.envelope import NAMESPACE, Envelope, Outcome
from domain.ledger.store import LedgerStore
from domain.ledger.writing import LedgerWriter
from domain.record import Command
from kessai.auditing.snapshot import snapshot
from kessai.auditing.verification import verify
from kessai.processes import EVENTS
from tests.ledger.projection_world import World

AT_ONCE = 10
COMPANY, OFFICER = "栃木橋梁点検株式会社", "road-officer"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


DECIDED = sha("decided.pdf")


@pytest.fixture
def workers(world: World) -> Iterator[tuple[LedgerWriter, ...]]:
    """Two workers that share nothing but Postgres."""
    world.seeded()
    stores = [
        LedgerStore(database_url=world.settings.database_url, schema=world.schema, events=EVENTS, pool_size=AT_ONCE)
        for _ in range(2)
    ]
    calendars = Calendars.from_rows(load_holidays())
    yield tuple(LedgerWriter(store, clock=world.clock, calendars=calendars) for store in stores)
    for store in stores:
        store.close()


def decided(world: World, number: str) -> str:
    body: dict[str, Any] = {"kind": "outsourcing", "amount_yen": 12_000_000, "contract_document": DECIDED}
    world.drafted(number=number, counterparty={"name": COMPANY}, **body)
    return world.decided(number)


def creation(approval: str, **more: Any) -> dict[str, Any]:
    person = {"name": "職員9001", "email": "sign@bridge.example", "phone": "+81-90-0000-0001"}
    parties = [{"name": COMPANY, "members": [person]}]
    return {"approval": approval, "class": "services", "document": DECIDED, "counterparties": parties, **more}


def envelope(world: World, number: str, verb: str, post: str, person: str = "", **body: Any) -> Envelope:
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    text = RECORD.commands[verb].model_validate(body, strict=False).model_dump_json(by_alias=True, exclude_unset=True)
    return Envelope(
        noun=RECORD.noun, number=number, verb=verb, label=verb, body=text,
        command_id=uuid5(NAMESPACE, f"{world.schema}/{number}/{verb}/{text}"),
        payload_sha256=sha(text), kind="counterparty" if person else "person", person=person or holder.person,
        post=None if person else post, correlation_id=f"contract-{number}",
    )  # fmt: skip


def test_of_ten_prepared_at_once_from_one_decision_one_is(world: World, workers: tuple[LedgerWriter, ...]) -> None:
    approval = decided(world, "R8-000001")
    sent = [envelope(world, f"R8-{nth:06d}", "create", OFFICER, **creation(approval)) for nth in range(1, AT_ONCE + 1)]

    def handled(pair: tuple[LedgerWriter, Envelope]) -> Outcome:
        return pair[0].handle(RECORD, pair[1])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(handled, zip(cycle(workers), sent, strict=False)))
    assert Counter(each.code for each in outcomes) == {None: 1, "already-contracted": AT_ONCE - 1}


def test_a_replacement_is_written_on_both_in_one_transaction(world: World, workers: tuple[LedgerWriter, ...]) -> None:
    writer = workers[0]
    first = concluded(world, writer, "R8-000001", decided(world, "R8-000001"))
    second = concluded(world, writer, "R8-000002", decided(world, "R8-000002"), supersedes=first)
    assert world.reader.fold(RECORD, first)[0].superseded_by == second
    told = [
        fact
        for fact in world.reader.facts(f"contract-{first}")
        if fact.event.__struct_config__.tag in (RECORD.told_by_others)
    ]
    assert [fact.meta.correlation_id for fact in told] == [f"contract-{second}"]
    with snapshot(world.settings) as whole:
        seen = verify(whole, writer.reader._store.ledger_mapper)
    assert [kind for kind in seen.counts if kind.startswith("receipt")] == []
    assert [each for each in seen.findings if (each.stream or "").startswith(f"contract-{first}")] == []


def concluded(world: World, writer: LedgerWriter, number: str, approval: str, **links: Any) -> str:
    """A contract from its preparation to its conclusion."""

    def take(verb: str, post: str = OFFICER, person: str = "", **body: Any) -> None:
        outcome = writer.handle(RECORD, envelope(world, number, verb, post, person, **body))
        assert outcome.result == "accepted", (verb, outcome.code, outcome.field)

    def signer(verb: str, **body: Any) -> None:
        take(verb, person=f"{number}/1", **body)

    session = {"session": sha("phone")}
    take("create", **creation(approval, **links))
    take("consent", received_on=world.clock.at.date().isoformat())
    take("release")
    platform(world, writer, number)
    signer("open", generation=1, **session)
    signer("request-code", channel="sms", **session)
    signer("enter-code", nth=1, matched=True, **session)
    statement = "表示された契約書の内容を確認し、この契約書に電子署名を行うことに同意します。"
    signer("agree", document=DECIDED, statement=statement, **session)
    platform(world, writer, number)
    take("sign", post="property-director")
    platform(world, writer, number)
    return number


def platform(world: World, writer: LedgerWriter, number: str) -> None:
    """What the platform has to do until the contract is concluded."""
    while (found := work(world.reader.fold(RECORD, number)[0])) is not None and found.kind != "deliver":
        step: dict[str, Any] = {"step": found.name}
        signed = commands.SignedIn(
            document=sha(found.base + found.name), base=found.base, level="B-T", signed_at=world.clock.at,
            certificate=sha("c"), tsa_certificate=sha("t"),
        )  # fmt: skip
        told: tuple[str, Command]
        if found.kind == "certify":
            told = "certify-done", commands.CertifyDone(**step, decision_record=sha("r"), pages=(), signature=signed)
        elif found.request is not None:
            hashed = found.request.instruction_sha256
            done = commands.SignDone(**step, signer=found.request.signer, instruction_sha256=hashed, signature=signed)
            told = "sign-done", done
        else:
            told = "conclude", commands.Conclude(**step, document=found.base, report=sha("report"), signers=(0, 1))
        begin = commands.BeginStep(
            **step, attempt=1, base=found.base, lease_until=world.clock.at + timedelta(minutes=1)
        )
        for verb, command in (("begin-step", begin), told):
            outcome = writer.apply_rule(
                RECORD, number=number, verb=verb, rule=f"system:{verb}", name=verb, occasion=found.name, command=command
            )
            assert outcome.result == "accepted", verb
