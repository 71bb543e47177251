"""What the ledger's checks look at, row by row as it lies there, and what they find."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

import msgspec

from domain.events import Event, Meta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Kind = Literal[
    "position-missing",
    "position-repeated",
    "leaf",
    "unreadable",
    "not-canonical",
    "meta-incomplete",
    "time-backwards",
    "receipt-missing",
    "receipt-foreign",
    "receipt-differs",
    "receipt-without-events",
    "version-missing",
    "version-order",
    "document-number-hole",
    "document-number-differs",
    "reservation-hole",
    "reservation-differs",
    "reservation-missing",
    "clock-corrected",
]
NOTICES: frozenset[Kind] = frozenset({"clock-corrected"})  # worth knowing, no sign of tampering


class LedgerRow(NamedTuple):
    """One stored event as it lies there. `recorded` is in microseconds since 1970, None where no such time exists."""

    position: int
    stream: str
    version: int
    topic: str
    state: bytes
    recorded: int | None
    leaf: bytes


class ReceiptRow(NamedTuple):
    """The receipt of one accepted command as it lies there."""

    command_id: UUID
    payload_sha256: bytes
    stream: str
    first_version: int | None
    last_version: int | None
    first_position: int | None
    last_position: int | None


class Place(NamedTuple):
    """Where one event stands, by stream and by position."""

    stream: str
    version: int
    position: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was written. `seen` and `expected` are short texts where they help."""

    kind: Kind
    position: int | None = None
    stream: str | None = None
    version: int | None = None
    seen: str = ""
    expected: str = ""


class Watcher(Protocol):
    """A check of what events say; it is shown every readable event once, in order of position, and then the end."""

    def look(self, row: LedgerRow, event: Event, meta: Meta) -> Iterable[Finding]: ...
    def end(self) -> Iterable[Finding]: ...
