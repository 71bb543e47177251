"""Disasters around a contract: whatever happens to Temporal, no signature is lost and none is made twice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from kessai.namespace import prepare
from kessai.settings import Settings
from signing.archive import archive_state
from tests.flows.conftest import Founding, server_in
from tests.flows.contract_world import SIGNING_POST, Office, contracting, development_pki, own_folder
from tests.flows.prefecture import eventually, opened
from tests.flows.role_process import role
from tests.flows.temporal_server import TemporalServer

pytestmark = pytest.mark.timeout(300)  # whole lives of contracts, on a machine that may be busy
FEW_EVENTS = {"limit.historyCount.suggestContinueAsNew": "20"}


@pytest.fixture
async def office(founded: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[Office]:
    async with contracting(founded(), tmp_path) as office, office.signer():
        yield office


async def test_resetting_a_contract_anywhere_adds_no_event(office: Office) -> None:
    """I8: at every workflow task of its life; each reset run comes to the same end."""
    number = await office.released()
    await office.concluded(number)
    await office.archived(number)
    contracts = office.contracts
    assert await contracts.handle(number).result() == "締結"
    before, file = contracts.position(), office.state(number).document
    run_id, events = await contracts.run_of(number)
    assert len(events) >= 10
    for event_id in events:
        await contracts.reset(number, run_id, event_id)
        assert await contracts.handle(number).result() == "締結"
    assert (contracts.position(), office.state(number).document) == (before, file)


@pytest.mark.long
async def test_a_contract_that_outlives_its_run_is_signed_once(founding: Founding, tmp_path: Path) -> None:
    """Continue-as-new after every few events, with steps under way."""
    server = server_in(tmp_path / "temporal", FEW_EVENTS)
    server.start()
    try:
        settings = await asyncio.to_thread(founding, server)
        async with contracting(settings, tmp_path / "data") as office, office.signer():
            number = await office.released()
            first_run = (await office.contracts.handle(number).describe()).run_id
            await office.concluded(number)
            assert await office.contracts.runs_anew(number, first_run)
            assert office.tags(number).count("signed") == 2
            assert archive_state(await office.file(number)).signatures == 3
    finally:
        server.stop()


@pytest.mark.long
async def test_an_emptied_temporal_forgets_no_step(
    own_temporal: TemporalServer, founding: Founding, tmp_path: Path
) -> None:
    """I11: with the real roles running; the signature that was instructed before is made afterwards, once; the nightly
    round is scheduled again.
    """
    founded = await asyncio.to_thread(founding, own_temporal)
    with development_pki(own_folder(founded, tmp_path)) as settings, ExitStack() as roles:
        async with opened(settings) as prefecture:
            office = Office(prefecture)
            roles.enter_context(role("worker", settings, tmp_path))
            with role("signer", settings, tmp_path):
                number = await office.released()
            await office.agrees(number)
            await asyncio.to_thread(own_temporal.set_back, None)
            await asyncio.to_thread(prepare, settings)
            roles.enter_context(role("reconciler", settings, tmp_path))
            roles.enter_context(role("signer", settings, tmp_path))
            await eventually(lambda: office.contracts.runs(number), "the contract has no process", within=60)
            await office.comes(number, "signed")
            await office.send(SIGNING_POST, "sign", number)
            await office.comes(number, "copies-delivered")
            assert office.tags(number).count("signed") == 2

            async def scheduled() -> bool:
                return [each.id async for each in await prefecture.client.list_schedules()] == ["contract-custody"]

            await eventually(scheduled, "the nightly round is not scheduled", within=60)
