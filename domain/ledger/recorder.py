"""The recorder: the library's Postgres recorder with receipts and leaf hashes written in the same transaction, and a
subscription that polls.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresSubscription
from psycopg.sql import SQL, Identifier

from domain.ledger.arrays import BinaryArray, BinaryArrayDumper, bigints, byte_strings, ints, texts, uuids

POLL_SECONDS = 1.0

APPEND = (
    "SELECT first_position, appended_at FROM {schema}.ledger_append("
    "%(streams)s, %(versions)s, %(topics)s, %(states)s, %(expected_streams)s, %(expected_versions)s, "
    "%(commands)s, %(payloads)s, %(command_streams)s, "
    "%(first_versions)s, %(last_versions)s, %(first_rows)s, %(last_rows)s)"
)


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an accepted command leaves behind: ids, versions and hashes only, all of it derivable from the events.

    `first_row` and `last_row` count the batch's events from 1, guard events included.
    """

    command_id: UUID
    payload_sha256: bytes
    stream: str
    first_version: int
    last_version: int
    first_row: int
    last_row: int


class LedgerRecorder(PostgresApplicationRecorder):
    """Appends through `ledger_append`: one statement, one transaction, under the table lock (ES-1, ES-2, ES-4 of the
    engine reference).
    """

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "ledger_events") -> None:
        if datastore.enable_db_functions:
            raise ValueError(
                "POSTGRES_ENABLE_DB_FUNCTIONS takes neither the table lock nor our receipts: never switch it on"
            )
        if datastore.originator_id_type != "text":
            raise ValueError("streams are named in text: ORIGINATOR_ID_TYPE must be text")
        super().__init__(datastore, events_table_name=events_table_name)
        self._append = SQL(APPEND).format(schema=Identifier(datastore.schema)).as_bytes()

    def create_table(self) -> None:
        """Create the ledger's tables and functions in the schema, which must exist (the owner's connection; ADR
        0002).
        """
        ddl = (files("domain.ledger") / "schema.sql").read_text("utf-8")
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(self.datastore.schema)))
            cursor.execute(ddl.encode(), prepare=False)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append events; `receipts` and `expected` (stream → version it must still have) come as keywords. Gives
        positions.

        Not retried here: after a lost connection only the receipt can say whether the commit happened (the writer
        asks it).
        """
        if not stored_events:
            return []
        first, _ = self.append(stored_events, **kwargs)
        return list(range(first, first + len(stored_events)))

    def append(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        receipts: Sequence[Receipt] = (),
        expected: dict[str, int] | None = None,
        **_: Any,
    ) -> tuple[int, Any]:
        """Append and give (first position, recorded_at). Raise the library's IntegrityError where a version, receipt
        or expectation conflicts.
        """
        expected = expected or {}
        with self.datastore.get_connection() as connection:
            connection.adapters.register_dumper(BinaryArray, BinaryArrayDumper)
            row = connection.execute(
                self._append,
                {
                    "streams": texts([str(e.originator_id) for e in stored_events]),
                    "versions": bigints([e.originator_version for e in stored_events]),
                    "topics": texts([e.topic for e in stored_events]),
                    "states": byte_strings([e.state for e in stored_events]),
                    "expected_streams": texts(list(expected)),
                    "expected_versions": bigints(list(expected.values())),
                    "commands": uuids([r.command_id for r in receipts]),
                    "payloads": byte_strings([r.payload_sha256 for r in receipts]),
                    "command_streams": texts([r.stream for r in receipts]),
                    "first_versions": bigints([r.first_version for r in receipts]),
                    "last_versions": bigints([r.last_version for r in receipts]),
                    "first_rows": ints([r.first_row for r in receipts]),
                    "last_rows": ints([r.last_row for r in receipts]),
                },
                prepare=True,
            ).fetchone()
        if row is None:
            raise psycopg.InternalError("ledger_append gave no row")
        return row["first_position"], row["appended_at"]

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "PollingSubscription":
        """Follow the ledger from after position `gt`; a lost NOTIFY costs at most a second."""
        return PollingSubscription(self, gt, topics)


class PollingSubscription(PostgresSubscription):
    """LISTEN/NOTIFY is a hint here, polling the guarantee: the library's own subscription can miss the first event
    (ES-5).
    """

    def _loop_on_pull(self) -> None:
        try:
            self._pull()
            while not self._has_been_stopped:
                self._has_been_notified.wait(timeout=POLL_SECONDS)
                self._pull()
        except BaseException as error:  # noqa: BLE001  # handed to the iterating thread by the library, which raises it there
            self._thread_error = self._thread_error or error
            self.stop()
