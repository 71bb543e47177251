"""長期保管: thirty years through the nightly round on the injected clock; nobody here renews anything by hand."""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain import rule_adoption
from domain.clock import JST, civil_date
from domain.contract.archiving import TOO_LATE
from domain.ledger.reading import RULEBOOK
from domain.rulebook import adopted
from kessai.settings import Settings
from projections.position import ReadPosition
from projections.projector import Projector
from projections.register import PROJECTIONS
from signing.archive import archive_state
from signing.verification import verify
from tests.flows.contract_world import Office, contracting
from tests.flows.prefecture import eventually
from tests.flows.recording import record
from workflows.custody_schedule import SCHEDULE_ID, keep_schedule
from workflows.outside import ROUND, signing_queue

pytestmark = pytest.mark.timeout(300)  # whole lives of contracts, on a machine that may be busy
IN_THIRTY_YEARS = datetime(2056, 11, 21, 3, 0, tzinfo=UTC)
VALID = ("valid", ())
BEFORE_IT_ENDS = timedelta(days=60)  # inside the margin of the rules
DAYS_BETWEEN_SIGNATURES = timedelta(days=5)


@pytest.fixture
async def office(founded: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[Office]:
    """With projector and schedule."""
    async with contracting(founded(), tmp_path) as office, office.signer(), projected(office):
        queue = signing_queue(office.prefecture.settings.task_queue)
        for _ in range(2):  # the second time nothing changes
            await keep_schedule(office.prefecture.client, task_queue=queue)
        yield office


@asynccontextmanager
async def projected(office: Office) -> AsyncIterator[None]:
    """Keep the read model of contracts up to date meanwhile."""
    stop, parts = threading.Event(), office.prefecture.parts
    projector = Projector(parts.read_store, parts.reader, PROJECTIONS)
    running = asyncio.create_task(asyncio.to_thread(projector.run, stop))
    try:
        yield
    finally:
        stop.set()
        await running


async def night_falls(office: Office) -> None:
    """Have the schedule's round run to its end, after the read model has heard of everything."""
    parts, client = office.prefecture.parts, office.prefecture.client
    head = office.prefecture.position()

    async def caught_up() -> bool:
        return await asyncio.to_thread(ReadPosition(parts.read_store).reached) >= head

    await eventually(caught_up, "the read model is behind")
    schedule = client.get_schedule_handle(SCHEDULE_ID)
    before = (await schedule.describe()).info.num_actions
    await schedule.trigger()

    async def over() -> bool:
        info = (await schedule.describe()).info
        return info.num_actions > before and not info.running_actions

    await eventually(over, "the round does not end", 60)


def adopt(office: Office, subject: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Adopt an edition of a subject's rules from today on, with a change."""
    parts = office.prefecture.parts
    today = civil_date(office.prefecture.clock.now())
    body = json.loads(parts.reader.references()[1].in_force(subject, today).body)
    change(body)
    body |= {"edition": f"{today:%Y-%m-%d}", "valid_from": today.isoformat()}
    parts.writer.apply_rule(
        rule_adoption.RECORD,
        number=RULEBOOK.removeprefix("rulebook-"),
        verb="adopt",
        rule="system:seed",
        name="規程の読み込み",
        occasion=f"{subject}/{today}",
        command=rule_adoption.offer([adopted(subject, body)]),
    )


async def kept_for_thirty_years(office: Office) -> str:
    """A services contract, its kind of decision kept for thirty years: A signs on day 1, the prefecture on day 6."""
    adopt(office, "approval", lambda body: body["retention_years"].update(outsourcing=30))
    number = await office.released()
    await office.agrees(number)
    await office.comes(number, "signed")
    await office.prefecture.pass_time(office.prefecture.clock.now() + DAYS_BETWEEN_SIGNATURES)
    await office.send("property-director", "sign", number)
    await office.comes(number, "copies-delivered")
    await office.archived(number)
    return number


async def renewed(office: Office, number: str) -> None:
    """Its time comes, and night falls."""
    archive = office.state(number).archive
    assert archive is not None
    assert archive.renew_at is not None
    office.prefecture.clock.set(archive.renew_at - BEFORE_IT_ENDS)
    await night_falls(office)
    await office.reaches(number, archive.generation + 1)


async def shows(office: Office, file: bytes) -> tuple[str, tuple[str, ...]]:
    """What the whole file shows today to somebody without a network: the verdict, and why it is not a better one."""
    report = await verify(file, trust=office.trust(), clock=office.prefecture.clock)
    return report.verdict, tuple(f"{each.code} {each.detail}" for each in report.reasons if each.effect != "note")


async def first_round(office: Office) -> str:
    """The workflow id of the first nightly round."""
    found = [run async for run in office.prefecture.client.list_workflows(f"WorkflowType = '{ROUND}'")]
    return min(found, key=lambda run: run.start_time).id


async def test_signed_in_2026_it_is_valid_in_2056(office: Office) -> None:
    """Two renewals; each file is a prefix of the next; without the last renewal it is worth nothing."""
    number = await kept_for_thirty_years(office)
    first = await office.file(number)
    await renewed(office, number)
    second = await office.file(number)
    await renewed(office, number)
    third = await office.file(number)
    assert third.startswith(second)
    assert second.startswith(first)
    assert archive_state(third).generation == 3
    office.prefecture.clock.set(IN_THIRTY_YEARS)
    assert await shows(office, third) == VALID
    assert await shows(office, second) != VALID
    assert await shows(office, first) != VALID
    await night_falls(office)
    assert office.tags(number).count("archived") == 3
    if os.environ.get("RECORD_HISTORIES"):
        await record(office.prefecture, "contract-renewal", f"renewal-{number}-2")
        await record(office.prefecture, "custody-round", await first_round(office))


async def test_a_late_renewal_is_refused_and_reported(office: Office) -> None:
    """No time stamp after the end of the last one; the failure is a fact, once."""
    number = await kept_for_thirty_years(office)
    archive = office.state(number).archive
    assert archive is not None
    file = office.state(number).document
    office.prefecture.clock.set(archive.tsa_expires_at + timedelta(days=365))
    await night_falls(office)
    await office.comes(number, "renewal-failed")
    failure = office.state(number).failure
    assert failure is not None
    assert failure.code == TOO_LATE
    assert office.state(number).document == file
    await night_falls(office)
    assert office.tags(number).count("renewal-failed") == 1


async def test_the_end_of_the_retention_is_told_by_night(office: Office) -> None:
    """A closed contract has no process that would look at the day."""
    number = await office.released()
    await office.concluded(number)
    await office.archived(number)
    state = office.state(number)
    assert state.review_on is not None
    assert await office.contracts.handle(number).result() == "締結"
    await night_falls(office)
    assert "retention-ended" not in office.tags(number)
    office.prefecture.clock.set(datetime.combine(state.review_on, time(3), JST))
    for _ in range(2):
        await night_falls(office)
        await office.comes(number, "retention-ended")
    assert office.tags(number).count("retention-ended") == 1


@pytest.mark.long
async def test_sha_256_ends_and_nothing_is_left_at_risk(office: Office) -> None:
    """The rules say when an algorithm ends; what it concerns is renewed by the same path, with another algorithm."""
    numbers = [await kept_for_thirty_years(office), await office.released()]
    await office.concluded(numbers[1])
    await office.archived(numbers[1])
    for number in numbers:
        archive = office.state(number).archive
        assert archive is not None
        assert archive.algorithm == "sha256"
    office.prefecture.clock.set(datetime(2034, 11, 1, tzinfo=UTC))
    await night_falls(office)
    assert [office.tags(number).count("archived") for number in numbers] == [1, 1]
    adopt(office, "contract", lambda body: body["archiving"]["algorithm_sunsets"].update(sha256="2035-01-01"))
    await night_falls(office)
    for number in numbers:
        await office.reaches(number, 2)
        archive = office.state(number).archive
        assert archive is not None
        assert archive.algorithm == "sha384"
    office.prefecture.clock.set(datetime(2036, 1, 1, tzinfo=UTC))
    assert [await shows(office, await office.file(number)) for number in numbers] == [VALID, VALID]
