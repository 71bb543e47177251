"""The embedded Temporal's database: one SQLite file, copied while the server writes to it."""

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

PART = "temporal/temporal.db"
PIECE_BYTES = 256 * 1024
PAGES_AT_ONCE = 2_000  # 8 MB: a few hundredths of a second in which the server waits
BEGUN_ANEW_MAX = 5
LOCKED_SECONDS_MAX = 30.0


class _ChangesTooFast(Exception):
    """The server wrote between two steps more often than is worth beginning again."""


def temporal_pieces(database: Path, staging: Path) -> Iterator[bytes]:
    """Give the database as of one moment, through SQLite's online backup; `staging` is a folder to keep the copy in."""
    with tempfile.TemporaryDirectory(dir=staging, prefix=".temporal.") as folder:  # 0700
        copy = Path(folder) / "temporal.db"
        try:
            _copy(database, copy, PAGES_AT_ONCE)
        except _ChangesTooFast:
            copy.unlink()
            _copy(database, copy, -1)  # in one go: the server retries meanwhile what it could not write
        with copy.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece


def _copy(database: Path, copy: Path, pages: int) -> None:
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=LOCKED_SECONDS_MAX)
    target = sqlite3.connect(copy)
    before: int | None = None
    anew = 0

    def watch(_status: int, remaining: int, _total: int) -> None:
        """SQLite begins again by itself when another process has written: `remaining` then goes up."""
        nonlocal before, anew
        anew += before is not None and remaining >= before
        before = remaining
        if anew > BEGUN_ANEW_MAX:
            raise _ChangesTooFast

    try:
        source.backup(target, pages=pages, progress=watch, sleep=0.01)
    finally:
        target.close()
        source.close()
