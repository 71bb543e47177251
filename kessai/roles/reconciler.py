"""The reconciler process: a full sweep at the start, then every few minutes and at midnight; in between it follows the
ledger.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
import uvloop

from domain.clock import civil_date
from kessai.composition import Composition
from kessai.roles.heartbeat import Heartbeat
from kessai.roles.stopping import stop_event
from kessai.settings import Settings
from workflows.reconciler import JUMP, Reconciler

log = structlog.get_logger(__name__)
LOOK_EVERY = timedelta(milliseconds=200)
SWEEP_EVERY = timedelta(minutes=5)
BEAT_EVERY = timedelta(seconds=5)
FAILED_WAIT_MAX = timedelta(seconds=30)


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    parts = Composition(settings)
    try:
        uvloop.run(_run(parts))
    finally:
        parts.close()


async def _run(parts: Composition) -> None:
    stop = stop_event()
    client = await parts.temporal(lazy=True)
    reconciler = Reconciler(reader=parts.reader, starter=parts.starter(client), clock=parts.clock)
    heartbeat = Heartbeat(parts.read_store)
    wait = LOOK_EVERY
    while not stop.is_set():
        try:
            await _sweep(reconciler)
            await asyncio.to_thread(heartbeat.swept)
            wait = LOOK_EVERY
            await _follow(reconciler, heartbeat, stop)
        except Exception:  # Temporal or Postgres away: log it whole, wait longer each time, sweep anew
            log.exception("reconciling failed; sweeping again", wait_seconds=wait.total_seconds())
            await _pause(stop, wait)
            wait = min(wait * 2, FAILED_WAIT_MAX)


async def _sweep(reconciler: Reconciler) -> None:
    found = await reconciler.sweep()
    log.info(
        "swept",
        open=found.open,
        missing=len(found.missing),
        behind=len(found.behind),
        ended=len(found.ended),
        regressed=len(found.regressed),
        impostors=len(found.impostors),
    )
    await reconciler.look_at_time()


async def _follow(reconciler: Reconciler, heartbeat: Heartbeat, stop: asyncio.Event) -> None:
    """Follow the ledger until the next sweep is due or the process is told to stop; look at time when it was set or a
    day began.
    """
    loop = asyncio.get_running_loop()
    until, beat_at = loop.time() + SWEEP_EVERY.total_seconds(), loop.time()
    before = _Moment(reconciler.clock.now(), loop.time())
    while not stop.is_set() and loop.time() < until:
        if not await reconciler.follow():
            await _pause(stop, LOOK_EVERY)
        if loop.time() >= beat_at:
            await asyncio.to_thread(heartbeat.followed)
            beat_at = loop.time() + BEAT_EVERY.total_seconds()
        now = _Moment(reconciler.clock.now(), loop.time())
        if now.day != before.day or now.jumped_since(before):
            await reconciler.look_at_time()
        before = now


@dataclass(frozen=True)
class _Moment:
    """The injected clock and the machine's, side by side, to notice when the first was set."""

    at: datetime
    machine_seconds: float

    @property
    def day(self) -> date:
        return civil_date(self.at)

    def jumped_since(self, before: "_Moment") -> bool:
        ran = timedelta(seconds=self.machine_seconds - before.machine_seconds)
        return abs((self.at - before.at) - ran) > JUMP


async def _pause(stop: asyncio.Event, wait: timedelta) -> None:
    try:
        await asyncio.wait_for(stop.wait(), wait.total_seconds())
    except TimeoutError:
        return
