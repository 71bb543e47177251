"""The tables of ledger and outbox as COPY text, row for row as they lie there: readable without Kessai, also in thirty
years.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from kessai.backup.manifest import BackupRefused, Part
from kessai.migration import LEDGER_TABLES
from kessai.notifying.tables import KEPT_TABLES as OUTBOX_TABLES
from kessai.notifying.tables import outbox_schema

TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType({"ledger": LEDGER_TABLES, "outbox": OUTBOX_TABLES})
ORDER = {
    "ledger_events": "notification_id",
    "ledger_receipts": "command_id",
    "ledger_numbers": "noun, fiscal_year, serial",
    "security_log": "id",
    "delivery": "serial",
    "attempt": "channel, target, id, round, number",
    "planned_up_to": "name",
}
# The text of times and bytes must not depend on whoever runs this.
FORMS = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'"
COLUMNS = """
SELECT column_name FROM information_schema.columns WHERE table_schema = %(schema)s AND table_name = %(table)s
ORDER BY ordinal_position"""
IDENTITIES = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = %(schema)s AND table_name = %(table)s AND is_identity = 'YES'"""


def part_name(folder: str, table: str) -> str:
    """The name of a table's part."""
    return f"{folder}/{table}.copy"


def schema_of(folder: str, schema: str) -> str:
    """The schema of a folder's tables, where `schema` is the ledger's."""
    return outbox_schema(schema) if folder == "outbox" else schema


def columns_of(connection: psycopg.Connection[Any], schema: str, table: str) -> tuple[str, ...]:
    """Give a table's columns in order."""
    return tuple(name for (name,) in connection.execute(COLUMNS, {"schema": schema, "table": table}).fetchall())


def rows_out(connection: psycopg.Connection[Any], schema: str, table: str, columns: tuple[str, ...]) -> Iterator[bytes]:
    """Give a table's rows as COPY text, one line a row, in the order of its key, from the connection's snapshot."""
    connection.execute(FORMS)
    text = SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        SQL(", ").join(map(Identifier, columns)),
        Identifier(schema, table),
        SQL(ORDER[table]),
    )
    with connection.cursor() as cursor, cursor.copy(text) as copy:
        for piece in copy:
            yield bytes(piece)


def require_empty(connection: psycopg.Connection[Any], schema: str) -> None:
    """Refuse a ledger or outbox that holds anything; nobody else writes to it until the transaction ends."""
    for folder, table in ((folder, table) for folder, tables in TABLES.items() for table in tables):
        name = Identifier(schema_of(folder, schema), table)
        connection.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(name))
        if connection.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(name)).fetchone():
            raise BackupRefused(
                f"復元先の台帳(スキーマ {schema})は空ではありません。空のデータベースに復元してください。"
            )


def rows_in(connection: psycopg.Connection[Any], schema: str, part: Part, pieces: Iterable[bytes]) -> None:
    """Put a part's rows into its table exactly as they were, and let its sequence go on after them. `schema` is the
    ledger's.
    """
    folder, _, file = part.name.partition("/")
    table = file.removesuffix(".copy")
    schema = schema_of(folder, schema)
    if table not in TABLES.get(folder, ()) or not part.columns:
        raise BackupRefused(f"バックアップに、この版のKessaiにない表 {table} があります。")
    connection.execute(FORMS)
    name = Identifier(schema, table)
    text = SQL("COPY {} ({}) FROM STDIN").format(name, SQL(", ").join(map(Identifier, part.columns)))
    with connection.cursor() as cursor:
        with cursor.copy(text) as copy:
            for piece in pieces:
                copy.write(piece)
        if cursor.rowcount != part.rows:
            raise BackupRefused(f"{table} の行数が目録と一致しません({cursor.rowcount} 行、目録では {part.rows} 行)。")
    for (column,) in connection.execute(IDENTITIES, {"schema": schema, "table": table}).fetchall():
        connection.execute(
            SQL(
                "SELECT setval(pg_get_serial_sequence({}, {}), greatest(max({}), 1), max({}) IS NOT NULL) FROM {}"
            ).format(Literal(name.as_string()), Literal(column), Identifier(column), Identifier(column), name)
        )
