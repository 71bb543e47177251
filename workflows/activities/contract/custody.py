"""長期保管の点検: which contracts have to be renewed, as the read model knows them, and whether what holds the id of a
renewal is one.
"""

import asyncio
from collections.abc import Callable

import structlog
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from workflows.custodian import DueContract
from workflows.outside import CUSTODY_DUE, CUSTODY_HELD, CUSTODY_REVIEWS, RENEWAL

log = structlog.get_logger(__name__)
PAGE = 50
DueList = Callable[[str, int], list[tuple[str, int]]]  # after which number, how many → numbers and next generations
ReviewList = Callable[[str, int], list[str]]  # after which number, how many → numbers
Review = Callable[[str], object]  # lets the review of a contract fall due, if its record agrees


class Custody:
    """What the nightly round asks. The list is handed in by `kessai/`: workflows know no read model (ADR 0016)."""

    def __init__(self, *, client: Client, task_queue: str, due: DueList, reviews: ReviewList, review: Review) -> None:
        self._client = client
        self._task_queue = task_queue
        self._due = due
        self._reviews = reviews
        self._review = review

    @activity.defn(name=CUSTODY_DUE)
    async def due(self, after: object = "") -> list[DueContract]:
        """Give the next page of contracts to be renewed, by number."""
        found = await asyncio.to_thread(self._due, after if isinstance(after, str) else "", PAGE)
        return [DueContract(number=number, generation=generation) for number, generation in found]

    @activity.defn(name=CUSTODY_REVIEWS)
    async def reviews(self, after: object = "") -> str:
        """Let a page of reviews fall due; give the last number, empty where there was none."""
        found = await asyncio.to_thread(self._reviews, after if isinstance(after, str) else "", PAGE)
        for number in found:
            await asyncio.to_thread(self._review, number)
        return found[-1] if found else ""

    @activity.defn(name=CUSTODY_HELD)
    async def held(self, number: object = None, generation: object = None) -> bool:
        """Put out what runs under a renewal's id without being one, and start the renewal; give whether it did."""
        if not isinstance(number, str) or not isinstance(generation, int):
            return False
        due = DueContract(number=number, generation=generation)
        if await self._is_renewal(due.workflow_id):
            return False
        log.warning("a run held a renewal's id without being one", workflow=due.workflow_id)
        await self._client.start_workflow(
            RENEWAL,
            args=[number, generation],
            id=due.workflow_id,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        )
        return True

    async def _is_renewal(self, workflow_id: str) -> bool:
        try:
            found = await self._client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        ours = found.workflow_type == RENEWAL and found.task_queue == self._task_queue
        return ours and found.status is WorkflowExecutionStatus.RUNNING
