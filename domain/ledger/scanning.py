"""Scanning: all facts from a position on, in commit order; the next rows are fetched while these are decoded."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from psycopg.rows import tuple_row

from domain.events import Fact
from domain.ledger.reading import LedgerReader

FETCH_EVENTS = 500  # enough to hide the round trip, few enough to stay in the processor's cache
SCAN = """
SELECT {columns} FROM {events} WHERE notification_id > %(after)s
AND notification_id <= coalesce(%(upto)s, notification_id) ORDER BY notification_id"""


def scan(reader: LedgerReader, *, after: int = 0, upto: int | None = None) -> Iterator[Fact]:
    """Give every fact after position `after` up to and including `upto` (None: as of now), as one snapshot has them.

    Raise `UnknownEvent` where this code cannot read a row. Holds a connection until it is read out or closed.
    """
    decode = reader.mapper.decode
    with reader.connection() as connection, connection.transaction(), ThreadPoolExecutor(1) as ahead:
        cursor = connection.cursor(name="scan", row_factory=tuple_row)
        cursor.execute(reader.sql(SCAN), {"after": after, "upto": upto}, binary=True)
        fetched = ahead.submit(cursor.fetchmany, FETCH_EVENTS)
        while rows := fetched.result():
            fetched = ahead.submit(cursor.fetchmany, FETCH_EVENTS)
            for stream, version, topic, state, position, recorded_at in rows:
                event, meta = decode(topic, state)
                yield Fact(
                    stream=stream, version=version, position=position, event=event, meta=meta, recorded_at=recorded_at
                )  # fmt: skip
