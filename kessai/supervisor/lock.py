"""One supervisor per data folder: a lock the kernel releases when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from kessai.embedded.folder import DataFolder, read_json, write_json
from kessai.trouble import Trouble


class AlreadyRunning(Trouble):
    """Another supervisor holds the folder; the message names it."""


@contextmanager
def only_supervisor(folder: DataFolder) -> Iterator[None]:
    """Hold the folder; raise AlreadyRunning, naming the holder, if another process does."""
    holder = folder.run / "supervisor.json"
    descriptor = os.open(folder.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = (read_json(holder) or {}).get("pid", "不明")
            raise AlreadyRunning(
                f"このデータ({folder.root})は、すでに別の kessai up(プロセス {pid})が使っています。"
                "止めてからもう一度起動するか、--data で別のフォルダーを指定してください。"
            ) from error
        write_json(holder, {"pid": os.getpid()})
        yield
        holder.unlink()
    finally:
        os.close(descriptor)
