"""A process of its own for bytes nobody trusts: bounded in processor, memory, files and time.

The order goes to its standard input, the answer comes from its standard output. It is started, never forked: the
server that asks has threads, and what it knows (keys, connections) is no business of a parser.
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from signing.inspection.refusals import Busy, NotAccepted

CODE = Path(__file__).parents[2]
AT_ONCE = 2
SLICE_SECONDS = 2.0
WAIT_SECONDS_MAX = 20.0
WORKED_ALL_THE_TIME = 0.8  # of its processor seconds used when the clock runs out: less is the machine's doing
OUT_OF_MEMORY, TOO_DEEP = 70, 71  # how a child says why it gave up
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What one process may use: seconds of processor, seconds by the clock on the wall, bytes of address space."""

    processor_seconds: int = 10
    seconds: float = 14.0
    starved_seconds: float = 60.0  # where the machine gives it no processor
    memory_bytes: int = 2**30


BOUNDS = Bounds()


@contextmanager
def a_place() -> Iterator[None]:
    """Hold one of the places for children; raises `Busy` where none becomes free in time."""
    if not _places.acquire(timeout=WAIT_SECONDS_MAX):
        raise Busy("no place for another child process")
    try:
        yield
    finally:
        _places.release()


def command(module: str, bounds: Bounds) -> list[str]:
    """Give the command line of a child: it lays the bounds on itself before it reads anything."""
    return [sys.executable, "-m", module, str(bounds.processor_seconds), str(bounds.memory_bytes)]


def run(module: str, order: bytes, *, bounds: Bounds = BOUNDS) -> bytes:
    """Give what `module` answers to `order`. Raises `NotAccepted` where the child ran into a bound or died, `Busy`."""
    with a_place():
        child = subprocess.Popen(
            command(module, bounds), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={},
            cwd=CODE,
        )  # fmt: skip
        try:
            answer, said = _answer(child, order, bounds)
        finally:
            child.kill()
            child.communicate()
    require_well_ended(child.returncode, said)
    return answer


def _answer(child: subprocess.Popen[bytes], order: bytes, bounds: Bounds) -> tuple[bytes, bytes]:
    """Wait for it. A child that worked all the time had too much to do; one that hardly got a turn says nothing of its
    file, and is waited for a little longer before the machine is called busy.
    """
    began, wait, sent = time.monotonic(), bounds.seconds, order
    while True:
        try:
            return child.communicate(sent or None, timeout=wait)
        except subprocess.TimeoutExpired as error:
            times = psutil.Process(child.pid).cpu_times()
            used, waited = times.user + times.system, time.monotonic() - began
            if used >= bounds.processor_seconds * WORKED_ALL_THE_TIME:
                raise NotAccepted("too-slow", f"{used:.1f} s of processor in {waited:.0f} s") from error
            if waited >= bounds.starved_seconds:
                raise Busy(f"a child got {used:.1f} s of processor in {waited:.0f} s") from error
            wait, sent = SLICE_SECONDS, b""  # what is not sent yet is still on its way


def require_well_ended(returncode: int, stderr: bytes) -> None:
    """Raise the `NotAccepted` that the end of a child stands for; its last line of diagnostics becomes the detail."""
    if returncode == 0:
        return
    said = stderr.decode("utf-8", "replace").strip().splitlines()
    detail = said[-1][:500] if said else f"exit {returncode}"
    if returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise NotAccepted("too-slow", f"processor time used up ({returncode})")
    if returncode == OUT_OF_MEMORY or "bad_alloc" in detail:
        raise NotAccepted("too-much-memory", detail)
    if returncode == TOO_DEEP:
        raise NotAccepted("nested-too-deeply", detail)
    raise NotAccepted("child-died", detail)
