"""電子契約 as a durable process: 準備 → 同意 → 送信 → 本人確認・同意 → 署名 → 締結 → 交付 → 長期保管."""

from datetime import timedelta
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.case import REST_AFTER_NOTHING, CaseProcess
    from workflows.outside import OUTSIDE_CALL, STEP, signing_queue, told


@workflow.defn(name="電子契約")
class ContractProcess(CaseProcess):
    """What needs keys or a time stamping authority is a step outside the ledger (ADR 0024): while the signer role does
    it, commands go on being taken. Ended, cancelled or begun anew, the process breaks no call off: which step is due is
    for the ledger to say, and what a step came to is there before the process hears of it.
    """

    noun = "contract"

    def __init__(self) -> None:
        super().__init__()
        self.under_way: dict[str, workflow.ActivityHandle[Any]] = {}
        self.begun_at: dict[str, int] = {}  # the version at which each began
        self.fruitless = False  # a step ended and the ledger is as before

    @workflow.run
    async def run(self, *seen: object) -> str:
        return await self.live(seen)

    async def _attend(self) -> bool:
        """Look at what ended steps have brought, or begin the step that the record says is due."""
        ended = [step for step, doing in self.under_way.items() if doing.done()]
        if ended:
            begun_at = [self.begun_at.pop(step) for step in ended]
            for step in ended:
                self._forget(self.under_way.pop(step))
            await self._look("外部の処理の結果の確認")
            self.fruitless = self.view.version in begun_at
            return True
        if self.view.work and not self.fruitless and self.view.work not in self.under_way and not self.halted:
            self._begin(self.view.work)
        return False

    def _forget(self, ended: "workflow.ActivityHandle[Any]") -> None:
        """Whatever an activity says, also one that somebody else has ended by hand: the ledger is looked at."""
        if not ended.cancelled() and ended.exception() is not None:
            workflow.logger.warning("a step's activity was ended from outside")

    def _begin(self, step: str) -> None:
        self.begun_at[step] = self.view.version
        self.under_way[step] = workflow.start_activity(
            STEP,
            args=[self.number, step],
            task_queue=signing_queue(workflow.info().task_queue),
            result_type=str,
            summary=told(step),
            cancellation_type=workflow.ActivityCancellationType.ABANDON,
            **OUTSIDE_CALL,
        )

    def _is_time(self) -> bool:
        return super()._is_time() or any(doing.done() for doing in self.under_way.values())

    def _patience(self) -> timedelta | None:
        patience = super()._patience()
        if not self.fruitless:
            return patience
        return REST_AFTER_NOTHING if patience is None else min(patience, REST_AFTER_NOTHING)

    async def _tick(self) -> None:
        self.fruitless = False
        await super()._tick()
