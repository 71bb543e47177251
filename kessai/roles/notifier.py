"""The notifier process: letters and signed messages, from the ledger to people and other systems."""

from datetime import timedelta

import structlog
import uvloop

from kessai.composition import Composition
from kessai.notifying.assembly import notifier
from kessai.notifying.notifier import pause
from kessai.roles.stopping import stop_event
from kessai.settings import Settings

log = structlog.get_logger(__name__)
FAILED_WAIT, FAILED_WAIT_MAX = timedelta(milliseconds=500), timedelta(seconds=30)


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; the attempts in hand are finished first."""
    parts = Composition(settings)
    try:
        uvloop.run(_run(parts))
    finally:
        parts.close()


async def _run(parts: Composition) -> None:
    stop = stop_event()
    sending = notifier(parts)
    sending.outbox.open()
    wait = FAILED_WAIT
    try:
        while not stop.is_set():
            try:
                await sending.run(stop)
            except Exception:  # Postgres away, an event nobody can read: log it whole, wait longer each time
                log.exception("notifying failed; beginning again", wait_seconds=wait.total_seconds())
                await pause(stop, wait.total_seconds())
                wait = min(wait * 2, FAILED_WAIT_MAX)
    finally:
        sending.outbox.close()
