"""A ledger set back to an earlier point, as an older backup would be, and forward again: only a superuser can do
that.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from tests.conftest import Database

FUTURE = "approval.foreseen.v9"
NEWER = {
    "ledger_events": "notification_id > %(position)s",
    "ledger_receipts": "recorded_at > %(at)s",
    "ledger_numbers": "reserved_at > %(at)s",
}


@dataclass(frozen=True)
class Point:
    """A moment of a ledger: its newest position, and when that was."""

    position: int
    at: datetime


class OlderLedger:
    """Takes away what came after a point, keeps it, and gives it back."""

    def __init__(self, database: Database, schema: str) -> None:
        self._database = database
        self._schema = schema

    def point(self) -> Point:
        """Give the present moment."""
        with self._connection() as connection:
            position, at = connection.execute(
                "SELECT coalesce(max(notification_id), 0), clock_timestamp() FROM ledger_events"
            ).fetchone() or (0, None)
        return Point(position, at)

    def set_back(self, point: Point) -> None:
        """Take away everything newer than `point`."""
        with self._connection() as connection:
            for table, newer in NEWER.items():
                names = {"table": Identifier(table), "kept": Identifier(f"kept_{table}"), "newer": SQL(newer)}
                keep = SQL("CREATE TABLE {kept} AS SELECT * FROM {table} WHERE {newer}").format(**names)
                connection.execute(keep, vars(point))
                connection.execute(SQL("DELETE FROM {table} WHERE {newer}").format(**names), vars(point))

    def set_forward(self) -> None:
        """Give back what was taken; numbers reserved meanwhile make way."""
        with self._connection() as connection:
            connection.execute(
                "DELETE FROM ledger_numbers WHERE (noun, fiscal_year, serial) IN"
                " (SELECT noun, fiscal_year, serial FROM kept_ledger_numbers)"
            )
            for table in NEWER:
                names = {"table": Identifier(table), "kept": Identifier(f"kept_{table}")}
                connection.execute(SQL("INSERT INTO {table} SELECT * FROM {kept}").format(**names))

    def add_from_the_future(self, stream: str) -> None:
        """Add an event that only a later version of the program can read."""
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO ledger_events SELECT originator_id, originator_version + 1, %(topic)s, state,"
                " (SELECT max(notification_id) + 1 FROM ledger_events), recorded_at, leaf FROM ledger_events"
                " WHERE originator_id = %(stream)s ORDER BY originator_version DESC LIMIT 1",
                {"topic": FUTURE, "stream": stream},
            )

    def take_away_the_future(self) -> None:
        """Take it away again."""
        with self._connection() as connection:
            connection.execute("DELETE FROM ledger_events WHERE topic = %s", (FUTURE,))

    def _connection(self) -> Connection:
        connection = self._database.superuser()
        connection.execute(SQL("SET search_path TO {}").format(Identifier(self._schema)))
        return connection
