"""Wiring of the commands that work on an instance: each opens the data folder it is given and closes it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import OperationalError

from api.auth.identity import development_issuer_name
from domain.clock import civil_date
from domain.directory import Directory
from domain.directory.facts import Change
from kessai import seeding
from kessai.cli import directory as directory_commands
from kessai.cli.options import settings_for
from kessai.cli.token import Instance, token_command
from kessai.composition import Composition
from kessai.embedded.awake import embedded
from kessai.trouble import Trouble


class LedgerSilent(Trouble):
    """The ledger does not answer."""

    exit_code = 2


@contextmanager
def opened(data: Path) -> Iterator[Composition]:
    """Open the instance of a data folder (or the one `KESSAI_*` names) for one command. Raises LedgerSilent where its
    Postgres does not answer.
    """
    parts = Composition(settings_for(data))
    try:
        yield parts
    except OperationalError as error:
        hint = (
            f"kessai up --data {data} が動いているかを確かめてください。"
            if embedded()
            else "接続先を確かめてください。"
        )
        raise LedgerSilent(f"台帳に接続できません。{hint}") from error
    finally:
        parts.close()


def instance_of(parts: Composition) -> Instance:
    """What tokens of this installation are made from."""
    settings = parts.settings
    return Instance(
        keys=settings.keys_dir,
        production=settings.production,
        issuer=development_issuer_name(settings.public_url),
        audience=settings.audience,
        directory=parts.reader.references()[0],
        clock=parts.clock,
    )


def _instance(data: Path) -> Instance:
    with opened(data) as parts:
        return instance_of(parts)


def _load_directory(data: Path) -> Directory:
    with opened(data) as parts:
        return parts.reader.references()[0]


def _append_directory(data: Path, *, facts: tuple[Change, ...], version: int, command_id: UUID) -> None:
    with opened(data) as parts:
        seeding.append_directory(
            parts.writer, facts=facts, version=version, command_id=command_id, at=parts.clock.now()
        )


def _today(data: Path) -> date:
    with opened(data) as parts:
        return civil_date(parts.clock.now())


token = token_command(_instance)
directory = directory_commands.app
directory.info.context_settings = {
    "obj": directory_commands.Desk(load=_load_directory, append=_append_directory, today=_today)
}
