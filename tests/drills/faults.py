"""Faults of a drill: kill -9 of each part in turn, at random moments and right after a commit, and of the supervisor
itself.
"""

import os
import random
import signal
import subprocess
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from kessai.embedded.folder import DataFolder, read_json
from kessai.embedded.postgres import Postgres
from kessai.embedded.roles import APPLICATION, password_file

PARTS = ("worker", "api", "projector", "reconciler", "notifier", "postgres", "temporal")
COMMIT_WAIT_SECONDS = 2.0


@dataclass
class Killer:
    """Kills parts by their recorded pid until stopped; counts what it killed and which kills followed a commit at
    once.
    """

    data: Path
    dice: random.Random
    pause_seconds: tuple[float, float]
    kills: Counter[str] = field(default_factory=Counter)
    after_commit: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Kill each part in shuffled rounds, so that none is left out."""
        while not self._stop.is_set():
            for part in self.dice.sample(PARTS, len(PARTS)):
                if self._stop.wait(self.dice.uniform(*self.pause_seconds)):
                    return
                if part == "worker" and self.dice.random() < 0.7:
                    self._wait_for_commit()
                self.kill(part)

    def stop(self) -> None:
        self._stop.set()

    def kill(self, part: str) -> None:
        """kill -9 the part, if it runs just now."""
        pid = self.pid(part)
        if pid is None:
            return
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.kills[part] += 1

    def pid(self, part: str) -> int | None:
        """The pid on the supervisor's record."""
        children = read_json(self.data / "run" / "children.json") or []
        return next((int(child["pid"]) for child in children if child["name"] == part), None)

    def _wait_for_commit(self) -> None:
        """Return as soon as the ledger commits something: the worker then dies between commit and answer."""
        folder = DataFolder(self.data)
        try:
            password = password_file(folder, APPLICATION).read_text().strip()
            with psycopg.connect(
                Postgres(folder).url(APPLICATION), password=password, autocommit=True, connect_timeout=2
            ) as connection:
                connection.execute("LISTEN ledger_events")
                for _ in connection.notifies(timeout=COMMIT_WAIT_SECONDS, stop_after=1):
                    self.after_commit += 1
        except psycopg.OperationalError:
            return  # Postgres is just dying of another fault: kill without waiting


def kill_supervisor(process: subprocess.Popen[bytes]) -> None:
    """kill -9 the supervisor itself and wait for that."""
    process.kill()
    process.wait(30)
