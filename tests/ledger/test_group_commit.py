"""Group commit: commands that arrive together are written together, and none of them notices."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid5

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from psycopg.rows import tuple_row

from domain.approval import RECORD
from domain.envelope import NAMESPACE, Outcome
from domain.ledger.appends import Append, Receipt, joined
from domain.ledger.writing import LedgerWriter
from tests.conftest import Database
from tests.ledger.commands import ROUTINE, envelope, send
from tests.ledger.projection_world import eventually

CLIENTS = 8
COVERED = """
SELECT r.stream, r.first_position, r.last_position,
    bool_and(convert_from(e.state, 'UTF8') LIKE '%' || r.command_id || '%')
FROM {receipts} r JOIN {events} e ON e.notification_id BETWEEN r.first_position AND r.last_position
GROUP BY 1, 2, 3 ORDER BY 2"""


def rows(stream: str, *versions: int) -> tuple[StoredEvent, ...]:
    return tuple(StoredEvent(stream, version, "approval.abandoned.v1", b"{}") for version in versions)


def receipt(stream: str, first: int, last: int, *, at: int = 1) -> Receipt:
    return Receipt(
        command_id=command(stream),
        payload_sha256=b"\0" * 32,
        stream=stream,
        first_version=first,
        last_version=last,
        first_row=at,
        last_row=at + last - first,
    )


def command(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def draft(ledger: LedgerWriter, number: str, key: UUID | None = None) -> Outcome:
    return send(ledger, "road-officer", "draft", number, key=key, **ROUTINE)


def test_joined_appends_keep_their_order_and_their_receipts_their_rows() -> None:
    both = joined(
        [
            Append(rows("a", 1, 2), [receipt("a", 1, 2)], {"directory-pref": 3}),
            Append(rows("b", 5), [receipt("b", 5, 5)], {"directory-pref": 3, "guard": 1}),
        ]
    )
    assert [(row.originator_id, row.originator_version) for row in both.rows] == [("a", 1), ("a", 2), ("b", 5)]
    assert [(r.stream, r.first_row, r.last_row) for r in both.receipts] == [("a", 1, 2), ("b", 3, 3)]
    assert both.expected == {"directory-pref": 3, "guard": 1}


@pytest.mark.parametrize(
    ("one", "other", "independent"),
    [
        (Append(rows("a", 1)), Append(rows("b", 1)), True),
        (Append(rows("a", 1)), Append(rows("a", 2)), False),
        (Append(rows("a", 1)), Append(rows("b", 1), expected={"a": 0}), False),
        (Append(rows("a", 1), expected={"b": 0}), Append(rows("b", 1)), False),
        (Append(rows("a", 1), expected={"g": 1}), Append(rows("b", 1), expected={"g": 1}), True),
        (Append(rows("a", 1), expected={"g": 1}), Append(rows("b", 1), expected={"g": 2}), False),
    ],
)
def test_only_appends_whose_order_does_not_matter_go_together(one: Append, other: Append, independent: bool) -> None:
    assert one.independent(other) is independent
    assert other.independent(one) is independent


def test_what_waits_for_the_lock_is_written_in_one_transaction(ledger: LedgerWriter, database: Database) -> None:
    """While somebody else holds the table, commands queue up; then they are recorded at the same instant."""
    recorder = ledger._store.ledger_recorder
    schema = recorder.datastore.schema
    with database.superuser() as other, ThreadPoolExecutor(CLIENTS) as clients:
        with other.transaction():
            other.execute(f'LOCK TABLE "{schema}".ledger_events IN EXCLUSIVE MODE')
            sent = [clients.submit(draft, ledger, f"R8-{i:06d}") for i in range(CLIENTS)]
            eventually(lambda: len(recorder._commits._waiting) == CLIENTS - 1)
        assert [each.result().result for each in sent] == ["accepted"] * CLIENTS
    recorded = {fact.recorded_at for fact in ledger.reader.after(0, 10_000) if fact.stream.startswith("approval-")}
    assert len(recorded) == 2, "the first one alone, the seven that waited together"
    assert_receipts_cover_their_own_events(ledger)


def test_one_that_conflicts_spoils_nothing_for_the_others(ledger: LedgerWriter, database: Database) -> None:
    """A command sent twice at once and seven others: every outcome is as if they had come one by one."""
    recorder = ledger._store.ledger_recorder
    schema = recorder.datastore.schema
    with database.superuser() as other, ThreadPoolExecutor(CLIENTS) as clients:
        with other.transaction():
            other.execute(f'LOCK TABLE "{schema}".ledger_events IN EXCLUSIVE MODE')
            twice = [clients.submit(draft, ledger, "R8-000001", command("twice")) for _ in range(2)]
            others = [clients.submit(draft, ledger, f"R8-{i:06d}") for i in range(2, CLIENTS)]
            eventually(lambda: len(recorder._commits._waiting) == CLIENTS - 1)
        assert {each.result().position for each in twice} == {twice[0].result().position}
        assert sorted(each.result().replayed for each in twice) == [False, True]
        assert all(each.result().result == "accepted" and not each.result().replayed for each in others)
    assert_receipts_cover_their_own_events(ledger)


def test_commands_at_once_on_one_number_series_take_turns_without_a_hole(ledger: LedgerWriter) -> None:
    numbers = [f"R8-{i:06d}" for i in range(1, 3 * CLIENTS + 1)]
    ready = threading.Barrier(CLIENTS)
    for number in numbers:
        draft(ledger, number)
        send(ledger, "road-chief", "approve", number)

    def decide(mine: list[str]) -> list[str]:
        ready.wait()
        return [ledger.handle(RECORD, envelope(ledger, "road-lead", "decide", number)).result for number in mine]

    with ThreadPoolExecutor(CLIENTS) as clients:
        outcomes = list(clients.map(decide, [numbers[i::CLIENTS] for i in range(CLIENTS)]))
    assert outcomes == [["accepted"] * 3] * CLIENTS
    series = [fact for fact in ledger.reader.after(0, 10_000) if fact.stream.startswith("document-number/")]
    assert [fact.version for fact in series] == list(range(1, len(numbers) + 1))


def test_an_append_that_fails_raises_for_everyone_who_waited_with_it(ledger: LedgerWriter) -> None:
    """The same version by two threads: one of them is written, the other hears of the conflict."""
    recorder = ledger._store.ledger_recorder
    ready = threading.Barrier(2)

    def append(_: int) -> str:
        ready.wait()
        try:
            recorder.append(rows("approval-R8-000009", 1))
        except IntegrityError:
            return "conflict"
        return "written"

    with ThreadPoolExecutor(2) as clients:
        assert sorted(clients.map(append, range(2))) == ["conflict", "written"]


def assert_receipts_cover_their_own_events(ledger: LedgerWriter) -> None:
    """Every receipt's positions hold events of its own command and of no other, and no position is without."""
    with ledger.reader.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(ledger.reader.sql(COVERED)).fetchall()
        head = ledger.reader.head()
    assert all(own for _, _, _, own in found)
    assert [first for _, first, _, _ in found] == [1, *(last + 1 for _, _, last, _ in found[:-1])]
    assert found[-1][2] == head
