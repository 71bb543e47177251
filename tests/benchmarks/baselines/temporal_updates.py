"""Baseline: a bare Temporal workflow with updates, each of them one no-op activity; no HTTP, no database.

`defaults`: as the SDK's README shows it. `tuned`: local activities, imports passed through the sandbox, uvloop, a cache
that holds every open workflow, and as many slots and pollers as Kessai's own worker.

    python temporal_updates.py worker ADDRESS NAMESPACE defaults|tuned
"""

import asyncio
import importlib
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvloop
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

UPDATES = 5
CACHED_WORKFLOWS = 20_000
WITHIN = timedelta(seconds=10)


@dataclass
class Input:
    """What an update is sent."""

    case: str
    act: str
    comment: str = "異議ありません。"


@dataclass
class Output:
    """What it answers."""

    case: str
    done: int


@activity.defn
async def do_nothing(wanted: Input) -> Output:
    """The effect that a real process would have."""
    return Output(case=wanted.case, done=1)


class Chain:
    """Five updates and it is complete."""

    local = False

    def __init__(self) -> None:
        self.done = 0
        self.lock = asyncio.Lock()

    async def live(self) -> int:
        await workflow.wait_condition(lambda: self.done >= UPDATES)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.done

    async def take(self, wanted: Input) -> Output:
        async with self.lock:
            if self.local:
                answer = await workflow.execute_local_activity(do_nothing, wanted, start_to_close_timeout=WITHIN)
            else:
                answer = await workflow.execute_activity(do_nothing, wanted, start_to_close_timeout=WITHIN)
            self.done += answer.done
            return Output(case=answer.case, done=self.done)


@workflow.defn
class ChainOfActivities(Chain):
    """With regular activities."""

    @workflow.run
    async def run(self) -> int:
        return await self.live()

    @workflow.update
    async def act(self, wanted: Input) -> Output:
        return await self.take(wanted)


@workflow.defn
class ChainOfLocalActivities(Chain):
    """With local activities."""

    local = True

    @workflow.run
    async def run(self) -> int:
        return await self.live()

    @workflow.update
    async def act(self, wanted: Input) -> Output:
        return await self.take(wanted)


WORKFLOWS: dict[str, Any] = {"defaults": ChainOfActivities, "tuned": ChainOfLocalActivities}


async def start(client: Client, variant: str, case: str) -> WorkflowHandle[Any, Any]:
    """Start one chain."""
    return await client.start_workflow(WORKFLOWS[variant].run, id=case, task_queue=f"baseline-{variant}")


async def act(client: Client, variant: str, case: str) -> Output:
    """Send one update and wait for its answer."""
    handle = client.get_workflow_handle(case)
    answer: Output = await handle.execute_update(WORKFLOWS[variant].act, Input(case=case, act="approve"))
    return answer


async def chain(client: Client, variant: str, case: str) -> None:
    """Start, five updates, complete."""
    handle = await start(client, variant, case)
    for _ in range(UPDATES):
        await act(client, variant, case)
    await handle.result()


def worker(client: Client, variant: str) -> Worker:
    """The worker of one variant."""
    if variant == "defaults":
        return Worker(client, task_queue="baseline-defaults", workflows=[ChainOfActivities], activities=[do_nothing])
    passed = SandboxRestrictions.default.with_passthrough_all_modules()
    return Worker(
        client,
        task_queue="baseline-tuned",
        workflows=[ChainOfLocalActivities],
        activities=[do_nothing],
        workflow_runner=SandboxedWorkflowRunner(restrictions=passed),
        max_cached_workflows=CACHED_WORKFLOWS,
        max_concurrent_workflow_tasks=200,
        max_concurrent_workflow_task_polls=8,
        max_concurrent_local_activities=200,
        no_remote_activities=True,
    )


async def serve(address: str, namespace: str, variant: str) -> None:
    """Work until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await Client.connect(address, namespace=namespace)
    async with worker(client, variant):
        print("ready", flush=True)  # noqa: T201  # read by whoever started us
        await stop.wait()


def main(address: str, namespace: str, variant: str) -> None:
    """Run one variant's worker, the tuned one on uvloop."""
    run = uvloop.run if variant == "tuned" else asyncio.run
    run(serve(address, namespace, variant))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    importlib.import_module("temporal_updates").main(*sys.argv[2:5])  # the sandbox wants workflows in a named module
