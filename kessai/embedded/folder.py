"""The data folder: what lies where, and that only its owner can read it."""

import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class DataFolder:
    """One instance's folder. Everything the instance keeps is below it; nothing else on the machine is written."""

    root: Path

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def temporal(self) -> Path:
        return self.root / "temporal"

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """What describes the running instance: lock, ports, children, addresses."""
        return self.root / "run"

    def create(self) -> None:
        """Make the folders, each 0700; the root stays as it is where Postgres must pass through it (`account.py`)."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in (self.keys, self.postgres, self.temporal, self.documents, self.logs, self.run):
            part.mkdir(mode=0o700, exist_ok=True)
            part.chmod(0o700)

    def secret(self, name: str) -> Path:
        """The 0600 file `keys/<name>`, holding a random secret made when it is first asked for."""
        path = self.keys / name
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32) + "\n")
        return path


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step, readable by its owner only; nobody ever sees half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp creates 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise


def write_json(path: Path, content: object) -> None:
    """Replace the file by this JSON in one step (0600)."""
    write_private(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def read_json(path: Path) -> Any:
    """The file's JSON, or None where there is no file or it is not JSON: such a file describes nothing any more."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
