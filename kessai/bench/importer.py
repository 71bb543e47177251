"""A process that appends in batches as an import does, until it is told to stop; its arguments are those of `main`."""

import os
import signal
import sys
import threading
from time import perf_counter

from kessai.bench.samples import Desk
from kessai.composition import Composition
from kessai.settings import load


def main(series: str, streams: int) -> None:
    """Append `streams` new cases of `series` a transaction until SIGTERM, resting after each for as long as it took: an
    import has the night, people have not. Print how many there were.
    """
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    parts = Composition(load(os.environ))
    try:
        desk = Desk(parts, year=series)
        facts = parts.reader.facts("approval-R8-000001")[:1]
        print("ready", flush=True)  # noqa: T201  # read by whoever started us
        batches = 0
        took = 0.0
        while not stop.wait(took):
            entries = desk.copies(facts, [desk.number() for _ in range(streams)])
            begun = perf_counter()
            parts.writer.append_batch(entries)
            took, batches = perf_counter() - begun, batches + 1
        print(batches * streams, flush=True)  # noqa: T201
    finally:
        parts.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
