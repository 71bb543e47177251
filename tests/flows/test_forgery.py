"""Forgery (I23, I19): who has Temporal's command line, its UI or its history cannot act as anybody, nor stop a case."""

import base64
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RawValue

from domain.approval import commands
from domain.envelope import Envelope, Outcome
from signing.detached import Signer
from tests.flows.prefecture import AFTERWARDS, BRIDGE, BRIDGE_ROUTE, REPLY, REPLY_ROUTE, Prefecture, eventually
from tests.flows.temporal_cli import TemporalCli
from workflows.wire import HANDLE, TICK

# What machines draw at random may hold any four digits: a worker's identity (process number and machine), ids, hashes.
MADE_UP = re.compile(rb"\d+@[\w-]+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,}")

SEALED = ("--input-meta", "encoding=binary/kessai-sealed", "--input-base64", "--input")
GARBAGE = "bm90IHNlYWxlZA=="
PLAIN = json.dumps({"noun": "approval", "verb": "decide", "person": "0001", "post": "governor", "body": "{}"})


@pytest.fixture
def temporal_cli(prefecture: Prefecture) -> TemporalCli:
    return TemporalCli(prefecture.settings)


@pytest.fixture
async def outsider(prefecture: Prefecture) -> Client:
    """A client without our codec: it sends and gets the bytes as they lie in Temporal."""
    return await Client.connect(prefecture.settings.temporal_address, namespace=prefecture.settings.temporal_namespace)


@pytest.fixture
async def case(prefecture: Prefecture) -> AsyncIterator[str]:
    """A running case whose ledger must not move, and which must take its next command afterwards."""
    number = await prefecture.draft()
    before = prefecture.facts(number)
    yield number
    assert prefecture.facts(number) == before
    await prefecture.walk(number, BRIDGE_ROUTE[:1])
    await prefecture.shows_the_ledger(number)


UPDATES = {
    "plain": ("--name", "決裁", "--input", PLAIN),
    "nothing at all": ("--name", "決裁"),
    "two things": ("--name", "決裁", "--input", PLAIN, "--input", PLAIN),
    "said to be sealed": ("--name", "決裁", *SEALED, GARBAGE),
    "no verb of ours": ("--name", "nonsense", "--input", "1"),
}


async def test_updates_from_the_command_line_are_refused(case: str, temporal_cli: TemporalCli) -> None:
    """Without a trace in history, and the case goes on."""
    for form, update in UPDATES.items():
        told = ("--workflow-id", f"approval-{case}", *update)
        code, said = await temporal_cli("workflow", "update", "execute", *told)
        assert code != 0, form
        assert "BadEnvelope" in said, form


SIGNALS = {
    "plain": ("--name", "events_recorded", "--input", "0"),
    "nothing at all": ("--name", "events_recorded"),
    "two things": ("--name", "events_recorded", "--input", "1", "--input", "2"),
    "said to be sealed": ("--name", "events_recorded", *SEALED, GARBAGE),
    "no signal of ours": ("--name", "決裁", "--input", PLAIN),
}


async def test_signals_from_the_command_line_are_passed_over(
    case: str, prefecture: Prefecture, temporal_cli: TemporalCli
) -> None:
    """They are in history for ever: a handler that failed at one would stop the case for ever."""
    for form, signal in SIGNALS.items():
        code, said = await temporal_cli("workflow", "signal", "--workflow-id", f"approval-{case}", *signal)
        assert code == 0, (form, said)
        assert await prefecture.answers(case) == prefecture.view(case).because, form


STARTS = {
    "plain": ("--type", "電子決裁", "--input", "9"),
    "nothing at all": ("--type", "電子決裁"),
    "two things": ("--type", "電子決裁", "--input", "1", "--input", "2"),
    "another process": ("--type", "職員録"),
    "no type of ours": ("--type", "nonsense", "--input", "1"),
}


async def test_runs_started_from_the_command_line_do_nothing_and_hold_no_number(
    prefecture: Prefecture, temporal_cli: TemporalCli
) -> None:
    """Neither that of an ended case, which still takes what is left to do, nor the next one to be given."""
    ended = await prefecture.draft(REPLY)
    await prefecture.walk(ended, (*REPLY_ROUTE, *AFTERWARDS))
    assert await prefecture.handle(ended).result() == "完結"
    for serial, (form, start) in enumerate(STARTS.items(), 2):
        before, following = prefecture.position(), f"R8-{serial:06d}"
        for number in (ended, following):
            told = ("--workflow-id", f"approval-{number}", "--task-queue", prefecture.settings.task_queue, *start)
            code, said = await temporal_cli("workflow", "start", *told)
            assert code == 0, (form, said)
        await eventually(lambda: prefecture.ended(ended), f"the forged run goes on: {form}")
        assert prefecture.position() == before, form
        assert await prefecture.draft() == following, form
        confirmed = commands.Circulate(posts=("affairs-director",))
        again = await prefecture.send("road-officer", "circulate", ended, confirmed)
        assert again.outcome.code in (None, "already-circulated"), form


async def test_buttons_of_the_temporal_ui_add_no_event(
    case: str, prefecture: Prefecture, temporal_cli: TemporalCli
) -> None:
    """Cancel, reset and terminate: the first is no reason to end, the others are undone by reconciling."""
    told = ("--workflow-id", f"approval-{case}", "--reason", "試験")
    assert (await temporal_cli("workflow", "cancel", "--workflow-id", f"approval-{case}"))[0] == 0
    assert await prefecture.answers(case) == prefecture.view(case).because
    assert (await temporal_cli("workflow", "reset", "--event-id", "4", *told))[0] == 0
    await prefecture.shows_the_ledger(case)
    assert (await temporal_cli("workflow", "terminate", *told))[0] == 0
    await eventually(lambda: prefecture.found("missing", case), "the sweep misses it")


async def test_an_activity_started_from_outside_is_done_by_nobody(
    case: str, prefecture: Prefecture, temporal_cli: TemporalCli
) -> None:
    """The worker polls for none: ledger calls are local activities of its own processes."""
    told = ("--task-queue", prefecture.settings.task_queue, "--start-to-close-timeout", "30s")
    for name in (HANDLE, TICK):
        code, said = await temporal_cli(
            "activity", "start", "--activity-id", name, "--type", name, *told, "--input", PLAIN
        )
        assert code == 0, said
    await prefecture.walk(await prefecture.draft(REPLY), REPLY_ROUTE)  # the worker has been at work meanwhile
    _, said = await temporal_cli("activity", "describe", "--activity-id", HANDLE)
    assert "Running" in said
    assert "Scheduled" in said


async def test_a_command_sent_again_from_history_changes_nothing(prefecture: Prefecture, outsider: Client) -> None:
    """The same sealed bytes, to the same case (under a new update id) and to another: done once, and only where
    meant.
    """
    number, other = await prefecture.draft(), await prefecture.draft(REPLY)
    await prefecture.walk(number, BRIDGE_ROUTE[:1])
    payload = await sealed_update(outsider.get_workflow_handle(f"approval-{number}"), "承認")
    before, receipts = prefecture.position(), prefecture.receipts()
    await outsider.get_workflow_handle(f"approval-{number}").execute_update(
        "承認", RawValue(payload), id=str(uuid4()), result_type=RawValue
    )
    for target, name in ((other, "承認"), (number, "決裁"), (number, "差戻し")):
        with pytest.raises(WorkflowUpdateFailedError):
            await outsider.get_workflow_handle(f"approval-{target}").execute_update(name, RawValue(payload))
    assert (prefecture.position(), prefecture.receipts()) == (before, receipts)
    await prefecture.walk(number, BRIDGE_ROUTE[1:])
    await prefecture.walk(other, REPLY_ROUTE)


async def sealed_update(handle: WorkflowHandle[Any, Any], name: str) -> Payload:
    """The sealed argument of the first accepted update of that name, as it lies in history."""
    for event in (await handle.fetch_history()).events:
        request = event.workflow_execution_update_accepted_event_attributes.accepted_request
        if request.input.name == name:
            payload: Payload = request.input.args.payloads[0]
            return payload
    raise AssertionError(name)


CHANGES: tuple[dict[str, Any], ...] = (
    {"person": "0001"},
    {"post": "governor"},
    {"body": '{"comment":"可"}'},
    {"command_id": uuid4()},
    {"signature": ""},
    {"signature": "%%%"},
    {"key_id": "other"},
)


async def test_a_changed_envelope_is_noted_and_changes_nothing(case: str, prefecture: Prefecture) -> None:
    """Also by one who has the codec's key: what the API has not signed is no command."""
    for changes in CHANGES:
        await forged(prefecture, prefecture.envelope(case, "road-chief", "approve").model_copy(update=changes))


async def test_an_envelope_for_another_case_is_no_command_for_this_one(case: str, prefecture: Prefecture) -> None:
    other = await prefecture.draft(REPLY)
    before = prefecture.position()
    envelope = prefecture.envelope(other, "road-chief", "approve").model_copy(update={"number": case})
    await forged(prefecture, envelope)
    assert prefecture.position() == before
    await prefecture.walk(other, REPLY_ROUTE)


async def test_a_signature_by_another_key_is_no_signature(case: str, prefecture: Prefecture) -> None:
    stranger = Signer(prefecture.parts.signer.key_id, Ed25519PrivateKey.generate())
    unsigned = prefecture.envelope(case, "road-chief", "approve")
    signature = base64.b64encode(stranger.sign(unsigned.signed_bytes()).value).decode()
    await forged(prefecture, unsigned.model_copy(update={"signature": signature}))


async def test_the_verbs_of_system_rules_cannot_be_sent(case: str, prefecture: Prefecture) -> None:
    """Not even by the API: a deadline is the ledger's to find."""
    body = commands.Escalate(step=1, round=1).model_dump_json()
    outcome = await sent(prefecture, prefecture.envelope(case, "road-chief", "escalate", body=body))
    assert (outcome.result, outcome.code) == ("refused", "unknown-verb")


async def test_nothing_personal_lies_open_in_temporal(prefecture: Prefecture, outsider: Client) -> None:
    """I19: neither names nor numbers nor texts in histories, ids, search attributes or failures, also of refused
    ones.
    """
    number = await prefecture.draft()
    await prefecture.walk(number, BRIDGE_ROUTE[:2])
    reason = "相手方と連絡が取れない"
    await prefecture.send("road-director", "return", number, commands.Return(reason=reason))
    await prefecture.send("road-lead", "decide", number)
    with pytest.raises(WorkflowUpdateFailedError):
        await prefecture.handle(number).execute_update("決裁", prefecture.envelope(number, "road-chief", "approve"))
    handle = outsider.get_workflow_handle(f"approval-{number}")
    history = b"".join(event.SerializeToString() for event in (await handle.fetch_history()).events)
    described = (await handle.describe()).raw_description.SerializeToString()
    lying_open = MADE_UP.sub(b"", history + described)
    assert "電子決裁".encode() in lying_open
    people = {prefecture.person(post) for post in ("road-officer", *(step[0] for step in BRIDGE_ROUTE[:3]))}
    assert all(person.encode() not in lying_open for person in people)
    for text in (BRIDGE.title, BRIDGE.body, reason, "職員", "道路課長"):
        assert text.encode() not in lying_open, text


async def forged(prefecture: Prefecture, envelope: Envelope) -> None:
    """Send it sealed, as one could who has the codec's key: refused, and a line in the security log says so."""
    before = len(prefecture.security_log())
    outcome = await sent(prefecture, envelope)
    assert (outcome.result, outcome.code) == ("refused", "forged")
    line = prefecture.security_log()[before]
    assert (line["what"], line["actor"], line["post"]) == ("forged", envelope.person, envelope.post)
    assert (line["subject"], line["act"]) == (envelope.stream, envelope.verb)


async def sent(prefecture: Prefecture, envelope: Envelope) -> Outcome:
    """Send an envelope past the gateway."""
    outcome: Outcome = await prefecture.client.get_workflow_handle(envelope.stream).execute_update(
        envelope.label, envelope, result_type=Outcome
    )
    return outcome
