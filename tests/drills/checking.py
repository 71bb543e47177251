"""The check after a drill: reads only SQL and the clients' log, and counts what was lost or doubled (I1–I5, I7)."""

from typing import Any

import psycopg
from psycopg.rows import dict_row

from domain.envelope import command_id

HOLES = "SELECT count(*) - coalesce(max(notification_id), 0) AS n FROM {s}.ledger_events"
STREAMS = """SELECT originator_id FROM {s}.ledger_events GROUP BY originator_id
HAVING count(*) <> max(originator_version) OR min(originator_version) <> 1"""
BATCHES = """SELECT convert_from(state, 'UTF8')::jsonb -> 'meta' ->> 'command_id' AS command
FROM {s}.ledger_events GROUP BY 1 HAVING count(*) <> max(notification_id) - min(notification_id) + 1"""
WITHOUT_RECEIPT = """SELECT count(*) AS n FROM {s}.ledger_events e WHERE NOT EXISTS (
SELECT 1 FROM {s}.ledger_receipts r WHERE e.notification_id BETWEEN r.first_position AND r.last_position)"""


def lost_or_doubled(connection: psycopg.Connection[Any], schema: str, acks: list[dict[str, Any]]) -> list[str]:
    """Give one line for everything that is not as it was acknowledged; empty: nothing was lost, nothing was done
    twice.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        receipts = {row["command_id"]: row for row in cursor.execute(f"SELECT * FROM {schema}.ledger_receipts")}
        found = [line for ack in acks if (line := _wrong(ack, receipts))]
        found += _inconsistent(acks)
        holes = _number(cursor, HOLES.format(s=schema))
        found += [f"positions have {-holes} holes"] if holes else []
        found += [f"stream {row['originator_id']} has holes" for row in cursor.execute(STREAMS.format(s=schema))]
        found += [f"command {row['command']} is not one batch" for row in cursor.execute(BATCHES.format(s=schema))]
        bare = _number(cursor, WITHOUT_RECEIPT.format(s=schema))
        found += [f"{bare} events without a receipt"] if bare else []
    return found


def _number(cursor: psycopg.Cursor[dict[str, Any]], text: str) -> int:
    row = cursor.execute(text.encode()).fetchone()
    assert row is not None
    return int(row["n"])


def _wrong(ack: dict[str, Any], receipts: dict[Any, dict[str, Any]]) -> str | None:
    if ack["status"] in (401, 429) or ack["code"] in ("already-closed", "not-found"):
        return None  # answered from what can never change again: no receipt is left
    command = command_id(principal=f"person:{ack['person']}", method="POST", path=ack["path"], key=ack["key"])
    receipt = receipts.get(command)
    if receipt is None:
        return f"acknowledged and lost: {ack}"
    if ack["status"] < 300:
        if receipt["last_position"] is None or str(receipt["last_position"]) != str(ack["position"]):
            return f"acknowledged at {ack['position']}, receipt says {receipt['last_position']}: {ack}"
        return None
    if receipt["refused_code"] != ack["code"]:
        return f"refused with {ack['code']}, receipt says {receipt['refused_code']}: {ack}"
    return None


def _inconsistent(acks: list[dict[str, Any]]) -> list[str]:
    """The same key must have got the same answer each time it was sent."""
    seen: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    found = []
    for ack in acks:
        key = (ack["person"], ack["path"], ack["key"])
        answer = (ack["status"], ack["position"], ack["version"], ack["number"], ack["code"])
        if seen.setdefault(key, answer) != answer:
            found.append(f"two answers for one key: {seen[key]} and {answer}")
    return found
