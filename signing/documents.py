"""文書の保管: documents by the SHA-256 of their bytes, on a folder or an S3-compatible store, never changed."""

import asyncio
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url

HEAD_BYTES = 4096
CHUNK_BYTES = 256 * 1024
SPOOL_BYTES = 1024 * 1024


class DocumentMissing(Exception):
    """The store has no document of this hash."""


class DocumentDamaged(Exception):
    """The stored bytes are not those of their hash."""


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """What an upload is answered with; kept by command id, so that the same key gets the same answer for ever."""

    sha256: str
    name: str
    size: int
    media_type: str


def open_store(url: str) -> ObjectStore:
    """Open the store that `url` names: `file:///folder` (made if need be) or `s3://bucket/prefix`.

    An S3-compatible store takes its address and credentials from the environment, as its own tools do.
    """
    return from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)


class DocumentStore:
    """Keeps and gives documents. What is read is verified; what cannot be verified is never given."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def keep(self, file: IO[bytes], sha256: str) -> None:
        """Keep a file's bytes, whose hash is `sha256`. Kept before: nothing happens; kept but damaged: it is healed."""
        if not await self._put_new(_path(sha256), file) and not await self._is_whole(sha256):
            file.seek(0)
            await obstore.put_async(self._store, _path(sha256), file)
            await self._settle(_path(sha256))

    async def has(self, sha256: str) -> bool:
        """Whether a document of this hash was kept."""
        try:
            await obstore.head_async(self._store, _path(sha256))
        except FileNotFoundError:
            return False
        return True

    async def size(self, sha256: str) -> int | None:
        """Give how many bytes a document has; None where it was never kept."""
        try:
            found = await obstore.head_async(self._store, _path(sha256))
        except FileNotFoundError:
            return None
        return found["size"]

    async def head(self, sha256: str) -> bytes | None:
        """Give the first bytes of a document, enough to tell what it is; None where it was never kept."""
        try:
            found = await obstore.get_async(self._store, _path(sha256), options={"range": (0, HEAD_BYTES)})
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None

    async def open(self, sha256: str) -> IO[bytes]:
        """Give a verified copy, to be closed by the caller. Raise `DocumentMissing`, `DocumentDamaged`."""
        copy = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115  # the caller closes it
        try:
            if await self._hash_into(sha256, copy) != sha256:
                raise DocumentDamaged(sha256)
        except BaseException:
            copy.close()
            raise
        copy.seek(0)
        return copy

    async def keep_bytes(self, data: bytes) -> str:
        """Keep bytes that are at hand; give their hash."""
        sha256 = await asyncio.to_thread(_sha256, data)
        await self.keep(io.BytesIO(data), sha256)
        return sha256

    async def read(self, sha256: str) -> bytes:
        """Give a document's verified bytes, for what works on the whole of it. Raise as `open` does."""
        with await self.open(sha256) as copy:
            return await asyncio.to_thread(copy.read)

    async def settled_entry(self, command: UUID, entry: bytes | None = None) -> bytes | None:
        """Give the journal's entry for a command, or write `entry` as the one: of two at once, the first for both.

        The journal remembers what a call outside came to before the ledger is told (ADR 0024): small pointers, never
        documents.
        """
        return await self._settled(f"journal/{command}", entry)

    async def settled_upload(self, command: UUID, upload: Upload | None = None) -> Upload | None:
        """Give the upload kept for a command, or keep `upload` as the one: of two at once, the first for both."""
        settled = await self._settled(f"uploads/{command}", None if upload is None else msgspec.json.encode(upload))
        return None if settled is None else msgspec.json.decode(settled, type=Upload)

    async def _settled(self, path: str, content: bytes | None) -> bytes | None:
        if content is not None and await self._put_new(path, content):
            return content
        try:
            found = await obstore.get_async(self._store, path)
        except FileNotFoundError:
            return None
        return bytes(await found.bytes_async())

    async def _put_new(self, path: str, content: IO[bytes] | bytes) -> bool:
        try:
            await obstore.put_async(self._store, path, content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        await self._settle(path)
        return True

    async def _is_whole(self, sha256: str) -> bool:
        try:
            (await self.open(sha256)).close()
        except (DocumentDamaged, DocumentMissing):
            return False
        return True

    async def _hash_into(self, sha256: str, copy: IO[bytes]) -> str:
        seen = hashlib.sha256()
        try:
            found = await obstore.get_async(self._store, _path(sha256))
        except FileNotFoundError as error:
            raise DocumentMissing(sha256) from error
        async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
            seen.update(chunk)
            await asyncio.to_thread(copy.write, chunk)
        return seen.hexdigest()

    async def _settle(self, path: str) -> None:
        """On a folder: have file and name on the disk before anybody is told (a store over HTTP does so itself)."""
        if isinstance(self._store, LocalStore) and self._store.prefix is not None:
            await asyncio.to_thread(_flush, Path(self._store.prefix) / path)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Give a file's bytes piece by piece and close it."""
    with file:
        while piece := file.read(CHUNK_BYTES):
            yield piece


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:]}"


def _flush(file: Path) -> None:
    for path in (file, file.parent, file.parent.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
