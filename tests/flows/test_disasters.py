"""Disasters: whatever happens to Temporal or a worker loses no command and writes no event; an older ledger is
noticed.
"""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowExecutionStatus

from api.gateway import Answered, Busy, OutcomeUnknown
from domain.record import Command
from kessai.namespace import prepare
from kessai.settings import Settings
from tests.conftest import Database
from tests.flows.conftest import Founding
from tests.flows.older_ledger import OlderLedger
from tests.flows.prefecture import (
    AFTERWARDS,
    BRIDGE_ROUTE,
    REPLY,
    REPLY_ROUTE,
    Prefecture,
    eventually,
    opened,
)
from tests.flows.role_process import role
from tests.flows.temporal_cli import TemporalCli
from tests.flows.temporal_server import TemporalServer

BREATH = timedelta(seconds=1)


async def test_resetting_a_finished_case_anywhere_adds_no_event(prefecture: Prefecture) -> None:
    """I8: at every workflow task; each reset run carries the case to its end again."""
    number = await prefecture.draft(REPLY)
    await prefecture.walk(number, (*REPLY_ROUTE, *AFTERWARDS))
    assert await prefecture.handle(number).result() == "完結"
    before, receipts = prefecture.position(), prefecture.receipts()
    run_id, events = await prefecture.run_of(number)
    assert len(events) >= 5
    for event_id in events:
        await prefecture.reset(number, run_id, event_id)
        assert await prefecture.handle(number).result() == "完結"
    assert (prefecture.position(), prefecture.receipts()) == (before, receipts)


async def test_resetting_a_running_case_anywhere_adds_no_event(prefecture: Prefecture) -> None:
    """I8, I5: and the next command is taken, once, under its own key and under one that was used before the reset."""
    number = await prefecture.draft()
    first = await prefecture.send("road-chief", "approve", number, key="before the reset")
    await prefecture.walk(number, BRIDGE_ROUTE[1:3])
    before = prefecture.position()
    run_id, events = await prefecture.run_of(number)
    for event_id in events:
        await prefecture.reset(number, run_id, event_id)
        await prefecture.shows_the_ledger(number)
        again = await prefecture.send("road-chief", "approve", number, key="before the reset")
        assert (again.outcome.result, again.outcome.position) == ("accepted", first.outcome.position)
    assert prefecture.position() == before
    await prefecture.walk(number, (*BRIDGE_ROUTE[3:], *AFTERWARDS))


async def test_a_case_that_outlives_its_run_is_still_the_same_case(short_lived: Prefecture) -> None:
    """I5, I9: over continue-as-new the view, the link, the deadline and every key's answer stay."""
    prefecture = short_lived
    number = await prefecture.draft(key="draft")
    first_run = (await prefecture.handle(number).describe()).run_id
    approved = await prefecture.send("road-chief", "approve", number, key="approve")
    refused = await prefecture.send("road-chief", "approve", number, key="refused")
    await prefecture.walk(number, BRIDGE_ROUTE[1:2])
    await eventually(lambda: prefecture.runs_anew(number, first_run), "no continue-as-new")
    before = prefecture.position()
    assert await prefecture.draft(key="draft") == number
    for first, key in ((approved, "approve"), (refused, "refused")):
        again = (await prefecture.send("road-chief", "approve", number, key=key)).outcome
        assert (again.result, again.code) == (first.outcome.result, first.outcome.code)
    assert prefecture.position() == before
    await prefecture.shows_the_ledger(number)

    async def shows_the_link() -> bool:
        metadata = await prefecture.handle(number).query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        return f"/approvals/{number})" in metadata.current_details

    await eventually(shows_the_link, "the new run does not show the case")  # it is restored first
    step = prefecture.state(number).active[0]
    await prefecture.pass_time(step.remind_at + BREATH)
    await eventually(lambda: prefecture.happened(number, "reminded"), "no reminder")
    await prefecture.walk(number, (*BRIDGE_ROUTE[2:], *AFTERWARDS))
    assert await prefecture.handle(number).result() == "完結"


async def test_an_emptied_temporal_loses_nothing(
    own_temporal: TemporalServer, founding: Founding, tmp_path: Path
) -> None:
    """I11: with the real roles running all the while; commands keep their answers, deadlines are armed again."""
    settings = await asyncio.to_thread(founding, own_temporal)
    with ExitStack() as roles:
        async with opened(settings) as prefecture:
            roles.enter_context(role("worker", settings, tmp_path))
            number = await prefecture.draft(key="draft")
            approved = await prefecture.send("road-chief", "approve", number, key="approve")
            finished = await prefecture.draft(REPLY)
            await prefecture.walk(finished, (*REPLY_ROUTE, *AFTERWARDS))
            before = prefecture.position()
            await asyncio.to_thread(own_temporal.set_back, None)
            await asyncio.to_thread(prepare, settings)
            prefecture.clock.set(prefecture.state(number).active[0].remind_at - 5 * BREATH)
            roles.enter_context(role("reconciler", settings, tmp_path))
            await eventually(lambda: prefecture.runs(number), "the case has no process", within=60)
            await prefecture.shows_the_ledger(number)
            assert prefecture.position() == before
            assert not await prefecture.runs(finished)
            assert await prefecture.draft(key="draft") == number
            again = await prefecture.send("road-chief", "approve", number, key="approve")
            assert again.outcome.position == approved.outcome.position
            await eventually(lambda: prefecture.happened(number, "reminded"), "the deadline is not armed")
            await prefecture.walk(number, (*BRIDGE_ROUTE[1:], *AFTERWARDS))


async def test_an_older_temporal_catches_up(own_temporal: TemporalServer, founding: Founding) -> None:
    """I11: cases that went on after the backup, one that ended and one that began."""
    settings = await asyncio.to_thread(founding, own_temporal)
    async with opened(settings) as prefecture:
        async with prefecture.worker():
            number = await prefecture.draft()
            ends = await prefecture.draft(REPLY)
            await prefecture.walk(number, BRIDGE_ROUTE[:1])
        backup = await asyncio.to_thread(own_temporal.copy)
        async with prefecture.worker():
            later = await prefecture.draft(REPLY)
            await prefecture.walk(number, BRIDGE_ROUTE[1:3])
            decided = await prefecture.send(*REPLY_ROUTE[0][:2], ends, key="once")
            await prefecture.walk(ends, (*REPLY_ROUTE[1:], *AFTERWARDS))
            before = prefecture.position()
        await asyncio.to_thread(own_temporal.set_back, backup)
        async with prefecture.worker():
            again = await prefecture.send(*REPLY_ROUTE[0][:2], ends, key="once")
            assert again.outcome.position == decided.outcome.position
            await prefecture.walk(number, BRIDGE_ROUTE[3:4])
            await eventually(lambda: prefecture.found("missing", later), "the later case is not found")
            await eventually(lambda: prefecture.ended(ends), "the ended case still has a process")
            for each in (number, later):
                await prefecture.shows_the_ledger(each)
            assert prefecture.position() == before + 2
            await prefecture.walk(number, BRIDGE_ROUTE[4:])
            await prefecture.walk(later, REPLY_ROUTE)


async def test_an_older_ledger_stops_its_cases_until_it_is_whole_again(
    prefecture: Prefecture, database: Database
) -> None:
    """I12: running and ended cases and a number given twice are noticed, nothing is written for them, and nobody is
    told that a lost command is done. With the whole ledger back, the cases go on.
    """
    running, ended = [await prefecture.draft(REPLY) for _ in range(2)]
    ledger = OlderLedger(database, prefecture.settings.database_schema)
    point = ledger.point()
    lost = await prefecture.send("road-chief", "approve", running, key="lost")
    await prefecture.walk(ended, (*REPLY_ROUTE, *AFTERWARDS))
    assert await prefecture.handle(ended).result() == "完結"
    later = await prefecture.draft(REPLY, key="later")
    ledger.set_back(point)
    before = prefecture.position()
    for number, key in ((running, "lost"), (running, "new"), (ended, "new too")):
        with pytest.raises(Busy):
            await prefecture.send("road-chief", "approve", number, key=key)
    with pytest.raises(Busy):
        await prefecture.draft(REPLY, key="would be given the later case's number")
    sweep = await prefecture.reconciler.sweep()
    assert {f"approval-{number}" for number in (running, ended, later)} <= set(sweep.regressed)
    prefecture.clock.set(prefecture.clock.now() + timedelta(days=20))
    for number in (running, ended, later):
        await prefecture.nudge(number, version=0)
        assert "停止" in await prefecture.answers(number)
        assert (await prefecture.handle(number).describe()).search_attributes["State"] == ["台帳後退"]
    assert prefecture.position() == before
    ledger.set_forward()
    await prefecture.reconciler.sweep()
    for number in (running, later):
        await prefecture.shows_the_ledger(number)
    again = await prefecture.send("road-chief", "approve", running, key="lost")
    assert again.outcome.position == lost.outcome.position
    await prefecture.walk(running, (*REPLY_ROUTE[1:], *AFTERWARDS))
    await eventually(lambda: prefecture.ended(ended), "the ended case still has a process")


async def test_an_older_ledger_stops_no_other_case_and_its_loss_can_be_accepted(
    prefecture: Prefecture, database: Database
) -> None:
    """I12: an operator who deletes a halted case's runs says so; the case goes on from what the ledger has."""
    untouched, shortened = [await prefecture.draft(REPLY) for _ in range(2)]
    ledger = OlderLedger(database, prefecture.settings.database_schema)
    point = ledger.point()
    await prefecture.walk(shortened, REPLY_ROUTE[:1])
    ledger.set_back(point)
    await prefecture.walk(untouched, (*REPLY_ROUTE, *AFTERWARDS))
    assert await prefecture.handle(untouched).result() == "完結"
    with pytest.raises(Busy):
        await prefecture.walk(shortened, REPLY_ROUTE[:1])
    temporal_cli = TemporalCli(prefecture.settings)
    code, said = await temporal_cli("workflow", "delete", "--yes", "--workflow-id", f"approval-{shortened}")
    assert code == 0, said
    await eventually(lambda: prefecture.found("missing", shortened), "the sweep misses it")
    await prefecture.walk(shortened, (*REPLY_ROUTE, *AFTERWARDS))


async def test_an_event_this_worker_does_not_know_ends_no_process(prefecture: Prefecture, database: Database) -> None:
    """A newer worker has written it (an upgrade, half done): commands are put off, time is looked at later, and once a
    worker can read it, all goes on.
    """
    number = await prefecture.draft()
    ledger = OlderLedger(database, prefecture.settings.database_schema)
    ledger.add_from_the_future(f"approval-{number}")
    for _ in range(2):
        await prefecture.nudge(number, version=0)
        with pytest.raises(Busy):
            await prefecture.send("road-chief", "approve", number)
    description = await prefecture.handle(number).describe()
    assert description.status is WorkflowExecutionStatus.RUNNING
    ledger.take_away_the_future()
    await prefecture.walk(number, BRIDGE_ROUTE)
    await prefecture.shows_the_ledger(number)


async def test_a_worker_killed_between_commit_and_answer(
    own_temporal: TemporalServer, founding: Founding, tmp_path: Path
) -> None:
    """I1, I2, I5: the receipt is there, the answer is not; another worker gives it, or the ledger does when asked
    again, and the command is done once.
    """
    settings = await asyncio.to_thread(founding, own_temporal)
    async with opened(settings) as prefecture:
        with role("worker", settings, tmp_path) as worker:
            number = await prefecture.draft()
            before = prefecture.position()
            with prefecture.ledger_locked():
                approving = asyncio.create_task(prefecture.send("road-chief", "approve", number, key="one"))
                await eventually(prefecture.ledger_awaited, "nobody waits for the ledger")
                own_temporal.freeze()
            await eventually(lambda: prefecture.grown_beyond(before), "nothing was committed")
            worker.kill()
            worker.wait()
        own_temporal.thaw()
        async with prefecture.worker():
            try:
                answered = await approving
            except OutcomeUnknown:  # ten seconds were not enough for the other worker to come to it
                answered = await prefecture.send("road-chief", "approve", number, key="one")
            assert answered.outcome.result == "accepted"
            assert prefecture.tags(number).count("step-approved") == 1
            await prefecture.walk(number, BRIDGE_ROUTE[1:])
            await prefecture.shows_the_ledger(number)


async def test_a_worker_told_to_stop_finishes_what_it_has_in_hand(
    founded: Callable[[], Settings], tmp_path: Path
) -> None:
    """An upgrade in the middle of a command: the worker ends cleanly, and the sender gets the answer at once."""
    async with opened(founded()) as prefecture:
        with role("worker", prefecture.settings, tmp_path) as worker:
            number = await prefecture.draft()
            with prefecture.ledger_locked():
                approving = asyncio.create_task(prefecture.send("road-chief", "approve", number))
                await eventually(prefecture.ledger_awaited, "nobody waits for the ledger")
                worker.terminate()
                await eventually(lambda: asyncio.to_thread(says_it_ends, tmp_path), "the worker does not hear it")
            assert await asyncio.to_thread(worker.wait, 14) == 0
        assert approving.done()
        assert approving.result().outcome.result == "accepted"
        async with prefecture.worker():
            assert prefecture.tags(number).count("step-approved") == 1
            await prefecture.walk(number, BRIDGE_ROUTE[1:2])


def says_it_ends(folder: Path) -> bool:
    """Whether the worker has said that it takes no more tasks."""
    return "takes no more tasks" in (folder / "worker.log").read_text("utf-8")


@pytest.mark.long
async def test_workers_killed_under_load_lose_no_acknowledged_command(
    own_temporal: TemporalServer, founding: Founding, tmp_path: Path
) -> None:
    """I1, I2: clients send again with the same key until they are told; every acknowledgement has its receipt."""
    settings = await asyncio.to_thread(founding, own_temporal)
    dice = random.Random(20261121)
    async with opened(settings) as prefecture:
        clients = [asyncio.create_task(walk_insistently(prefecture, f"{n}")) for n in range(6)]
        for _ in range(3):
            with role("worker", settings, tmp_path) as worker:
                await eventually(lambda: prefecture.grown_beyond(0), "the worker does nothing")
                position = prefecture.position()
                await eventually(lambda at=position: prefecture.grown_beyond(at), "no progress")  # type: ignore[misc]
                await asyncio.sleep(dice.random() / 4)  # the moment of the kill is the point of this test
                worker.kill()
        with role("worker", settings, tmp_path):
            acknowledged = [answer for answers in await asyncio.gather(*clients) for answer in answers]
        assert len(acknowledged) == 6 * (1 + len(REPLY_ROUTE) + len(AFTERWARDS))
        for answer in acknowledged:
            assert answer.outcome.position is not None
            assert answer.outcome.position <= prefecture.position()
        for number in {answer.number for answer in acknowledged}:
            tags = prefecture.tags(number)
            assert [tags.count(tag) for tag in ("drafted", "step-approved", "decided", "completed")] == [1, 1, 1, 1]


async def walk_insistently(prefecture: Prefecture, key: str) -> list[Answered]:
    """Walk a case, sending each command with its own key until it is answered, as api.md tells clients to."""
    first = await insist(prefecture, "road-officer", "draft", None, REPLY, f"{key}/draft")
    answers = [first]
    for post, verb, body in (*REPLY_ROUTE, *AFTERWARDS):
        answers.append(await insist(prefecture, post, verb, first.number, body, f"{key}/{verb}"))
    return answers


async def insist(prefecture: Prefecture, post: str, verb: str, number: str | None, body: Command, key: str) -> Answered:
    """Send until the outcome is known; it must be an acceptance."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            answered = await prefecture.send(post, verb, number, body, key=key)
        except (Busy, OutcomeUnknown):
            continue
        assert answered.outcome.result == "accepted", answered.outcome.code
        return answered
    raise AssertionError(f"no answer to {key}")


async def test_without_temporal_nobody_is_told_that_anything_is_done(
    own_temporal: TemporalServer, founding: Founding
) -> None:
    """The outcome is unknown; with the same key it is known as soon as Temporal is back. Settled commands are
    answered.
    """
    settings = await asyncio.to_thread(founding, own_temporal)
    async with opened(settings) as prefecture:
        async with prefecture.worker():
            number = await prefecture.draft(key="draft")
        own_temporal.stop()
        assert await prefecture.draft(key="draft") == number
        prefecture.gateway = prefecture.gateway_that_answers(within=BREATH)
        with pytest.raises(OutcomeUnknown):
            await prefecture.send("road-chief", "approve", number, key="one")
        assert prefecture.tags(number).count("step-approved") == 0
        await asyncio.to_thread(own_temporal.start)
        async with prefecture.worker():
            answered = await insist(prefecture, "road-chief", "approve", number, BRIDGE_ROUTE[0][2], "one")
            assert answered.outcome.result == "accepted"
            assert prefecture.tags(number).count("step-approved") == 1
