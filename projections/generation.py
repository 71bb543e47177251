"""Generations: the same read model built twice side by side, and the view that says which one is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier

from projections.projection import Projection, Table, shape
from projections.store import ReadStore

GENERATIONS = """
CREATE TABLE IF NOT EXISTS {schema}.projection_generation (
    projection  text        NOT NULL,
    generation  int         NOT NULL,
    shape       text        NOT NULL,   -- fingerprint of tables and edition; another one in the code means: rebuild
    state       text        NOT NULL CHECK (state IN ('building', 'active', 'retired', 'dropped')),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    switched_at timestamptz,
    PRIMARY KEY (projection, generation)
)"""
ONE_ACTIVE = """
CREATE UNIQUE INDEX IF NOT EXISTS projection_generation_active
ON {schema}.projection_generation (projection) WHERE state = 'active'"""
ACTIVE = """
SELECT generation, shape FROM {schema}.projection_generation
WHERE projection = %(projection)s AND state = 'active'"""
LEFT_OVER = """
SELECT generation FROM {schema}.projection_generation
WHERE projection = %(projection)s AND state IN ('building', 'retired') ORDER BY generation"""
BEGIN = """
INSERT INTO {schema}.projection_generation (projection, generation, shape, state)
SELECT %(projection)s, coalesce(max(generation), 0) + 1, %(shape)s, 'building'
FROM {schema}.projection_generation WHERE projection = %(projection)s RETURNING generation"""
RETIRE = """
UPDATE {schema}.projection_generation SET state = 'retired', switched_at = clock_timestamp()
WHERE projection = %(projection)s AND state = 'active' RETURNING generation"""
ACTIVATE = """
UPDATE {schema}.projection_generation SET state = 'active', switched_at = clock_timestamp()
WHERE projection = %(projection)s AND generation = %(generation)s"""
DROPPED = """
UPDATE {schema}.projection_generation SET state = 'dropped'
WHERE projection = %(projection)s AND generation = %(generation)s"""
TRACK = "INSERT INTO {schema}.projection_tracking VALUES (%(tracked)s, 0)"
UNTRACK = "DELETE FROM {schema}.projection_tracking WHERE application_name = %(tracked)s"
ONE_BUILDER = "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))"


@dataclass(frozen=True, kw_only=True)
class Generation:
    """One set of a projection's tables. `shape` is the fingerprint it was built for."""

    projection: str
    number: int
    shape: str

    @property
    def suffix(self) -> str:
        return f"g{self.number}"

    @property
    def tracked(self) -> str:
        """The name under which the tracking table keeps its position."""
        return f"{self.projection}_{self.suffix}"


class Generations:
    """The register of generations, and the statements that create, show and drop their tables. All run in the
    caller's transaction.
    """

    def __init__(self, schema: str) -> None:
        self.schema = schema

    def active(self, cursor: Cursor[DictRow], projection: Projection) -> Generation | None:
        """Give the generation that is read, or None: never built."""
        row = self._run(cursor, ACTIVE, projection=projection.name).fetchone()
        return (
            None
            if row is None
            else Generation(projection=projection.name, number=row["generation"], shape=row["shape"])
        )

    def begin(self, cursor: Cursor[DictRow], projection: Projection) -> Generation:
        """Register the next generation, with its position at 0."""
        row = self._run(cursor, BEGIN, projection=projection.name, shape=shape(projection)).fetchone()
        assert row is not None, "an INSERT … RETURNING gives its row"
        generation = Generation(projection=projection.name, number=row["generation"], shape=shape(projection))
        self._run(cursor, TRACK, tracked=generation.tracked)
        return generation

    def create_tables(
        self, cursor: Cursor[DictRow], projection: Projection, suffix: str, *, kind: Literal["", "UNLOGGED"] = ""
    ) -> None:
        """Create the empty tables."""
        for table in projection.tables:
            text = f"CREATE {kind} TABLE {{table}} (" + table.columns + "\n)"
            cursor.execute(self._of(text, table, suffix))

    def create_indexes(self, cursor: Cursor[DictRow], projection: Projection, suffix: str) -> None:
        """Create the tables' indexes; after a bulk fill, because that is several times faster than before it. Helpers
        of a parallel build take milliseconds to start: a table that is empty or small has none.
        """
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL min_parallel_table_scan_size = '1MB'")
        for table in projection.tables:
            for alteration in table.alterations:
                cursor.execute(self._of(f"ALTER TABLE {{table}} {alteration}", table, suffix))
            for index in table.indexes:
                unique, rest = (
                    ("UNIQUE ", index.removeprefix("UNIQUE ")) if index.startswith("UNIQUE ") else ("", index)
                )
                cursor.execute(self._of(f"CREATE {unique}INDEX ON {{table}} {rest}", table, suffix))
        self.analyse(cursor, projection, suffix)

    def analyse(self, cursor: Cursor[DictRow], projection: Projection, suffix: str) -> None:
        """Have Postgres count what the tables hold; one that is being vacuumed is left out."""
        for table in projection.tables:
            cursor.execute(self._of("ANALYZE (SKIP_LOCKED) {table}", table, suffix))

    def show(self, cursor: Cursor[DictRow], projection: Projection, generation: Generation) -> Generation | None:
        """Point the views at `generation` and register it as the active one; give the one it replaces."""
        row = self._run(cursor, RETIRE, projection=projection.name).fetchone()
        self._run(cursor, ACTIVATE, projection=projection.name, generation=generation.number)
        for table in projection.tables:
            view = Identifier(self.schema, table.name)
            cursor.execute(SQL("DROP VIEW IF EXISTS {}").format(view))
            cursor.execute(
                SQL("CREATE VIEW {} AS SELECT {} FROM {}").format(
                    view, SQL(", ").join(map(Identifier, table.fields)), self._name(table, generation.suffix)
                )
            )
        if row is None:
            return None
        old = Generation(projection=projection.name, number=row["generation"], shape="")
        self._run(cursor, UNTRACK, tracked=old.tracked)
        return old

    def left_over(self, cursor: Cursor[DictRow], projection: Projection) -> list[Generation]:
        """Give the generations that nobody reads: retired ones, and what a killed rebuild left behind."""
        rows = self._run(cursor, LEFT_OVER, projection=projection.name).fetchall()
        return [Generation(projection=projection.name, number=row["generation"], shape="") for row in rows]

    def drop(self, cursor: Cursor[DictRow], projection: Projection, generation: Generation) -> None:
        """Drop a generation's tables. Its number is never used again."""
        for table in projection.tables:
            cursor.execute(self._of("DROP TABLE IF EXISTS {table}", table, generation.suffix))
        self._run(cursor, UNTRACK, tracked=generation.tracked)
        self._run(cursor, DROPPED, projection=projection.name, generation=generation.number)

    def _run(self, cursor: Cursor[DictRow], text: str, **wanted: Any) -> Cursor[DictRow]:
        return cursor.execute(SQL(text).format(schema=Identifier(self.schema)), wanted)

    def _name(self, table: Table, suffix: str) -> Identifier:
        return Identifier(self.schema, f"{table.name}_{suffix}")

    def _of(self, text: str, table: Table, suffix: str) -> Composed:
        return SQL(text).format(table=self._name(table, suffix))


@contextmanager
def only_builder(store: ReadStore, projection: Projection) -> Iterator[None]:
    """Wait until nobody else builds, switches or drops generations of this projection, and keep others waiting."""
    with store.transaction() as cursor:
        cursor.execute(ONE_BUILDER, {"name": f"{store.schema}/{projection.name}"})
        yield
