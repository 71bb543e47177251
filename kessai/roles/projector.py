"""The projector process: keeps the read models up with the ledger; one leads, others stand by."""

import signal
import threading

from kessai.composition import Composition
from kessai.settings import Settings
from projections.projector import Projector
from projections.register import PROJECTIONS


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; the batch in hand is finished or rolled back whole."""
    parts = Composition(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        Projector(parts.read_store, parts.reader, PROJECTIONS).run(stop)
    finally:
        parts.close()
