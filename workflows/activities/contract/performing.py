"""契約の処理: the step that the ledger says is due, once, however often and by whomever it is asked for."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from signing.network import NetworkRefused
from workflows.activities.contract import archiving, certifying, concluding, delivering, signing_for, two_phase
from workflows.activities.contract.step_ledger import NOT_DUE, StepLedger, running_lease
from workflows.activities.contract.task import Entry, Result, StepImpossible, StepWaits, Task, waits_for
from workflows.activities.contract.tools import Tools
from workflows.outside import STEP

log = structlog.get_logger(__name__)
Step = Callable[[Task, Tools], Awaitable[Result]]
STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "certify": certifying.certify,
        "sign": signing_for.sign,
        "prepare": two_phase.prepare,
        "complete": two_phase.complete,
        "conclude": concluding.conclude,
        "deliver": delivering.deliver,
        "archive": archiving.archive_file,
    }
)
LEASE = timedelta(minutes=2)  # nobody else makes this step's calls meanwhile
CALLS_WITHIN = timedelta(seconds=100)  # all of them together: no call outlives the lease it was made under
STAMPED = frozenset({"certify", "sign", "complete", "archive"})
PROBE = b"is the time stamp authority back?"
BEAT_SECONDS = 2.5
TOLD_MAX = 250  # characters
NOT_OURS = "対象外"
NUMBER = re.compile(r"[RH]\d{1,3}-\d{6,12}")


class OutsideSteps:
    """Regular activities can be asked for by anybody who reaches Temporal: nothing they are told is believed, and the
    ledger says what is due (I23). A step under way is never broken off, whatever becomes of who asked for it.
    """

    def __init__(self, *, ledger: StepLedger, tools: Tools) -> None:
        self._ledger = ledger
        self._tools = tools
        self._under_way: dict[UUID, asyncio.Task[str]] = {}
        self._ours: dict[UUID, int] = {}  # attempts begun by this process, by step and base
        self._turned_away: set[UUID] = set()

    @activity.defn(name=STEP)
    async def perform(self, number: object = None, step: object = None) -> str:
        """Do the step if it is due; give what came of it. Raises, to be asked again, while something is away.

        Temporal shows a pending activity's failure only while it is short (2 KiB, sealed): no causes, no tracebacks.
        """
        if not isinstance(number, str) or not isinstance(step, str) or not NUMBER.fullmatch(number):
            return NOT_OURS
        try:
            async with _beating():
                return await self._once(number, step)
        except StepWaits as waits:
            raise ApplicationError(_short(str(waits)), type="Waiting") from None
        except ApplicationError:
            raise
        except Exception as error:
            log.exception("step failed", contract=number, step=step)
            told = f"内部の誤りで止まっています({type(error).__name__})。運用担当者の確認が必要です。繰り返します。"
            raise ApplicationError(told, type="Defect") from None

    async def _once(self, number: str, step: str) -> str:
        """Do it in a task of its own, which an ending activity does not end; who asks meanwhile gets its answer."""
        task = await asyncio.to_thread(self._ledger.due, number, step)
        if task is None:
            return NOT_DUE
        key = self._ledger.name_of(task)
        if key not in self._under_way:
            self._under_way[key] = asyncio.create_task(self._perform(task, key))
            self._under_way[key].add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(self._under_way[key])

    def _ended(self, key: UUID, done: asyncio.Task[str]) -> None:
        """Nobody may be left who would hear of a failure."""
        del self._under_way[key]
        if not done.cancelled() and (error := done.exception()) is not None:
            log.info("step did not come to its end", reason=str(error)[:TOLD_MAX])

    async def _perform(self, task: Task, key: UUID) -> str:
        entry = await self._tools.journal.find(task)
        if entry is None:
            await self._begin(task, key)
            try:
                result = await self._called(task, key)
            except StepImpossible as impossible:
                log.warning("step refused", contract=task.number, step=task.step, code=impossible.code)
                self._forget(key)
                return await asyncio.to_thread(self._ledger.refuse, task, impossible)
            entry = result.entry()
            if result.lasting:
                entry = await self._tools.journal.settle(task, entry)
        self._forget(key)
        return await asyncio.to_thread(self._ledger.settle, task, Entry.of(entry))

    def _forget(self, key: UUID) -> None:
        self._ours.pop(key, None)
        self._turned_away.discard(key)

    async def _begin(self, task: Task, key: UUID) -> None:
        """Take the lease of an attempt, or go on under one of ours that still runs. Where the authority turned us away
        before, it is asked whether it is back first: no key is used in vain, and no outage makes events.
        """
        if key in self._turned_away:
            await self._ask_whether_back(task)
        last = running_lease(task)
        if last is not None and last.lease_until > task.now:
            if self._ours.get(key) != last.attempt:
                raise StepWaits("前に始めた処理の結果を確かめています(二重に署名しないため、期限まで待ちます)。")
            return
        self._ours[key] = await asyncio.to_thread(self._ledger.begin, task, LEASE)

    async def _called(self, task: Task, key: UUID) -> Result:
        """Make the calls. Turned away, this process knows that they brought nothing; anything else that goes wrong may
        have lost a result, and the next attempt is another one.
        """
        try:
            async with asyncio.timeout(CALLS_WITHIN.total_seconds()):
                return await STEPS[task.work.kind](task, self._tools)
        except StepWaits:
            self._turned_away.add(key)
            raise
        except TimeoutError as error:
            self._ours.pop(key, None)
            raise StepWaits("外部の応答が時間内にありません。繰り返します。") from error
        except StepImpossible:
            raise
        except Exception:
            self._ours.pop(key, None)
            raise

    async def _ask_whether_back(self, task: Task) -> None:
        if task.work.kind not in STAMPED:
            return
        try:
            await self._tools.stamps.stamp(hashlib.sha256(PROBE).digest(), "sha256")
        except NetworkRefused as refused:
            raise waits_for(refused, "タイムスタンプ") from refused


def _short(text: str) -> str:
    return text if len(text) <= TOLD_MAX else f"{text[:TOLD_MAX]}…"


@asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    """Tell Temporal every few seconds that this process lives; where it dies, somebody else is asked soon."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(BEAT_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
