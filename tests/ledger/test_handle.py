"""The ledger's promises: once means once, a refusal stays, positions and versions have no holes (I1–I7, I13, I20)."""

from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Any
from uuid import uuid4

import pytest

from domain.approval import RECORD
from domain.directory import register as directory
from domain.ledger.leaves import leaf_hash
from domain.ledger.reading import DIRECTORY
from domain.ledger.writing import LedgerWriter
from tests.ledger.commands import ROUTINE, envelope, send


def rows(ledger: LedgerWriter, text: str) -> list[dict[str, Any]]:
    with ledger.reader.connection() as connection:
        return connection.execute(ledger.reader.sql(text)).fetchall()  # type: ignore[no-any-return]


def test_an_acknowledged_command_has_one_receipt_and_its_events_i1_i2(ledger: LedgerWriter) -> None:
    before = ledger.reader.head()
    sent = envelope(ledger, "road-officer", "draft", **ROUTINE)
    outcome = ledger.handle(RECORD, sent)
    assert outcome.result == "accepted"
    (receipt,) = rows(ledger, f"SELECT * FROM {{receipts}} WHERE command_id = '{sent.command_id}'")
    facts = ledger.reader.facts("approval-R8-000001")
    assert [f.position for f in facts] == list(range(before + 1, before + len(facts) + 1))
    assert (receipt["first_version"], receipt["last_version"]) == (1, len(facts))
    assert (receipt["first_position"], receipt["last_position"]) == (before + 1, outcome.position)
    assert {f.meta.command_id for f in facts} == {sent.command_id}


def test_the_same_command_again_is_answered_and_not_done_i5(ledger: LedgerWriter) -> None:
    sent = envelope(ledger, "road-officer", "draft", **ROUTINE)
    first = ledger.handle(RECORD, sent)
    head = ledger.reader.head()
    again = ledger.handle(RECORD, sent)
    assert (again.result, again.version, again.position, again.replayed) == (
        "accepted",
        first.version,
        first.position,
        True,
    )
    assert ledger.reader.head() == head


def test_one_command_sent_by_sixteen_at_once_is_done_once_i2_i5(ledger: LedgerWriter) -> None:
    sent = envelope(ledger, "road-officer", "draft", **ROUTINE)
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda _: ledger.handle(RECORD, sent), range(16)))
    assert {o.result for o in outcomes} == {"accepted"}
    assert {o.position for o in outcomes} == {outcomes[0].position}
    assert len(ledger.reader.facts("approval-R8-000001")) == outcomes[0].version


def test_the_same_key_with_another_payload_is_refused_and_writes_nothing_i6(ledger: LedgerWriter) -> None:
    key = uuid4()
    send(ledger, "road-officer", "draft", key=key, **ROUTINE)
    head = ledger.reader.head()
    other = send(ledger, "road-officer", "draft", key=key, **{**ROUTINE, "title": "別の件名"})
    assert (other.result, other.code) == ("refused", "key-reused")
    assert ledger.reader.head() == head


def test_a_refusal_writes_no_event_and_stays_the_same_refusal_i7(ledger: LedgerWriter) -> None:
    send(ledger, "road-officer", "draft", **ROUTINE)
    head = ledger.reader.head()
    early = envelope(ledger, "road-lead", "decide")
    first = ledger.handle(RECORD, early)
    assert (first.result, first.code) == ("refused", "not-your-turn")
    assert ledger.reader.head() == head
    send(ledger, "road-chief", "approve")
    again = ledger.handle(RECORD, early)  # now it would be their turn
    assert (again.result, again.code, again.replayed) == ("refused", "not-your-turn", True)
    assert rows(ledger, "SELECT code FROM {schema}.security_log WHERE what = 'refused'") == [{"code": "not-your-turn"}]


def test_racing_approvals_of_one_step_are_one_approval(ledger: LedgerWriter) -> None:
    send(ledger, "road-officer", "draft", **ROUTINE)
    sent = [envelope(ledger, "road-chief", "approve") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda each: ledger.handle(RECORD, each), sent))
    assert sorted(o.result for o in outcomes) == ["accepted", *["refused"] * 7]
    assert {o.code for o in outcomes} == {None, "not-your-turn"}


def test_document_numbers_have_no_holes_whoever_races(ledger: LedgerWriter) -> None:
    numbers = [f"R8-{n:06d}" for n in range(1, 13)]
    for number in numbers:
        send(ledger, "road-officer", "draft", number, **ROUTINE)
        send(ledger, "road-chief", "approve", number)
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda number: send(ledger, "road-lead", "decide", number), numbers))
    assert {o.result for o in outcomes} == {"accepted"}
    states = [ledger.reader.fold(RECORD, number)[0] for number in numbers]
    assert sorted(s.document_number or "" for s in states) == sorted(f"道路第{n}号" for n in range(1, 13))


def test_streams_and_positions_have_no_holes_and_every_event_says_who_and_why_i3_i13(ledger: LedgerWriter) -> None:
    send(ledger, "road-officer", "draft", **ROUTINE)
    send(ledger, "road-chief", "approve")
    facts = ledger.reader.after(0, 10_000)
    assert [f.position for f in facts] == list(range(1, len(facts) + 1))
    versions: dict[str, int] = {}
    for fact in facts:
        assert fact.version == versions.get(fact.stream, 0) + 1
        versions[fact.stream] = fact.version
        assert fact.meta.by.person
        assert fact.meta.by.name
        assert fact.meta.correlation_id


def test_the_leaf_in_the_row_is_the_hash_of_every_column(ledger: LedgerWriter) -> None:
    send(ledger, "road-officer", "draft", **ROUTINE)
    for row in rows(ledger, "SELECT * FROM {events}"):
        computed = leaf_hash(
            position=row["notification_id"],
            stream=row["originator_id"],
            version=row["originator_version"],
            topic=row["topic"],
            state=bytes(row["state"]),
            recorded_at=row["recorded_at"],
        )
        assert computed == bytes(row["leaf"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {events} SET topic = 'x'",
        "DELETE FROM {events}",
        "TRUNCATE {events}",
        "UPDATE {receipts} SET stream = 'x'",
        "DELETE FROM {receipts}",
        "DELETE FROM {schema}.security_log",
        "DROP TABLE {events}",
        "ALTER TABLE {events} DISABLE TRIGGER ALL",
    ],
)
def test_the_application_cannot_change_or_delete_what_is_written_i20(ledger: LedgerWriter, statement: str) -> None:
    send(ledger, "road-officer", "draft", **ROUTINE)
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        rows(ledger, statement)
    assert len(ledger.reader.facts("approval-R8-000001")) > 0


def test_a_stale_version_is_refused(ledger: LedgerWriter) -> None:
    drafted = send(ledger, "road-officer", "draft", **ROUTINE)
    assert send(ledger, "road-chief", "approve", version=drafted.version - 1).code == "stale-version"
    assert send(ledger, "road-chief", "approve", version=drafted.version).result == "accepted"


def test_a_post_one_does_not_hold_cannot_be_used(ledger: LedgerWriter) -> None:
    sent = envelope(ledger, "road-officer", "draft", **ROUTINE)
    outcome = ledger.handle(RECORD, sent.model_copy(update={"post": "governor"}))
    assert (outcome.result, outcome.code) == ("refused", "not-your-post")


def test_system_verbs_cannot_be_sent_by_people(ledger: LedgerWriter) -> None:
    send(ledger, "road-officer", "draft", **ROUTINE)
    outcome = send(ledger, "road-officer", "escalate", step=1, round=1)
    assert (outcome.result, outcome.code) == ("refused", "unknown-verb")


def test_a_directory_that_moved_under_a_decision_makes_it_look_again(ledger: LedgerWriter) -> None:
    """The append checks the version of the directory the decision rested on, in the same transaction."""
    send(ledger, "road-officer", "draft", **ROUTINE)
    recorder = ledger._store.ledger_recorder
    stale = {"directory-pref": ledger.reader.references()[0].version - 1}
    with pytest.raises(Exception, match="stream moved"):
        recorder.append([], expected=stale)


def test_a_record_folded_all_at_once_is_the_one_that_its_facts_lead_to_one_by_one(ledger: LedgerWriter) -> None:
    record, facts = directory.RECORD, ledger.reader.facts(DIRECTORY)
    one_by_one = reduce(lambda state, fact: record.evolve(state, fact.event, fact.meta), facts, record.initial)
    assert record.evolve_all is not None
    assert ledger.reader.fold(record, "pref") == (one_by_one, facts[-1].version)


def test_a_system_rule_acts_once_per_occasion_i16(ledger: LedgerWriter) -> None:
    from domain.approval import commands

    send(ledger, "road-officer", "draft", **ROUTINE)
    command = commands.Escalate(step=1, round=1)
    outcome = ledger.apply_rule(
        RECORD,
        number="R8-000001",
        verb="escalate",
        rule="system:escalate",
        name="期限管理",
        occasion="e/1/1",
        command=command,
    )
    assert outcome.result == "nothing"  # not due: a timer that fires early finds nothing to do and leaves no receipt
    with pytest.raises(ValueError, match="not a system verb"):
        ledger.apply_rule(RECORD, number="R8-000001", verb="approve", rule="x", name="x", occasion="x", command=command)
