"""The archive: parts under names, in one ZIP file or as files of a folder, there under its name only when complete."""

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from kessai.backup.manifest import NAME, BackupRefused, Manifest, Part, decoded, encoded

SUFFIX = ".zip"
PIECE_BYTES = 256 * 1024
COMPRESSION = 1  # the ledger's text shrinks to a sixth already; more costs time
_NAME = re.compile(r"(?:ledger|outbox|temporal|documents|keys|pki)(?:/[^/\\\x00-\x1f]+)+")


class Target(Protocol):
    """Where parts are written."""

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Begin a part; nothing else is written until it is closed."""


class Source(Protocol):
    """Where parts are read."""

    def open(self, name: str) -> IO[bytes]:
        """Open a part; raise KeyError where there is none."""

    def names(self) -> frozenset[str]:
        """Every file there is."""


class ArchiveWriter:
    """Adds parts one after the other and keeps account of them."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.parts: list[Part] = []

    def add(self, name: str, pieces: Iterable[bytes], *, columns: tuple[str, ...] = ()) -> Part:
        """Write one part; a table's rows are its lines."""
        seen, size, rows = hashlib.sha256(), 0, 0
        with self._target.open(safe(name)) as file:
            for piece in gathered(pieces):
                file.write(piece)
                seen.update(piece)
                size += len(piece)
                rows += piece.count(b"\n") if columns else 0
        rows_told = rows if columns else None
        part = Part(name=name, bytes=size, sha256=seen.hexdigest(), rows=rows_told, columns=columns)
        self.parts.append(part)
        return part

    def finish(self, manifest: Manifest) -> str:
        """Write the manifest, the last thing there is; give its SHA-256."""
        content = encoded(manifest)
        with self._target.open(NAME) as file:
            file.write(content)
        return hashlib.sha256(content).hexdigest()


class ArchiveReader:
    """Gives the manifest and the parts of a backup."""

    def __init__(self, source: Source, where: Path) -> None:
        self._source = source
        try:
            with source.open(NAME) as file:
                content = file.read()
        except KeyError as error:
            raise BackupRefused(f"{where} はKessaiのバックアップではないか、書き終わっていません。") from error
        self.manifest = decoded(content)
        self.manifest_sha256 = hashlib.sha256(content).hexdigest()

    def pieces(self, part: Part) -> Iterator[bytes]:
        """Give a part's bytes piece by piece. Raise `BackupRefused` where they are not there or cannot be read."""
        try:
            with self._source.open(safe(part.name)) as file:
                while piece := file.read(PIECE_BYTES):
                    yield piece
        except (KeyError, zipfile.BadZipFile, OSError) as error:
            raise BackupRefused(f"バックアップの {part.name} を読めません({error})。") from error

    def check(self) -> None:
        """Read everything once and compare it with the manifest; raise `BackupRefused` naming what differs."""
        known = {part.name for part in self.manifest.parts}
        for name in sorted(self._source.names() - known - {NAME}):
            raise BackupRefused(f"バックアップに、目録にない {name!r} があります。")
        for part in self.manifest.parts:
            seen, size = hashlib.sha256(), 0
            for piece in self.pieces(part):
                seen.update(piece)
                size += len(piece)
            if (size, seen.hexdigest()) != (part.bytes, part.sha256):
                raise BackupRefused(f"バックアップの {part.name} が目録と一致しません。書き換えられたか壊れています。")


def safe(name: str) -> str:
    """Give a part's name, or refuse one that could lead out of where it belongs."""
    if not _NAME.fullmatch(name) or any(step in (".", "..") for step in name.split("/")):
        raise BackupRefused(f"バックアップに、使えない名前 {name!r} があります。")
    return name


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the same bytes in pieces of a quarter of a megabyte or more."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


@contextmanager
def writing(out: Path) -> Iterator[ArchiveWriter]:
    """Write an archive to `out`, new or an empty folder: one ZIP file where its name says so, else files of a folder.

    Readable by its owner only. If anything goes wrong, nothing is left.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BackupRefused(f"{out} は既にあります。別の名前を指定してください。")
    unfinished = Path(tempfile.mkdtemp(dir=out.absolute().parent, prefix=f".{out.name}."))  # mkdtemp creates 0700
    try:
        if out.suffix.lower() == SUFFIX:
            with ZipTarget(unfinished / out.name) as target:
                yield ArchiveWriter(target)
            (unfinished / out.name).replace(out)
            unfinished.rmdir()
        else:
            yield ArchiveWriter(FolderTarget(unfinished))
            unfinished.replace(out)
        _flush(out.absolute().parent)
    except BaseException:
        shutil.rmtree(unfinished)
        raise


@contextmanager
def reading(backup: Path) -> Iterator[ArchiveReader]:
    """Open a backup for reading. Raises `BackupRefused` where it is none."""
    if backup.is_dir():
        yield ArchiveReader(FolderSource(backup), backup)
        return
    try:
        file = zipfile.ZipFile(backup)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupRefused(f"{backup} を読めません。Kessaiのバックアップではありません({error})。") from error
    with file:
        yield ArchiveReader(ZipSource(file), backup)


class FolderTarget:
    """Parts as files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        path = self._root / name
        for folder in reversed(path.relative_to(self._root).parents[:-1]):
            (self._root / folder).mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


class ZipTarget:
    """Parts as members of a ZIP file, on the disk when it is closed."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)

    def __enter__(self) -> "ZipTarget":
        return self

    def __exit__(self, *_: object) -> None:
        with self._file:
            self._zip.close()
            self._file.flush()
            os.fsync(self._file.fileno())

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with self._zip.open(name, "w", force_zip64=True) as file:
            yield file


class FolderSource:
    """A backup that is a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, name: str) -> IO[bytes]:
        try:
            return (self._root / name).open("rb")
        except FileNotFoundError as error:
            raise KeyError(name) from error

    def names(self) -> frozenset[str]:
        return frozenset(path.relative_to(self._root).as_posix() for path in self._root.rglob("*") if path.is_file())


class ZipSource:
    """A backup that is a ZIP file."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._zip = file

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)

    def names(self) -> frozenset[str]:
        return frozenset(name for name in self._zip.namelist() if not name.endswith("/"))


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
