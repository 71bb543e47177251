"""The ledger's reading half: facts, folds, receipts and the reference records (directory, rules), always from one
snapshot.
"""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier

from domain.directory import Directory
from domain.directory import fold as fold_directory
from domain.events import Fact
from domain.ledger.mapper import LedgerMapper
from domain.ledger.store import LedgerStore
from domain.record import Guard, GuardStream, Record
from domain.rulebook import Rulebook
from domain.rulebook import evolve as evolve_rulebook
from domain.streams import prefix_of, stream_of

S = TypeVar("S")
DIRECTORY, RULEBOOK = "directory-pref", "rulebook-pref"  # reference records: every decision may look at them

COLUMNS = "originator_id, originator_version, topic, state, notification_id, recorded_at"
# One statement, one snapshot: the record, what is new in the reference streams, and the receipt (state first would be
# the order if they were two: ES-3). The reference streams are named by parameters, as the record is: for names it knows
# to be common, the server finds a plan for any value too dear, and plans anew for every command.
LOAD = """
SELECT {columns} FROM {events} WHERE originator_id = %(stream)s
UNION ALL SELECT {columns} FROM {events}
WHERE originator_id = %(directory_stream)s AND originator_version > %(directory)s
UNION ALL SELECT {columns} FROM {events} WHERE originator_id = %(rulebook_stream)s AND originator_version > %(rulebook)s
UNION ALL SELECT '#receipt', 0, '', convert_to(to_jsonb(r)::text, 'UTF8'), 0, r.recorded_at FROM {receipts} r
WHERE command_id = %(command)s
ORDER BY 1, 2"""
STREAM = """
SELECT {columns} FROM {events} WHERE originator_id = %(stream)s
AND originator_version <= coalesce(%(version)s, originator_version) AND originator_version > %(after)s
AND notification_id <= coalesce(%(position)s, notification_id) AND recorded_at <= coalesce(%(at)s, recorded_at)
ORDER BY originator_version"""
LAST = "SELECT {columns} FROM {events} WHERE originator_id = %(stream)s ORDER BY originator_version DESC LIMIT 1"
AFTER = "SELECT {columns} FROM {events} WHERE notification_id > %(position)s ORDER BY notification_id LIMIT %(limit)s"
# Streams of one noun that may be open: no ending yet, or something begun that keeps them open (`Record.open_until`).
OPEN = """
SELECT originator_id, max(originator_version) AS version FROM {events} WHERE starts_with(originator_id, %(prefix)s)
GROUP BY originator_id
HAVING NOT bool_or(topic = ANY(%(endings)s))
    OR count(*) FILTER (WHERE topic = ANY(%(opening)s)) > count(*) FILTER (WHERE topic = ANY(%(closing)s))
ORDER BY originator_id"""
HEAD = "SELECT coalesce(max(notification_id), 0) AS head FROM {events}"
RECEIPT = "SELECT * FROM {receipts} WHERE command_id = %(command)s"


@dataclass(frozen=True, kw_only=True)
class StoredReceipt:
    """A command's outcome as the ledger keeps it: versions of its stream, or the code it was refused with."""

    command_id: UUID
    payload_sha256: bytes
    stream: str
    last_version: int | None
    last_position: int | None
    refused_code: str | None
    refused_field: str | None


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """One record and everything its decision rests on, read in one snapshot."""

    facts: tuple[Fact, ...]
    receipt: StoredReceipt | None
    directory: Directory
    rulebook: Rulebook
    directory_version: int
    rulebook_version: int


@dataclass(frozen=True)
class _References:
    directory: Directory
    directory_version: int
    rulebook: Rulebook
    rulebook_version: int


class LedgerReader:
    """Reads the ledger. Safe to share between threads; reference records are folded once and then brought up
    to date.
    """

    def __init__(self, store: LedgerStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._references = _References(Directory(), 0, Rulebook(), 0)
        self._texts: dict[str, SQL] = {}

    def facts(
        self,
        stream: str,
        *,
        version: int | None = None,
        after: int = 0,
        position: int | None = None,
        at: datetime | None = None,
    ) -> tuple[Fact, ...]:
        """Give a stream's facts in order, up to and including `version`, ledger `position` or recorded time `at`."""
        return tuple(self._facts(STREAM, stream=stream, version=version, after=after, position=position, at=at))

    def last_fact(self, stream: str) -> Fact | None:
        """Give a stream's newest fact, or None where the stream is empty."""
        return next(iter(self._facts(LAST, stream=stream)), None)

    def after(self, position: int, limit: int) -> tuple[Fact, ...]:
        """Give at most `limit` facts of all streams after `position`, in commit order."""
        return tuple(self._facts(AFTER, position=position, limit=limit))

    def open_streams(self, record: Record[Any]) -> dict[str, int]:
        """Give every stream of the record's noun that may still be open, with its version (one pass over the noun's
        index).
        """
        wanted = {
            "prefix": prefix_of(record.noun),
            "endings": list(record.endings),
            "opening": list(record.open_until),
            "closing": list(record.open_until.values()),
        }
        with self.connection() as connection:
            rows = connection.execute(self.sql(OPEN), wanted).fetchall()
        return {row["originator_id"]: row["version"] for row in rows}

    def head(self) -> int:
        """Give the newest position, 0 where the ledger is empty."""
        with self.connection() as connection:
            row = connection.execute(self.sql(HEAD), prepare=True).fetchone()
        return int(row["head"]) if row else 0

    def receipt(self, command_id: UUID) -> StoredReceipt | None:
        """Give the receipt of a command, or None: the ledger has not acknowledged it."""
        with self.connection() as connection:
            row = connection.execute(self.sql(RECEIPT), {"command": command_id}, prepare=True).fetchone()
        return None if row is None else _receipt(row)

    def load(self, stream: str, command_id: UUID) -> Loaded:
        """Give a record's facts, its command's receipt, and the directory and rules of the same snapshot."""
        known = self._references
        wanted = {
            "stream": stream,
            "directory_stream": DIRECTORY,
            "directory": known.directory_version,
            "rulebook_stream": RULEBOOK,
            "rulebook": known.rulebook_version,
            "command": command_id,
        }
        with self.connection() as connection:
            rows = connection.execute(self.sql(LOAD), wanted, prepare=True, binary=True).fetchall()
        receipt = next((_receipt_json(bytes(row["state"])) for row in rows if row["originator_id"] == "#receipt"), None)
        facts = [self.fact(row) for row in rows if row["originator_id"] != "#receipt"]
        now = _advance(known, facts) if any(f.stream in (DIRECTORY, RULEBOOK) for f in facts) else known
        self._keep(now)
        if stream in (DIRECTORY, RULEBOOK):
            facts = list(self.facts(stream))
        return Loaded(
            facts=tuple(f for f in facts if f.stream == stream),
            receipt=receipt,
            directory=now.directory,
            rulebook=now.rulebook,
            directory_version=now.directory_version,
            rulebook_version=now.rulebook_version,
        )

    def references(self) -> tuple[Directory, Rulebook]:
        """Give the newest directory and rulebook."""
        known = self._references
        facts = [
            *self.facts(DIRECTORY, after=known.directory_version),
            *self.facts(RULEBOOK, after=known.rulebook_version),
        ]
        now = _advance(known, facts)
        self._keep(now)
        return now.directory, now.rulebook

    def guard(self, stream: GuardStream) -> Guard:
        """Give a guard stream as a decision wants to see it."""
        last = None if stream.whole else self.last_fact(stream.name)
        facts = self.facts(stream.name) if stream.whole else (last,) if last else ()
        return Guard(
            version=facts[-1].version if facts else 0,
            events=tuple(fact.event for fact in facts),
            metas=tuple(fact.meta for fact in facts),
        )

    def fold(self, record: Record[S], number: str, **upto: Any) -> tuple[S, int]:
        """Give a record's state and version, as of now or as of `version`, `position` or `at` (see `facts`)."""
        return fold(record, self.facts(stream_of(record.noun, number), **upto))

    def sql(self, text: str) -> SQL:
        """Give `text` with the ledger's own table names in place (composed once: it costs more than a short
        query).
        """
        known = self._texts.get(text)
        if known is None:
            schema = Identifier(self._store.ledger_recorder.datastore.schema)
            composed = SQL(text).format(
                events=SQL("{}.{}").format(schema, Identifier("ledger_events")),
                receipts=SQL("{}.{}").format(schema, Identifier("ledger_receipts")),
                schema=schema,
                columns=SQL(COLUMNS),
            )
            known = self._texts[text] = SQL(composed.as_string())
        return known

    @property
    def mapper(self) -> LedgerMapper:
        """What turns rows into facts."""
        return self._store.ledger_mapper

    def fact(self, row: DictRow) -> Fact:
        """Give one stored row as a fact; raise `UnknownEvent` where this code cannot read it."""
        event, meta = self._store.ledger_mapper.decode(row["topic"], bytes(row["state"]))
        return Fact(
            stream=row["originator_id"],
            version=row["originator_version"],
            position=row["notification_id"],
            event=event,
            meta=meta,
            recorded_at=row["recorded_at"],
        )

    def _facts(self, text: str, **wanted: Any) -> Iterable[Fact]:
        with self.connection() as connection:
            rows = connection.execute(self.sql(text), wanted, prepare=True, binary=True).fetchall()
        return map(self.fact, rows)

    def connection(self) -> Any:
        """Borrow a connection of the ledger's pool (a context manager)."""
        return self._store.ledger_recorder.connection()

    def _keep(self, now: _References) -> None:
        with self._lock:
            kept = self._references
            if (now.directory_version, now.rulebook_version) > (kept.directory_version, kept.rulebook_version):
                self._references = now


def fold(record: Record[S], facts: Sequence[Fact]) -> tuple[S, int]:
    """Give the state and version that `facts`, a prefix of one stream, lead to."""
    version = facts[-1].version if facts else 0
    if record.evolve_all is not None:
        return record.evolve_all(record.initial, (fact.event for fact in facts)), version
    state = record.initial
    for fact in facts:
        state = record.evolve(state, fact.event, fact.meta)
    return state, version


def _advance(known: _References, facts: Iterable[Fact]) -> _References:
    directory = [f for f in facts if f.stream == DIRECTORY and f.version > known.directory_version]
    rulebook = known.rulebook
    rulebook_version = known.rulebook_version
    for fact in facts:
        if fact.stream == RULEBOOK and fact.version > rulebook_version:
            rulebook, rulebook_version = evolve_rulebook(rulebook, fact.event, fact.meta), fact.version
    return _References(
        fold_directory(known.directory, (f.event for f in directory)) if directory else known.directory,
        directory[-1].version if directory else known.directory_version,
        rulebook,
        rulebook_version,
    )


def _receipt(row: DictRow) -> StoredReceipt:
    return StoredReceipt(
        command_id=row["command_id"],
        payload_sha256=bytes(row["payload_sha256"]),
        stream=row["stream"],
        last_version=row["last_version"],
        last_position=row["last_position"],
        refused_code=row["refused_code"],
        refused_field=row["refused_field"],
    )


def _receipt_json(text: bytes) -> StoredReceipt:
    row = json.loads(text)
    return _receipt(
        {
            **row,
            "command_id": UUID(row["command_id"]),
            "payload_sha256": bytes.fromhex(row["payload_sha256"].removeprefix("\\x")),
        }
    )
