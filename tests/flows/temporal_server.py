"""A real Temporal server for tests, which can be stopped, copied, emptied and set back to a copy."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kessai.embedded.folder import DataFolder
from kessai.embedded.temporal import Temporal

READY_WITHIN_SECONDS = 30.0
ALSO_SAYS = {"system.forceSearchAttributesCacheRefreshOnRead": "true"}  # the tests' namespaces are seconds old


@dataclass
class TemporalServer:
    """One server with its database file in `folder`, on ports that were free. `says` are more dynamic settings."""

    folder: DataFolder
    says: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        port, ui_port = _free_ports()
        self.server = Temporal(folder=self.folder, port=port, ui_port=ui_port, codec_url="http://127.0.0.1/codec")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return self.server.address

    @property
    def database(self) -> Path:
        return self.folder.temporal / "temporal.db"

    def start(self) -> None:
        """Start it and wait until it listens."""
        dynamic = (f"--dynamic-config-value={name}={value}" for name, value in {**ALSO_SAYS, **self.says}.items())
        with (self.folder.logs / "temporal.log").open("ab") as log:
            self._process = subprocess.Popen(
                (*self.server.command, *dynamic), env=self.server.environment, stdout=log, stderr=log
            )
        until = time.monotonic() + READY_WITHIN_SECONDS
        while not self.server.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("Temporal did not come up")
            time.sleep(0.05)

    def freeze(self) -> None:
        """Let it answer nobody, as if the network were gone."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(sign)

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(READY_WITHIN_SECONDS)
            self._process = None

    def copy(self) -> Path:
        """Stop, copy the database as a backup would, start again; give the copy."""
        self.stop()
        copy = self.folder.temporal / "copy"
        copy.mkdir()
        for file in self.folder.temporal.glob("temporal.db*"):
            shutil.copy2(file, copy)
        self.start()
        return copy

    def set_back(self, copy: Path | None) -> None:
        """Stop, put a copy in place of the database (None: an empty one), start again."""
        self.stop()
        for file in self.folder.temporal.glob("temporal.db*"):
            file.unlink()
        for file in copy.iterdir() if copy else ():
            shutil.copy2(file, self.folder.temporal)
        self.start()


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]
