"""The register: what the development PKI ever made, in one SQLite file that several processes may use."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS entity (
    name TEXT PRIMARY KEY,              -- an authority, its responder, a generation of the TSA, a credential
    key BLOB NOT NULL,                  -- PKCS #8, DER
    certificate BLOB NOT NULL,
    made_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS certificate (
    authority TEXT NOT NULL,
    serial TEXT NOT NULL,               -- hexadecimal
    der BLOB NOT NULL,
    PRIMARY KEY (authority, serial)
) STRICT;
CREATE TABLE IF NOT EXISTS revocation (
    authority TEXT NOT NULL,
    serial TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (authority, serial)
) STRICT;
CREATE TABLE IF NOT EXISTS crl (
    authority TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    as_of TEXT NOT NULL,
    der BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
BUSY_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A key with its certificate (both DER; the key in PKCS #8)."""

    name: str
    key: bytes
    certificate: bytes
    made_at: datetime

    def __repr__(self) -> str:
        return f"Entity({self.name!r})"


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """When and why a certificate was revoked; `reason` as RFC 5280 5.3.1 names it."""

    serial: int
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class StandingCrl:
    """The last CRL an authority published."""

    number: int
    as_of: datetime
    der: bytes


class Register:
    """One connection to the file (0600). Threads of a process share it; processes wait for each other."""

    def __init__(self, file: Path) -> None:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._connection = sqlite3.connect(file, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        self._lock = threading.RLock()
        with self._lock:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(SCHEMA)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile; everything inside is kept, or nothing. May be nested."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def entity(self, name: str) -> Entity | None:
        """The entity of that name."""
        rows = self._rows("SELECT name, key, certificate, made_at FROM entity WHERE name = ?", name)
        return _entity(rows[0]) if rows else None

    def entities(self, prefix: str) -> tuple[Entity, ...]:
        """Those whose names begin so, oldest first."""
        text = "SELECT name, key, certificate, made_at FROM entity WHERE substr(name, 1, ?) = ? ORDER BY made_at, name"
        return tuple(_entity(row) for row in self._rows(text, len(prefix), prefix))

    def keep(self, entity: Entity) -> None:
        """Add an entity, or replace the one of that name."""
        self._rows(
            "INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?)",
            *(entity.name, entity.key, entity.certificate, _text(entity.made_at)),
        )

    def add_certificate(self, authority: str, serial: int, der: bytes) -> None:
        """Remember what an authority issued; a serial is used once."""
        self._rows("INSERT INTO certificate VALUES (?, ?, ?)", authority, f"{serial:x}", der)

    def certificate(self, authority: str, serial: int) -> bytes | None:
        """What an authority issued under that serial."""
        rows = self._rows("SELECT der FROM certificate WHERE authority = ? AND serial = ?", authority, f"{serial:x}")
        return bytes(rows[0][0]) if rows else None

    def revoke(self, authority: str, revocation: Revocation) -> bool:
        """Revoke once and for all; False where it was revoked before."""
        values = (authority, f"{revocation.serial:x}", _text(revocation.at), revocation.reason)
        return bool(self._rows("INSERT OR IGNORE INTO revocation VALUES (?, ?, ?, ?) RETURNING 1", *values))

    def revocation(self, authority: str, serial: int) -> Revocation | None:
        """The revocation of that serial, if there is one."""
        text = "SELECT serial, at, reason FROM revocation WHERE authority = ? AND serial = ?"
        rows = self._rows(text, authority, f"{serial:x}")
        return _revocation(rows[0]) if rows else None

    def revocations(self, authority: str) -> tuple[Revocation, ...]:
        """All of an authority's, oldest first."""
        text = "SELECT serial, at, reason FROM revocation WHERE authority = ? ORDER BY at, serial"
        return tuple(_revocation(row) for row in self._rows(text, authority))

    def crl(self, authority: str) -> StandingCrl | None:
        """The CRL last published."""
        rows = self._rows("SELECT number, as_of, der FROM crl WHERE authority = ?", authority)
        return StandingCrl(number=rows[0][0], as_of=_time(rows[0][1]), der=rows[0][2]) if rows else None

    def publish(self, authority: str, crl: StandingCrl) -> None:
        """Replace the standing CRL."""
        values = (authority, crl.number, _text(crl.as_of), crl.der)
        self._rows("INSERT OR REPLACE INTO crl VALUES (?, ?, ?, ?)", *values)

    def note(self, name: str, value: str) -> str:
        """Keep `value` unless something is kept already; give what is kept."""
        self._rows("INSERT OR IGNORE INTO note VALUES (?, ?)", name, value)
        return str(self._rows("SELECT value FROM note WHERE name = ?", name)[0][0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _rows(self, text: str, *values: str | bytes | int) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(text, values).fetchall()


def _entity(row: tuple[Any, ...]) -> Entity:
    name, key, certificate, made_at = row
    return Entity(name=name, key=key, certificate=certificate, made_at=_time(made_at))


def _revocation(row: tuple[Any, ...]) -> Revocation:
    serial, at, reason = row
    return Revocation(serial=int(serial, 16), at=_time(at), reason=reason)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
