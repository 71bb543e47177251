"""A throw-away or borrowed instance: `kessai up` as a child, for the demo, the benchmarks, the drills and the tests."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kessai.embedded.environment import surroundings
from kessai.supervisor.addresses import Addresses, read
from kessai.supervisor.plan import KESSAI
from kessai.supervisor.spawning import spawn
from kessai.trouble import Trouble

READY_WITHIN_S = 180.0
STOPPED_WITHIN_S = 90.0


class InstanceFailed(Trouble):
    """The instance did not become ready; the message ends with what it said."""


@contextmanager
def running(
    data: Path,
    *,
    arguments: tuple[str, ...] = ("--no-demo",),
    environment: Mapping[str, str] | None = None,
    program: tuple[str, ...] = KESSAI,
) -> Iterator[tuple[Addresses, subprocess.Popen[bytes]]]:
    """Run `kessai up` on `data` and give its addresses and its process; stops it at the end and waits for that.

    `environment` sets further `KESSAI_*`. Raises InstanceFailed if it ends or stays silent before it is ready.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    ready, log = data / "ready.json", data / "up.log"
    ready.unlink(missing_ok=True)
    process = spawn(
        (*program, "up", "--data", str(data), "--ready-file", str(ready), *arguments),
        environment=surroundings(os.environ) | dict(environment or {}),
        log=log,
        death_signal=signal.SIGTERM,
    )
    try:
        yield _ready(process, ready, log), process
    finally:
        process.terminate()
        process.wait(STOPPED_WITHIN_S)


def _ready(process: subprocess.Popen[bytes], ready: Path, log: Path) -> Addresses:
    until = time.monotonic() + READY_WITHIN_S
    while (addresses := read(ready)) is None:
        if process.poll() is not None or time.monotonic() > until:
            raise InstanceFailed(f"kessai up が使えるようになりませんでした:\n{log.read_text('utf-8')}")
        time.sleep(0.05)
    return addresses
