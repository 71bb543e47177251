"""Starting: the one way in which gateway and reconciler start a case's process, so that both start the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.record import Record
from workflows.columns import LEDGER_VERSION
from workflows.wire import NUDGE


@dataclass(frozen=True, kw_only=True)
class Starter:
    """Starts processes, and reaches running ones. The workflow id is the record's stream."""

    client: Client
    records: Mapping[str, Record[Any]]
    workflow_names: Mapping[str, str]
    task_queue: str

    def operation(self, stream: str, *, seen: int = 0, first: bool = False) -> WithStartWorkflowOperation[Any, Any]:
        """Give the start half of an update-with-start. `first`: refuse where the number already had a process."""
        return WithStartWorkflowOperation(
            self._name(stream),
            args=[seen] if seen else [],
            id=stream,
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE if first else WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=self._summary(stream),
        )

    async def nudge(self, stream: str, version: int, *, seen: int = 0, replacing: bool = False) -> None:
        """Start the process where there is none, and tell it the ledger's version, in one call. `replacing` ends a run
        that holds the id without being the case's process.
        """
        policy = WorkflowIDConflictPolicy
        await self.client.start_workflow(
            self._name(stream),
            args=[seen] if seen else [],
            id=stream,
            task_queue=self.task_queue,
            id_conflict_policy=policy.TERMINATE_EXISTING if replacing else policy.USE_EXISTING,
            start_signal=NUDGE,
            start_signal_args=[version],
            static_summary=self._summary(stream),
        )

    def handle(self, stream: str) -> WorkflowHandle[Any, Any]:
        """Give the handle of a stream's process."""
        return self.client.get_workflow_handle(stream)

    async def last_seen(self, stream: str) -> int:
        """Give the ledger version that the newest run of a stream's process had seen, ended or not; 0 where Temporal
        knows none. A ledger below it is an older one (I12).
        """
        try:
            description = await self.handle(stream).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return 0
        return description.typed_search_attributes.get(LEDGER_VERSION) or 0

    def _name(self, stream: str) -> str:
        return self.workflow_names[stream.partition("-")[0]]

    def _summary(self, stream: str) -> str:
        noun, _, number = stream.partition("-")
        return f"{self.records[noun].label} {number}"
