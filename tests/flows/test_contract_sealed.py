"""Whoever can write to the ledger signs nothing in a counterparty's name: no key is used without the door's seal."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from domain.contract.facts import Agreed
from domain.events import Actor, Meta
from domain.ledger.order import Entry
from kessai.settings import Settings
from tests.flows.contract_world import Office, contracting


@pytest.fixture
async def office(founded: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[Office]:
    async with contracting(founded(), tmp_path) as office, office.signer():
        yield office


async def is_refused(office: Office, number: str) -> None:
    await office.comes(number, "step-refused")
    refused = office.state(number).refused
    assert refused is not None
    assert refused.code == "instruction-not-sealed"
    assert "signed" not in office.tags(number)


@pytest.mark.parametrize("whose", ["nobody's", "another contract's", "another signer's", "a stranger's"])
async def test_an_instruction_without_the_doors_own_seal_is_not_carried_out(office: Office, whose: str) -> None:
    number = await office.released()
    document = office.state(number).decided_document
    seals = {
        "nobody's": "", "another contract's": office.seal("R8-999999", document),
        "another signer's": office.seal(number, document, 2), "a stranger's": "envelope-x:" + "A" * 86 + "==",
    }  # fmt: skip
    await office.agrees(number, seal=seals[whose])
    await is_refused(office, number)


async def test_a_fact_written_with_the_applications_database_role_is_not_carried_out(office: Office) -> None:
    """The signer has agreed to one contract; its fact, seal and all, is written into another one."""
    agreed_to, forged = await office.released(), await office.released()
    await office.agrees(agreed_to)
    parts = office.prefecture.parts
    facts = parts.reader.facts(f"contract-{agreed_to}")
    genuine = next(fact.event for fact in facts if isinstance(fact.event, Agreed))
    instruction = msgspec.structs.replace(genuine.instruction, contract=forged)
    event = msgspec.structs.replace(genuine, instruction=instruction)
    stream = f"contract-{forged}"
    meta = Meta(
        command_id=uuid4(), payload_sha256="0" * 64, correlation_id=stream, at=parts.clock.now(),
        by=Actor(kind="counterparty", person=f"{forged}/1", name="相手方の署名者"),
    )  # fmt: skip
    last = parts.reader.last_fact(stream)
    assert last is not None
    parts.writer.append_batch([Entry(stream=stream, version=last.version, events=(event,), meta=meta)])
    await office.prefecture.reconciler.sweep()
    await is_refused(office, forged)
