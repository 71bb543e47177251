"""The life every case shares: restore from the ledger, take commands one at a time, wait with a reason, act on time, finish."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from domain.envelope import Envelope, Outcome
    from domain.view import View

STATE = SearchAttributeKey.for_keyword("State")
UNIT = SearchAttributeKey.for_keyword("Unit")
CASE_NUMBER = SearchAttributeKey.for_keyword("CaseNumber")
WAITING_ON = SearchAttributeKey.for_keyword_list("WaitingOn")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
AMOUNT_YEN = SearchAttributeKey.for_int("AmountYen")
FISCAL_YEAR = SearchAttributeKey.for_int("FiscalYear")
LEDGER_VERSION = SearchAttributeKey.for_int("LedgerVersion")

LEDGER_CALL: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=5)),
}
REST_AFTER_NOTHING = timedelta(minutes=1)  # a due time that brought nothing is looked at again, never in a tight loop
EMPTY_CASE_WAITS = timedelta(minutes=1)  # a run whose case never came into being (its draft was refused) ends by itself
LEDGER_REGRESSED = "LedgerRegressed"


class CaseProcess:
    """One running case. It knows a `View` of its record and nothing else; every fact is written by an activity (design.md §2)."""

    noun: ClassVar[str]

    def __init__(self) -> None:
        self.number = workflow.info().workflow_id.removeprefix(f"{self.noun}-")
        self.view: View | None = None
        self.lock = asyncio.Lock()
        self.halted = False
        self.nudged = False
        self.stillborn = False

    async def live(self, seen: int) -> str:
        """Run the case to its end; give the last state. `seen` is the version an earlier run had reached (I12)."""
        self.view = View(version=seen) if seen else None
        await self._look("台帳から状態を復元")
        while self.halted or not (self.current.closed or self.stillborn):
            await self._wait_for_change()
            if _grown_long():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self.current.version)
        await workflow.wait_condition(workflow.all_handlers_finished)  # an accepted command must get its answer
        return self.current.state

    @property
    def current(self) -> View:
        """The view, once there is one."""
        if self.view is None:
            raise ApplicationError("the case is not restored yet", non_retryable=True)
        return self.view

    async def _wait_for_change(self) -> None:
        seen = self.current.version
        try:
            await workflow.wait_condition(
                lambda: self.current.version != seen or self.nudged or self.stillborn or _grown_long(),
                timeout=self._patience(),
                timeout_summary=self.current.because or "待機",
            )
        except TimeoutError:
            self.stillborn = seen == 0
            await self._tick()
        if self.nudged:
            self.nudged = False
            await self._tick()

    def _patience(self) -> timedelta | None:
        """How long to wait before looking at the clock again; None: until something happens."""
        if self.current.version == 0:
            return EMPTY_CASE_WAITS
        wake_in = self.current.wake_in_seconds
        return None if wake_in is None or self.halted else max(timedelta(seconds=wake_in), timedelta(milliseconds=1))

    async def _tick(self) -> None:
        """Let the system rules that are due act. A late timer finds nothing to do and writes nothing."""
        async with self.lock:
            before = self.current.version
            view = await workflow.execute_local_activity(
                "tick", args=[self.noun, self.number], result_type=View, summary="期限の確認", **LEDGER_CALL
            )
            self._show(view)
            wake_in = self.current.wake_in_seconds
            if self.current.version == before and wake_in is not None and wake_in <= 0:
                await workflow.sleep(REST_AFTER_NOTHING, summary="期限の再確認")

    async def _look(self, why: str) -> None:
        async with self.lock:
            view = await workflow.execute_local_activity(
                "look", args=[self.noun, self.number], result_type=View, summary=why, **LEDGER_CALL
            )
            self._show(view)

    def _show(self, view: View) -> None:
        """Take the newer view and tell it to whoever watches. A ledger behind us is never continued: the case halts (I12)."""
        old, self.halted = self.view, self.view is not None and view.version < self.view.version
        if self.halted and old is not None:
            workflow.set_current_details(f"**停止** 台帳(版{view.version})がこの処理(版{old.version})より古いため停止しています。")
            workflow.upsert_search_attributes([STATE.value_set("台帳後退")])
            return
        self.view = view
        workflow.set_current_details(view.details or view.because)
        if old is None or _attributes(old) != _attributes(view):
            workflow.upsert_search_attributes(self._updates(view))

    def _updates(self, view: View) -> list[Any]:
        updates: list[Any] = [
            STATE.value_set(view.state),
            LEDGER_VERSION.value_set(view.version),
            CASE_NUMBER.value_set(self.number),
            WAITING_ON.value_set(list(view.waiting_on)),
            UNIT.value_set(view.unit) if view.unit else UNIT.value_unset(),
            DUE_AT.value_set(view.due_at) if view.due_at else DUE_AT.value_unset(),
        ]
        updates += [AMOUNT_YEN.value_set(view.amount_yen)] if view.amount_yen is not None else []
        updates += [FISCAL_YEAR.value_set(view.fiscal_year)] if view.fiscal_year is not None else []
        return updates

    @workflow.update(dynamic=True)
    async def command(self, name: str, args: Sequence[RawValue]) -> Outcome:
        """One command, under its Japanese name: wait until restored, one at a time, one call to the ledger."""
        await workflow.wait_condition(lambda: self.view is not None)
        async with self.lock:
            if self.halted:
                raise ApplicationError("the ledger is older than this process", type=LEDGER_REGRESSED, non_retryable=True)
            outcome = await workflow.execute_local_activity(
                "handle", args=[_envelope(args)], result_type=Outcome, summary=name, **LEDGER_CALL
            )
            self._show(outcome.view)
            self.stillborn = outcome.result == "refused" and self.current.version == 0
            return outcome

    @command.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse, without a trace in history, what is not a sealed envelope for this case under the name of its verb."""
        envelope = _envelope(args)
        if envelope.noun != self.noun or envelope.number != self.number or name != envelope.label:
            raise ApplicationError("the command is not for this case", type="NotForThisCase", non_retryable=True)

    @workflow.signal
    async def events_recorded(self, version: int) -> None:
        """The reconciler's nudge: the ledger is at `version`, or (0) time may have moved. Either way: look again."""
        await workflow.wait_condition(lambda: self.view is not None)
        if version == 0:
            self.nudged = True
        elif version != self.current.version:
            await self._look("台帳との突き合わせ")

    @workflow.query(name="なぜ待っているか", description="案件が何を待っているかを一文で返します")
    def because(self) -> str:
        return self.view.because if self.view else "台帳から復元しています"


def _grown_long() -> bool:
    return workflow.info().is_continue_as_new_suggested()


def _envelope(args: Sequence[RawValue]) -> Envelope:
    if len(args) != 1:
        raise ApplicationError("one envelope is expected", type="BadEnvelope", non_retryable=True)
    try:
        return workflow.payload_converter().from_payload(args[0].payload, Envelope)
    except (ValidationError, ValueError, TypeError, RuntimeError) as error:
        raise ApplicationError("not a sealed envelope", type="BadEnvelope", non_retryable=True) from error


def _attributes(view: View) -> tuple[Any, ...]:
    return (view.version, view.state, view.waiting_on, view.due_at, view.unit, view.amount_yen, view.fiscal_year)


