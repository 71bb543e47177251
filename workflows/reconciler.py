"""The reconciler: every open record has a running process that has seen all of it, whatever happened to Temporal (I9, I11, I12)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.clock import Clock
from domain.events import Fact
from domain.ledger.reading import DIRECTORY, LedgerReader
from domain.record import Record

log = structlog.get_logger(__name__)
BATCH_MAX = 500
AT_ONCE_MAX = 20
JUMP = timedelta(seconds=2)  # a clock that moved further than this between two looks was set, not running


@dataclass(frozen=True)
class Found:
    """What a sweep found and mended; `strays` are running processes without an open record, which only an operator can judge."""

    open: int = 0
    started: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()


@dataclass
class Reconciler:
    """Follows the ledger and compares it with Temporal. At least once, payload = version only: nothing here writes a fact."""

    reader: LedgerReader
    client: Client
    clock: Clock
    records: Mapping[str, Record[Any]]
    workflow_names: Mapping[str, str]
    task_queue: str
    position: int = 0
    _limit: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_MAX))

    async def sweep(self) -> Found:
        """Compare every open record with every running process; start what is missing, nudge what is behind or ahead."""
        self.position = await asyncio.to_thread(self.reader.head)
        found = Found()
        for noun in self.workflow_names:
            records = await asyncio.to_thread(self.reader.open_streams, self.records[noun])
            running = await self._running(noun)
            missing = [stream for stream in records if stream not in running]
            behind = [stream for stream in records if stream in running and running[stream] != records[stream]]
            strays = [stream for stream in running if stream not in records and running[stream]]
            await self._each(missing, records)
            await self._each(behind, records)
            for stray in strays:
                log.warning("running process without an open record", stream=stray)
            found = Found(found.open + len(records), (*found.started, *missing), (*found.behind, *behind), (*found.strays, *strays))
        return found

    async def follow(self) -> int:
        """Take what the ledger has got since the last look; nudge the records that no process of theirs has written to. Gives how many."""
        facts = await asyncio.to_thread(self.reader.after, self.position, BATCH_MAX)
        if not facts:
            return 0
        versions = {fact.stream: fact.version for fact in facts if self._is_news(fact)}
        await self._each(list(versions), versions)
        if any(fact.stream == DIRECTORY for fact in facts):
            await self.look_at_time()
        self.position = facts[-1].position
        return len(facts)

    async def look_at_time(self) -> None:
        """Have every open case look at clock and directory again: time was set, a day began, or posts changed hands."""
        directory, _ = await asyncio.to_thread(self.reader.references)
        for noun in self.workflow_names:
            record = self.records[noun]
            streams = await asyncio.to_thread(self.reader.open_streams, record)
            due = await asyncio.to_thread(self._due, record, list(streams), directory)
            await self._each(due, dict.fromkeys(due, 0))

    def _due(self, record: Record[Any], streams: Sequence[str], directory: Any) -> list[str]:
        now = self.clock.now()
        found = []
        for stream in streams:
            state, _ = self.reader.fold(record, stream.removeprefix(f"{record.noun}-"))
            if record.due(state, now, directory):
                found.append(stream)
        return found

    def _is_news(self, fact: Fact) -> bool:
        """Facts that a process wrote are known to it; those of imports and other commands of ours are not."""
        noun = fact.stream.partition("-")[0]
        written_here = fact.meta.by.kind == "system" and fact.meta.by.person.startswith("system:")
        return noun in self.workflow_names and written_here and fact.meta.by.person.removeprefix("system:") not in self.records[noun].system

    async def _running(self, noun: str) -> dict[str, int]:
        """The running processes of a noun, with the ledger version each has seen."""
        query = f"WorkflowType = '{self.workflow_names[noun]}' AND ExecutionStatus = 'Running'"
        running: dict[str, int] = {}
        async for found in self.client.list_workflows(query):
            if found.status is WorkflowExecutionStatus.RUNNING:
                seen = found.search_attributes.get("LedgerVersion") or [0]
                running[found.id] = int(str(seen[0]))
        return running

    async def _each(self, streams: Sequence[str], versions: Mapping[str, int]) -> None:
        await asyncio.gather(*(self._nudge(stream, versions[stream]) for stream in streams))

    async def _nudge(self, stream: str, version: int) -> None:
        """Start the process if it is not running, and tell it the version, in one call."""
        noun = stream.partition("-")[0]
        async with self._limit:
            try:
                await self.client.start_workflow(
                    self.workflow_names[noun],
                    0,
                    id=stream,
                    task_queue=self.task_queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    start_signal="events_recorded",
                    start_signal_args=[version],
                    static_summary=f"{self.records[noun].label} {stream.partition('-')[2]}",
                )
            except RPCError as error:
                if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED:
                    raise
                log.warning("temporal is busy; the next sweep will find it", stream=stream)
