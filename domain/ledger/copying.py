"""Copying: a big append goes to Postgres by binary COPY, packed and hashed here, a piece at a time so that both sides
work at once. What it leaves is row for row what `ledger_append` would have left.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from struct import Struct
from typing import Any

from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from domain.ledger.appends import Append, Receipt, Written
from domain.ledger.arrays import bigints, texts
from domain.ledger.leaves import leaf_hash

PIECE_ROWS = 100
OPEN = "SELECT before, now FROM {schema}.ledger_open(%(streams)s, %(versions)s)"
EVENTS = (
    "COPY {schema}.ledger_events"
    " (originator_id, originator_version, topic, state, notification_id, recorded_at, leaf) FROM STDIN (FORMAT BINARY)"
)
RECEIPTS = (
    "COPY {schema}.ledger_receipts"
    " (command_id, payload_sha256, stream, first_version, last_version, first_position, last_position)"
    " FROM STDIN (FORMAT BINARY)"
)
HEAD, TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"  # the frame of the format: signature, flags, extension; end
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EVENT, _VERSION, _STATE = Struct("!hI"), Struct("!IqI"), Struct("!I")
_PLACE = Struct("!IqIqI32s")  # position, recorded_at, leaf
_COMMAND, _STREAM, _SPAN = Struct("!hI16sI"), Struct("!I"), Struct("!IqIqIqIq")


def write_copied(connection: Connection[Any], schema: str, append: Append) -> Written:
    """Append in one transaction under the table lock; all of it or nothing. Raises psycopg's IntegrityError."""
    with connection.transaction(), connection.cursor() as cursor:
        expected = {"streams": texts(list(append.expected)), "versions": bigints(list(append.expected.values()))}
        opened = cursor.execute(_in(schema, OPEN), expected, prepare=True, binary=True).fetchone()
        assert opened is not None, "ledger_open gives one row"
        before, now = opened["before"], opened["now"]
        with cursor.copy(_in(schema, EVENTS)) as target:
            for piece in _pieces(_events(append.rows, before, now)):
                target.write(piece)
        with cursor.copy(_in(schema, RECEIPTS)) as target:
            for piece in _pieces(_receipts(append.receipts, before)):
                target.write(piece)
        cursor.execute("NOTIFY ledger_events")
    return Written(before + 1, now)


def _in(schema: str, text: str) -> Composed:
    return SQL(text).format(schema=Identifier(schema))


def _pieces(rows: Iterator[bytes]) -> Iterator[bytes]:
    yield HEAD
    while piece := b"".join(islice(rows, PIECE_ROWS)):
        yield piece
    yield TAIL


def _events(rows: Sequence[StoredEvent], before: int, now: datetime) -> Iterator[bytes]:
    since = (now - _POSTGRES_EPOCH) // timedelta(microseconds=1)
    for position, row in enumerate(rows, before + 1):
        stream = str(row.originator_id)
        leaf = leaf_hash(
            position=position,
            stream=stream,
            version=row.originator_version,
            topic=row.topic,
            state=row.state,
            recorded_at=now,
        )
        name, topic = stream.encode(), row.topic.encode()
        yield b"".join(
            (
                _EVENT.pack(7, len(name)),
                name,
                _VERSION.pack(8, row.originator_version, len(topic)),
                topic,
                _STATE.pack(len(row.state)),
                row.state,
                _PLACE.pack(8, position, 8, since, 32, leaf),
            )
        )


def _receipts(receipts: Sequence[Receipt], before: int) -> Iterator[bytes]:
    for each in receipts:
        name = each.stream.encode()
        span = (each.first_version, each.last_version, before + each.first_row, before + each.last_row)
        first, last, first_position, last_position = span
        yield b"".join(
            (
                _COMMAND.pack(7, 16, each.command_id.bytes, len(each.payload_sha256)),
                each.payload_sha256,
                _STREAM.pack(len(name)),
                name,
                _SPAN.pack(8, first, 8, last, 8, first_position, 8, last_position),
            )
        )
