"""The recorder: the library's Postgres recorder with receipts and leaf hashes written in the same transaction, and a
subscription that polls.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from typing import Any

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresSubscription
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier

from domain.ledger.appends import Append, Receipt, Written
from domain.ledger.arrays import BinaryArray, BinaryArrayDumper, bigints, byte_strings, ints, texts, uuids
from domain.ledger.copying import write_copied
from domain.ledger.group_commit import GroupCommit

POLL_SECONDS = 1.0
COPIED_ROWS_MIN = 100  # fewer are written faster in one round trip

APPEND = (
    "SELECT first_position, appended_at FROM {schema}.ledger_append("
    "%(streams)s, %(versions)s, %(topics)s, %(states)s, %(expected_streams)s, %(expected_versions)s, "
    "%(commands)s, %(payloads)s, %(command_streams)s, "
    "%(first_versions)s, %(last_versions)s, %(first_rows)s, %(last_rows)s)"
)


class _Held(threading.local):
    """The connection that a thread keeps, if it does."""

    connection: Connection[DictRow] | None = None


class LedgerRecorder(PostgresApplicationRecorder):
    """Appends through `ledger_append`: one statement, one transaction, under the table lock (ES-1, ES-2, ES-4 of the
    engine reference); big appends by COPY, which leaves the same rows (`copying.py`).
    """

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "ledger_events") -> None:
        if datastore.enable_db_functions:
            raise ValueError(
                "POSTGRES_ENABLE_DB_FUNCTIONS takes neither the table lock nor our receipts: never switch it on"
            )
        if datastore.originator_id_type != "text":
            raise ValueError("streams are named in text: ORIGINATOR_ID_TYPE must be text")
        super().__init__(datastore, events_table_name=events_table_name)
        self._held = _Held()
        self._commits = GroupCommit(self._write)
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
        expected: Mapping[str, int] | None = None,
        **_: Any,
    ) -> tuple[int, datetime]:
        """Append and give (first position, recorded_at). Raise the library's IntegrityError where a version, receipt
        or expectation conflicts.
        """
        written = self._commits.append(Append(stored_events, receipts, expected or {}))
        return written.first, written.at

    def _write(self, append: Append) -> Written:
        receipts = append.receipts
        with self.connection() as connection:
            connection.adapters.register_dumper(BinaryArray, BinaryArrayDumper)
            if len(append.rows) >= COPIED_ROWS_MIN:
                return write_copied(connection, self.datastore.schema, append)
            row = connection.execute(
                self._append,
                {
                    "streams": texts([str(e.originator_id) for e in append.rows]),
                    "versions": bigints([e.originator_version for e in append.rows]),
                    "topics": texts([e.topic for e in append.rows]),
                    "states": byte_strings([e.state for e in append.rows]),
                    "expected_streams": texts(list(append.expected)),
                    "expected_versions": bigints(list(append.expected.values())),
                    "commands": uuids([r.command_id for r in receipts]),
                    "payloads": byte_strings([r.payload_sha256 for r in receipts]),
                    "command_streams": texts([r.stream for r in receipts]),
                    "first_versions": bigints([r.first_version for r in receipts]),
                    "last_versions": bigints([r.last_version for r in receipts]),
                    "first_rows": ints([r.first_row for r in receipts]),
                    "last_rows": ints([r.last_row for r in receipts]),
                },
                prepare=True,
                binary=True,
            ).fetchone()
        if row is None:
            raise psycopg.InternalError("ledger_append gave no row")
        return Written(row["first_position"], row["appended_at"])

    @contextmanager
    def connection(self) -> Iterator[Connection[DictRow]]:
        """Borrow a connection of the pool, or go on with the one that this thread keeps."""
        kept = self._held.connection
        if kept is None:
            with self.datastore.get_connection() as connection:
                yield connection
            return
        try:
            yield kept
        except psycopg.IntegrityError as error:
            raise IntegrityError(str(error)) from error

    @contextmanager
    def one_connection(self) -> Iterator[None]:
        """Keep this thread on one connection: a command's reads and its append are borrowed for once and find one warm
        backend, which makes a command a sixth faster.
        """
        with self.datastore.get_connection() as connection:
            self._held.connection = connection
            try:
                yield
            finally:
                self._held.connection = None

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
