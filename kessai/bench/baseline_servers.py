"""The baselines that are processes: bare Temporal workers, and the HTTP server in front of them."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kessai.bench.baselines import script
from kessai.bench.meters import Part, part
from kessai.embedded.environment import surroundings
from kessai.namespace import prepare_namespace
from kessai.supervisor.ports import LOOPBACK, first_free
from kessai.supervisor.spawning import spawn
from kessai.trouble import Trouble

NAMESPACE = "baseline"  # beside our own in the same server
READY_WITHIN_S = 60.0
STOPPED_WITHIN_S = 30.0

Variant = Literal["defaults", "tuned"]


class BaselineFailed(Trouble):
    """A baseline's process ended or did not become ready; the message names its log."""


@dataclass(frozen=True)
class Front:
    """The HTTP server in front of the bare workflow."""

    url: str
    process: Part


@contextmanager
def worker(address: str, variant: Variant, logs: Path) -> Iterator[Part]:
    """Run the bare worker of `variant` against the server at `address`."""
    prepare_namespace(address, NAMESPACE)
    log = logs / f"baseline-{variant}.log"
    with _running(("temporal_updates", "worker", address, NAMESPACE, variant), log) as process:
        _wait(process, log, lambda: b"ready" in log.read_bytes())
        yield part(process.pid)


@contextmanager
def front(address: str, logs: Path) -> Iterator[Front]:
    """Run the HTTP server on a free port; its cases need the tuned worker."""
    with first_free(LOOPBACK) as free:
        port = free.getsockname()[1]
    log = logs / "baseline-front.log"
    with _running(("http_front", address, NAMESPACE, str(port)), log) as process:
        _wait(process, log, lambda: _answers(port))
        yield Front(f"http://{LOOPBACK}:{port}", part(process.pid))


@contextmanager
def _running(arguments: tuple[str, ...], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    log.unlink(missing_ok=True)
    name, *others = arguments
    command = (sys.executable, "-P", str(script(name)), *others)
    process = spawn(command, environment=surroundings(), log=log, death_signal=signal.SIGKILL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(STOPPED_WITHIN_S)


def _wait(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            raise BaselineFailed(f"比較対象が動きません。\n{log.read_text('utf-8', 'replace')}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False
