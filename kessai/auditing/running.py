"""Open records beside running processes, looked at and left alone: what is missing, the reconciler mends."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.ledger.reading import LedgerReader
from kessai.namespace import tls
from kessai.processes import PROCESSES
from kessai.settings import Settings
from workflows.columns import LEDGER_VERSION

ANSWERS_WITHIN = timedelta(seconds=5)


class TemporalSilent(Exception):
    """Temporal does not answer at its address."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """How many records are open, which have no running process, and which processes have seen more than the ledger
    holds (I12), by stream.
    """

    open: int
    missing: tuple[str, ...]
    ahead: tuple[str, ...]


async def connect(settings: Settings) -> Client:
    """Connect to the namespace without any key: nothing is decoded. Raise `TemporalSilent` where nobody answers."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()):
            return await Client.connect(
                settings.temporal_address, namespace=settings.temporal_namespace, tls=tls(settings)
            )
    except (RuntimeError, TimeoutError, RPCError, OSError) as error:
        raise TemporalSilent(str(error) or settings.temporal_address) from error


async def look(client: Client, reader: LedgerReader) -> Running:
    """Compare. What seems to be missing is asked for by name: lists of processes are a moment old."""
    opened, missing, ahead = 0, list[str](), list[str]()
    for process in PROCESSES:
        seen = await _seen(client, process.record.noun)
        versions = await asyncio.to_thread(reader.open_streams, process.record)
        opened += len(versions)
        missing += [stream for stream in versions if stream not in seen and not await _runs(client, stream)]
        number = len(process.record.noun) + 1
        for stream, version in seen.items():
            if version > versions.get(stream, 0):
                _, now = await asyncio.to_thread(reader.fold, process.record, stream[number:])
                ahead += [stream] if version > now else []
    return Running(open=opened, missing=tuple(missing), ahead=tuple(ahead))


def told(running: Running) -> Iterator[str]:
    """Give what is not as it should be, in Japanese, a line each."""
    for stream in running.missing:
        yield f"{stream} は終わっていませんが、Temporalで動いていません。次の突き合わせ(reconciler)で始まります。"
    for stream in running.ahead:
        yield f"{stream} のTemporalは台帳より新しいものを見ています。台帳が古いバックアップでないか確かめてください。"


async def _seen(client: Client, noun: str) -> dict[str, int]:
    found: dict[str, int] = {}
    async for run in client.list_workflows(f"WorkflowId STARTS_WITH '{noun}-' AND ExecutionStatus = 'Running'"):
        found[run.id] = run.typed_search_attributes.get(LEDGER_VERSION) or 0
    return found


async def _runs(client: Client, stream: str) -> bool:
    try:
        description = await client.get_workflow_handle(stream).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return description.status is WorkflowExecutionStatus.RUNNING
