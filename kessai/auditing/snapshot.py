"""One snapshot of the ledger's tables, read as they lie there: nothing is decoded, trusted or kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.rows import args_row
from psycopg.sql import SQL, Composed, Identifier

from domain.ledger.findings import LedgerRow, Place, ReceiptRow
from kessai.settings import Settings

R = TypeVar("R")
FETCH_ROWS = 2_000

# Times as microseconds, so that one beyond any calendar is a finding and not a failure to read.
ROWS = """
SELECT notification_id, originator_id, originator_version, topic, state,
       CASE WHEN isfinite(recorded_at) THEN (extract(epoch FROM recorded_at) * 1000000)::bigint END, leaf
FROM {events} WHERE notification_id > %(after)s ORDER BY notification_id"""
RECEIPTS = """
SELECT command_id, payload_sha256, stream, first_version, last_version, first_position, last_position
FROM {receipts} WHERE refused_code IS NULL ORDER BY first_position NULLS FIRST, last_position, command_id"""
PLACES = """
SELECT originator_id, originator_version, notification_id FROM {events} ORDER BY originator_id, originator_version"""
COUNTS = """
SELECT (SELECT count(*) FROM {events}), (SELECT coalesce(max(notification_id), 0) FROM {events}),
       (SELECT count(*) FROM {receipts}), (SELECT count(*) FROM {receipts} WHERE refused_code IS NOT NULL)"""
LEAF = "SELECT leaf FROM {events} ORDER BY notification_id DESC LIMIT 1"


class Snapshot:
    """The ledger at one moment, whatever is written meanwhile."""

    def __init__(self, connection: psycopg.Connection[Any], schema: str) -> None:
        self.connection = connection
        self.schema = schema

    def rows(self, *, after: int = 0) -> Iterator[LedgerRow]:
        """Give the stored events after a position, in order of position."""
        return self._stream("rows", LedgerRow, ROWS, after=after)

    def receipts(self) -> Iterator[ReceiptRow]:
        """Give the receipts of accepted commands in order of their first position."""
        return self._stream("receipts", ReceiptRow, RECEIPTS)

    def places(self) -> Iterator[Place]:
        """Give where each event stands, by stream and version."""
        return self._stream("places", Place, PLACES)

    def counts(self) -> tuple[int, int, int, int]:
        """Give how many events there are, the newest position, how many receipts, and how many of them are refusals."""
        row = self.connection.execute(self.sql(COUNTS)).fetchone()
        assert row is not None, "an aggregate gives its row"
        return row[0], row[1], row[2], row[3]

    def last_leaf(self) -> str:
        """Give the newest event's leaf hash in hexadecimal, empty where there is none."""
        row = self.connection.execute(self.sql(LEAF)).fetchone()
        return "" if row is None else bytes(row[0]).hex()

    def sql(self, text: str) -> Composed:
        """Give a statement with the ledger's tables in place."""
        return SQL(text).format(
            events=Identifier(self.schema, "ledger_events"),
            receipts=Identifier(self.schema, "ledger_receipts"),
            numbers=Identifier(self.schema, "ledger_numbers"),
            schema=Identifier(self.schema),
        )

    def _stream(self, name: str, row: type[R], text: str, **wanted: Any) -> Iterator[R]:
        with self.connection.cursor(name=name, row_factory=args_row(row)) as cursor:
            cursor.itersize = FETCH_ROWS
            cursor.execute(self.sql(text), wanted, binary=True)
            yield from cursor


@contextmanager
def snapshot(settings: Settings) -> Iterator[Snapshot]:
    """Open a snapshot as the application, reading only. Raises psycopg.Error where the ledger does not answer."""
    settings.require("database_url")
    with psycopg.connect(settings.database_url, connect_timeout=5) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield Snapshot(connection, settings.database_schema)
        connection.rollback()
