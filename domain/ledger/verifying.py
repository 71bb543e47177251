"""Verifying: pure checks over the ledger's rows, streamed, that find what is not as it was written (I2, I3, I13, I14).

What they cannot see without a checkpoint kept elsewhere: a body rewritten together with its leaf, a tail cut off
together with its receipts, a ledger recomputed as a whole; and what no leaf covers (refusals, the security log).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import msgspec

from domain.events import Event, Meta
from domain.ledger.findings import EPOCH, Finding, Kind, LedgerRow, Place, ReceiptRow, Watcher
from domain.ledger.leaves import leaf_hash
from domain.ledger.mapper import LedgerMapper, UnknownEvent

CLOCK_CORRECTION_MICROSECONDS_MAX = 60_000_000  # a machine's clock set right again; further back is no correction


def check_rows(
    rows: Iterable[LedgerRow], receipts: Iterable[ReceiptRow], mapper: LedgerMapper, watchers: Sequence[Watcher] = ()
) -> Iterator[Finding]:
    """Check rows in order of position, beside the receipts of accepted commands in order of their first position.

    Both must come from one snapshot. Holds one row and one receipt at a time.
    """
    batches = _Batches(receipts)
    position, recorded = 0, None
    for row in rows:
        yield from _numbered(row, position)
        yield from _timed(row, recorded)
        position, recorded = row.position, row.recorded if row.recorded is not None else recorded
        if not _leaf_fits(row):
            yield _at(row, "leaf")
        meta = None
        try:
            event, meta = mapper.decode(row.topic, row.state)
        except (UnknownEvent, UnicodeDecodeError, RecursionError) as error:
            yield _at(row, "unreadable", seen=str(error))
        else:
            yield from _written_as_we_write(row, event, meta, mapper)
            for watcher in watchers:
                yield from watcher.look(row, event, meta)
        yield from batches.look(row, meta)
    yield from batches.end()
    for watcher in watchers:
        yield from watcher.end()


def check_streams(places: Iterable[Place]) -> Iterator[Finding]:
    """Check that stream versions are 1..n, given in the order of positions. `places` come by stream and version."""
    before = Place("", 0, 0)
    for place in places:
        if place.stream != before.stream:
            before = Place(place.stream, 0, 0)
        if place.version != before.version + 1:
            yield Finding(
                kind="version-missing",
                position=place.position,
                stream=place.stream,
                version=place.version,
                expected=str(before.version + 1),
            )
        if place.position <= before.position:
            yield Finding(
                kind="version-order",
                position=place.position,
                stream=place.stream,
                version=place.version,
                seen=str(before.position),
            )
        before = place


def _numbered(row: LedgerRow, before: int) -> Iterator[Finding]:
    if row.position > before + 1:
        missing = f"{before + 1}" if row.position == before + 2 else f"{before + 1}〜{row.position - 1}"
        yield Finding(kind="position-missing", position=before + 1, seen=str(row.position), expected=missing)
    elif row.position <= before:
        yield _at(row, "position-repeated", expected=str(before + 1))


def _timed(row: LedgerRow, before: int | None) -> Iterator[Finding]:
    if row.recorded is None or before is None or row.recorded >= before:
        return
    far = before - row.recorded > CLOCK_CORRECTION_MICROSECONDS_MAX
    yield _at(row, "time-backwards" if far else "clock-corrected", seen=_time(row.recorded), expected=_time(before))


def _leaf_fits(row: LedgerRow) -> bool:
    try:
        recorded_at = EPOCH + timedelta(microseconds=row.recorded if row.recorded is not None else -(2**62))
        computed = leaf_hash(
            position=row.position,
            stream=row.stream,
            version=row.version,
            topic=row.topic,
            state=row.state,
            recorded_at=recorded_at,
        )
    except OverflowError:  # a time beyond the calendar, a number below zero: nothing our functions write
        return False
    return computed == row.leaf


def _written_as_we_write(row: LedgerRow, event: Event, meta: Meta, mapper: LedgerMapper) -> Iterator[Finding]:
    """Canonical form and complete metadata. An event from before a field was added is canonical as it was then."""
    if mapper.encode(event, meta) != row.state and _canonical(row.state) != row.state:
        yield _at(row, "not-canonical")
    missing = [
        name
        for name, given in (
            ("by.person", meta.by.person),
            ("by.name", meta.by.name),
            ("command_id", meta.command_id.int),
            ("payload_sha256", meta.payload_sha256),
            ("correlation_id", meta.correlation_id),
        )
        if not given
    ]
    if missing:
        yield _at(row, "meta-incomplete", seen="、".join(missing))


def _canonical(state: bytes) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(state), order="sorted")


class _Batches:
    """Receipts beside events: each accepted command has one contiguous batch, and each event belongs to one."""

    def __init__(self, receipts: Iterable[ReceiptRow]) -> None:
        self._receipts = iter(receipts)
        self._receipt: ReceiptRow | None = None
        self._first = self._last = self._covered = 0
        self._waiting: list[Finding] = []
        self._next()

    def look(self, row: LedgerRow, meta: Meta | None) -> Iterator[Finding]:
        while self._receipt is not None and (self._receipt.last_position or 0) < row.position:
            yield from self._close(reached=False)
        receipt = self._receipt
        if receipt is None or row.position < (receipt.first_position or 0):
            yield _at(row, "receipt-missing", seen=str(meta.command_id) if meta else "")
        else:
            if meta is not None and meta.command_id != receipt.command_id:
                yield _at(row, "receipt-foreign", seen=str(meta.command_id), expected=str(receipt.command_id))
            elif meta is not None and meta.payload_sha256 != receipt.payload_sha256.hex():
                yield _at(row, "receipt-differs", seen=receipt.payload_sha256.hex(), expected=meta.payload_sha256)
            if row.stream == receipt.stream:
                self._first, self._last = self._first or row.version, row.version
            if row.position == receipt.last_position:
                yield from self._close(reached=True)
        yield from self._told()

    def end(self) -> Iterator[Finding]:
        while self._receipt is not None:
            yield from self._close(reached=False)
        yield from self._told()

    def _close(self, *, reached: bool) -> Iterator[Finding]:
        receipt = self._receipt
        assert receipt is not None
        if not reached:
            yield _of(receipt, "receipt-without-events")
        else:
            first = self._first or (receipt.last_version or 0) + 1  # only guard streams were written to
            last = self._last or receipt.last_version or 0
            if (receipt.first_version, receipt.last_version) != (first, last):
                yield _of(
                    receipt,
                    "receipt-differs",
                    seen=f"{receipt.first_version}〜{receipt.last_version}",
                    expected=f"{first}〜{last}",
                )
        self._next()

    def _next(self) -> None:
        """Go to the next receipt whose range can be a batch; what is wrong with others is told later."""
        self._first = self._last = 0
        for receipt in self._receipts:
            first, last = receipt.first_position, receipt.last_position
            if first is None or last is None or not self._covered < first <= last:
                seen, expected = f"{first}〜{last}", f"{self._covered + 1}〜"
                self._waiting.append(_of(receipt, "receipt-differs", seen=seen, expected=expected))
                continue
            self._receipt, self._covered = receipt, last
            return
        self._receipt = None

    def _told(self) -> Iterator[Finding]:
        yield from self._waiting
        self._waiting = []


def _at(row: LedgerRow, kind: Kind, *, seen: str = "", expected: str = "") -> Finding:
    return Finding(
        kind=kind, position=row.position, stream=row.stream, version=row.version, seen=seen, expected=expected
    )


def _of(receipt: ReceiptRow, kind: Kind, *, seen: str = "", expected: str = "") -> Finding:
    command = str(receipt.command_id)
    return Finding(
        kind=kind,
        position=receipt.first_position,
        stream=receipt.stream,
        version=receipt.first_version,
        seen=seen or command,
        expected=expected or command,
    )


def _time(microseconds: int) -> str:
    try:
        return f"{EPOCH + timedelta(microseconds=microseconds):%Y-%m-%d %H:%M:%S.%f}Z"
    except OverflowError:
        return f"{microseconds} µs"
