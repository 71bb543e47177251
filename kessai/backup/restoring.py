"""復元: a backup becomes an instance on a new machine. Whole, checked and verified, or not there at all (I24)."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from kessai.auditing.snapshot import snapshot
from kessai.auditing.verification import Verification, verify
from kessai.backup.archive import ArchiveReader, reading
from kessai.backup.documents import FOLDER as DOCUMENTS
from kessai.backup.documents import document_in
from kessai.backup.manifest import BackupRefused, Manifest
from kessai.backup.pki_file import register_of
from kessai.backup.table_rows import require_empty, rows_in
from kessai.backup.temporal_file import PART as TEMPORAL_PART
from kessai.cli.options import settings_for
from kessai.composition import Composition
from kessai.embedded.alone import postgres_alone
from kessai.embedded.awake import embedded
from kessai.embedded.environment import instance_environment, owner_environment
from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.migration import migrate
from kessai.settings import Settings, load
from projections.rebuilding import rebuild
from projections.register import PROJECTIONS
from signing.documents import open_store

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is restored besides ledger and documents."""

    temporal: bool = False
    keys: bool = False


@dataclass(frozen=True, kw_only=True)
class Restored:
    """A finished restore, and what the audit says of the ledger as it lies there now."""

    manifest: Manifest
    manifest_sha256: str
    verification: Verification


def restore(backup: Path, data: Path, wishes: Wishes, *, environ: Mapping[str, str], say: Say) -> Restored:
    """Restore `backup` into the data folder `data`, new or empty, or into the empty database that `KESSAI_*` names.

    Raises `BackupRefused` where the backup is not as it was written, the target is not empty, or a wish cannot be
    fulfilled; then nothing is left in the target.
    """
    with reading(backup) as archive:
        _require(archive.manifest, wishes)
        if embedded(environ):
            _require_new(data)
        say("バックアップのすべての部分を目録と照らし合わせています。")
        archive.check()
        if not embedded(environ):
            return _into_database(archive, data, wishes, environ, say)
        with _new_folder(data) as folder, postgres_alone(folder):
            settings = load(instance_environment(folder, environ) | owner_environment(folder))
            _files(archive, folder, settings.keys_dir, wishes, say)
            return _ledger(archive, settings, say)


def _require(manifest: Manifest, wishes: Wishes) -> None:
    if wishes.keys and not manifest.keys:
        raise BackupRefused("このバックアップには鍵がありません(--with-keys なしで作られています)。")
    if wishes.temporal and manifest.temporal is None:
        raise BackupRefused(
            "このバックアップにはTemporalの状態がありません。台帳から作り直されるので、なくても復元できます。"
        )
    if wishes.temporal and not wishes.keys:
        raise BackupRefused("Temporalの状態は鍵がなければ読めません。--with-keys も指定してください。")


def _into_database(
    archive: ArchiveReader, data: Path, wishes: Wishes, environ: Mapping[str, str], say: Say
) -> Restored:
    """Restore beside servers of one's own: the ledger into their Postgres, documents into their store."""
    if wishes.temporal or wishes.keys:
        raise BackupRefused("外のサーバーへの復元では、Temporalの状態と鍵はそれぞれの手順で戻してください。")
    settings = settings_for(data, environ)
    settings.require("owner_database_url")
    return _ledger(archive, settings, say)


def _ledger(archive: ArchiveReader, settings: Settings, say: Say) -> Restored:
    """Schema and roles, rows exactly as they were, documents, the audit, and where that is clean read models anew."""
    migrate(settings, settings.owner_database_url)
    with psycopg.connect(settings.owner_database_url) as connection:
        require_empty(connection, settings.database_schema)
        for part in (*archive.manifest.of("ledger"), *archive.manifest.of("outbox")):
            say(f"{part.name} を戻しています({part.rows or 0:,} 行)。")
            rows_in(connection, settings.database_schema, part, archive.pieces(part))
    store = open_store(settings.documents_url)
    for part in archive.manifest.of(DOCUMENTS):
        document_in(store, part.name, archive.pieces(part))
    parts = Composition(settings)
    try:
        say("台帳を検証しています。")
        with snapshot(settings) as whole:
            seen = verify(whole, parts.store.ledger_mapper)
        for projection in PROJECTIONS if seen.clean else ():
            say(f"読み取り表 {projection.name} を台帳から作り直しています。")
            rebuild(parts.read_store, parts.reader, projection)
    finally:
        parts.close()
    return Restored(manifest=archive.manifest, manifest_sha256=archive.manifest_sha256, verification=seen)


def _files(archive: ArchiveReader, folder: DataFolder, keys_dir: Path, wishes: Wishes, say: Say) -> None:
    if wishes.keys:
        say("鍵を戻しています。")
        keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in archive.manifest.of("keys"):
            _write(keys_dir / Path(part.name).name, archive.pieces(part))
        for part in archive.manifest.of("pki"):
            register_of(folder).parent.mkdir(mode=0o700, exist_ok=True)
            _write(register_of(folder), archive.pieces(part))
    if wishes.temporal:
        say("Temporalの状態を戻しています。")
        (part,) = (part for part in archive.manifest.parts if part.name == TEMPORAL_PART)
        _write(folder.temporal / "temporal.db", archive.pieces(part))


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pieces:
            file.write(piece)


def _require_new(data: Path) -> None:
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BackupRefused(f"{data} は空ではありません。復元先には、新しいか空のフォルダーを指定してください。")


@contextmanager
def _new_folder(data: Path) -> Iterator[DataFolder]:
    """A data folder under another name, which becomes `data` when everything in it is right; else nothing is left."""
    data = data.absolute()
    data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = DataFolder(Path(tempfile.mkdtemp(dir=data.parent, prefix=f".{data.name}.")))
    try:
        yield unfinished
        shutil.rmtree(unfinished.run)
        os.sync()
        unfinished.root.replace(data)
    except BaseException:
        shutil.rmtree(unfinished.root)
        raise
    finally:
        with suppress(OSError):  # where its path is too long for a socket, this lay elsewhere
            Postgres(unfinished).socket_dir.rmdir()
