"""A world for the ledger's measures: an embedded Postgres of its own, with as many prefectures in it as asked for."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from kessai import seeding
from kessai.composition import Composition
from kessai.embedded import roles
from kessai.embedded.alone import postgres_alone
from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.migration import migrate
from kessai.settings import Settings, load


@dataclass
class LedgerWorld:
    """One Postgres with the settings of `kessai up`, fsync on. Baselines work in schemas of their own in it."""

    folder: DataFolder
    server: Postgres
    owner: psycopg.Connection[Any]
    stack: ExitStack
    _prefectures: dict[str, Composition] = field(default_factory=dict)

    def prefecture(self, schema: str) -> Composition:
        """Give the parts of a prefecture with the demo organisation, made when first asked for."""
        if schema not in self._prefectures:
            settings = load(self.environment(schema))
            migrate(settings, settings.owner_database_url)
            seeding.load_organisation(settings)
            parts = Composition(settings)
            self.stack.callback(parts.close)
            self._prefectures[schema] = parts
        return self._prefectures[schema]

    def environment(self, schema: str) -> dict[str, str]:
        """The settings that lead to a prefecture, for a process of ours."""
        return {
            "KESSAI_DATA": str(self.folder.root),
            "KESSAI_DATABASE_URL": self.server.url(roles.APPLICATION),
            "KESSAI_DATABASE_PASSWORD_FILE": str(roles.password_file(self.folder, roles.APPLICATION)),
            "KESSAI_OWNER_DATABASE_URL": self.server.url(roles.OWNER),
            "KESSAI_OWNER_DATABASE_PASSWORD_FILE": str(roles.password_file(self.folder, roles.OWNER)),
            "KESSAI_DATABASE_SCHEMA": schema,
        }

    def schema(self, name: str) -> str:
        """Make an empty schema for a baseline."""
        self.owner.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(name)))
        return name

    def library_environment(self, schema: str) -> dict[str, str]:
        """The settings of a stock application of the library in a schema of its own."""
        parts = conninfo_to_dict(self.settings.owner_database_url)
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(parts["dbname"]),
            "POSTGRES_HOST": str(parts["host"]),
            "POSTGRES_PORT": str(parts.get("port") or 5432),
            "POSTGRES_USER": str(parts["user"]),
            "POSTGRES_PASSWORD": str(parts["password"]),
            "POSTGRES_SCHEMA": self.schema(schema),
        }

    @property
    def settings(self) -> Settings:
        """The settings of the owner's connection."""
        return load(self.environment("kessai"))


@contextmanager
def ledger_world(root: Path) -> Iterator[LedgerWorld]:
    """Run the Postgres in a new folder below `root`; stop it at the end."""
    with ExitStack() as stack:
        folder = DataFolder(root / "ledger")
        server = stack.enter_context(postgres_alone(folder))
        password = roles.password_file(folder, roles.OWNER).read_text().strip()
        owner = psycopg.connect(server.url(roles.OWNER), password=password, autocommit=True)
        stack.callback(owner.close)
        yield LedgerWorld(folder, server, owner, stack)
