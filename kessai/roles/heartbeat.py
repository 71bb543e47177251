"""The reconciler's heartbeat: when one last compared ledger and Temporal, and last followed the ledger, where every
replica and the doctor can read it.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from projections.store import ReadStore, read_schema

TABLE = """
CREATE TABLE IF NOT EXISTS {schema}.reconciler_heartbeat (
    singleton   boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    swept_at    timestamptz,
    followed_at timestamptz
)"""
GRANT = "GRANT SELECT, INSERT, UPDATE ON {schema}.reconciler_heartbeat TO {role}"
BEAT = """
INSERT INTO {schema}.reconciler_heartbeat AS kept (swept_at, followed_at)
VALUES (CASE WHEN %(swept)s THEN clock_timestamp() END, CASE WHEN NOT %(swept)s THEN clock_timestamp() END)
ON CONFLICT (singleton) DO UPDATE SET swept_at = coalesce(excluded.swept_at, kept.swept_at),
                                 followed_at = coalesce(excluded.followed_at, kept.followed_at)"""
AGE = """
SELECT extract(epoch FROM clock_timestamp() - swept_at)::float8,
       extract(epoch FROM clock_timestamp() - followed_at)::float8
FROM {schema}.reconciler_heartbeat"""


@dataclass(frozen=True, kw_only=True)
class Age:
    """How long ago, in seconds by Postgres' clock; None: never."""

    swept_seconds: float | None = None
    followed_seconds: float | None = None


class Heartbeat:
    """Written by every reconciler; the newest counts. Times are Postgres', so that clocks need not agree."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def swept(self) -> None:
        """A sweep is finished."""
        self._beat(swept=True)

    def followed(self) -> None:
        """The ledger is followed."""
        self._beat(swept=False)

    def _beat(self, *, swept: bool) -> None:
        with self._store.transaction() as cursor:
            cursor.execute(self._store.sql(BEAT), {"swept": swept})


def create(connection: Connection[Any], *, schema: str, role: str) -> None:
    """Create the table beside the read models of `schema`, for `role` to write. Again: nothing changes."""
    names = {"schema": Identifier(read_schema(schema)), "role": Identifier(role)}
    for text in (TABLE, GRANT):
        connection.execute(SQL(text).format(**names))


def age(connection: Connection[Any], *, schema: str) -> Age:
    """Give the age of the heartbeat. Raises psycopg.errors.UndefinedTable where an older program made the tables."""
    row = connection.execute(SQL(AGE).format(schema=Identifier(read_schema(schema)))).fetchone()
    return Age() if row is None else Age(swept_seconds=row[0], followed_seconds=row[1])
