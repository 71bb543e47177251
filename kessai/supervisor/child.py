"""One supervised service: started, asked whether it answers, prepared, watched, started again after it died."""

import subprocess
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Protocol

from kessai.supervisor.parts import Job, Service
from kessai.trouble import Trouble

FIRST_PAUSE_S = 0.2
PAUSE_S_MAX = 10.0
TRUSTED_AFTER_S = 5.0  # having failed, it counts as there only after this
STEADY_AFTER_S = 30.0  # having lived this long, it starts again without a pause
ANSWERS_WITHIN_S = 90.0  # a process that runs but never answers is started anew

Start = Callable[[Service | Job], subprocess.Popen[bytes]]
Say = Callable[[str], None]


class Ended(Protocol):
    """Is told the process id of what has ended."""

    def __call__(self, pid: int) -> None: ...


class State(Enum):
    PAUSED = "paused"  # waiting to be started again
    STARTING = "starting"  # runs, does not answer yet
    PREPARING = "preparing"  # answers; its `then` job runs
    UP = "up"


class Child:
    """Call `start` once, then `tick` every now and then; it does the rest and never blocks for long."""

    def __init__(self, service: Service, *, start: Start, ended: Ended, say: Say) -> None:
        self.service = service
        self.failures = 0  # in a row, without a steady life between
        self.state = State.PAUSED
        self._start, self._ended, self._say = start, ended, say
        self._process: subprocess.Popen[bytes] | None = None
        self._job: subprocess.Popen[bytes] | None = None
        self._since = time.monotonic()
        self._due = 0.0

    def start(self) -> None:
        """Start the process. Raises what the preparation raises (Trouble, OSError)."""
        self.service.before()
        self._process = self._start(self.service)
        self._enter(State.STARTING)

    def tick(self) -> None:
        """Look at the process and take the next step."""
        if self.state is State.PAUSED:
            if time.monotonic() >= self._due:
                self._start_again()
            return
        assert self._process is not None
        if self._process.poll() is not None:
            self._died(f"終了しました({_how(self._process.returncode)})")
        elif self.state is State.STARTING:
            self._ask()
        elif self.state is State.PREPARING:
            self._look_at_job()
        elif time.monotonic() - self._since > STEADY_AFTER_S:
            self.failures = 0

    def steady(self) -> bool:
        """Whether it is up, and has been for a while if it failed before."""
        return self.state is State.UP and (not self.failures or time.monotonic() - self._since > TRUSTED_AFTER_S)

    def ask_to_stop(self) -> None:
        """Send the process its stop signal, if it runs."""
        self._end_job()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self.service.stop_signal)

    def stop(self) -> None:
        """Wait for a process that was asked to stop, and kill it if it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(self.service.stop_within_s)
        except subprocess.TimeoutExpired:
            self._say(
                f"{self.service.label} が {self.service.stop_within_s:.0f} 秒以内に止まらないため、強制終了します。"
            )
            self._process.kill()
            self._process.wait()
        self._ended(self._process.pid)

    def _start_again(self) -> None:
        try:
            self.start()
        except (Trouble, OSError) as error:
            self._pause(f"起動できません({error})")

    def _ask(self) -> None:
        if self.service.answers():
            if self.service.then is None:
                self._enter(State.UP)
            else:
                self._job = self._start(self.service.then)
                self._enter(State.PREPARING)
        elif time.monotonic() - self._since > ANSWERS_WITHIN_S:
            self._give_up(f"{ANSWERS_WITHIN_S:.0f} 秒たっても応答しません")

    def _look_at_job(self) -> None:
        assert self._job is not None
        code = self._job.poll()
        if code is None:
            return
        self._ended(self._job.pid)
        self._job = None
        if code == 0:
            self._enter(State.UP)
        else:
            self._give_up(f"準備に失敗しました({_how(code)})")

    def _give_up(self, why: str) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._died(why)

    def _died(self, why: str) -> None:
        assert self._process is not None
        self._ended(self._process.pid)
        self._end_job()
        self._pause(why)

    def _end_job(self) -> None:
        if self._job is not None:
            self._job.kill()
            self._job.wait()
            self._ended(self._job.pid)
            self._job = None

    def _pause(self, why: str) -> None:
        pause_s = min(FIRST_PAUSE_S * 2**self.failures, PAUSE_S_MAX) if self.failures else 0.0
        self.failures += 1
        self._due = time.monotonic() + pause_s
        self._enter(State.PAUSED)
        self._say(f"{self.service.label} が{why}。{f'{pause_s:.1f} 秒後に' if pause_s else 'すぐに'}起動し直します。")

    def _enter(self, state: State) -> None:
        self.state, self._since = state, time.monotonic()


def log_of(part: Service | Job, logs: Path) -> Path:
    """Where the part's output goes."""
    return logs / f"{part.name}.log"


def tail(log: Path, *, lines: int = 15) -> str:
    """The last lines of a log, for the message that something failed."""
    if not log.exists():
        return ""
    return "\n".join(f"    {line}" for line in log.read_text("utf-8", "replace").splitlines()[-lines:])


def _how(code: int) -> str:
    return f"シグナル {-code}" if code < 0 else f"終了コード {code}"
