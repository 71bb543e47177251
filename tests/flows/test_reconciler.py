"""The reconciler: whatever Temporal lost or somebody did to it, every open record gets its process back, and no
event.
"""

import asyncio
from datetime import timedelta
from uuid import uuid4

from temporalio.client import WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy

from domain.clock import civil_date
from domain.directory.facts import Appointed, AppointmentEnded
from kessai.seeding import append_directory
from tests.flows.prefecture import AFTERWARDS, BRIDGE_ROUTE, REPLY, REPLY_ROUTE, Prefecture, eventually


async def test_a_terminated_case_goes_on_as_if_nothing_had_happened(prefecture: Prefecture) -> None:
    """I8, I9: at every stage; the ledger gets no event by it, and the next command is taken."""
    number = await prefecture.draft()
    for step in (*BRIDGE_ROUTE, *AFTERWARDS[:1]):
        before = prefecture.position()
        await prefecture.handle(number).terminate()
        await eventually(lambda: prefecture.found("missing", number), "the sweep misses it")
        await prefecture.shows_the_ledger(number)
        assert prefecture.position() == before
        await prefecture.walk(number, (step,))


async def test_a_command_alone_revives_a_terminated_case(prefecture: Prefecture) -> None:
    """Nobody has to wait for the next sweep."""
    number = await prefecture.draft()
    await prefecture.handle(number).terminate()
    await prefecture.walk(number, BRIDGE_ROUTE)
    await prefecture.shows_the_ledger(number)


async def test_a_case_cannot_be_cancelled_from_the_temporal_ui(prefecture: Prefecture) -> None:
    """Only its drafter withdraws a case: the process takes the request for a reason to look, and goes on."""
    number = await prefecture.draft()
    before = prefecture.position()
    await prefecture.handle(number).cancel()
    await prefecture.walk(number, BRIDGE_ROUTE)
    description = await prefecture.handle(number).describe()
    assert description.status is WorkflowExecutionStatus.RUNNING
    assert prefecture.position() > before
    await prefecture.shows_the_ledger(number)


async def test_a_process_that_is_behind_is_told(prefecture: Prefecture) -> None:
    """I9: a command taken into the ledger without Temporal (the emergency mode) reaches its process with the next
    sweep.
    """
    number = await prefecture.draft()
    outcome = prefecture.without_temporal(number, "road-chief", "approve")
    assert outcome.result == "accepted"
    await eventually(lambda: prefecture.found("behind", number), "the sweep misses it")
    await prefecture.shows_the_ledger(number)
    await prefecture.walk(number, BRIDGE_ROUTE[1:])


async def test_a_process_of_an_ended_record_ends(prefecture: Prefecture) -> None:
    number = await prefecture.draft(REPLY)
    await prefecture.walk(number, (*REPLY_ROUTE, AFTERWARDS[0]))
    assert prefecture.without_temporal(number, "road-officer", "complete").result == "accepted"
    await eventually(lambda: prefecture.found("ended", number), "the sweep misses it")
    assert await prefecture.handle(number).result() == "完結"


async def test_sweeping_disturbs_nobody(prefecture: Prefecture) -> None:
    """Sweeps all the while commands come in: processes that Temporal does not list yet are not started twice."""
    sweeps = asyncio.create_task(prefecture.sweep_until_cancelled())
    numbers = await asyncio.gather(*(prefecture.draft(REPLY, key=f"{n}") for n in range(8)))
    await asyncio.gather(*(prefecture.walk(number, (*REPLY_ROUTE, *AFTERWARDS)) for number in numbers))
    assert not sweeps.done()
    sweeps.cancel()
    for number in numbers:
        assert [tag for tag in prefecture.tags(number) if tag in ("drafted", "decided", "completed")] == [
            "drafted",
            "decided",
            "completed",
        ]
        await eventually(lambda number=number: prefecture.ended(number), "a process outlives its case")  # type: ignore[misc]


async def test_a_nudge_while_the_last_command_is_done_changes_no_answer(prefecture: Prefecture) -> None:
    """Temporal lets no process end over the head of a signal and forgets the command that was about to end it: the
    receipt has its outcome, and the process hears of it.
    """
    number = await prefecture.draft(REPLY)
    await prefecture.walk(number, (*REPLY_ROUTE, *AFTERWARDS[:1]))
    with prefecture.ledger_locked():
        completing = asyncio.create_task(prefecture.send("road-officer", "complete", number))
        await eventually(prefecture.ledger_awaited, "nobody waits for the ledger")
        await prefecture.nudge(number, version=len(prefecture.facts(number)))
    answered = await completing
    assert (answered.outcome.result, answered.outcome.code) == ("accepted", None)
    await eventually(lambda: prefecture.ended(number), "the process outlives its case")
    assert prefecture.tags(number).count("completed") == 1


async def test_an_import_into_the_directory_moves_steps_to_the_new_holder(prefecture: Prefecture) -> None:
    """What no process has written is news to the processes it concerns (人事異動)."""
    number = await prefecture.draft()
    await prefecture.reconciler.sweep()
    today = civil_date(prefecture.clock.now())
    directory, _ = prefecture.parts.reader.references()
    appointments = [fact.event for fact in prefecture.parts.reader.facts("directory-pref")]
    held = next(event for event in appointments if isinstance(event, Appointed) and event.post == "road-chief")
    facts = (
        AppointmentEnded(
            post="road-chief", person=held.person, valid_from=held.valid_from, valid_to=today - timedelta(days=1)
        ),
        Appointed(post="road-chief", person="0999", name="職員0999", kind="regular", valid_from=today),
    )
    append_directory(prefecture.parts.writer, facts=facts, version=directory.version, command_id=uuid4())
    assert await prefecture.reconciler.follow() == len(facts)
    await eventually(lambda: prefecture.happened(number, "step-reassigned"), "the step stays with the old holder")
    await prefecture.shows_the_ledger(number)
    await prefecture.walk(number, BRIDGE_ROUTE[:1])
    assert await prefecture.reconciler.follow() > 0
    assert prefecture.tags(number).count("step-reassigned") == 1


async def test_a_foreign_run_under_a_cases_id_is_replaced(prefecture: Prefecture) -> None:
    """A run on a task queue that nobody serves would hold the id, and with it the case, for ever."""
    number = await prefecture.draft()
    await prefecture.client.start_workflow(
        "電子決裁",
        id=f"approval-{number}",
        task_queue="nobodys",
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
    )
    await eventually(lambda: prefecture.found("impostors", number), "the sweep misses it")
    await prefecture.shows_the_ledger(number)
    await prefecture.walk(number, BRIDGE_ROUTE)
