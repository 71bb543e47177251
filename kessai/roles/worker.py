"""The worker process: takes cases' workflow tasks and writes the ledger."""

import structlog
import uvloop

from kessai.composition import Composition
from kessai.processes import WORKFLOWS
from kessai.roles.stopping import stop_event
from kessai.settings import Settings
from workflows.worker import build_worker

log = structlog.get_logger(__name__)


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; commands in hand are finished first. A worker that fails ends the process."""
    parts = Composition(settings)
    try:
        uvloop.run(_run(parts))
    finally:
        parts.close()


async def _run(parts: Composition) -> None:
    stop = stop_event()
    client = await parts.temporal()
    worker = build_worker(
        client, task_queue=parts.settings.task_queue, workflows=WORKFLOWS, activities=parts.activities
    )
    async with worker:
        log.info("worker is taking tasks", task_queue=parts.settings.task_queue)
        await stop.wait()
        log.info("worker takes no more tasks and finishes those in hand")
