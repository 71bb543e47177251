"""The eventsourcing library's own conformance cases, run against our recorder on a real Postgres."""

import sys
from typing import Any
from uuid import uuid4

import eventsourcing.cryptography
import pytest
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

# The shipped cases import the pycryptodome cipher by name; the same class over `cryptography` stands in for it (ES-13).
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)

from eventsourcing.tests.persistence import (  # noqa: E402  # after the line above
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from domain.ledger.recorder import LedgerRecorder  # noqa: E402


class OnOurRecorder:
    """Gives each case a recorder on a fresh prefecture's ledger."""

    INITIAL_VERSION = 1
    datastores: list[PostgresDatastore]
    make: Any

    @pytest.fixture(autouse=True)
    def _prefecture(self, database: Any) -> Any:
        self.datastores = []

        def make() -> LedgerRecorder:
            settings = database.settings()
            parts = conninfo_to_dict(settings.database_url)
            datastore = PostgresDatastore(
                str(parts["dbname"]),
                str(parts["host"]),
                5432,
                str(parts["user"]),
                str(parts["password"]),
                pool_size=4,
                max_overflow=12,
                schema=settings.database_schema,
                originator_id_type="text",
            )
            self.datastores.append(datastore)
            return LedgerRecorder(datastore)

        self.make = make
        yield
        for datastore in self.datastores:
            datastore.close()

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> LedgerRecorder:
        return self.make()  # type: ignore[no-any-return]  # set by the fixture above


class TestApplicationRecorder(OnOurRecorder, ApplicationRecorderTestCase[LedgerRecorder]):
    """Inserting, selecting, concurrency, throughput; and subscriptions, which the library leaves optional."""

    def test_subscribe(self) -> None:
        self.optional_test_insert_subscribe()

    def close_db_connection(self, *args: Any) -> None:
        """Nothing to close: the pool owns the connections."""


class TestPositionsDoNotInterleave(OnOurRecorder, NonInterleavingNotificationIDsBaseCase):
    """I4: two big appends at once never mix their positions."""


def test_a_recorder_refuses_the_library_functions_that_skip_lock_and_receipts(database: Any) -> None:
    """ES-1: with POSTGRES_ENABLE_DB_FUNCTIONS the library neither locks nor calls us."""
    datastore = PostgresDatastore("x", "x", 1, "x", "x", originator_id_type="text", enable_db_functions=True)
    with pytest.raises(ValueError, match="never switch it on"):
        LedgerRecorder(datastore)
    datastore.close()
