"""Opening a ledger for a command that answers 0, 1 or 2: whatever keeps it from looking at all is said and is a 2."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from eventsourcing.persistence import PersistenceError

from domain.ledger.mapper import UnknownEvent
from kessai.cli.options import settings_for
from kessai.composition import Composition
from kessai.embedded.awake import awake
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


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
