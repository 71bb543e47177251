"""電子契約 end to end on real Postgres, Temporal, HTTP PKI and signer role."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kessai.settings import Settings
from signing.archive import archive_state
from signing.verification import verify
from tests.flows.contract_world import Office, contracting
from tests.verifiers.independent import assert_accepted


@pytest.fixture
async def office(founded: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[Office]:
    async with contracting(founded(), tmp_path) as office, office.signer():
        yield office


async def test_a_contract_from_the_decision_to_the_archive(office: Office) -> None:
    """Concluded only with both signatures; the decided file is an exact prefix of everything that follows."""
    number = await office.released()
    decided = await office.documents.read(office.state(number).decided_document)
    await office.concluded(number)
    concluded = office.state(number)
    assert concluded.status == "concluded"
    file = await office.file(number)
    assert file.startswith(decided)
    await office.archived(number)
    kept = await office.file(number)
    assert kept.startswith(file)
    assert archive_state(kept).level == "B-LTA"
    for produced in (file, kept):
        assert_accepted(produced, office.roots(), at=office.prefecture.clock.now())
    assert await office.contracts.handle(number).result() == "締結"
    report = await verify(kept, trust=office.trust(), clock=office.prefecture.clock)
    assert report.verdict == "valid", report.reasons
