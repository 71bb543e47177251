"""The audit finds whatever was changed, deleted, inserted, swapped or reordered by hand (I14), and else nothing."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.calendars import Calendars, load_holidays
from domain.clock import civil_date
from domain.eras import era_year_code, fiscal_year
from domain.ledger.findings import LedgerRow, Place
from domain.ledger.leaves import leaf_hash
from domain.ledger.numbers import reserve_number
from domain.ledger.verifying import check_rows, check_streams
from domain.ledger.writing import LedgerWriter
from kessai import seeding
from kessai.auditing.snapshot import Snapshot, snapshot
from kessai.auditing.verification import Verification, verify
from kessai.clocks import SystemClock
from kessai.settings import Settings
from tests.conftest import Database
from tests.ledger.commands import ROUTINE, send

MUTATIONS = 240
YEAR = fiscal_year(civil_date(datetime.now(UTC)))


@dataclass
class Ledger:
    """A prefecture's ledger with decided, refused and unfinished cases, and a hand that may do anything to it."""

    database: Database
    settings: Settings
    writer: LedgerWriter

    @property
    def schema(self) -> str:
        return self.settings.database_schema

    def verified(self) -> Verification:
        with snapshot(self.settings) as whole:
            return verify(whole, self.writer.reader._store.ledger_mapper)

    def after(self, tamper: Callable[["Hand"], object]) -> Verification:
        """What the audit says of a ledger tampered with; afterwards it is as before."""
        with self.database.superuser() as connection:
            connection.autocommit = False
            hand = Hand(connection, self.schema)
            tamper(hand)
            seen = verify(Snapshot(connection, self.schema), self.writer.reader._store.ledger_mapper)
            connection.rollback()
        return seen


@dataclass
class Hand:
    """A superuser inside one transaction."""

    connection: psycopg.Connection[Any]
    schema: str

    def do(self, text: str, **wanted: Any) -> list[Any]:
        names = {name: Identifier(self.schema, f"ledger_{name}") for name in ("events", "receipts", "numbers")}
        cursor = self.connection.execute(SQL(text).format(**names), wanted)
        return cursor.fetchall() if cursor.description else []

    def without_indexes(self) -> None:
        """Take away what would refuse a second row of one position or version."""
        name = Identifier(self.schema, "ledger_events_position")
        self.connection.execute(SQL("DROP INDEX {}").format(name))
        self.do("ALTER TABLE {events} DROP CONSTRAINT ledger_events_pkey")

    def rehash(self, position: int) -> None:
        """Make the row's leaf fit what the row says now."""
        ((stream, version, topic, state, recorded_at),) = self.do(
            "SELECT originator_id, originator_version, topic, state, recorded_at FROM {events}"
            " WHERE notification_id = %(p)s",
            p=position,
        )
        leaf = leaf_hash(
            position=position, stream=stream, version=version, topic=topic, state=state, recorded_at=recorded_at
        )
        self.do("UPDATE {events} SET leaf = %(leaf)s WHERE notification_id = %(p)s", leaf=leaf, p=position)


def new_case(writer: LedgerWriter, **body: Any) -> str:
    """Reserve a number and draft a case with it, as the gateway does."""
    key = uuid4()
    serial, year = reserve_number(writer.reader, noun="approval", fiscal_year=YEAR, command_id=key)
    number = f"{era_year_code(year)}-{serial:06d}"
    assert send(writer, "road-officer", "draft", number, key=key, **{**ROUTINE, **body}).result == "accepted"
    return number


def decided_case(writer: LedgerWriter) -> str:
    number = new_case(writer)
    for post in ("road-chief", "road-lead"):
        assert send(writer, post, "approve", number).result == "accepted"
    return number


@pytest.fixture(scope="module")
def ledger(database: Database) -> Ledger:
    settings = database.settings()
    store = database.store(settings)
    writer = LedgerWriter(store, clock=SystemClock(), calendars=Calendars.from_rows(load_holidays()))
    seeding.adopt_rules(writer)
    seeding.import_packaged_organisation(writer, writer.reader.references()[0])
    for each in range(6):
        number = decided_case(writer)
        if each % 2:
            send(writer, "road-officer", "enforce", number, method="電子メール", seal_mode="omitted")
    for _ in range(3):
        number = new_case(writer)
        assert send(writer, "road-lead", "decide", number).result == "refused"
        send(writer, "road-chief", "return", number, reason="根拠を示してください。")
        send(writer, "road-officer", "amend", number, reason="示しました。", title="改めた件名")
        send(writer, "road-officer", "submit", number)
    return Ledger(database, settings, writer)


def test_a_ledger_nobody_touched_is_clean(ledger: Ledger) -> None:
    seen = ledger.verified()
    assert seen.findings == []
    assert seen.notices == []
    assert (seen.events, seen.refusals) == (seen.head, 3)
    assert seen.events > 200


def test_what_is_written_meanwhile_is_no_finding(ledger: Ledger) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            decided_case(ledger.writer)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for each in writers:
        each.start()
    try:
        seen = [ledger.verified() for _ in range(5)]
    finally:
        stop.set()
        for each in writers:
            each.join()
    assert [each.findings for each in seen] == [[]] * 5
    assert seen[-1].head > seen[0].head


# --- one change by hand each: every one is found -------------------------------------------------------------------


class Mutation(Protocol):
    """One way of tampering."""

    __name__: str

    def __call__(self, hand: Hand, rng: random.Random, head: int) -> None: ...


def some(rng: random.Random, head: int) -> int:
    return rng.randint(1, head)


def a_byte_of_the_body(hand: Hand, rng: random.Random, head: int) -> None:
    position = some(rng, head)
    ((state,),) = hand.do("SELECT state FROM {events} WHERE notification_id = %(p)s", p=position)
    changed = bytearray(state)
    changed[rng.randrange(len(state))] ^= 1 << rng.randrange(8)
    hand.do("UPDATE {events} SET state = %(s)s WHERE notification_id = %(p)s", s=bytes(changed), p=position)


def a_body_cut_off(hand: Hand, rng: random.Random, head: int) -> None:
    cut = "UPDATE {events} SET state = substr(state, 1, length(state) / 2) WHERE notification_id = %(p)s"
    hand.do(cut, p=some(rng, head))


def a_topic(hand: Hand, rng: random.Random, head: int) -> None:
    position = some(rng, head)
    ((topic,),) = hand.do(
        "SELECT topic FROM {events} WHERE topic <> (SELECT topic FROM {events} WHERE notification_id = %(p)s) LIMIT 1",
        p=position,
    )
    hand.do("UPDATE {events} SET topic = %(t)s WHERE notification_id = %(p)s", t=topic, p=position)


def a_stream(hand: Hand, rng: random.Random, head: int) -> None:
    hand.do(
        "UPDATE {events} SET originator_id = %(s)s WHERE notification_id = %(p)s",
        s=f"approval-R8-9{rng.randrange(10**5):05d}",
        p=some(rng, head),
    )


def a_version(hand: Hand, rng: random.Random, head: int) -> None:
    hand.do(
        "UPDATE {events} SET originator_version = originator_version + %(by)s WHERE notification_id = %(p)s",
        by=rng.choice([1000, -1000, 10**9]),
        p=some(rng, head),
    )


def a_position(hand: Hand, rng: random.Random, head: int) -> None:
    to = rng.choice([head + 1 + rng.randrange(9), 10**12, 0, -5])
    hand.do("UPDATE {events} SET notification_id = %(to)s WHERE notification_id = %(p)s", to=to, p=some(rng, head))


def a_recorded_time(hand: Hand, rng: random.Random, head: int) -> None:
    by = rng.choice(["1 microsecond", "-1 microsecond", "1 day", "-3 years", "90000 years"])
    changed = "UPDATE {events} SET recorded_at = recorded_at + %(by)s::interval WHERE notification_id = %(p)s"
    hand.do(changed, by=by, p=some(rng, head))


def a_time_without_end(hand: Hand, rng: random.Random, head: int) -> None:
    hand.do("UPDATE {events} SET recorded_at = 'infinity' WHERE notification_id = %(p)s", p=some(rng, head))


def a_leaf(hand: Hand, rng: random.Random, head: int) -> None:
    changed = rng.choice([rng.randbytes(32), b"", b"\0" * 31])
    hand.do("UPDATE {events} SET leaf = %(leaf)s WHERE notification_id = %(p)s", leaf=changed, p=some(rng, head))


def a_row_deleted(hand: Hand, rng: random.Random, head: int) -> None:
    hand.do("DELETE FROM {events} WHERE notification_id = %(p)s", p=some(rng, head))


def a_run_of_rows_deleted(hand: Hand, rng: random.Random, head: int) -> None:
    first = some(rng, head - 5)
    hand.do(
        "DELETE FROM {events} WHERE notification_id BETWEEN %(a)s AND %(b)s", a=first, b=first + rng.randrange(1, 6)
    )


def a_row_deleted_and_the_gap_closed(hand: Hand, rng: random.Random, head: int) -> None:
    position = some(rng, head - 1)
    hand.do("DELETE FROM {events} WHERE notification_id = %(p)s", p=position)
    hand.without_indexes()
    hand.do("UPDATE {events} SET notification_id = notification_id - 1 WHERE notification_id > %(p)s", p=position)
    for later in range(position, min(head, position + 5)):
        hand.rehash(later)


def a_row_put_in(hand: Hand, rng: random.Random, head: int) -> None:
    """A forged event at the end, its leaf computed as the ledger would."""
    hand.do(
        "INSERT INTO {events} SELECT originator_id, (SELECT max(originator_version) + 1 FROM {events} o"
        " WHERE o.originator_id = e.originator_id), topic, state, %(to)s, clock_timestamp(), leaf"
        " FROM {events} e WHERE notification_id = %(p)s",
        to=head + 1,
        p=some(rng, head),
    )
    hand.rehash(head + 1)


def a_row_twice(hand: Hand, rng: random.Random, head: int) -> None:
    hand.without_indexes()
    hand.do("INSERT INTO {events} SELECT * FROM {events} WHERE notification_id = %(p)s", p=some(rng, head))


def two_positions_swapped(hand: Hand, rng: random.Random, head: int) -> None:
    a, b = rng.sample(range(1, head + 1), 2)
    hand.without_indexes()
    hand.do(
        "UPDATE {events} SET notification_id = %(a)s + %(b)s - notification_id WHERE notification_id IN (%(a)s, %(b)s)",
        a=a,
        b=b,
    )
    for each in (a, b):
        hand.rehash(each)


def two_bodies_swapped(hand: Hand, rng: random.Random, head: int) -> None:
    """Of two commands: within one command the bodies could be told apart by their leaves alone."""
    a, b = rng.sample(range(1, head + 1), 2)
    hand.do(
        "UPDATE {events} e SET state = o.state, topic = o.topic FROM {events} o"
        " WHERE e.notification_id IN (%(a)s, %(b)s) AND o.notification_id = %(a)s + %(b)s - e.notification_id",
        a=a,
        b=b,
    )


def three_rows_reordered(hand: Hand, rng: random.Random, head: int) -> None:
    first = some(rng, head - 2)
    hand.without_indexes()
    hand.do(
        "UPDATE {events} SET notification_id = %(a)s + (notification_id - %(a)s + 1) %% 3"
        " WHERE notification_id BETWEEN %(a)s AND %(a)s + 2",
        a=first,
    )


def a_command_relabelled(hand: Hand, rng: random.Random, head: int) -> None:
    """The body names another command, in canonical form and with a leaf that fits."""
    position = some(rng, head)
    ((state,),) = hand.do("SELECT state FROM {events} WHERE notification_id = %(p)s", p=position)
    row = msgspec.json.decode(state)
    row["meta"]["command_id"] = str(UUID(int=rng.getrandbits(128)))
    state = msgspec.json.encode(row, order="sorted")
    hand.do("UPDATE {events} SET state = %(s)s WHERE notification_id = %(p)s", s=state, p=position)
    hand.rehash(position)


def nobody_acted(hand: Hand, rng: random.Random, head: int) -> None:
    """The actor is blanked, in canonical form and with a leaf that fits (I13)."""
    position = some(rng, head)
    ((state,),) = hand.do("SELECT state FROM {events} WHERE notification_id = %(p)s", p=position)
    row = msgspec.json.decode(state)
    if rng.random() < 0.5:
        row["meta"]["by"]["person"] = ""
    else:
        row["meta"]["correlation_id"] = ""
    state = msgspec.json.encode(row, order="sorted")
    hand.do("UPDATE {events} SET state = %(s)s WHERE notification_id = %(p)s", s=state, p=position)
    hand.rehash(position)


def other_json_of_the_same_meaning(hand: Hand, rng: random.Random, head: int) -> None:
    position = some(rng, head)
    ((state,),) = hand.do("SELECT state FROM {events} WHERE notification_id = %(p)s", p=position)
    state = msgspec.json.format(state, indent=rng.choice([1, 2]))
    hand.do("UPDATE {events} SET state = %(s)s WHERE notification_id = %(p)s", s=state, p=position)
    hand.rehash(position)


def a_document_number(hand: Hand, rng: random.Random, head: int) -> None:
    """A decision shows another number, in canonical form and with a leaf that fits."""
    found = hand.do("SELECT notification_id, state FROM {events} WHERE topic = 'approval.decided.v1' ORDER BY 1")
    position, state = rng.choice(found)
    row = msgspec.json.decode(state)
    row["event"]["document_number"] = row["event"]["document_number"].replace("第", f"第{rng.randrange(1, 9)}")
    state = msgspec.json.encode(row, order="sorted")
    hand.do("UPDATE {events} SET state = %(s)s WHERE notification_id = %(p)s", s=state, p=position)
    hand.rehash(position)


def a_number_given_to_another_case(hand: Hand, rng: random.Random, head: int) -> None:
    found = hand.do(
        "SELECT notification_id, state FROM {events} WHERE topic = 'document-number.assigned.v1' ORDER BY 1"
    )
    position, state = rng.choice(found)
    row = msgspec.json.decode(state)
    key, value = rng.choice([("case", "R8-999999"), ("number", row["event"]["number"] + 1)])
    row["event"][key] = value
    state = msgspec.json.encode(row, order="sorted")
    hand.do("UPDATE {events} SET state = %(s)s WHERE notification_id = %(p)s", s=state, p=position)
    hand.rehash(position)


def a_receipt(hand: Hand, rng: random.Random) -> UUID:
    found = hand.do("SELECT command_id FROM {receipts} WHERE refused_code IS NULL ORDER BY first_position")
    command: UUID = rng.choice(found)[0]
    return command


def a_receipt_deleted(hand: Hand, rng: random.Random, head: int) -> None:
    hand.do("DELETE FROM {receipts} WHERE command_id = %(c)s", c=a_receipt(hand, rng))


def a_receipt_changed(hand: Hand, rng: random.Random, head: int) -> None:
    change = rng.choice(
        [
            "command_id = '00000000-0000-4000-8000-000000000001'",
            "stream = 'approval-R8-999999'",
            "first_version = first_version + 1",
            "last_version = last_version + 1",
            "last_version = NULL",
            "first_position = first_position - 1",
            "first_position = NULL",
            "last_position = last_position + 1",
            "last_position = last_position + 100000",
            "refused_code = 'forbidden', last_position = NULL",
            "payload_sha256 = sha256('another')",
            "payload_sha256 = ''",
        ]
    )
    hand.do(f"UPDATE {{receipts}} SET {change} WHERE command_id = %(c)s", c=a_receipt(hand, rng))


def a_receipt_put_in(hand: Hand, rng: random.Random, head: int) -> None:
    copy = (
        "INSERT INTO {receipts}"
        " (command_id, payload_sha256, stream, first_version, last_version, first_position, last_position)"
        " SELECT %(new)s, payload_sha256, stream, first_version, last_version, %(first)s, %(last)s"
        " FROM {receipts} WHERE command_id = %(c)s"
    )
    first = rng.choice([some(rng, head), head + 1])
    hand.do(copy, new=uuid4(), first=first, last=first, c=a_receipt(hand, rng))


def a_reservation(hand: Hand, rng: random.Random, head: int) -> None:
    ((highest,),) = hand.do("SELECT max(serial) FROM {numbers}")
    change = rng.choice(
        [
            "DELETE FROM {numbers} WHERE serial = %(n)s",
            "UPDATE {numbers} SET serial = serial + 1000 WHERE serial = %(n)s",
            "UPDATE {numbers} SET command_id = '00000000-0000-4000-8000-000000000001' WHERE serial = %(n)s",
            "UPDATE {numbers} SET fiscal_year = fiscal_year - 1 WHERE serial = %(n)s",
        ]
    )
    hand.do(change, n=rng.randint(1, highest))


KINDS: tuple[Mutation, ...] = (
    a_byte_of_the_body,
    a_body_cut_off,
    a_topic,
    a_stream,
    a_version,
    a_position,
    a_recorded_time,
    a_time_without_end,
    a_leaf,
    a_row_deleted,
    a_run_of_rows_deleted,
    a_row_deleted_and_the_gap_closed,
    a_row_put_in,
    a_row_twice,
    two_positions_swapped,
    two_bodies_swapped,
    three_rows_reordered,
    a_command_relabelled,
    nobody_acted,
    other_json_of_the_same_meaning,
    a_document_number,
    a_number_given_to_another_case,
    a_receipt_deleted,
    a_receipt_changed,
    a_receipt_put_in,
    a_reservation,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_change_by_hand_is_found_i14(ledger: Ledger, kind: Mutation) -> None:
    head = ledger.writer.reader.head()
    for seed in range(MUTATIONS // len(KINDS) + 1):
        rng = random.Random(f"{kind.__name__}/{seed}")
        seen = ledger.after(partial(kind, rng=rng, head=head))
        assert not seen.clean, f"{kind.__name__} with seed {seed} was not found"
        assert b"findings" in seen.as_json()
    assert ledger.verified().clean


def test_the_first_bad_position_and_what_was_done_are_said(ledger: Ledger) -> None:
    seen = ledger.after(lambda hand: hand.do("UPDATE {events} SET topic = 'x' WHERE notification_id = 120"))
    assert seen.first_bad_position == 120
    said = msgspec.json.decode(seen.as_json())["findings"][0]["sentence"]
    assert said.startswith("位置 120(")
    assert "書き換えられて" in said


def test_what_a_tampering_hand_writes_cannot_steer_the_terminal(ledger: Ledger) -> None:
    evil = "approval-\x1b[2J\u202e\n偽の行"
    seen = ledger.after(
        lambda hand: hand.do("UPDATE {events} SET originator_id = %(s)s WHERE notification_id = 130", s=evil)
    )
    sentences = [each["sentence"] for each in msgspec.json.decode(seen.as_json())["findings"]]
    assert any("\\u001b" in each for each in sentences)
    assert not any(c in each for each in sentences for c in "\x1b\u202e\n")


# --- what only a checkpoint kept elsewhere can show ------------------------------------------------------------------


def rewritten_with_its_leaf(hand: Hand) -> None:
    ((position, state),) = hand.do(
        "SELECT notification_id, state FROM {events} WHERE topic = 'approval.returned.v1' ORDER BY 1 LIMIT 1"
    )
    row = msgspec.json.decode(state)
    row["event"]["reason"] = "書き換えた理由"
    state = msgspec.json.encode(row, order="sorted")
    hand.do("UPDATE {events} SET state = %(s)s WHERE notification_id = %(p)s", s=state, p=position)
    hand.rehash(position)


def tail_cut_off_with_its_receipt(hand: Hand) -> None:
    ((first,),) = hand.do("SELECT max(first_position) FROM {receipts}")
    hand.do("DELETE FROM {events} WHERE notification_id >= %(p)s", p=first)
    hand.do("DELETE FROM {receipts} WHERE first_position >= %(p)s", p=first)


def refusals_forgotten(hand: Hand) -> None:
    hand.do("DELETE FROM {receipts} WHERE refused_code IS NOT NULL")


@pytest.mark.parametrize("tamper", [rewritten_with_its_leaf, tail_cut_off_with_its_receipt, refusals_forgotten])
def test_what_rows_alone_cannot_show(ledger: Ledger, tamper: Callable[[Hand], None]) -> None:
    """The limit of this check, stated: the day one of these is found, this test says so."""
    assert ledger.after(tamper).clean


# --- the checks alone -----------------------------------------------------------------------------------------------


def test_versions_run_from_one_in_the_order_of_positions_i3() -> None:
    fine = [Place("a", 1, 2), Place("a", 2, 5), Place("b", 1, 1)]
    assert list(check_streams(fine)) == []
    found = list(check_streams([Place("a", 2, 1), Place("b", 1, 9), Place("b", 2, 3)]))
    assert [(each.kind, each.stream, each.position) for each in found] == [
        ("version-missing", "a", 1),
        ("version-order", "b", 3),
    ]


def test_a_clock_set_right_is_a_notice_and_a_time_far_back_a_finding(ledger: Ledger) -> None:
    with snapshot(ledger.settings) as whole:
        rows = list(whole.rows())[:3]
        receipts = list(whole.receipts())
    mapper = ledger.writer.reader._store.ledger_mapper

    def kinds(by: timedelta) -> set[str]:
        late = _at(rows[1], by)
        return {each.kind for each in check_rows([rows[0], late, rows[2]], receipts, mapper)}

    assert "clock-corrected" in kinds(timedelta(seconds=5))
    assert "time-backwards" in kinds(timedelta(hours=1))


def _at(row: LedgerRow, later: timedelta) -> LedgerRow:
    assert row.recorded is not None
    return row._replace(recorded=row.recorded + later // timedelta(microseconds=1))
