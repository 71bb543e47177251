"""Whether a data folder holds the servers, whether they run, and having its Postgres answer for one command."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from kessai.embedded import roles
from kessai.embedded.alone import postgres_alone
from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.supervisor.addresses import Addresses, read, ready_file
from kessai.trouble import Trouble


class NoLedger(Trouble):
    """The data folder holds no ledger."""


def embedded(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the data folder holds the servers, and not the settings name others."""
    return "KESSAI_DATABASE_URL" not in environ and "KESSAI_DATABASE_URL_FILE" not in environ


def announced(data: Path, environ: Mapping[str, str] = os.environ) -> Addresses | None:
    """Give the addresses that a running `kessai up` announced for the data folder; None while there is none."""
    return read(ready_file(DataFolder(data.absolute()))) if embedded(environ) else None


@contextmanager
def awake(data: Path, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Have the ledger answer: if nothing runs on an embedded instance's data, start its Postgres for a while.

    Call from the main thread. Raises `NoLedger` where the folder holds none.
    """
    if not embedded(environ):
        yield
        return
    folder = DataFolder(data.absolute())
    if not (folder.postgres / "cluster").is_dir():
        raise NoLedger(f"{folder.root} には台帳がありません。")
    if _answers(folder):
        yield
        return
    with postgres_alone(folder):
        yield


def _answers(folder: DataFolder) -> bool:
    try:
        roles.connect(folder, Postgres(folder).socket_dir, roles.APPLICATION).close()
    except psycopg.OperationalError:
        return False
    return True
