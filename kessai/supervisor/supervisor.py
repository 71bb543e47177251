"""The supervisor: one thread that starts parts as soon as what they need is there, watches them, and stops them in
reverse order.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from kessai.supervisor.child import Child, Say, State, log_of, tail
from kessai.supervisor.orphans import ChildrenOnRecord
from kessai.supervisor.parts import Job, Service
from kessai.supervisor.spawning import spawn
from kessai.trouble import Trouble

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOOK_EVERY_S = 0.1  # while something is starting; a child's death wakes us at once
REST_S = 2.0
FAILURES_AT_BOOT_MAX = 5
STEP_WITHIN_S = 180.0


class BootFailed(Trouble):
    """A part could not be started at all; the message shows the end of its log."""


class Stopped(Exception):
    """Somebody asked us to stop while we were starting."""


class Supervisor:
    """Use inside `with supervisor.signals():` and in the main thread only."""

    def __init__(self, *, logs: Path, children: ChildrenOnRecord, say: Say) -> None:
        self._logs, self._record, self._say = logs, children, say
        self._children: list[Child] = []
        self._rising: list[Child] = []  # started while booting, not up yet
        self._jobs: list[tuple[Job, subprocess.Popen[bytes]]] = []
        self._stopping = False
        self._wakened, self._wake = os.pipe()
        os.set_blocking(self._wakened, False)
        os.set_blocking(self._wake, False)

    def boot(self, steps: Sequence[Service | Job]) -> None:
        """Start services and run jobs, each when everything it needs is up or has ended well.

        Raises BootFailed where a part cannot start or needs what is not among `steps`, Stopped where a stop was asked
        for meanwhile.
        """
        waiting, there = list(steps), set[str]()
        try:
            while waiting or self._jobs or self._rising:
                ready = [step for step in waiting if there.issuperset(step.needs)]
                if not ready and not self._jobs and not self._rising:
                    raise BootFailed(f"{waiting[0].label} に必要なものがありません: {set(waiting[0].needs) - there}")
                for step in ready:
                    waiting.remove(step)
                    self._begin(step)
                there |= self._next_done()
        finally:
            self._end_jobs()

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Watch the children until `condition` holds; bounded. Raises like `boot`."""
        until = time.monotonic() + STEP_WITHIN_S
        while not condition():
            for child in self._children:
                if child.failures >= FAILURES_AT_BOOT_MAX:
                    raise BootFailed(self._failure(child.service))
            if time.monotonic() > until:
                raise BootFailed(
                    f"{what} が {STEP_WITHIN_S:.0f} 秒以内に用意できませんでした。ログは {self._logs} にあります。"
                )
            self._look(LOOK_EVERY_S)
            if self._stopping:
                raise Stopped

    def all_steady(self) -> bool:
        """Whether every service is up, and not for the moment only."""
        return all(child.steady() for child in self._children)

    def watch(self) -> None:
        """Keep the children running until somebody asks us to stop."""
        while not self._stopping:
            self._look(REST_S if self.all_steady() else LOOK_EVERY_S)

    def stop(self) -> None:
        """Stop every child: first, all at once, those that need others, then the others."""
        for needing in (True, False):
            wave = [child for child in reversed(self._children) if bool(child.service.needs) is needing]
            for child in wave:
                child.ask_to_stop()
            for child in wave:
                child.stop()
        self._children.clear()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Take SIGTERM, SIGINT and SIGHUP as the wish to stop, and wake up when a child ends."""
        before = {sign: signal.signal(sign, self._on_signal) for sign in (*STOPPING, signal.SIGCHLD)}
        wakeup = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for sign, handler in before.items():
                signal.signal(sign, handler)
            os.close(self._wake)
            os.close(self._wakened)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number in STOPPING:
            self._stopping = True

    def _begin(self, step: Service | Job) -> None:
        if isinstance(step, Job):
            self._jobs.append((step, self._start(step)))
            return
        child = Child(step, start=self._start, ended=self._record.remove, say=self._say)
        self._children.append(child)
        self._rising.append(child)
        child.start()

    def _next_done(self) -> set[str]:
        """Wait until something that was begun is up or has ended, and tell so; give the names."""
        self.wait_for(
            lambda: (
                any(child.state is State.UP for child in self._rising)
                or any(process.poll() is not None for _, process in self._jobs)
            ),
            "、".join([*(child.service.label for child in self._rising), *(job.label for job, _ in self._jobs)]),
        )
        up = [child for child in self._rising if child.state is State.UP]
        ended = [(job, process) for job, process in self._jobs if process.poll() is not None]
        for child in up:
            self._rising.remove(child)
            self._say(f"{child.service.label} が動き始めました。")
        for job, process in ended:
            self._jobs.remove((job, process))
            self._record.remove(process.pid)
            if process.returncode != 0 and job.required:
                raise BootFailed(self._failure(job))
            self._say(f"{job.label} が終わりました。" if process.returncode == 0 else self._failure(job))
        return {child.service.name for child in up} | {job.name for job, _ in ended}

    def _end_jobs(self) -> None:
        """End what a broken boot left running."""
        for _, process in self._jobs:
            process.kill()
            process.wait()
            self._record.remove(process.pid)
        self._jobs.clear()
        self._rising.clear()

    def _failure(self, part: Service | Job) -> str:
        log = log_of(part, self._logs)
        return f"{part.label} に失敗しました。ログ {log} の終わり:\n{tail(log)}"

    def _start(self, part: Service | Job) -> subprocess.Popen[bytes]:
        log = log_of(part, self._logs)
        if isinstance(part, Job):
            process = spawn(part.command, environment=part.environment, log=log)
            self._record.add(part.name, process.pid, signal.SIGKILL)
            return process
        process = spawn(
            part.command,
            environment=part.environment,
            log=log,
            death_signal=part.death_signal,
            account=part.account,
            folder=part.folder,
            descriptors=part.descriptors,
        )
        self._record.add(part.name, process.pid, part.stop_signal)
        return process

    def _look(self, within_s: float) -> None:
        """Let every child take its next step, then sleep until a signal comes or the time is over."""
        for child in self._children:
            child.tick()
        if not self._stopping and select.select([self._wakened], [], [], within_s)[0]:
            os.read(self._wakened, 4096)  # one byte per signal; what they mean was noted by the handler
