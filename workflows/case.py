"""The life every case shares: restore from the ledger, take commands one at a time, wait with a reason, act on time,
end.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.envelope import Outcome
    from domain.view import View
    from workflows.alarm import Alarm
    from workflows.columns import columns
    from workflows.wire import HANDLE, LOOK, NUDGE, TICK, TIME_MOVED, envelope_in, version_in, version_seen

LEDGER_CALL: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=5)),
}
REST_AFTER_NOTHING = timedelta(minutes=1)  # a due time that brought nothing is looked at again, never in a tight loop
SHORTEST_WAIT = timedelta(milliseconds=1)
EMPTY_CASE_WAITS = timedelta(minutes=1)  # a run whose case never came into being ends by itself
LEDGER_REGRESSED = "LedgerRegressed"
HALTED_BECAUSE = "台帳がこの処理より古いため停止しています(運用担当者の確認が必要です)"


class CaseProcess:
    """One running case. It knows a `View` of its record and nothing else; activities write every fact (ADR 0007,
    0008).
    """

    noun: ClassVar[str]

    def __init__(self) -> None:
        workflow_id = workflow.info().workflow_id
        self.number = workflow_id.removeprefix(f"{self.noun}-")
        self.ours = workflow_id != self.number
        self.view = View()
        self.restored = False
        self.halted = False  # the ledger is older than what this process has seen (I12)
        self.stillborn = False  # while there is no record: its draft was refused, or nobody sends one
        self.time_moved = False
        self.came_early = False  # something seemed due and nothing came of it
        self.lock = asyncio.Lock()
        self.alarm = Alarm()
        self.shown: list[SearchAttributeUpdate[Any]] = []

    async def live(self, seen: Sequence[object]) -> str:
        """Carry the case to its end; give its last state. `seen` is the version an earlier run had reached, if any."""
        if not self.ours:
            return "対象外"
        while not self._ended():
            try:
                await (self._go_on() if self.restored else self._restore(version_seen(seen)))
            except (asyncio.CancelledError, FailureError) as error:
                if not is_cancelled_exception(error):
                    raise
                self.time_moved = True  # the drafter withdraws a case, the Web UI's button does not: look, and go on
        return self.view.state

    def _over(self) -> bool:
        return not self.halted and (self.view.closed or (self.stillborn and self.view.version == 0))

    def _ended(self) -> bool:
        return self._over() and not self.alarm.is_set and workflow.all_handlers_finished()

    async def _restore(self, seen: int) -> None:
        self.view = View(version=seen)
        if seen == 0 and not workflow.all_handlers_finished():
            self.restored = True  # the command that starts a case shows it, and there was nothing to know before
            await workflow.wait_condition(workflow.all_handlers_finished)
        if self.view.version == seen and not self._over():
            await self._look("台帳から状態を復元")
        self.restored = True

    async def _go_on(self) -> None:
        """Commands first: each gets its answer, and no timer starts while a ledger call is under way. A query can part
        the call's marker from its effect; a timer that it had stopped would be in history and not in its replay.
        """
        if self._over() or _grown_long():
            self.alarm.stop()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._over():
            return
        if _grown_long():
            workflow.continue_as_new(self.view.version)
        if not await self._attend():
            await self._wait_for_change()

    async def _attend(self) -> bool:
        """Do what a process does besides taking commands; most do nothing. True: look around again before waiting."""
        return False

    async def _wait_for_change(self) -> None:
        seen = self.view.version
        self.alarm.set(self._patience(), self.because())
        await workflow.wait_condition(lambda: self.view.version != seen or self._is_time() or self._over())
        if self.alarm.rang:
            self.alarm.stop()
            self.time_moved = True
            self.stillborn = seen == 0
        if self.time_moved:
            self.time_moved = False
            await self._tick()

    def _is_time(self) -> bool:
        return self.alarm.rang or self.time_moved or _grown_long()

    def _patience(self) -> timedelta | None:
        """How long to wait before looking at the clock again; None: until something happens."""
        if self.view.version == 0:
            return EMPTY_CASE_WAITS
        if self.halted or self.view.wake_in_seconds is None:
            return None
        return max(
            timedelta(seconds=self.view.wake_in_seconds), REST_AFTER_NOTHING if self.came_early else SHORTEST_WAIT
        )

    async def _tick(self) -> None:
        """Let the system rules that are due act. A late timer finds nothing to do and writes nothing."""
        async with self.lock:
            before = self.view.version
            try:
                view = await workflow.execute_local_activity(
                    TICK, args=[self.noun, self.number, before], result_type=View, summary="期限の確認", **LEDGER_CALL
                )
            except FailureError as error:
                if is_cancelled_exception(error):
                    raise
                self.came_early = True  # a defect, which the activity has logged; people's commands go on meanwhile
                return
            self._show(view)
            self.came_early = view.version == before and view.wake_in_seconds == 0

    async def _look(self, why: str) -> None:
        async with self.lock:
            view = await workflow.execute_local_activity(
                LOOK, args=[self.noun, self.number], result_type=View, summary=why, **LEDGER_CALL
            )
            self._show(view)

    def _show(self, view: View) -> None:
        """Take the newer view and tell whoever watches. A ledger behind us is never continued: the case halts (I12)."""
        self.halted = view.version < self.view.version
        if not self.halted:
            self.view = view
        behind = f"**停止** {HALTED_BECAUSE}。台帳は版{view.version}、この処理は版{self.view.version}です。"
        workflow.set_current_details(behind if self.halted else view.details or view.because)
        if self.view.version == 0:
            return  # nothing to list yet
        shown = columns(self.view, self.number, halted=self.halted)
        changed = [column for column in shown if column not in self.shown]
        if changed:
            self.shown = shown
            workflow.upsert_search_attributes(changed)

    @workflow.update(dynamic=True)
    async def command(self, name: str, args: Sequence[RawValue]) -> Outcome:
        """One command, under its Japanese name: wait until restored, one at a time, one call to the ledger."""
        await workflow.wait_condition(lambda: self.restored)
        async with self.lock:
            outcome: Outcome = await workflow.execute_local_activity(
                HANDLE, args=[envelope_in(args), self.view.version], result_type=Outcome, summary=name, **LEDGER_CALL
            )
            self._show(outcome.view)
            if self.halted:
                raise ApplicationError(
                    "the ledger is older than this process", type=LEDGER_REGRESSED, non_retryable=True
                )
            self.stillborn = outcome.result == "refused"
            self.came_early = False
            return replace(outcome, view=replace(outcome.view, details=""))  # on the marker already, and long

    @command.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse, without a trace in history, what is not a sealed envelope for this case under the name of its
        verb.
        """
        envelope = envelope_in(args)
        if envelope.stream != workflow.info().workflow_id or envelope.noun != self.noun or name != envelope.label:
            raise ApplicationError("the command is not for this case", type="NotForThisCase", non_retryable=True)

    @workflow.signal(dynamic=True)
    async def nudge(self, name: str, args: Sequence[RawValue]) -> None:
        """The reconciler says: the ledger is at this version, or time has moved. Other signals are passed over."""
        version = version_in(args)
        if name != NUDGE or version is None:
            return
        await workflow.wait_condition(lambda: self.restored)
        if version == TIME_MOVED:
            self.time_moved = True
        elif self.halted or version != self.view.version:
            await self._look("台帳との突き合わせ")

    @workflow.query(name="なぜ待っているか", description="案件が何を待っているかを一文で返します")
    def because(self) -> str:
        """Why the case waits, in one sentence."""
        if self.halted:
            return HALTED_BECAUSE
        return (self.view.because or "次の指示を待っています") if self.restored else "台帳から復元しています"


def _grown_long() -> bool:
    return workflow.info().is_continue_as_new_suggested()
