"""The signer role's worker: the steps outside the ledger, and the nightly round with its renewals."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from workflows.activities.contract.custody import Custody
from workflows.activities.contract.performing import OutsideSteps
from workflows.custodian import ContractRenewal, CustodyRound
from workflows.stranger import Stranger

STOPS_WITHIN = timedelta(seconds=10)  # for the steps in hand; the supervisor kills after 15 s


def build_signing_worker(
    client: Client,
    *,
    task_queue: str,
    steps: OutsideSteps,
    custody: Custody,
    at_once: int,
    workflow_runner: WorkflowRunner | None = None,
) -> Worker:
    """Give a worker for the signing queue: `at_once` steps and no more, so that a thousand that fall due on one day
    leave processor, network and token to everybody else. Workflows run as the ledger worker's do (ADR 0013).
    """
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[CustodyRound, ContractRenewal, Stranger],
        activities=[steps.perform, custody.due, custody.reviews, custody.held],
        workflow_runner=workflow_runner or UnsandboxedWorkflowRunner(),
        graceful_shutdown_timeout=STOPS_WITHIN,
        max_concurrent_activities=at_once,
    )
