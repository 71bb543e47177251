"""The reconciler: every open record has a running process that has seen all of it, whatever happened to Temporal (I9,
I11, I12).
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import structlog
from temporalio.client import WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.clock import Clock
from domain.directory import Directory
from domain.events import Fact
from domain.ledger.reading import DIRECTORY, LedgerReader
from domain.record import Record
from workflows.columns import HALTED_STATE, LEDGER_VERSION, STATE
from workflows.starting import Starter
from workflows.wire import TIME_MOVED

log = structlog.get_logger(__name__)
BATCH_MAX = 500
AT_ONCE_MAX = 20
JUMP = timedelta(seconds=2)  # a clock that moved further than this between two looks was set, not running


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a sweep found and had mended, by stream.

    missing: open records without a process. behind: processes that had not seen all of their record. ended: processes
    of records that are closed. regressed: records older than their process had seen them (their processes halt; an
    operator has to look). impostors: runs that held a case's id without being its process.
    """

    open: int = 0
    missing: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    regressed: tuple[str, ...] = ()
    impostors: tuple[str, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found(
            open=self.open + other.open,
            missing=self.missing + other.missing,
            behind=self.behind + other.behind,
            ended=self.ended + other.ended,
            regressed=self.regressed + other.regressed,
            impostors=self.impostors + other.impostors,
        )


@dataclass
class Running:
    """The running processes of a noun with the version each has seen, those among them that have halted, and the runs
    that hold a case's id without being its process.
    """

    seen: dict[str, int] = field(default_factory=dict)
    halted: set[str] = field(default_factory=set)
    impostors: list[str] = field(default_factory=list)


@dataclass
class Reconciler:
    """Follows the ledger and compares it with Temporal. At least once, payload = version only: nothing here writes a
    fact.
    """

    reader: LedgerReader
    starter: Starter
    clock: Clock
    position: int = 0
    _limit: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_MAX))

    async def sweep(self) -> Found:
        """Compare every open record with every running process; start what is missing, nudge what is behind or
        ahead.
        """
        self.position = await asyncio.to_thread(self.reader.head)
        found = Found()
        for noun in self.starter.workflow_names:
            found += await self._sweep(self.starter.records[noun])
        return found

    async def follow(self) -> int:
        """Take what the ledger has got since the last look; nudge the records that no process of theirs has written
        to. Gives how many.
        """
        facts = await asyncio.to_thread(self.reader.after, self.position, BATCH_MAX)
        if not facts:
            return 0
        await self._nudge_all({fact.stream: fact.version for fact in facts if self._is_news(fact)})
        if any(fact.stream == DIRECTORY for fact in facts):
            await self.look_at_time()
        self.position = facts[-1].position
        return len(facts)

    async def look_at_time(self) -> None:
        """Have every open case for which something is due look again: time was set, a day began, or posts changed
        hands.
        """
        directory, _ = await asyncio.to_thread(self.reader.references)
        for noun in self.starter.workflow_names:
            due = await asyncio.to_thread(self._due, self.starter.records[noun], directory)
            await self._nudge_all(dict.fromkeys(due, TIME_MOVED))

    async def _sweep(self, record: Record[Any]) -> Found:
        """Sweep one noun. Versions are read after what processes have seen of them: a smaller one is an older
        ledger.
        """
        running = await self._running(record)
        records = await asyncio.to_thread(self.reader.open_streams, record)
        missing = [each for each in records if each not in running.seen]
        unknown = [each for each in missing if each not in running.impostors]
        last_seen = dict(zip(unknown, await asyncio.gather(*map(self._last_seen, unknown)), strict=True))
        seen = {**running.seen, **last_seen}
        doubtful = [each for each in seen if each not in records or seen[each] > records[each]] + running.impostors
        versions = {**records, **await asyncio.to_thread(self._versions, record, doubtful)}
        found = Found(
            open=len(records),
            missing=tuple(missing),
            behind=tuple(each for each in running.seen if each in records and running.seen[each] < versions[each]),
            ended=tuple(each for each in running.seen if each not in records and versions[each]),
            regressed=tuple(each for each in seen if seen[each] > versions[each]),
            impostors=tuple(running.impostors),
        )
        for each in found.regressed:
            log.error("the ledger is older than the process", stream=each, ledger=versions[each], process=seen[each])
        for each in found.impostors:
            log.warning("a run held a case's id without being its process", stream=each)
        await self._nudge_all({each: versions[each] for each in running.impostors}, replacing=True)
        to_nudge = {*unknown, *found.behind, *found.ended, *found.regressed, *running.halted}
        await self._nudge_all({each: versions[each] for each in to_nudge}, seen=last_seen)
        return found

    async def _running(self, record: Record[Any]) -> Running:
        running = Running()
        query = f"WorkflowId STARTS_WITH '{record.noun}-' AND ExecutionStatus = 'Running'"
        async for run in self.starter.client.list_workflows(query):
            if run.status is not WorkflowExecutionStatus.RUNNING:
                continue
            if not self._is_process(run, record):
                running.impostors.append(run.id)
                continue
            running.seen[run.id] = run.typed_search_attributes.get(LEDGER_VERSION) or 0
            if run.typed_search_attributes.get(STATE) == HALTED_STATE:
                running.halted.add(run.id)
        return running

    def _is_process(self, run: WorkflowExecution, record: Record[Any]) -> bool:
        name = self.starter.workflow_names[record.noun]
        return run.workflow_type == name and run.task_queue == self.starter.task_queue

    def _versions(self, record: Record[Any], streams: Iterable[str]) -> dict[str, int]:
        return {each: self.reader.fold(record, each.removeprefix(f"{record.noun}-"))[1] for each in streams}

    def _due(self, record: Record[Any], directory: Directory) -> list[str]:
        now = self.clock.now()
        folded = {
            stream: self.reader.fold(record, stream.removeprefix(f"{record.noun}-"))[0]
            for stream in self.reader.open_streams(record)
        }
        return [stream for stream, state in folded.items() if record.due(state, now, directory)]

    async def _last_seen(self, stream: str) -> int:
        async with self._limit:
            return await self.starter.last_seen(stream)

    async def _nudge_all(
        self, versions: Mapping[str, int], *, seen: Mapping[str, int] = MappingProxyType({}), replacing: bool = False
    ) -> None:
        async with asyncio.TaskGroup() as group:
            for stream, version in versions.items():
                group.create_task(self._nudge(stream, version, seen.get(stream, 0), replacing))

    async def _nudge(self, stream: str, version: int, seen: int, replacing: bool) -> None:
        async with self._limit:
            try:
                await self.starter.nudge(stream, version, seen=seen, replacing=replacing)
            except RPCError as error:
                if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED:
                    raise
                log.warning("temporal is busy; the next sweep will find it", stream=stream)

    def _is_news(self, fact: Fact) -> bool:
        """Facts that a process wrote are known to it; those of imports, of other commands of ours and of decisions on
        other records are not.
        """
        noun = fact.stream.partition("-")[0]
        actor = fact.meta.by
        if noun in self.starter.workflow_names and fact.event.__struct_config__.tag in self._told_by_others(noun):
            return True
        rule = actor.person.removeprefix("system:")
        if noun not in self.starter.workflow_names or actor.kind != "system" or rule == actor.person:
            return False
        return rule not in self.starter.records[noun].system

    def _told_by_others(self, noun: str) -> frozenset[str]:
        return self.starter.records[noun].told_by_others
