"""Meters: processor time and memory of the parts of an instance, by process id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from kessai.embedded.folder import DataFolder, read_json

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """A process with everything it started: Postgres is its server process and one more for each connection."""

    process: Any

    def cpu_seconds(self) -> float:
        """Processor time so far, of those of its children too that have ended."""
        times = self.process.cpu_times()
        ended = times.children_user + times.children_system
        return float(times.user + times.system + ended + sum(map(_own_seconds, self.process.children(recursive=True))))

    def resident_mebibytes(self) -> float:
        """Memory in use; pages shared between its processes are counted in each."""
        family = (self.process, *self.process.children(recursive=True))
        return sum(map(_own_bytes, family)) / MEBIBYTE


def part(pid: int) -> Part:
    """The running process `pid`."""
    return Part(psutil.Process(pid))


def parts_of_instance(data: Path) -> Mapping[str, Part]:
    """The parts of the instance in a data folder, by name: postgres, temporal, worker, projector, reconciler, api.

    One that has just ended is left out.
    """
    children = read_json(DataFolder(data).run / "children.json") or []
    return {str(each["name"]): part(int(each["pid"])) for each in children if psutil.pid_exists(int(each["pid"]))}


def cpu_seconds(parts: Mapping[str, Part], names: Iterable[str] | None = None) -> dict[str, float]:
    """Processor time of each part so far."""
    return {name: parts[name].cpu_seconds() for name in names or parts}


def _own_seconds(process: Any) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0  # it ended between the listing and the look
    return float(times.user + times.system)


def _own_bytes(process: Any) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
