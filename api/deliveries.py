"""Deliveries as people look at them: what was sent to whom, how it went, and what is still to come."""

from collections.abc import Mapping
from typing import Any

from psycopg.sql import SQL, Identifier

from domain.ledger.reading import LedgerReader

COLUMNS = """
d.serial, d.channel, d.target, d.id, d.position, d.stream, d.code, d.kind, d.state, d.round, d.attempts,
d.planned_at, d.not_before, d.settled_at, d.error"""
FOUND = """
SELECT {columns} FROM {outbox}.delivery d
WHERE d.serial < %(before)s
AND (%(state)s::text IS NULL OR d.state = %(state)s) AND (%(channel)s::text IS NULL OR d.channel = %(channel)s)
AND (%(target)s::text IS NULL OR d.target = %(target)s)
ORDER BY d.serial DESC LIMIT %(limit)s"""
ATTEMPTS = """
SELECT a.channel, a.target, a.id, a.round, a.number, a.begun_at, a.ended_at, a.outcome, a.status, a.detail
FROM {outbox}.attempt a JOIN unnest(%(channels)s::text[], %(targets)s::text[], %(ids)s::text[]) w (channel, target, id)
USING (channel, target, id) ORDER BY a.round, a.number"""
PROGRESS = """
SELECT p.position, p.halted, (
    SELECT count(*) FROM {outbox}.delivery d
    WHERE d.channel = 'webhook' AND d.target = p.name AND d.state = 'planned') AS waiting
FROM {outbox}.planned_up_to p WHERE p.name = %(number)s"""


class Deliveries:
    """Questions over the outbox, which `outbox_schema` holds."""

    def __init__(self, reader: LedgerReader, *, outbox_schema: str) -> None:
        self._reader = reader
        self._names = {"outbox": Identifier(outbox_schema), "columns": SQL(COLUMNS)}

    def found(
        self,
        *,
        state: str | None = None,
        channel: str | None = None,
        target: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[dict[str, Any]]:
        """Give deliveries, newest planned first, each with its attempts; older than serial `before`."""
        wanted = {"state": state, "channel": channel, "target": target, "before": before or 2**62, "limit": limit}
        rows = self._select(FOUND, wanted)
        keys = {name: [row[name[:-1]] for row in rows] for name in ("channels", "targets", "ids")}
        attempts: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for attempt in self._select(ATTEMPTS, keys) if rows else ():
            key = tuple(attempt.pop(name) for name in ("channel", "target", "id"))
            attempts.setdefault(key, []).append(attempt)
        return [{**row, "tries": attempts.get((row["channel"], row["target"], row["id"]), [])} for row in rows]

    def progress(self, number: str) -> dict[str, Any] | None:
        """Give how far a webhook's deliveries are; None: the notifier has not met it yet."""
        return next(iter(self._select(PROGRESS, {"number": number})), None)

    def _select(self, text: str, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._reader.connection() as connection:
            rows = connection.execute(SQL(text).format(**self._names), wanted).fetchall()
        return [dict(row) for row in rows]
