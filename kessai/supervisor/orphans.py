"""The children on record: written at each start, so that whatever outlived a killed supervisor is found and ended.

A process is known by its id *and* the time it was created; another process that was given the same id is left alone.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil

from kessai.embedded.folder import read_json, write_json
from kessai.supervisor.ending import alive, end

SAME_CREATION_WITHIN_S = 1.0  # some systems derive it from a boot time that is corrected now and then
DYING_WITHIN_S = 3.0  # most are already on their way out: they got a signal when their parent died
GENTLY_WITHIN_S = 15.0


class ChildrenOnRecord:
    """The file of running children. Only the holder of the folder's lock reads or writes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._children: dict[int, dict[str, float | int | str]] = {}

    def add(self, name: str, pid: int, stop_signal: signal.Signals) -> None:
        """Record a child that was just started; one that has ended already needs no record."""
        try:
            created = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            return
        self._children[pid] = {"name": name, "pid": pid, "created": created, "stop_signal": int(stop_signal)}
        self._write()

    def remove(self, pid: int) -> None:
        """Forget a child that has ended."""
        if self._children.pop(pid, None) is not None:
            self._write()

    def end_orphans(self) -> tuple[str, ...]:
        """End the children of an earlier supervisor, the last started first; return the names of those still there."""
        left = tuple(_alive(read_json(self._path) or []))
        for _, process, stop_signal in reversed(left):
            steps = ((signal.Signals(stop_signal), GENTLY_WITHIN_S), (signal.SIGKILL, GENTLY_WITHIN_S))
            end(process, dying_within_s=DYING_WITHIN_S, steps=steps)
        self._write()
        return tuple(name for name, _, _ in left)

    def _write(self) -> None:
        write_json(self._path, list(self._children.values()))


def _alive(records: list[dict[str, float]]) -> Iterator[tuple[str, psutil.Process, int]]:
    for record in records:
        try:
            process = psutil.Process(int(record["pid"]))
            same = abs(process.create_time() - record["created"]) < SAME_CREATION_WITHIN_S
            if same and alive(process):
                yield str(record["name"]), process, int(record["stop_signal"])
        except psutil.NoSuchProcess:
            continue
