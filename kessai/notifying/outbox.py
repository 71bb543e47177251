"""The outbox: what is to be delivered, each attempt, and up to where it was planned; every change one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from psycopg import Connection
from psycopg.rows import DictRow, class_row, dict_row
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from kessai.notifying.tables import outbox_schema

Channel = Literal["mail", "webhook", "outside", "gateway"]
Ending = Literal["delivered", "given_up", "obsolete"]

PLAN = """
INSERT INTO {schema}.delivery AS kept
    (channel, target, id, position, stream, code, kind, task, recipient, occasion, planned_at, not_before)
VALUES (%(channel)s, %(target)s, %(id)s, %(position)s, %(stream)s, %(code)s, %(kind)s, %(task)s, %(recipient)s,
        %(occasion)s, %(planned_at)s, %(not_before)s)
ON CONFLICT (channel, target, id) DO """
ONCE = PLAN + "NOTHING"
AGAIN = (
    PLAN
    + """UPDATE SET state = 'planned', round = kept.round + 1, attempts = 0, first_at = NULL, settled_at = NULL,
    error = NULL, planned_at = excluded.planned_at, not_before = excluded.not_before
WHERE kept.state <> 'planned'"""
)
MOVE = "UPDATE {schema}.planned_up_to SET position = %(position)s WHERE name = %(name)s AND position = %(before)s"
BEGIN_AT = """
INSERT INTO {schema}.planned_up_to (name, position, replay) VALUES (%(name)s, %(position)s, %(replay)s)
ON CONFLICT (name) DO NOTHING"""
GO_BACK = """
UPDATE {schema}.planned_up_to SET position = least(position, %(position)s), replay = %(replay)s
WHERE name = %(name)s AND replay < %(replay)s"""
HALT = "UPDATE {schema}.planned_up_to SET halted = %(version)s WHERE name = %(name)s"
PLACES = "SELECT name, position, replay, halted FROM {schema}.planned_up_to"
WAITING = "SELECT count(*) AS waiting FROM {schema}.delivery WHERE {open} AND target = %(target)s"
OPEN = "channel = %(channel)s AND state = 'planned'"
COLUMNS = """
serial, channel, target, id, position, stream, code, kind, task, recipient, occasion, state, round, attempts,
planned_at, not_before, first_at"""
DUE_LETTERS = """
SELECT {columns} FROM {schema}.delivery WHERE {open} AND not_before <= %(now)s
ORDER BY not_before, serial LIMIT %(limit)s"""
# Of each case only the oldest that is not yet settled, and nothing that lies beyond what was planned so far: a replay
# begins before what is still open.
DUE_OF_TARGET = """
SELECT {columns} FROM (
    SELECT DISTINCT ON (stream) * FROM {schema}.delivery WHERE {open} AND target = %(target)s
    AND position <= %(up_to)s ORDER BY stream, position
) oldest WHERE not_before <= %(now)s ORDER BY position LIMIT %(limit)s"""
ONE = "channel = %(channel)s AND target = %(target)s AND id = %(id)s"
BEGIN_ATTEMPT = """
WITH begun AS (
    UPDATE {schema}.delivery SET attempts = attempts + 1, first_at = coalesce(first_at, %(now)s)
    WHERE {one} AND state = 'planned' RETURNING *
)
INSERT INTO {schema}.attempt (channel, target, id, round, number, begun_at)
SELECT channel, target, id, round, attempts, %(now)s FROM begun RETURNING number"""
END_ATTEMPT = """
UPDATE {schema}.attempt SET ended_at = %(now)s, outcome = %(outcome)s, status = %(status)s, detail = %(detail)s
WHERE {one} AND round = %(round)s AND number = %(number)s"""
SETTLE = """
UPDATE {schema}.delivery SET state = %(state)s, settled_at = %(now)s, error = %(error)s
WHERE {one} AND round = %(round)s"""
WAIT = """
UPDATE {schema}.delivery SET not_before = %(not_before)s, error = coalesce(%(error)s, error)
WHERE {one} AND round = %(round)s"""

# Settled long enough ago, whatever came of it, with every attempt; what is being planned anew just then is passed over.
PRUNE = """
WITH old AS (
    SELECT channel, target, id FROM {schema}.delivery WHERE state <> 'planned' AND settled_at < %(before)s
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), attempts AS (
    DELETE FROM {schema}.attempt a USING old WHERE (a.channel, a.target, a.id) = (old.channel, old.target, old.id)
), gone AS (
    DELETE FROM {schema}.delivery d USING old WHERE (d.channel, d.target, d.id) = (old.channel, old.target, old.id)
    RETURNING 1
)
SELECT count(*) AS pruned FROM gone"""
BEAT = """
INSERT INTO {schema}.notifier_heartbeat (looked_at) VALUES (clock_timestamp())
ON CONFLICT (singleton) DO UPDATE SET looked_at = excluded.looked_at"""


class Planned(NamedTuple):
    """A delivery to be made; `not_before` holds it back."""

    channel: Channel
    target: str
    id: str
    position: int
    stream: str
    code: str
    kind: str
    planned_at: datetime
    not_before: datetime
    task: str | None = None
    recipient: str | None = None
    occasion: str | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A delivery as it lies in the outbox."""

    serial: int
    channel: Channel
    target: str
    id: str
    position: int
    stream: str
    code: str
    kind: str
    task: str | None
    recipient: str | None
    occasion: str | None
    state: str
    round: int
    attempts: int
    planned_at: datetime
    not_before: datetime
    first_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Up to where one receiver's deliveries are planned."""

    name: str
    position: int
    replay: int
    halted: int


class Outbox:
    """One prefecture's outbox, over a small pool of its own."""

    def __init__(self, *, database_url: str, schema: str) -> None:
        self._schema = Identifier(outbox_schema(schema))
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            database_url,
            min_size=1,
            max_size=6,
            kwargs={"autocommit": True, "row_factory": dict_row, "application_name": "kessai-notifier"},
            open=False,
        )

    def open(self) -> None:
        """Connect."""
        self._pool.open()

    def close(self) -> None:
        """Give back the connections."""
        self._pool.close()

    def places(self) -> dict[str, Place]:
        """Give every receiver's place, by name."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Place)) as cursor:
            return {place.name: place for place in cursor.execute(self._sql(PLACES)).fetchall()}

    def begin_at(self, name: str, position: int, *, replay: int = 0) -> None:
        """Plan for a new receiver from after `position` on; one that is known keeps its place."""
        self._run(BEGIN_AT, name=name, position=position, replay=replay)

    def go_back(self, name: str, position: int, *, replay: int) -> None:
        """Plan anew from after `position` on, once for each replay that was asked for."""
        self._run(GO_BACK, name=name, position=position, replay=replay)

    def halt(self, name: str, version: int) -> None:
        """Send nothing more while the webhook's record stays at `version`."""
        self._run(HALT, name=name, version=version)

    def plan(self, rows: Sequence[Planned], *, place: Place, up_to: int, again: bool = False) -> None:
        """Plan deliveries and move the place to `up_to`, together; nothing where the place has been moved meanwhile.
        `again`: what was settled is delivered once more.
        """
        with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            moved = cursor.execute(
                self._sql(MOVE), {"name": place.name, "before": place.position, "position": up_to}
            ).rowcount
            if moved and rows:
                cursor.executemany(self._sql(AGAIN if again else ONCE), [row._asdict() for row in rows])

    def waiting(self, channel: Channel, target: str) -> int:
        """Give how many deliveries to a target are open."""
        return int(self._run(WAITING, channel=channel, target=target)[0]["waiting"])

    def due_letters(self, now: datetime, limit: int, *, channel: Channel = "mail") -> list[Delivery]:
        """Give the letters that may go out now: to officials, to outsiders, or codes for the gateway."""
        return self._deliveries(DUE_LETTERS, channel=channel, now=now, limit=limit)

    def due_messages(self, target: str, now: datetime, *, up_to: int, limit: int) -> list[Delivery]:
        """Give what may go to a webhook now: of each case the next one only, however many more there are."""
        wanted = {"channel": "webhook", "target": target, "now": now, "up_to": up_to, "limit": limit}
        return self._deliveries(DUE_OF_TARGET, **wanted)

    def begin_attempt(self, delivery: Delivery, now: datetime) -> int:
        """Record that an attempt begins, before it does; give its number within the round, 0 where it is settled."""
        rows = self._run(BEGIN_ATTEMPT, **_key(delivery), now=now)
        return int(rows[0]["number"]) if rows else 0

    def end_attempt(
        self,
        delivery: Delivery,
        number: int,
        now: datetime,
        *,
        error: str | None = None,
        status: int | None = None,
        ending: Ending | None,
        not_before: datetime | None = None,
    ) -> None:
        """Record how an attempt went, and what follows: an ending, or another attempt `not_before` a time."""
        ended = {"outcome": "failed" if error else "delivered", "status": status, "detail": error}
        key = {**_key(delivery), "round": delivery.round, "now": now}
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(self._sql(END_ATTEMPT), {**key, **ended, "number": number})
            if ending is not None:
                connection.execute(self._sql(SETTLE), {**key, "state": ending, "error": error})
            else:
                connection.execute(self._sql(WAIT), {**key, "not_before": not_before, "error": error})

    def settle(self, delivery: Delivery, now: datetime, ending: Ending, *, error: str | None = None) -> None:
        """Settle a delivery without an attempt: it is obsolete, or nobody can be reached."""
        self._run(SETTLE, **_key(delivery), round=delivery.round, now=now, state=ending, error=error)

    def hold(self, delivery: Delivery, until: datetime) -> None:
        """Hold a delivery back."""
        self._run(WAIT, **_key(delivery), round=delivery.round, not_before=until, error=None)

    def prune(self, before: datetime, limit: int) -> int:
        """Forget at most so many deliveries that were settled before that; give how many."""
        return int(self._run(PRUNE, before=before, limit=limit)[0]["pruned"])

    def beat(self) -> None:
        """Leave a sign of life."""
        self._run(BEAT)

    def _deliveries(self, text: str, **wanted: Any) -> list[Delivery]:
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Delivery)) as cursor:
            return cursor.execute(self._sql(text), wanted).fetchall()

    def _run(self, text: str, **wanted: Any) -> list[DictRow]:
        with self._pool.connection() as connection:
            cursor = connection.execute(self._sql(text), wanted)
            return cursor.fetchall() if cursor.description else []

    def _sql(self, text: str) -> Any:
        return SQL(text).format(schema=self._schema, open=SQL(OPEN), one=SQL(ONE), columns=SQL(COLUMNS))


def _key(delivery: Delivery) -> Mapping[str, Any]:
    return {"channel": delivery.channel, "target": delivery.target, "id": delivery.id}
