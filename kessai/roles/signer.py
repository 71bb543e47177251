"""The signer process: the only one that holds signing keys. It signs, stamps, archives and renews what the ledger says
is due.
"""

import asyncio
import os

import structlog
import uvloop
from temporalio.client import Client
from temporalio.service import RPCError

from kessai.composition import Composition
from kessai.roles.stopping import stop_event
from kessai.settings import Settings
from kessai.signing_parts import signing_worker
from kessai.trusting import network_of
from workflows.custody_schedule import keep_schedule
from workflows.outside import signing_queue

log = structlog.get_logger(__name__)
NICE = 5  # people's commands on the same machine go first
SCHEDULE_LOOKED_AT_SECONDS = 300.0  # an emptied Temporal gets its schedule back without anybody's help


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; steps in hand are finished first. A worker that fails ends the process."""
    os.nice(NICE)
    parts = Composition(settings)
    try:
        uvloop.run(_run(parts))
    finally:
        parts.close()


async def _run(parts: Composition) -> None:
    stop = stop_event()
    client = await parts.temporal()
    queue = signing_queue(parts.settings.task_queue)
    async with network_of(parts.settings) as network, signing_worker(parts, client, network):
        log.info("signer is taking tasks", task_queue=queue)
        while not stop.is_set():
            await _schedule(client, queue)
            await _pause(stop)
        log.info("signer takes no more tasks and finishes those in hand")


async def _schedule(client: Client, queue: str) -> None:
    try:
        if not await keep_schedule(client, task_queue=queue):
            log.warning("the nightly round is paused: no contract is renewed")
    except RPCError as error:
        log.warning("the nightly round could not be scheduled; trying again", reason=str(error))


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), SCHEDULE_LOOKED_AT_SECONDS)
    except TimeoutError:
        return
