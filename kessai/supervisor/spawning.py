"""Starting a child so that it cannot outlive us: own session, own log, and (on Linux) a signal when the parent dies."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from kessai.embedded.account import Account

LOG_BYTES_MAX = 10 * 1024 * 1024
OLD_LOGS = 3
PR_SET_PDEATHSIG = 1

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    death_signal: signal.Signals = signal.SIGKILL,
    account: Account | None = None,
    folder: Path | None = None,
    descriptors: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` with exactly `environment`, writing to `log`, inheriting no descriptor but `descriptors`.

    It gets `death_signal` when we die, however we die; call from the main thread only (Linux watches that thread).
    """
    rotate(log)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then stops the parts in order
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
            pass_fds=tuple(descriptors),
            preexec_fn=_tied_to_parent(death_signal),
        )


def run_to_end(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    account: Account | None = None,
    folder: Path | None = None,
) -> int:
    """Run `command` like `spawn` and return its exit code."""
    return spawn(command, environment=environment, log=log, account=account, folder=folder).wait()


def rotate(log: Path) -> None:
    """Move a log that has grown too large aside, keeping a few old ones."""
    if not log.exists() or log.stat().st_size < LOG_BYTES_MAX:
        return
    for age in range(OLD_LOGS, 0, -1):
        younger = log if age == 1 else log.with_name(f"{log.name}.{age - 1}")
        if younger.exists():
            younger.replace(log.with_name(f"{log.name}.{age}"))


def _tied_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """What the child does between fork and exec (after changing user, which would clear it again)."""
    return None if _LIBC is None else partial(_die_with, os.getpid(), death_signal)


def _die_with(parent: int, death_signal: signal.Signals) -> None:
    assert _LIBC is not None
    _LIBC.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        os._exit(1)
