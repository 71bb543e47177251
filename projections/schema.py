"""The read models' schema: what the owner's migration creates and grants, so that nothing that runs needs the owner's
rights.
"""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection, Cursor
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Composed, Identifier

from projections.generation import GENERATIONS, ONE_ACTIVE, Generations
from projections.projection import Projection
from projections.register import PROJECTIONS
from projections.store import read_schema

# The tracking table is the library's (its conformance cases run on this one); the mark keeps the library from taking
# it for an older shape.
TRACKING = """
CREATE TABLE IF NOT EXISTS {reads}.projection_tracking (application_name text PRIMARY KEY, notification_id bigint)
WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000)"""
MARK = "INSERT INTO {reads}.projection_tracking VALUES ('__migration__', 1) ON CONFLICT DO NOTHING"
GRANTS = (
    "CREATE SCHEMA IF NOT EXISTS {reads}",
    "GRANT USAGE, CREATE ON SCHEMA {reads} TO {projector}",
    "GRANT USAGE ON SCHEMA {ledger} TO {projector}",
    "GRANT SELECT ON {ledger}.ledger_events TO {projector}",
)
TABLE_GRANTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON {reads}.projection_tracking, {reads}.projection_generation TO {projector}",
)
READER_GRANTS = (
    "GRANT USAGE ON SCHEMA {reads} TO {reader}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA {reads} TO {reader}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {projector} IN SCHEMA {reads} GRANT SELECT ON TABLES TO {reader}",
)

FORMER_VIEWS = """
SELECT table_name FROM information_schema.views
WHERE table_schema = %(reads)s AND table_name LIKE 'rm\\_%%' AND table_name <> ALL(%(kept)s::text[])"""
TABLES_BEHIND = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = %(reads)s AND table_type = 'BASE TABLE' AND table_name ~ %(pattern)s"""
FORMER = (
    """
    DELETE FROM {reads}.projection_tracking t USING {reads}.projection_generation g
    WHERE g.projection <> ALL(%(known)s::text[]) AND t.application_name = g.projection || '_g' || g.generation""",
    "DELETE FROM {reads}.projection_generation WHERE projection <> ALL(%(known)s::text[])",
)


def create(
    connection: Connection[Any],
    schema: str,
    projector: str,
    *,
    readers: Iterable[str] = (),
    projections: Iterable[Projection] = PROJECTIONS,
) -> None:
    """Create the schema `<schema>_read`, its registers and grants, and an empty first generation of every projection.

    `connection` is the owner's, a superuser or a member of the role `projector`, which owns the read models; `readers`
    are further roles that may SELECT them. The ledger's own tables must exist. Again: nothing changes.
    """
    reads = read_schema(schema)
    names = {
        "ledger": Identifier(schema),
        "reads": Identifier(reads),
        "schema": Identifier(reads),
        "projector": Identifier(projector),
    }
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        for text in (*GRANTS, TRACKING, MARK, GENERATIONS, ONE_ACTIVE, *TABLE_GRANTS):
            cursor.execute(_sql(text, names))
        for reader in readers:
            for text in READER_GRANTS:
                cursor.execute(_sql(text, {**names, "reader": Identifier(reader)}))
        cursor.execute(_sql("SET LOCAL ROLE {projector}", names))
        for projection in projections:
            _first_generation(cursor, Generations(reads), projection)
        cursor.execute("SET LOCAL ROLE NONE")


def drop_unregistered(
    connection: Connection[Any], schema: str, projector: str, *, projections: Iterable[Projection] = PROJECTIONS
) -> None:
    """Drop what is left of read models that no longer exist, so that nobody waits for them to move."""
    reads = read_schema(schema)
    names = {"reads": Identifier(reads), "schema": Identifier(reads), "projector": Identifier(projector)}
    known = [projection.name for projection in projections]
    kept = [table.name for projection in projections for table in projection.tables]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_sql("SET LOCAL ROLE {projector}", names))
        views = cursor.execute(FORMER_VIEWS, {"reads": reads, "kept": kept}).fetchall()
        for (view,) in views:
            cursor.execute(SQL("DROP VIEW {}").format(Identifier(reads, view)))
            for (table,) in cursor.execute(TABLES_BEHIND, {"reads": reads, "pattern": f"^{view}_g[0-9]+$"}).fetchall():
                cursor.execute(SQL("DROP TABLE {}").format(Identifier(reads, table)))
        for text in FORMER:
            cursor.execute(_sql(text, names), {"known": known})
        cursor.execute("SET LOCAL ROLE NONE")


def _first_generation(cursor: Cursor[DictRow], generations: Generations, projection: Projection) -> None:
    """A projection that was never built gets empty tables at position 0, so that its views exist before the projector
    runs.
    """
    if generations.active(cursor, projection) is None:
        generation = generations.begin(cursor, projection)
        generations.create_tables(cursor, projection, generation.suffix)
        generations.create_indexes(cursor, projection, generation.suffix)
        generations.show(cursor, projection, generation)


def _sql(text: str, names: dict[str, Identifier]) -> Composed:
    return SQL(text).format(**names)
