"""The worker: the processes' workflows and the activities that write, tuned as measured (reference:
docs/performance.md).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from workflows.activities.case import LedgerActivities
from workflows.stranger import Stranger

STOPS_WITHIN = timedelta(seconds=5)  # for the ledger calls in hand; the supervisor kills after 15 s


def build_worker(
    client: Client,
    *,
    task_queue: str,
    workflows: Sequence[type],
    activities: LedgerActivities,
    threads: int = 16,
    cached_workflows_max: int = 20_000,
    workflow_runner: WorkflowRunner | None = None,
) -> Worker:
    """Give a worker for `task_queue`. Ledger calls are local activities, so nobody can have one done from outside
    (I23). Workflows run outside the SDK's sandbox unless a runner is given (ADR 0013).
    """
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[*workflows, Stranger],
        activities=[activities.handle, activities.tick, activities.look],
        activity_executor=ThreadPoolExecutor(threads, thread_name_prefix="ledger"),
        no_remote_activities=True,
        workflow_runner=workflow_runner or UnsandboxedWorkflowRunner(),
        graceful_shutdown_timeout=STOPS_WITHIN,
        max_cached_workflows=cached_workflows_max,
        max_concurrent_workflow_tasks=200,
        max_concurrent_local_activities=threads,
        max_concurrent_workflow_task_polls=8,
    )
