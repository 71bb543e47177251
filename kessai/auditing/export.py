"""台帳の書き出し: canonical JSON Lines, one event a line, enough to recompute every leaf hash without Kessai."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec

from domain.ledger.findings import EPOCH, LedgerRow
from kessai.auditing.snapshot import Snapshot

TELL_EVERY_EVENTS = 50_000


def export(ledger: Snapshot, out: Path, *, progress: Callable[[int], None] = lambda done: None) -> int:
    """Write the whole ledger to `out` (0600, there only when complete); give how many events there were."""
    done = 0
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")  # mkstemp creates 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            for line in export_lines(ledger.rows()):
                file.write(line)
                done += 1
                if done % TELL_EVERY_EVENTS == 0:
                    progress(done)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink()
        raise
    return done


def export_lines(rows: Iterator[LedgerRow]) -> Iterator[bytes]:
    """Give each row's line. `state` is the stored JSON byte for byte; where it is none, `state_hex` holds its bytes."""
    encoder = msgspec.json.Encoder(order="sorted")
    for row in rows:
        line: dict[str, object] = {
            "leaf": row.leaf.hex(),
            "position": row.position,
            "recorded_at": _time(row.recorded),
            "stream": row.stream,
            "topic": row.topic,
            "version": row.version,
        }
        line |= {"state": msgspec.Raw(row.state)} if _is_one_line_of_json(row.state) else {"state_hex": row.state.hex()}
        yield encoder.encode(line) + b"\n"


def _is_one_line_of_json(state: bytes) -> bool:
    try:
        msgspec.json.decode(state)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return b"\n" not in state and b"\r" not in state


def _time(microseconds: int | None) -> str | None:
    """RFC 3339 with microseconds, or the bare number beyond the calendar."""
    if microseconds is None:
        return None
    try:
        return (EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except OverflowError:
        return f"{microseconds} microseconds"
