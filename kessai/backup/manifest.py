"""The manifest: what is in a backup, with the SHA-256 of every part, and what it was taken from."""

from datetime import datetime

import msgspec

from kessai.trouble import Trouble

NAME = "manifest.json"
FORMAT = 3  # since 2 with the outbox, since 3 with the development PKI; older archives are restored without


class BackupRefused(Trouble):
    """A backup that cannot be made, read or believed. The message says what to do."""

    exit_code = 2


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part by its name in the archive. A table's part says how many rows it has, and of which columns."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None
    columns: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything known of a backup. `head` and `last_leaf` are the ledger's newest position and its leaf hash."""

    format: int
    made_at: datetime
    kessai: str
    postgres: str
    schema: str
    head: int
    last_leaf: str
    temporal: str | None
    documents: bool
    keys: bool
    parts: tuple[Part, ...]

    def of(self, folder: str) -> tuple[Part, ...]:
        """The parts of one folder of the archive."""
        return tuple(part for part in self.parts if part.name.startswith(f"{folder}/"))


def encoded(manifest: Manifest) -> bytes:
    """The manifest's file."""
    return msgspec.json.format(msgspec.json.encode(manifest)) + b"\n"


def decoded(content: bytes) -> Manifest:
    """Read a manifest; raise `BackupRefused` where it is none, or one of a newer Kessai."""
    try:
        found = msgspec.json.decode(content)
        newer = isinstance(found, dict) and found.get("format", 0) > FORMAT
        if not newer:
            return msgspec.convert(found, Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError) as error:
        raise BackupRefused(f"バックアップの目録({NAME})が壊れています({error})。") from error
    raise BackupRefused("このバックアップは新しい版のKessaiで作られています。同じ版以降のKessaiで復元してください。")
