"""The two clocks: the machine's, and a virtual one that several processes share through a file (tests and
demonstrations only).
"""

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """A clock that runs at the machine's pace from wherever it was set: the file holds the offset in seconds, replaced
    atomically.

    A missing file is no offset. Every process that shares the file shares the clock.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, timedelta] = (-1, timedelta(0))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        """How far the clock stands from the machine's."""
        try:
            changed = os.stat(self._file).st_mtime_ns
        except FileNotFoundError:
            return timedelta(0)
        if changed != self._seen[0]:
            self._seen = (changed, timedelta(seconds=float(self._file.read_text("ascii"))))
        return self._seen[1]

    def set(self, at: datetime) -> None:
        """Make it `at` now, for every process that shares the file."""
        self._write(at - datetime.now(UTC))

    def advance(self, by: timedelta) -> None:
        """Move the clock on (never back: events would seem to run backwards)."""
        if by < timedelta(0):
            raise ValueError("the clock does not run backwards")
        self._write(self.offset + by)

    def _write(self, offset: timedelta) -> None:
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".clock-")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(repr(offset.total_seconds()))
        os.utime(name, ns=(time.time_ns(), time.time_ns()))
        os.replace(name, self._file)
