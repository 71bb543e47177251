"""長期保管: a nightly round asks which contracts have to be renewed, and starts one short process for each and its
generation (ADR 0025).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from workflows.outside import CUSTODY_DUE, CUSTODY_HELD, CUSTODY_REVIEWS, OUTSIDE_CALL, RENEWAL, ROUND, STEP, told

PAGE_WITHIN = timedelta(minutes=15)  # one that cannot be renewed now must not keep the others waiting
NOT_OURS = "対象外"
Renewal = workflow.ChildWorkflowHandle[Any, str]


@dataclass(frozen=True, kw_only=True)
class DueContract:
    """One contract whose archive time stamp has to be renewed; `generation` is the one to be made."""

    number: str
    generation: int

    @property
    def workflow_id(self) -> str:
        """One process for each contract and generation; no case's id begins like this."""
        return f"renewal-{self.number}-{self.generation}"


@workflow.defn(name=ROUND)
class CustodyRound:
    """Page by page, so that people's signatures never wait behind a whole archive. Who is due is the read model's
    answer; whether it is true, each renewal asks of the ledger.
    """

    @workflow.run
    async def run(self, *given: object) -> str:
        after = given[0] if given and isinstance(given[0], str) else ""
        while page := await self._page(after):
            after = page[-1].number
            workflow.set_current_details(f"{page[0].number} から {after} まで {len(page)} 件を延長しています。")
            await self._some_time_for([renewal for each in page if (renewal := await self._renew(each))])
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(after)
        await self._reviews()
        return "点検を終えました"

    async def _page(self, after: str) -> list[DueContract]:
        page: list[DueContract] = await workflow.execute_activity(
            CUSTODY_DUE,
            args=[after],
            result_type=list[DueContract],
            summary=f"延長の時期の照会({after or '初め'}から)",
            **OUTSIDE_CALL,
        )
        return page

    async def _reviews(self) -> None:
        """Contracts whose retention ends are for their units to review; nobody looks at a closed one of itself."""
        after, more = "", True
        while more:
            workflow.set_current_details(f"保存期間の満了を確かめています({after or '初め'}から)。")
            after = await workflow.execute_activity(
                CUSTODY_REVIEWS, args=[after], result_type=str, summary="保存期間の満了の確認", **OUTSIDE_CALL
            )
            more = after != ""

    async def _renew(self, due: DueContract) -> Renewal | None:
        """Start a renewal; None where one runs already, from a round before. What only holds its id is put out."""
        try:
            return await workflow.start_child_workflow(
                RENEWAL,
                args=[due.number, due.generation],
                id=due.workflow_id,
                result_type=str,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary=f"{RENEWAL} {due.number} 第{due.generation}世代",
            )
        except WorkflowAlreadyStartedError:
            await workflow.execute_activity(
                CUSTODY_HELD, args=[due.number, due.generation], summary="実行中の延長の確認", **OUTSIDE_CALL
            )
            return None

    async def _some_time_for(self, renewals: Sequence[Renewal]) -> None:
        try:
            await workflow.wait_condition(
                lambda: all(each.done() for each in renewals),
                timeout=PAGE_WITHIN,
                timeout_summary="延長の完了を待っています(終わらないものも、そのまま続きます)",
            )
        except TimeoutError:
            workflow.logger.warning("some renewals take long; the round goes on")


@workflow.defn(name=RENEWAL)
class ContractRenewal:
    """The archive step of one contract, by the same activity that its process used while it was open."""

    @workflow.run
    async def run(self, *given: object) -> str:
        match given:
            case [str() as number, int() as generation]:
                return await self._archive(number, f"archive/{generation}")
        return NOT_OURS

    async def _archive(self, number: str, step: str) -> str:
        result: str = await workflow.execute_activity(
            STEP, args=[number, step], result_type=str, summary=told(step), **OUTSIDE_CALL
        )
        return result
