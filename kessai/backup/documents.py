"""The documents of a backup: everything the store holds, by its path there, which is its hash."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import obstore
from obstore.store import ObjectStore

FOLDER = "documents"
PIECE_BYTES = 256 * 1024
_HASH_CHARACTERS = 64


@dataclass
class StoredDocument:
    """One object of the store; once its pieces were read, `damaged` says whether they are not what its name says."""

    store: ObjectStore
    path: str
    damaged: bool = False

    @property
    def part(self) -> str:
        """Its name in the archive."""
        return f"{FOLDER}/{self.path}"

    def pieces(self) -> Iterator[bytes]:
        """Give its bytes and compare them with its name."""
        seen = hashlib.sha256()
        for piece in obstore.get(self.store, self.path).stream(min_chunk_size=PIECE_BYTES):
            seen.update(piece)
            yield bytes(piece)
        promised = self.path.replace("/", "")
        self.damaged = len(promised) == _HASH_CHARACTERS and promised != seen.hexdigest()


def documents_of(store: ObjectStore) -> Iterator[StoredDocument]:
    """Give every object of the store."""
    for objects in obstore.list(store):
        for each in objects:
            yield StoredDocument(store, each["path"])


def document_in(store: ObjectStore, part_name: str, pieces: Iterable[bytes]) -> None:
    """Put one object back to where it was."""
    obstore.put(store, part_name.removeprefix(f"{FOLDER}/"), iter(pieces))
