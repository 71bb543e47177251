"""Baseline: psycopg with nothing around it: binary COPY into the same tables, and a server-side cursor over them."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

FETCH_ROWS = 1_000


def like(connection: Connection[Any], schema: str, original: str, table: str, *, indexes: bool = True) -> None:
    """Make an empty table of the same shape in `schema`."""
    text = SQL("CREATE TABLE {} (LIKE {}" + (" INCLUDING ALL)" if indexes else ")"))
    connection.execute(text.format(Identifier(schema, table), Identifier(original, table)))


def column_types(connection: Connection[Any], schema: str, table: str) -> tuple[list[str], list[int]]:
    """The table's columns and their types."""
    text = """
    SELECT attname, atttypid::int FROM pg_attribute
    WHERE attrelid = format('%%I.%%I', %s::text, %s::text)::regclass AND attnum > 0 ORDER BY attnum"""
    rows = connection.execute(text, (schema, table)).fetchall()
    return [row[0] for row in rows], [row[1] for row in rows]


def copy(
    connection: Connection[Any],
    schema: str,
    table: str,
    columns: Sequence[str],
    types: Sequence[int],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Binary COPY of `rows` in the caller's transaction."""
    names = SQL(", ").join(map(Identifier, columns))
    text = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(Identifier(schema, table), names)
    with connection.cursor() as cursor, cursor.copy(text) as target:
        target.set_types(list(types))
        for row in rows:
            target.write_row(row)


def read(connection: Connection[Any], schema: str, table: str, columns: Sequence[str], order: str) -> int:
    """Read every row with a server-side cursor; give how many."""
    names = SQL(", ").join(map(Identifier, columns))
    text = SQL("SELECT {} FROM {} ORDER BY {}").format(names, Identifier(schema, table), Identifier(order))
    seen = 0
    with connection.transaction(), connection.cursor(name="baseline") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(text, binary=True)
        for _ in cursor:
            seen += 1
    return seen


def indexes_of(connection: Connection[Any], schema: str, table: str, target_schema: str, target: str) -> list[str]:
    """The statements that give another table the same indexes."""
    text = "SELECT indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = %s"
    definitions = [str(row[0]) for row in connection.execute(text, (schema, table)).fetchall()]
    found = []
    for definition in definitions:
        kind, _, rest = definition.partition(" INDEX ")
        found.append(f"{kind} INDEX ON {target_schema}.{target} {rest.partition(f' ON {schema}.{table} ')[2]}")
    return found
