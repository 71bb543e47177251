"""The read models' Postgres: connections of the role that may write them (or only read them), and the library's
tracking table.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, args_row
from psycopg.sql import SQL, Identifier

R = TypeVar("R")
TRACKING = "projection_tracking"
# A read model may lose its last moments with its position when Postgres is killed, and reads them again from the
# ledger: no flush is waited for.
# Which index answers a filter depends on its value, so plans are made for values. Read models lie on solid state or in
# memory: fetching a row is cheaper than reading through an index of everything a person may see.
APPLICATION_NAME = "kessai-read-models"  # what pg_stat_activity shows
SESSION = f"""
SET application_name = '{APPLICATION_NAME}';
SET synchronous_commit = off;
SET plan_cache_mode = force_custom_plan;
SET random_page_cost = 1.1;
SET TIME ZONE 'UTC'"""
LOCK_POSITION = (
    "SELECT notification_id FROM {schema}.projection_tracking WHERE application_name = %(tracked)s FOR UPDATE"
)


def read_schema(schema: str) -> str:
    """Give the schema of the read models that belong to the ledger in `schema`."""
    return f"{schema}_read"


class ReadDatastore(PostgresDatastore):
    """The library's connection pool with the session settings of a read model."""

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        configure = super().after_connect_func()

        def after_connect(connection: Connection[Any]) -> None:
            configure(connection)
            connection.execute(SESSION)

        return after_connect


class ReadStore:
    """One prefecture's read models. `database_url` is the projector's, or any role's that may SELECT."""

    def __init__(self, *, database_url: str, schema: str, pool_size: int = 2, pool_overflow: int = 14) -> None:
        parts = conninfo_to_dict(database_url)
        self.database_url = database_url
        self.schema = read_schema(schema)
        self._texts: dict[str, bytes] = {}
        self.datastore = ReadDatastore(
            str(parts.get("dbname") or "kessai"),
            str(parts.get("host") or ""),
            str(parts.get("port") or 5432),
            str(parts.get("user") or ""),
            str(parts.get("password") or ""),
            connect_timeout=2,
            pool_size=pool_size,
            max_overflow=pool_overflow,
            schema=self.schema,
        )
        self.tracking = PostgresTrackingRecorder(self.datastore, tracking_table_name=TRACKING)

    def sql(self, text: str) -> bytes:
        """Give a statement of this package with the schema's name in place."""
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = SQL(text).format(schema=Identifier(self.schema)).as_bytes()
        return known

    @contextmanager
    def transaction(self) -> Iterator[Cursor[DictRow]]:
        """Open one transaction, committed at the end or rolled back by an error."""
        with self.datastore.transaction(commit=True) as cursor:
            yield cursor

    def select(self, text: str, wanted: Mapping[str, Any] | None = None) -> list[DictRow]:
        """Give the rows of one reading statement."""
        with self.datastore.get_connection() as connection:
            return connection.execute(self.sql(text), wanted, prepare=True).fetchall()

    def select_as(self, row: Callable[..., R], text: str, wanted: Mapping[str, Any]) -> list[R]:
        """Give the rows of one reading statement, each made by `row` from the columns in order."""
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=args_row(row)) as cursor:
            return cursor.execute(self.sql(text), wanted, prepare=True).fetchall()

    def lock_position(self, cursor: Cursor[DictRow], tracked: str) -> int | None:
        """Give the position of `tracked`, held until the transaction ends: a second runner waits here. None: it was
        retired.
        """
        row = cursor.execute(self.sql(LOCK_POSITION), {"tracked": tracked}, prepare=True).fetchone()
        return None if row is None else int(row["notification_id"])

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()
