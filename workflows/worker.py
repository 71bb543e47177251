"""The worker: the processes' workflows and the activities that write, tuned as measured (reference:
docs/performance.md).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.activities.case import LedgerActivities
from workflows.stranger import Stranger

STOPS_WITHIN = timedelta(seconds=5)  # for the ledger calls in hand; the supervisor kills after 15 s
PASSED_THROUGH = ("domain", "workflows", "msgspec", "pydantic", "pydantic_core", "zoneinfo", "tzdata")


def sandbox() -> SandboxedWorkflowRunner:
    """Give the sandbox workflows run in, here and when histories are replayed."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def build_worker(
    client: Client,
    *,
    task_queue: str,
    workflows: Sequence[type],
    activities: LedgerActivities,
    threads: int = 16,
    cached_workflows_max: int = 20_000,
) -> Worker:
    """Give a worker for `task_queue`. Ledger calls are local activities, so nobody can have one done from outside
    (I23).
    """
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[*workflows, Stranger],
        activities=[activities.handle, activities.tick, activities.look],
        activity_executor=ThreadPoolExecutor(threads, thread_name_prefix="ledger"),
        no_remote_activities=True,
        workflow_runner=sandbox(),
        graceful_shutdown_timeout=STOPS_WITHIN,
        max_cached_workflows=cached_workflows_max,
        max_concurrent_workflow_tasks=200,
        max_concurrent_local_activities=threads,
        max_concurrent_workflow_task_polls=8,
    )
