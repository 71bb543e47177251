"""Temporal, and who works on it: reachable, namespace as we need it, a worker polling, every open case running."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from kessai.auditing.running import TemporalSilent, connect, look, told
from kessai.composition import Composition
from kessai.doctor.check import Check, Patient, ok, problem
from kessai.namespace import SEARCH_ATTRIBUTES

CALL_WITHIN = timedelta(seconds=5)
POLLED_WITHIN = timedelta(minutes=2)  # a long poll lasts one minute
SHOWN_MAX = 5


def temporal(patient: Patient, parts: Composition) -> tuple[Check, ...]:
    """Everything that can be asked of Temporal and of the ledger beside it."""
    return asyncio.run(_collected(patient, parts))


async def _collected(patient: Patient, parts: Composition) -> tuple[Check, ...]:
    try:
        client = await connect(patient.settings)
        return tuple([check async for check in _asked(client, patient, parts)])
    except (TemporalSilent, RPCError) as error:
        do = "Temporalが動いているか、接続先と証明書が正しいかを確かめてください。動くまで命令は受け付けられません。"
        return (problem("Temporal", f"{patient.settings.temporal_address} に問い合わせられません({error})。", do),)


async def _asked(client: Client, patient: Patient, parts: Composition) -> AsyncIterator[Check]:
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=CALL_WITHIN)
    yield ok("Temporal", f"Temporal {info.server_version} に接続できました。")
    for check in await _namespace(client, patient):
        yield check
    yield await _worker(client, patient)
    running = await look(client, parts.reader)
    lines = list(told(running))
    if lines:
        more = f"ほかに {len(lines) - SHOWN_MAX} 件あります。" if len(lines) > SHOWN_MAX else ""
        yield problem("案件", "".join(lines[:SHOWN_MAX]) + more, "kessai reconciler が動いているかを確かめてください。")
    else:
        yield ok("案件", f"終わっていない {running.open:,} 件は、すべて動いています。")


async def _namespace(client: Client, patient: Patient) -> tuple[Check, ...]:
    settings = patient.settings
    found = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace), timeout=CALL_WITHIN
    )
    days = found.config.workflow_execution_retention_ttl.ToTimedelta() // timedelta(days=1)
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace), timeout=CALL_WITHIN
    )
    known = dict(listed.custom_attributes)
    missing = [name for name, kind in SEARCH_ATTRIBUTES.items() if known.get(name) != kind]
    do = "kessai namespace を実行してください。"
    if missing:
        says = f"名前空間 {client.namespace} に検索属性がないか、型が違います({'、'.join(missing)})。"
        return (problem("Temporal", says, do),)
    if days != settings.temporal_retention_days:
        says = f"終わったものの保存期間は {days} 日で、設定の {settings.temporal_retention_days} 日と違います。"
        return (problem("Temporal", says, do),)
    return (ok("Temporal", f"名前空間 {client.namespace} の検索属性と保存期間({days} 日)は設定のとおりです。"),)


async def _worker(client: Client, patient: Patient) -> Check:
    queue = patient.settings.task_queue
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        ),
        timeout=CALL_WITHIN,
    )
    now = datetime.now(UTC)
    polled = [each.last_access_time.ToDatetime(UTC) for each in described.pollers]
    alive = [at for at in polled if now - at < POLLED_WITHIN]
    if not alive:
        do = "kessai worker を動かしてください。動くまで命令は処理されません。"
        return problem("ワーカー", f"タスクキュー {queue} を受け持つワーカーがいません。", do)
    return ok("ワーカー", f"タスクキュー {queue} を {len(alive)} 個のワーカーが受け持っています。")
