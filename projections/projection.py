"""A projection: its tables, and how they follow the ledger; everything around it (tracking, rebuilding, switching) is
the same for all.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier

from domain.events import Fact
from domain.ledger.reading import COLUMNS, LedgerReader
from domain.ledger.scanning import stream
from domain.streams import prefix_of
from projections.copying import array_literal, copy_lines

OF_STREAMS = """
SELECT {columns} FROM {events} WHERE originator_id = ANY(%(streams)s) AND notification_id <= %(upto)s
ORDER BY originator_id, originator_version""".replace("{columns}", COLUMNS)
# Stream by stream from the first event on: every row of a read model is then folded and written once. By its prefix a
# noun's streams come straight from the primary key, already in order where the database compares bytes (C).
OF_NOUN = """
SELECT {columns} FROM {events} WHERE starts_with(originator_id, %(prefix)s) AND notification_id <= %(upto)s
ORDER BY originator_id, originator_version""".replace("{columns}", COLUMNS)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a read model. `columns` is the inside of CREATE TABLE, `indexes` what follows CREATE INDEX ON the
    table.

    `alterations` are what follows ALTER TABLE and its name. `row` is a NamedTuple whose fields are the columns in
    order; `key` names the columns of the primary key.
    """

    name: str
    columns: str
    indexes: tuple[str, ...]
    row: type[tuple[Any, ...]]
    key: tuple[str, ...]
    alterations: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The column names."""
        return tuple(self.row.__annotations__)


@dataclass(frozen=True, kw_only=True)
class Work:
    """One transaction's worth: the ledger up to `upto`, of which `after` is already in the tables, and where to write.

    `facts` are the new ones of the projection's own nouns; a fill reads them itself, stream by stream.
    """

    cursor: Cursor[DictRow]
    reader: LedgerReader
    schema: str
    suffix: str
    after: int
    upto: int
    facts: tuple[Fact, ...] = ()

    def history(self, streams: Sequence[str]) -> Iterator[Fact]:
        """Give what is already in the tables of these streams: their facts up to `after`, stream by stream."""
        text = self.reader.sql(OF_STREAMS)
        rows = self.cursor.execute(text, {"streams": list(streams), "upto": self.after}, prepare=True, binary=True)
        return map(self.reader.fact, rows.fetchall())

    def all_streams(self, nouns: Iterable[str]) -> Iterator[Fact]:
        """Give every fact of `nouns` up to `upto`, noun by noun and stream by stream."""
        for each in sorted(nouns):
            yield from stream(self.reader, OF_NOUN, prefix=prefix_of(each), upto=self.upto)

    def upsert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows by their key, replacing what was there."""
        text = upsert_text(self.schema, self.suffix, table)
        if len(rows) == 1:
            self.cursor.execute(text, _sendable(rows[0]), prepare=True)
        elif rows:
            self.cursor.executemany(text, map(_sendable, rows))

    def delete(self, table: Table, keys: Collection[tuple[str, ...]]) -> None:
        """Delete rows by their keys, which are texts."""
        if keys:
            text = delete_text(self.schema, self.suffix, table)
            self.cursor.execute(text, [list(column) for column in zip(*keys, strict=True)], prepare=True)

    def copy(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write many rows whose keys are new."""
        if rows:
            with self.cursor.copy(copy_text(self.schema, self.suffix, table)) as copy:
                copy.write(copy_lines(rows))


@cache
def upsert_text(schema: str, suffix: str, table: Table) -> bytes:
    """Give the INSERT … ON CONFLICT of one generation's table (composing it costs more than running it)."""
    names = [Identifier(name) for name in table.fields]
    text = SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}").format(
        Identifier(schema, f"{table.name}_{suffix}"),
        SQL(", ").join(names),
        SQL(", ").join([SQL("%s")] * len(names)),
        SQL(", ").join(map(Identifier, table.key)),
        SQL(", ").join(SQL("{} = excluded.{}").format(name, name) for name in names),
    )
    return text.as_bytes()


@cache
def delete_text(schema: str, suffix: str, table: Table) -> bytes:
    """Give the DELETE by keys of one generation's table; every parameter is one column of the keys."""
    text = SQL("DELETE FROM {} WHERE ({}) IN (SELECT * FROM unnest({}))").format(
        Identifier(schema, f"{table.name}_{suffix}"),
        SQL(", ").join(map(Identifier, table.key)),
        SQL(", ").join([SQL("%s::text[]")] * len(table.key)),
    )
    return text.as_bytes()


@cache
def copy_text(schema: str, suffix: str, table: Table) -> bytes:
    """Give the COPY of one generation's table."""
    names = SQL(", ").join(map(Identifier, table.fields))
    return SQL("COPY {} ({}) FROM STDIN").format(Identifier(schema, f"{table.name}_{suffix}"), names).as_bytes()


def _sendable(row: tuple[Any, ...]) -> list[Any]:
    """Give the row with its arrays as literals: ten times faster to send than lists."""
    return [array_literal(value) if isinstance(value, list) else value for value in row]


class Applier(Protocol):
    """One runner's way of bringing one generation's tables forward; it may remember what it folded (facts never
    change).
    """

    def apply(self, work: Work) -> None:
        """Bring the tables from `work.after` to `work.upto`."""

    def fill(self, work: Work) -> None:
        """Fill empty tables from the beginning of the ledger to `work.upto`."""


class Projection(Protocol):
    """A read model. `edition` is raised whenever the same facts give other rows: the projector then rebuilds by itself.

    `nouns` are the records whose streams it reads; other streams only move its position.
    """

    @property
    def name(self) -> str: ...
    @property
    def edition(self) -> int: ...
    @property
    def nouns(self) -> frozenset[str]: ...
    @property
    def tables(self) -> tuple[Table, ...]: ...
    def applier(self) -> Applier:
        """Give an applier that remembers nothing yet."""


def shape(projection: Projection) -> str:
    """Give the fingerprint of what a generation holds; another one needs a rebuild."""
    parts: list[Any] = [projection.edition, sorted(projection.nouns)]
    parts += [
        (table.name, table.columns, table.alterations, table.indexes, table.fields) for table in projection.tables
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def noun(stream: str) -> str:
    """Give the noun of a stream: approval-R8-000123 → approval."""
    return stream.partition("-")[0]
