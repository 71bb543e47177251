"""契約の結び付き: what one contract's conclusion writes on another one reaches that one's process."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from domain.contract.view import because
from kessai.settings import Settings
from tests.flows.contract_world import Office, contracting


@pytest.fixture
async def office(founded: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[Office]:
    async with contracting(founded(), tmp_path) as office, office.signer():
        yield office


@pytest.mark.long
async def test_a_replaced_contract_that_is_still_open_learns_of_it(office: Office) -> None:
    first = await office.released()
    await office.concluded(first)
    second = await office.released(supersedes=first)
    await office.prefecture.reconciler.sweep()
    await office.concluded(second)
    assert (office.state(first).status, office.state(first).superseded_by) == ("superseded", second)
    assert await office.prefecture.reconciler.follow() > 0
    await office.contracts.shows_the_ledger(first)
    assert await office.contracts.answers(first) == because(office.state(first))
