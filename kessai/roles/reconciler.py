"""The reconciler process: a full sweep at the start, then every few minutes and at midnight; in between it follows the
ledger.
"""

import asyncio
from datetime import date, datetime, timedelta

import structlog
import uvloop

from domain.clock import civil_date
from kessai.composition import Composition
from kessai.processes import RECORDS, WORKFLOW_NAMES
from kessai.roles.stopping import stop_event
from kessai.settings import Settings
from workflows.reconciler import JUMP, Reconciler

log = structlog.get_logger(__name__)
LOOK_EVERY = timedelta(milliseconds=200)
SWEEP_EVERY = timedelta(minutes=5)
FAILED_WAIT_MAX = timedelta(seconds=30)


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    uvloop.run(_run(Composition(settings)))


async def _run(parts: Composition) -> None:
    stop = stop_event()
    reconciler = Reconciler(
        reader=parts.reader, client=await parts.temporal(lazy=True), clock=parts.clock, records=RECORDS,
        workflow_names=WORKFLOW_NAMES, task_queue=parts.settings.task_queue,
    )
    wait = LOOK_EVERY
    while not stop.is_set():
        try:
            await _watch(reconciler, stop)
        except Exception:  # Temporal or Postgres away: log it whole, wait longer each time, sweep anew
            log.exception("reconciling failed; sweeping again", wait_seconds=wait.total_seconds())
            await _pause(stop, wait)
            wait = min(wait * 2, FAILED_WAIT_MAX)
        else:
            wait = LOOK_EVERY
    parts.close()


async def _watch(reconciler: Reconciler, stop: asyncio.Event) -> None:
    """Sweep, then follow until the next sweep is due or the process is told to stop."""
    found = await reconciler.sweep()
    log.info("swept", open=found.open, started=len(found.started), behind=len(found.behind), strays=len(found.strays))
    await reconciler.look_at_time()
    loop = asyncio.get_running_loop()
    swept, seen = loop.time(), _Seen(reconciler.clock.now(), loop.time())
    while not stop.is_set() and loop.time() - swept < SWEEP_EVERY.total_seconds():
        if not await reconciler.follow():
            await _pause(stop, LOOK_EVERY)
        now = _Seen(reconciler.clock.now(), loop.time())
        if now.day != seen.day or now.jumped_since(seen):
            await reconciler.look_at_time()
        seen = now


class _Seen:
    """The injected clock and the machine's, side by side, to notice when the first was set."""

    def __init__(self, at: datetime, machine: float) -> None:
        self.at, self.machine = at, machine
        self.day: date = civil_date(at)

    def jumped_since(self, before: "_Seen") -> bool:
        ran = timedelta(seconds=self.machine - before.machine)
        return abs((self.at - before.at) - ran) > JUMP


async def _pause(stop: asyncio.Event, wait: timedelta) -> None:
    try:
        await asyncio.wait_for(stop.wait(), wait.total_seconds())
    except TimeoutError:
        return
