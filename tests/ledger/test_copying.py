"""Big appends go by COPY; what they leave is row for row what the one-statement append leaves."""

from typing import Any
from uuid import UUID, uuid5

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.envelope import NAMESPACE
from domain.ledger.appends import Receipt
from domain.ledger.leaves import leaf_hash
from domain.ledger.recorder import COPIED_ROWS_MIN, LedgerRecorder
from domain.ledger.writing import LedgerWriter

ROWS = """
SELECT originator_id, originator_version, topic, state, notification_id, recorded_at, leaf FROM {events}
WHERE notification_id > %(after)s ORDER BY notification_id"""
RECEIPTS = """
SELECT command_id, payload_sha256, stream, first_version, last_version, first_position, last_position,
       refused_code, refused_field, recorded_at IS NOT NULL AS told
FROM {receipts} WHERE first_position > %(after)s ORDER BY first_position"""
TOPIC = "approval.abandoned.v1"
STREAMS = COPIED_ROWS_MIN


@pytest.fixture
def recorder(ledger: LedgerWriter) -> LedgerRecorder:
    """The recorder of an empty prefecture."""
    return ledger.reader._store.ledger_recorder


def stored(stream: str, *, versions: int = 2, text: str = "道路") -> list[StoredEvent]:
    return [StoredEvent(stream, n, TOPIC, f'{{"of":"{text}","n":{n}}}'.encode()) for n in range(1, versions + 1)]


def command(stream: str) -> UUID:
    return uuid5(NAMESPACE, f"copying/{stream}")


def batch(name: str, streams: int) -> tuple[list[StoredEvent], list[Receipt]]:
    """So many streams of two events, each with its receipt."""
    rows: list[StoredEvent] = []
    receipts = []
    for number in range(streams):
        stream = f"{name}/{number:04d}"
        receipts.append(
            Receipt(
                command_id=command(stream),
                payload_sha256=bytes([number % 256]) * 32,
                stream=stream,
                first_version=1,
                last_version=2,
                first_row=len(rows) + 1,
                last_row=len(rows) + 2,
            )
        )
        rows += stored(stream, text="𠮷野家の" * (number % 7))
    return rows, receipts


def as_they_lie(ledger: LedgerWriter, text: str, after: int) -> list[dict[str, Any]]:
    with ledger.reader.connection() as connection:
        found = connection.execute(ledger.reader.sql(text), {"after": after}).fetchall()
    return [{name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items()} for row in found]


def test_a_copied_batch_is_what_single_statements_leave(ledger: LedgerWriter, recorder: LedgerRecorder) -> None:
    start = ledger.reader.head()
    rows, receipts = batch("甲/路", STREAMS)
    recorder.append(rows, receipts=receipts)
    middle = ledger.reader.head()
    others, their_receipts = batch("乙/路", STREAMS)
    for at in range(0, len(others), 2):
        recorder.append(others[at : at + 2], receipts=[their_receipts[at // 2].moved(-at)])

    copied, single = as_they_lie(ledger, ROWS, start)[: len(rows)], as_they_lie(ledger, ROWS, middle)
    assert [row["notification_id"] for row in copied] == list(range(start + 1, middle + 1))
    assert len({row["recorded_at"] for row in copied}) == 1
    alike = ("originator_version", "topic", "state")
    assert [[row[name] for name in alike] for row in copied] == [[row[name] for name in alike] for row in single]
    for row in (*copied, *single):
        assert row["leaf"] == leaf_hash(
            position=row["notification_id"],
            stream=row["originator_id"],
            version=row["originator_version"],
            topic=row["topic"],
            state=row["state"],
            recorded_at=row["recorded_at"],
        )
    lies = as_they_lie(ledger, RECEIPTS, start)
    ours, theirs = lies[:STREAMS], lies[STREAMS:]
    moved = [
        {
            **receipt,
            "command_id": command(str(receipt["stream"]).replace("甲", "乙")),
            "stream": str(receipt["stream"]).replace("甲", "乙"),
            "first_position": receipt["first_position"] + middle - start,
            "last_position": receipt["last_position"] + middle - start,
        }
        for receipt in ours
    ]
    assert moved == theirs


def test_nothing_of_a_copied_batch_stays_where_one_version_is_taken(
    ledger: LedgerWriter, recorder: LedgerRecorder
) -> None:
    recorder.append(stored("乙/0007"))
    head = ledger.reader.head()
    rows, receipts = batch("乙", STREAMS)
    with pytest.raises(IntegrityError):
        recorder.append(rows, receipts=receipts)
    assert ledger.reader.head() == head
    assert ledger.reader.receipt(command("乙/0000")) is None


def test_nothing_of_a_copied_batch_stays_where_a_command_is_already_done_i2(
    ledger: LedgerWriter, recorder: LedgerRecorder
) -> None:
    rows, receipts = batch("丙", STREAMS)
    recorder.append(rows, receipts=receipts)
    head = ledger.reader.head()
    again, _ = batch("丁", STREAMS)
    with pytest.raises(IntegrityError):
        recorder.append(again, receipts=receipts)
    assert ledger.reader.head() == head


def test_a_copied_batch_rests_on_streams_that_have_not_moved(ledger: LedgerWriter, recorder: LedgerRecorder) -> None:
    recorder.append(stored("戊", versions=3))
    head = ledger.reader.head()
    rows, receipts = batch("己", STREAMS)
    with pytest.raises(IntegrityError, match="stream moved: 戊"):
        recorder.append(rows, receipts=receipts, expected={"戊": 2})
    assert ledger.reader.head() == head
    recorder.append(rows, receipts=receipts, expected={"戊": 3})
    assert ledger.reader.head() == head + len(rows)
