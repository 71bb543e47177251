"""Scanning: facts in bulk through a cursor in the database; the next rows are on their way while these are decoded."""

from collections.abc import Iterator
from typing import Any

from psycopg import ClientCursor, Connection, Cursor
from psycopg.rows import TupleRow, tuple_row
from psycopg.sql import SQL

from domain.events import Fact
from domain.ledger.reading import LedgerReader

FETCH_EVENTS = 500  # enough to hide the round trip, few enough to stay in the processor's cache
DECLARE = SQL("DECLARE scan NO SCROLL CURSOR FOR ")
FETCH = f"FETCH {FETCH_EVENTS} FROM scan"
ALL = """
SELECT {columns} FROM {events} WHERE notification_id > %(after)s
AND notification_id <= coalesce(%(upto)s, notification_id) ORDER BY notification_id"""


def scan(reader: LedgerReader, *, after: int = 0, upto: int | None = None) -> Iterator[Fact]:
    """Give every fact after position `after` up to and including `upto` (None: as of now) in commit order."""
    return stream(reader, ALL, after=after, upto=upto)


def stream(reader: LedgerReader, text: str, **wanted: Any) -> Iterator[Fact]:
    """Give the facts that `text` (selecting the ledger's `{columns}`) finds in one snapshot, in its order.

    Raise `UnknownEvent` where this code cannot read a row. Holds a connection until it is read out or closed.
    """
    decode = reader.mapper.decode
    with reader.connection() as connection, connection.transaction():
        ClientCursor(connection).execute(DECLARE + reader.sql(text), wanted)
        with connection.pipeline():
            fetching = _fetch(connection)
            while rows := fetching.fetchall():
                fetching = _fetch(connection)
                for stream, version, topic, state, position, recorded_at in rows:
                    event, meta = decode(topic, state)
                    yield Fact(
                        stream=stream,
                        version=version,
                        position=position,
                        event=event,
                        meta=meta,
                        recorded_at=recorded_at,
                    )


def _fetch(connection: Connection[Any]) -> Cursor[TupleRow]:
    """Ask for the next rows without waiting for them."""
    return connection.cursor(row_factory=tuple_row).execute(FETCH, prepare=True, binary=True)
