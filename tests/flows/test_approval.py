"""電子決裁, from the gateway to the ledger and back on real parts: the path of a command, once for ever, and time."""

import asyncio
import re
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import WorkflowUpdateFailedError

from domain.approval import commands
from tests.flows.prefecture import AFTERWARDS, BRIDGE, BRIDGE_ROUTE, REPLY, REPLY_ROUTE, Prefecture, eventually

BREATH = timedelta(seconds=1)
UPDATE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{16}")


async def test_a_case_goes_from_draft_to_completion_and_its_process_shows_every_step(prefecture: Prefecture) -> None:
    """I9: search attributes = fold(ledger) after each command, and the process ends with the case."""
    number = await prefecture.draft()
    assert number == "R8-000001"
    for step in (*BRIDGE_ROUTE, *AFTERWARDS):
        await prefecture.walk(number, (step,))
        await prefecture.shows_the_ledger(number)
    assert await prefecture.handle(number).result() == "完結"


async def test_fifty_creates_with_one_key_make_one_case(prefecture: Prefecture) -> None:
    """I5: one number, one case, one receipt, the same answer fifty times."""
    before = prefecture.receipts()
    drafts = (prefecture.send("road-officer", "draft", None, BRIDGE, key="one") for _ in range(50))
    answers = await asyncio.gather(*drafts)
    assert {answer.number for answer in answers} == {"R8-000001"}
    outcomes = {(answer.outcome.result, answer.outcome.version, answer.outcome.position) for answer in answers}
    assert outcomes == {("accepted", 3, prefecture.position())}
    assert prefecture.tags("R8-000001") == ["drafted", "submitted", "steps-activated"]
    assert prefecture.receipts() == before + 1


async def test_thirty_approvals_at_once_approve_once(prefecture: Prefecture) -> None:
    """One is accepted, the others are told that it is no longer their turn; none is lost, none is busy."""
    number = await prefecture.draft()
    approvals = (prefecture.send("road-chief", "approve", number) for _ in range(30))
    outcomes = [(answer.outcome.result, answer.outcome.code) for answer in await asyncio.gather(*approvals)]
    assert outcomes.count(("accepted", None)) == 1
    assert set(outcomes) == {("accepted", None), ("refused", "not-your-turn")}
    assert prefecture.tags(number).count("step-approved") == 1


async def test_the_same_key_is_the_same_answer_also_after_the_case_ended(prefecture: Prefecture) -> None:
    """I5, I7: an acceptance stays an acceptance and a refusal a refusal, whatever happened in between."""
    number = await prefecture.draft(REPLY, key="draft")
    refused = await prefecture.send("road-lead", "decide", number, key="too early")
    assert refused.outcome.code == "not-your-turn"
    approved = await prefecture.send("road-chief", "approve", number, key="approve")
    decided = await prefecture.send("road-lead", "decide", number, key="decide")
    await prefecture.walk(number, AFTERWARDS)
    assert await prefecture.handle(number).result() == "完結"
    before = prefecture.position()
    assert await prefecture.draft(REPLY, key="draft") == number
    for first, post, verb, key in (
        (refused, "road-lead", "decide", "too early"),
        (approved, "road-chief", "approve", "approve"),
        (decided, "road-lead", "decide", "decide"),
    ):
        again = (await prefecture.send(post, verb, number, key=key)).outcome
        assert (again.result, again.code) == (first.outcome.result, first.outcome.code)
        if again.result == "accepted":
            assert (again.version, again.position) == (first.outcome.version, first.outcome.position)
    assert prefecture.position() == before


async def test_the_same_key_with_another_payload_is_refused(prefecture: Prefecture) -> None:
    """I6: also while Temporal still remembers the first one."""
    number = await prefecture.draft()
    await prefecture.send("road-chief", "approve", number, commands.Approve(comment="可"), key="mine")
    before, receipts = prefecture.position(), prefecture.receipts()
    other = await prefecture.send("road-chief", "approve", number, commands.Approve(comment="不可"), key="mine")
    assert (other.outcome.result, other.outcome.code) == ("refused", "key-reused")
    assert (prefecture.position(), prefecture.receipts()) == (before, receipts)


async def test_a_refused_draft_leaves_nothing_running(prefecture: Prefecture) -> None:
    """I7: no event, and the run that was started for it ends by itself."""
    before = prefecture.position()
    nameless = commands.Draft(kind="outsourcing", title="金額のない委託", amount_yen=None)
    refused = await prefecture.send("road-officer", "draft", None, nameless, key="one")
    assert refused.outcome.code == "amount-required"
    await prefecture.handle(refused.number).result()
    again = await prefecture.send("road-officer", "draft", None, nameless, key="one")
    assert (again.number, again.outcome.code) == (refused.number, "amount-required")
    assert prefecture.position() == before
    assert await prefecture.draft() != refused.number


async def test_a_command_for_no_case_starts_no_process(prefecture: Prefecture) -> None:
    answered = await prefecture.send("road-chief", "approve", "R8-000999")
    assert answered.outcome.code == "not-found"
    assert not [run async for run in prefecture.client.list_workflows("WorkflowId = 'approval-R8-000999'")]


async def test_after_the_end_a_new_run_does_what_is_left_to_do_and_ends(prefecture: Prefecture) -> None:
    number = await prefecture.draft(REPLY)
    await prefecture.walk(number, (*REPLY_ROUTE, *AFTERWARDS))
    assert await prefecture.handle(number).result() == "完結"
    late = await prefecture.send("road-officer", "circulate", number, commands.Circulate(posts=("affairs-director",)))
    assert late.outcome.result == "accepted"
    assert await prefecture.handle(number).result() == "完結"
    closed = await prefecture.send("road-chief", "approve", number)
    assert closed.outcome.code == "already-closed"


async def test_each_deadline_reminds_and_escalates_once_and_never_decides(prefecture: Prefecture) -> None:
    """I16, by the virtual clock: however often and from how many sides time is looked at."""
    number = await prefecture.draft()
    step = prefecture.state(number).active[0]
    assert step.remind_at
    assert step.due_at
    await asyncio.gather(*(prefecture.pass_time(step.remind_at + BREATH) for _ in range(5)))
    await eventually(lambda: prefecture.happened(number, "reminded"), "no reminder")
    await asyncio.gather(*(prefecture.pass_time(step.due_at + BREATH) for _ in range(5)))
    await eventually(lambda: prefecture.happened(number, "escalated"), "no escalation")
    await prefecture.pass_time(step.due_at + timedelta(days=30))
    await prefecture.shows_the_ledger(number)
    assert prefecture.tags(number).count("escalated") == 1
    assert prefecture.tags(number).count("reminded") == 1
    assert prefecture.state(number).active[0].number == step.number
    await prefecture.walk(number, BRIDGE_ROUTE[:1])


async def test_a_deadline_of_a_step_that_was_left_does_nothing(prefecture: Prefecture) -> None:
    """I16: a late timer is a no-op, in the process and in the ledger."""
    number = await prefecture.draft()
    left = prefecture.state(number).active[0]
    assert left.remind_at
    prefecture.clock.set(left.remind_at - BREATH)
    await prefecture.walk(number, BRIDGE_ROUTE[:1])
    after = len(prefecture.facts(number))
    await prefecture.pass_time(left.remind_at + BREATH)
    for _ in range(3):
        await prefecture.nudge(number, version=0)
    await prefecture.answers(number)
    assert len(prefecture.facts(number)) == after


async def test_a_reminder_comes_by_a_real_timer(prefecture: Prefecture) -> None:
    """The process itself wakes when the injected clock reaches the time; nobody nudges it."""
    number = await prefecture.draft()
    step = prefecture.state(number).active[0]
    assert step.remind_at
    prefecture.clock.set(step.remind_at - BREATH)
    readers = commands.Circulate(posts=("affairs-director",))
    await prefecture.send("road-officer", "circulate", number, readers)  # a new version arms the timer anew
    assert not await prefecture.happened(number, "reminded")
    await eventually(lambda: prefecture.happened(number, "reminded"), "the timer did not fire")
    await prefecture.shows_the_ledger(number)
    fired = [
        event
        async for event in prefecture.handle(number).fetch_history_events()
        if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED
    ]
    assert len(fired) == 1


async def test_a_hold_ends_by_time(prefecture: Prefecture) -> None:
    number = await prefecture.draft()
    hold = commands.Hold(reason="現地確認のため", until=prefecture.clock.now() + BREATH)
    held = await prefecture.send("road-chief", "hold", number, hold)
    assert held.outcome.view.state == "保留中"
    await eventually(lambda: prefecture.happened(number, "resumed"), "the hold was not released")
    await prefecture.shows_the_ledger(number)
    await prefecture.walk(number, BRIDGE_ROUTE)


async def test_a_locked_ledger_delays_commands_and_loses_none(prefecture: Prefecture) -> None:
    """A writer that waits too long for the ledger's lock tries again until it has its turn; readers go on."""
    number = await prefecture.draft()
    with prefecture.ledger_locked():
        approving = asyncio.create_task(prefecture.send("road-chief", "approve", number))
        await eventually(prefecture.ledger_awaited, "nobody waits for the ledger")
        await asyncio.to_thread(prefecture.facts, number)
        await eventually(prefecture.ledger_given_up, "the writer does not give up its turn")
    answered = await approving
    assert answered.outcome.result == "accepted"
    assert prefecture.tags(number).count("step-approved") == 1


async def test_a_command_that_fails_by_a_defect_blocks_nobody(prefecture: Prefecture) -> None:
    """It is not tried again for ever under the case's lock: its sender is told, nothing is written, the case goes
    on.
    """
    number = await prefecture.draft()
    before = prefecture.position()
    broken = prefecture.envelope(number, "road-chief", "approve", payload_sha256="no hash")
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await prefecture.handle(number).execute_update(broken.label, broken)
    assert "Defect" in str(failed.value.cause)
    assert prefecture.position() == before
    await prefecture.walk(number, BRIDGE_ROUTE)


async def test_the_temporal_ui_speaks_to_the_finance_division(prefecture: Prefecture) -> None:
    """Japanese type, summary, link, step table, reason and update names; closed cases stay for 90 days."""
    number = await prefecture.draft()
    await prefecture.walk(number, BRIDGE_ROUTE[:1])
    handle = prefecture.handle(number)
    description = await handle.describe()
    assert description.workflow_type == "電子決裁"
    assert await description.static_summary() == f"電子決裁 {number}"
    assert await handle.query("なぜ待っているか") == prefecture.view(number).because
    metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    assert "| \u30002 | \u3000回議 | \u3000道路課総括課長補佐 | \u3000**処理待ち**" in metadata.current_details
    assert "17:15まで" in metadata.current_details
    assert f"[Kessaiで開く](https://kessai.example/approvals/{number})" in metadata.current_details
    history = await handle.fetch_history()
    accepted = [event.workflow_execution_update_accepted_event_attributes for event in history.events]
    named = [each.accepted_request.input.name for each in accepted if each.accepted_request.meta.update_id]
    assert named == ["起案", "承認"]
    timers = [event for event in history.events if event.HasField("timer_started_event_attributes")]
    assert timers
    assert all(event.user_metadata.HasField("summary") for event in timers)
    namespace = await prefecture.client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=prefecture.client.namespace)
    )
    assert namespace.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=90)


async def test_update_ids_are_hashes(prefecture: Prefecture) -> None:
    """I19: what is not encrypted names nobody."""
    number = await prefecture.draft(key="職員0525のキー")
    history = await prefecture.handle(number).fetch_history()
    ids = {
        event.workflow_execution_update_accepted_event_attributes.protocol_instance_id
        for event in history.events
        if event.HasField("workflow_execution_update_accepted_event_attributes")
    }
    assert ids
    assert all(UPDATE_ID.fullmatch(each) for each in ids)
