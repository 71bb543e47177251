"""Real parts for the tests: an embedded Postgres with the ledger's schema, and a whole running instance; both once a
session.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from domain.calendars import Calendars, load_holidays
from domain.clock import JST
from domain.ledger.store import LedgerStore
from domain.ledger.writing import LedgerWriter
from kessai import seeding
from kessai.cli.options import settings_for
from kessai.cli.token import token_for
from kessai.cli.wiring import instance_of
from kessai.clocks import SystemClock, VirtualClock
from kessai.composition import Composition
from kessai.embedded import roles
from kessai.embedded.alone import postgres_alone
from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.migration import migrate
from kessai.processes import EVENTS
from kessai.settings import Settings, load
from kessai.supervisor.addresses import Addresses
from kessai.supervisor.instance import running

INSTANCE_BEGINS = datetime(2026, 11, 18, 10, 0, tzinfo=JST)  # a Wednesday; vice-governor 1 is abroad


@dataclass
class Database:
    """One running Postgres; `settings(schema)` gives a prefecture of its own in it."""

    folder: DataFolder
    server: Postgres
    _stores: list[LedgerStore] = field(default_factory=list)

    def settings(self, schema: str | None = None) -> Settings:
        """Migrate a fresh schema (one prefecture) and give the settings that lead to it."""
        schema = schema or f"t{uuid4().hex[:12]}"
        settings = self._settings(schema)
        migrate(settings, settings.owner_database_url)
        return settings

    def _settings(self, schema: str) -> Settings:
        def password(role: str) -> str:
            return str(roles.password_file(self.folder, role))

        return load(
            {
                "KESSAI_DATA": str(self.folder.root),
                "KESSAI_DATABASE_URL": self.server.url(roles.APPLICATION),
                "KESSAI_DATABASE_PASSWORD_FILE": password(roles.APPLICATION),
                "KESSAI_OWNER_DATABASE_URL": self.server.url(roles.OWNER),
                "KESSAI_OWNER_DATABASE_PASSWORD_FILE": password(roles.OWNER),
                "KESSAI_DATABASE_SCHEMA": schema,
            }
        )

    def superuser(self) -> psycopg.Connection:
        """A connection nobody of ours has: for tests that tamper."""
        return roles.connect(self.folder, self.server.socket_dir, roles.SUPERUSER)

    def store(self, settings: Settings) -> LedgerStore:
        """A store of that prefecture, closed at the end of the session."""
        store = LedgerStore(database_url=settings.database_url, schema=settings.database_schema, events=EVENTS)
        self._stores.append(store)
        return store

    def close(self) -> None:
        for store in self._stores:
            store.close()


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A real Postgres 18 in a folder of its own, for the whole session."""
    folder = DataFolder(tmp_path_factory.mktemp("database"))
    with postgres_alone(folder, tuning={"fsync": "off"}) as server:
        database = Database(folder, server)
        try:
            yield database
        finally:
            database.close()


@pytest.fixture
def ledger(database: Database) -> Iterator[LedgerWriter]:
    """A ledger of its own with the demo organisation and rules in it."""
    settings = database.settings()
    with closing(
        LedgerStore(database_url=settings.database_url, schema=settings.database_schema, events=EVENTS)
    ) as store:
        writer = LedgerWriter(store, clock=SystemClock(), calendars=Calendars.from_rows(load_holidays()))
        seeding.adopt_rules(writer)
        directory, _ = writer.reader.references()
        seeding.import_packaged_organisation(writer, directory)
        yield writer


@dataclass
class RunningInstance:
    """A whole `kessai up` on a virtual clock. `api_url` answers; `token(post)` is a bearer token of the post's
    holder.
    """

    data: Path
    settings: Settings
    addresses: Addresses
    clock: VirtualClock
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        return self.addresses.api

    def token(self, post: str) -> str:
        """Give a token for the post's person or acting holder, with that post as the default."""
        if post not in self._tokens:
            parts = Composition(self.settings)
            self._tokens[post] = token_for(instance_of(parts), post)
            parts.close()
        return self._tokens[post]


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstance]:
    """One running instance with the demo organisation and no cases, for the whole session."""
    data = tmp_path_factory.mktemp("instance") / "data"
    data.mkdir()
    clock = VirtualClock(data / "clock")
    clock.set(INSTANCE_BEGINS)
    with running(data, environment={"KESSAI_CLOCK": "virtual"}) as (addresses, _):
        yield RunningInstance(data, replace(settings_for(data), clock="virtual"), addresses, clock)


@pytest.fixture(scope="session")
def api_url(instance: RunningInstance) -> str:
    """The address of the running instance's API."""
    return instance.api_url


@pytest.fixture(scope="session")
def token_for_post(instance: RunningInstance) -> Callable[[str], str]:
    """Give bearer tokens by post."""
    return instance.token


@pytest.fixture(scope="session")
def in_ci() -> bool:
    """Whether this is a CI run, where nothing may be skipped."""
    return os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's root."""
    return Path(__file__).parent.parent
