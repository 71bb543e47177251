"""A role of Kessai as the process it is in production, for tests that kill it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kessai.embedded.environment import surroundings
from kessai.settings import Settings, variable

HANDED_ON = (
    "data",
    "database_url",
    "database_schema",
    "temporal_address",
    "temporal_namespace",
    "task_queue",
    "public_url",
    "documents_url",
    "trust_dir",
    "pki_url",
    "keys_dir",
    "clock",
    "clock_file",
)


@contextmanager
def role(name: str, settings: Settings, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `kessai <name>` with these settings; killed at the end, if it still lives."""
    environment = surroundings(os.environ) | {variable(each): str(getattr(settings, each)) for each in HANDED_ON}
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            (sys.executable, "-P", "-m", "kessai", name), env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
