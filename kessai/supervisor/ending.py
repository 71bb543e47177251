"""Ending a process that is not our child: gently first, and never one that merely has its old id."""

import signal
import time
from collections.abc import Sequence

import psutil

LOOK_EVERY_S = 0.05


def end(process: psutil.Process, *, dying_within_s: float, steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Wait for `process` to go by itself, then send each signal and wait its seconds; return whether it is gone.

    psutil compares the creation time before it signals, so a process id that was given away is safe.
    """
    if _gone(process, dying_within_s):
        return True
    for sign, within_s in steps:
        try:
            process.send_signal(sign)
        except psutil.NoSuchProcess:
            return True
        if _gone(process, within_s):
            return True
    return False


def _gone(process: psutil.Process, within_s: float) -> bool:
    """Whether it ends in time. A zombie is gone: taking notice is its parent's duty, not ours."""
    until = time.monotonic() + within_s
    while alive(process):
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_EVERY_S)
    return True


def alive(process: psutil.Process) -> bool:
    """Whether this very process still runs."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
