"""Appends: what one command or batch adds to the ledger, all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from eventsourcing.persistence import StoredEvent


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an accepted command leaves behind: ids, versions and hashes only, all of it derivable from the events.

    `first_row` and `last_row` count the append's events from 1, guard events included.
    """

    command_id: UUID
    payload_sha256: bytes
    stream: str
    first_version: int
    last_version: int
    first_row: int
    last_row: int

    def moved(self, rows: int) -> "Receipt":
        """Give the receipt as it reads where `rows` other events come first."""
        return msgspec.structs.replace(self, first_row=self.first_row + rows, last_row=self.last_row + rows)


@dataclass(frozen=True)
class Written:
    """Where an append came to stand: its first position, and when it was recorded."""

    first: int
    at: datetime


@dataclass(frozen=True, eq=False)
class Append:
    """Events with their receipts; every version must be new and `expected` (stream → version) still be so."""

    rows: Sequence[StoredEvent]
    receipts: Sequence[Receipt] = ()
    expected: Mapping[str, int] = field(default_factory=dict)

    def independent(self, other: "Append") -> bool:
        """Whether neither writes to what the other writes to or rests on, and both rest on the same: then it does not
        matter which comes first.
        """
        ours, theirs = self._streams(), other._streams()
        apart = ours.isdisjoint(theirs) and ours.isdisjoint(other.expected) and theirs.isdisjoint(self.expected)
        return apart and all(other.expected.get(name, version) == version for name, version in self.expected.items())

    def _streams(self) -> set[object]:
        return {row.originator_id for row in self.rows}


def joined(appends: Sequence[Append]) -> Append:
    """Give one append that does what all of these (pairwise independent) do, one after the other."""
    rows: list[StoredEvent] = []
    receipts: list[Receipt] = []
    expected: dict[str, int] = {}
    for append in appends:
        receipts += [receipt.moved(len(rows)) for receipt in append.receipts]
        rows += append.rows
        expected |= append.expected
    return Append(rows, receipts, expected)
