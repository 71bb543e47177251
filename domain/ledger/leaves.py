"""Leaf hashes: the bytes of one ledger row that the Merkle log covers, recomputed outside the database."""

import hashlib
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def leaf_hash(*, position: int, stream: str, version: int, topic: str, state: bytes, recorded_at: datetime) -> bytes:
    """Give the RFC 6962 leaf hash of a row: SHA-256 over 0x00 and every column, texts and bytes behind their length
    (`ledger_leaf` in SQL).
    """
    microseconds = (recorded_at - _EPOCH) // timedelta(microseconds=1)
    entry = [
        b"\x00",
        position.to_bytes(8, "big"),
        version.to_bytes(8, "big"),
        microseconds.to_bytes(8, "big", signed=True),
    ]
    for part in (stream.encode(), topic.encode(), state):
        entry += (len(part).to_bytes(4, "big"), part)
    return hashlib.sha256(b"".join(entry)).digest()
