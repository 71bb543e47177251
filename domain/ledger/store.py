"""The store: opens the ledger's Postgres through the eventsourcing application, with every setting handed in."""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper
from eventsourcing.utils import Environment, EnvType
from psycopg.conninfo import conninfo_to_dict

from domain.events import Event
from domain.ledger.mapper import LedgerMapper, Upcaster
from domain.ledger.recorder import LedgerRecorder


class LedgerStore(Application[str]):
    """One prefecture's event store. The table prefix, the notification channel and the tracking name all follow from
    `name`.
    """

    name = "ledger"

    def __init__(
        self,
        *,
        database_url: str,
        schema: str,
        events: Iterable[type[Event]],
        upcasters: Mapping[str, Upcaster] | None = None,
        pool_size: int = 4,
        pool_overflow: int = 16,
    ) -> None:
        self._mapper = LedgerMapper(events, upcasters)
        super().__init__(_environment(database_url, schema, pool_size, pool_overflow))

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Take the given settings and nothing else: the library would merge the machine's environment."""
        return Environment(name, dict(env or {}))

    def construct_mapper(self) -> Mapper[str]:
        return self._mapper

    @property
    def ledger_mapper(self) -> LedgerMapper:
        """Our mapper, typed."""
        return self._mapper

    @property
    def ledger_recorder(self) -> LedgerRecorder:
        """Our recorder, typed."""
        if not isinstance(self.recorder, LedgerRecorder):
            raise TypeError("the store was built with another recorder")
        return self.recorder


def _environment(database_url: str, schema: str, pool_size: int, pool_overflow: int) -> dict[str, str]:
    parts = conninfo_to_dict(database_url)
    host = parts.get("host") or unquote(urlsplit(database_url).hostname or "")
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "APPLICATION_RECORDER_TOPIC": "domain.ledger.recorder:LedgerRecorder",
        "ORIGINATOR_ID_TYPE": "text",
        "CREATE_TABLE": "n",
        "POSTGRES_DBNAME": str(parts.get("dbname") or "kessai"),
        "POSTGRES_HOST": str(host),
        "POSTGRES_PORT": str(parts.get("port") or 5432),
        "POSTGRES_USER": str(parts.get("user") or ""),
        "POSTGRES_PASSWORD": str(parts.get("password") or ""),
        "POSTGRES_SCHEMA": schema,
        "POSTGRES_CONNECT_TIMEOUT": "2",
        "POSTGRES_LOCK_TIMEOUT": "3",
        "POSTGRES_POOL_SIZE": str(pool_size),
        "POSTGRES_MAX_OVERFLOW": str(pool_overflow),
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "30",
        "POSTGRES_ENABLE_DB_FUNCTIONS": "n",
    }
