"""The signer role: its queue is polled, the nightly round is scheduled, time stamps are to be had, trust is known."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from kessai.auditing.running import TemporalSilent, connect
from kessai.composition import Composition
from kessai.doctor.check import Check, note, ok, problem
from kessai.settings import SettingsError
from kessai.trusting import network_of, stamps_of, trust_files
from signing.network import StampRefused
from signing.trust import TrustRefused
from workflows.custody_schedule import SCHEDULE_ID
from workflows.outside import signing_queue

SUBJECT = "電子契約"
CALL_WITHIN = timedelta(seconds=5)
POLLED_WITHIN = timedelta(minutes=2)  # a long poll lasts one minute
PROBE = b"does the time stamp authority answer?"
ENDS_SOON = timedelta(days=365)
STOPPED = "止まっている間は、契約に署名も延長もされません。動けば、続きから行われます。"


def signer(parts: Composition) -> Iterator[Check]:
    """Everything that signing stands on."""
    yield _trust(parts)
    yield from asyncio.run(_collected(parts))


async def _collected(parts: Composition) -> tuple[Check, ...]:
    found = [await _stamps(parts)]
    try:
        found += [check async for check in _temporal(await connect(parts.settings), parts)]
    except (TemporalSilent, RPCError):
        found.append(note(SUBJECT, "Temporalに問い合わせられないため、署名の役割は確かめていません。"))
    return tuple(found)


async def _temporal(client: Client, parts: Composition) -> AsyncIterator[Check]:
    queue = signing_queue(parts.settings.task_queue)
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        ),
        timeout=CALL_WITHIN,
    )
    now = datetime.now(UTC)
    alive = [each for each in described.pollers if now - each.last_access_time.ToDatetime(UTC) < POLLED_WITHIN]
    if alive:
        yield ok(SUBJECT, f"タスクキュー {queue} を {len(alive)} 個の署名の役割が受け持っています。")
    else:
        yield problem(
            SUBJECT, f"タスクキュー {queue} を受け持つものがいません。", f"kessai signer を動かしてください。{STOPPED}"
        )
    yield await _schedule(client)


async def _schedule(client: Client) -> Check:
    try:
        found = await client.get_schedule_handle(SCHEDULE_ID).describe(rpc_timeout=CALL_WITHIN)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return problem(
            SUBJECT, "長期保管の点検が予定されていません。", "kessai signer を動かしてください(起動時に予定します)。"
        )
    if found.schedule.state.paused:
        return problem(SUBJECT, "長期保管の点検が止められています。", "TemporalのWeb UIで再開してください。")
    return ok(SUBJECT, "長期保管の点検は毎日予定されています。")


async def _stamps(parts: Composition) -> Check:
    """Ask for one time stamp: whatever is wrong on the way shows."""
    do = "KESSAI_TSA_URL と接続を確かめてください。時刻の代わりは使わず、通じるまで署名を待ちます。"
    try:
        async with network_of(parts.settings) as network:
            stamps = stamps_of(parts.settings, network, parts.clock)
            token = await stamps.token(hashlib.sha256(PROBE).digest(), "sha256")
    except SettingsError as error:
        return note(SUBJECT, f"タイムスタンプ局が設定されていません({error.reasons[0]})。", do)
    except StampRefused as refused:
        return problem(SUBJECT, f"タイムスタンプ局から受け取れません({refused.reason} {refused})。", do)
    ends = token.certificate.not_valid_after
    says = f"タイムスタンプ局は応答しています(証明書の有効期限 {ends:%Y-%m-%d})。"
    if ends - parts.clock.now() < ENDS_SOON:
        return note(SUBJECT, says, "長くもつ証明書の局に替えると、延長が減ります。")
    return ok(SUBJECT, says)


def _trust(parts: Composition) -> Check:
    folder = parts.settings.trust_dir
    try:
        trust = trust_files(parts.settings).now()
    except TrustRefused as refused:
        return problem(
            SUBJECT, f"信頼する証明書を {folder} から読めません({refused})。", "置き場所と中身を確かめてください。"
        )
    if not trust.signers or not trust.tsas:
        do = "signers と tsas に、認証局のルート証明書(PEM)を置いてください。"
        return problem(SUBJECT, f"{folder} に、信頼する証明書がありません。", do)
    says = f"信頼する認証局は、署名者の {len(trust.signers)} 件とタイムスタンプ局の {len(trust.tsas)} 件です。"
    return ok(SUBJECT, says)
