"""What the doctor says of signing: of the role, the nightly round, the time stamp authority, and whom to trust."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kessai.composition import Composition
from kessai.doctor.signer import signer
from kessai.settings import Settings
from tests.flows.contract_world import Office, contracting
from tests.flows.prefecture import eventually
from workflows.custody_schedule import SCHEDULE_ID, keep_schedule
from workflows.outside import signing_queue


@pytest.fixture
async def office(founded: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[Office]:
    async with contracting(founded(), tmp_path) as office:
        yield office


async def told(settings: Settings) -> dict[str, list[str]]:
    """What it says, by level."""
    parts = Composition(settings)
    found: dict[str, list[str]] = {"ok": [], "note": [], "problem": []}
    try:
        for check in await asyncio.to_thread(lambda: [*signer(parts)]):
            found[check.level].append(check.says)
    finally:
        parts.close()
    return found


async def test_what_stops_signing_is_a_problem_with_a_remedy(office: Office) -> None:
    prefecture = office.prefecture
    settings = prefecture.settings
    found = await told(settings)
    assert len(found["problem"]) == 2
    assert "受け持つものがいません" in found["problem"][0]
    assert "予定されていません" in found["problem"][1]
    await keep_schedule(prefecture.client, task_queue=signing_queue(settings.task_queue))
    async with office.signer():

        async def well() -> bool:
            return not (await told(settings))["problem"]

        await eventually(well, "the running role is not seen", 60)
        await prefecture.client.get_schedule_handle(SCHEDULE_ID).pause()
        assert "止められています" in (await told(settings))["problem"][0]
    away = replace(settings, pki_url="http://127.0.0.1:9")
    assert any("タイムスタンプ局から受け取れません" in says for says in (await told(away))["problem"])
    nobody = replace(settings, trust_dir=settings.data / "nowhere")
    assert any("信頼する証明書" in says for says in (await told(nobody))["problem"])
