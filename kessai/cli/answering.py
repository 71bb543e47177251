"""Opening a ledger for a command that answers 0, 1 or 2: whatever keeps it from looking at all is said and is a 2."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from eventsourcing.persistence import PersistenceError

from domain.ledger.mapper import UnknownEvent
from kessai.cli.options import NoInstance, settings_for
from kessai.composition import Composition
from kessai.embedded import roles
from kessai.embedded.alone import postgres_alone
from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.supervisor.addresses import Addresses, read, ready_file
from kessai.trouble import Trouble


class CouldNotRun(Trouble):
    """The command did not get as far as an answer."""

    exit_code = 2


@contextmanager
def answering() -> Iterator[None]:
    """Turn what keeps a command from its answer into `CouldNotRun`."""
    try:
        yield
    except Trouble as trouble:
        raise CouldNotRun(str(trouble)) from trouble
    except (psycopg.Error, PersistenceError) as error:
        raise CouldNotRun(f"台帳を読めません: {_first_line(error)}") from error
    except UnknownEvent as error:
        raise CouldNotRun(
            f"台帳に読めない事実があります。kessai audit verify で確かめてください({_first_line(error)})。"
        ) from error
    except BrokenPipeError:
        raise  # whoever read our output has seen enough
    except OSError as error:
        raise CouldNotRun(f"{error.filename or ''} を扱えません({error.strerror})。") from error


@contextmanager
def ledger_of(data: Path, environ: Mapping[str, str] = os.environ) -> Iterator[Composition]:
    """Open the ledger of a data folder, or the one `KESSAI_*` names; a stopped instance's Postgres runs for as long."""
    with answering():
        settings = settings_for(data, environ)
        with awake(data, environ):
            parts = Composition(settings)
            try:
                yield parts
            finally:
                parts.close()


@contextmanager
def awake(data: Path, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Have the ledger of an embedded instance answer: if nothing runs on its data, start its Postgres for a while.

    Call from the main thread. Raises NoInstance where the folder holds no ledger.
    """
    if not embedded(environ):
        yield
        return
    folder = DataFolder(data.absolute())
    if not (folder.postgres / "cluster").is_dir():
        raise NoInstance(f"{folder.root} には台帳がありません。")
    if _answers(folder):
        yield
        return
    with postgres_alone(folder):
        yield


def embedded(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the data folder holds the servers, and not the settings name others."""
    return "KESSAI_DATABASE_URL" not in environ and "KESSAI_DATABASE_URL_FILE" not in environ


def announced(data: Path, environ: Mapping[str, str] = os.environ) -> Addresses | None:
    """Give the addresses that a running `kessai up` announced for the data folder; None while there is none."""
    return read(ready_file(DataFolder(data.absolute()))) if embedded(environ) else None


def _answers(folder: DataFolder) -> bool:
    try:
        roles.connect(folder, Postgres(folder).socket_dir, roles.APPLICATION).close()
    except psycopg.OperationalError:
        return False
    return True


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
