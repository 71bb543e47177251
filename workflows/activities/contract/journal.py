"""処理の控え: what a step came to, between the last call outside and the ledger; written once, and believed only if the
signer role has written it.
"""

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

import structlog

from signing.documents import DocumentStore
from workflows.activities.contract.task import StepWaits, Task

log = structlog.get_logger(__name__)
PURPOSE_NAME, PURPOSE_ENTRY = b"kessai/journal/name/v1|", b"kessai/journal/entry/v1|"
MAC_BYTES = hashlib.sha256().digest_size


FORGED = "処理の控えが本物ではありません。文書の保管場所に書いた者がいます。運用担当者の確認が必要です。"


class JournalForged(StepWaits):
    """Somebody else has written where only this role writes. Nothing is done until that is cleared up."""


class Journal:
    """Entries in the document store, by step and base. Who writes into the store neither finds their names nor makes
    one that is believed: both come from keys that only the signer role holds. `keys`: the current one first.
    """

    def __init__(self, documents: DocumentStore, keys: Sequence[bytes]) -> None:
        self._documents = documents
        self._keys = tuple(keys)

    async def find(self, task: Task) -> bytes | None:
        """Give the entry of a step, made under any of the keys. Raises JournalForged."""
        for key in self._keys:
            kept = await self._documents.settled_entry(_name(key, task))
            if kept is not None:
                return _believed(key, task, kept)
        return None

    async def settle(self, task: Task, entry: bytes) -> bytes:
        """Write the entry of a step; of two at once, the first for both. Raises JournalForged."""
        key = self._keys[0]
        kept = await self._documents.settled_entry(_name(key, task), _mac(key, task, entry) + entry)
        assert kept is not None, "what was written can be read"
        return _believed(key, task, kept)


def _believed(key: bytes, task: Task, kept: bytes) -> bytes:
    mac, entry = kept[:MAC_BYTES], kept[MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, task, entry)):
        log.error("forged journal entry", contract=task.number, step=task.step)
        raise JournalForged(FORGED)
    return entry


def _name(key: bytes, task: Task) -> UUID:
    return UUID(bytes=hmac.digest(key, PURPOSE_NAME + _about(task), hashlib.sha256)[:16])


def _mac(key: bytes, task: Task, entry: bytes) -> bytes:
    return hmac.digest(key, PURPOSE_ENTRY + _about(task) + b"|" + entry, hashlib.sha256)


def _about(task: Task) -> bytes:
    """Neither numbers, steps nor hashes hold the sign between them."""
    return "|".join((task.number, task.step, task.base)).encode()
