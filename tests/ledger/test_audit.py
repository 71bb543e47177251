"""Reading the ledger: lines as auditors and goldens have them, an export anybody can check, read models again (I9)."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from psycopg.sql import SQL, Identifier

from domain.approval.facts import Decided, DocumentNumberAssigned, Withdrawn
from domain.events import Actor, Fact, Meta
from kessai.auditing.export import export
from kessai.auditing.fsck import Fsck, fsck
from kessai.auditing.lines import ledger_line
from kessai.auditing.snapshot import snapshot
from kessai.auditing.story import streams_of, told
from kessai.composition import Composition
from projections.approval import APPROVAL
from tests.conftest import Database
from tests.ledger.projection_world import World

AT = datetime(2026, 11, 18, 1, 2, 3, tzinfo=UTC)
DRAFTER = Actor(person="0525", name="職員0525", post="road-officer", title="道路課主事")


def fact(**changes: object) -> Fact:
    meta = Meta(command_id=UUID(int=1), correlation_id="approval-R8-000001", by=DRAFTER, at=AT)
    given = {
        "stream": "approval-R8-000001",
        "version": 4,
        "position": 4711,
        "event": Withdrawn(reason="他課の備品を使うため"),
        "meta": meta,
        "recorded_at": AT,
    }
    return Fact(**(given | changes))  # type: ignore[arg-type]  # keyword by keyword as the struct has them


# --- the ledger's text -----------------------------------------------------------------------------------------------


def test_a_line_says_position_time_stream_tag_who_and_what() -> None:
    assert ledger_line(fact()) == (
        "  4711  2026-11-18 10:02:03  approval-R8-000001#4  approval.withdrawn.v1  道路課主事 職員0525(0525)"
        '  reason="他課の備品を使うため"'
    )


def test_a_line_names_the_rule_that_acted_and_on_whose_behalf_somebody_did() -> None:
    rule = Meta(
        command_id=UUID(int=1), correlation_id="x", by=Actor(kind="system", person="system:seed", name="読込"), at=AT
    )
    event = DocumentNumberAssigned(number=3, case="R8-000001")
    assert ledger_line(fact(event=event, meta=rule)).endswith('読込(system:seed)  number=3  case="R8-000001"')
    proxy = Meta(
        command_id=UUID(int=1), correlation_id="x", by=DRAFTER, at=AT,
        on_behalf_of=Actor(person="0521", name="職員0521", post="road-director", title="道路課長"),
    )  # fmt: skip
    assert "道路課主事 職員0525(0525) 代理元=道路課長 職員0521(0521)" in ledger_line(fact(meta=proxy))


@pytest.mark.parametrize("evil", ["\n   12  偽の行", "\x1b[2J", "\u202e逆", "\u2028", "\r"])
def test_a_fact_is_one_line_whatever_people_wrote(evil: str) -> None:
    line = ledger_line(fact(event=Withdrawn(reason=f"理由{evil}")))
    assert evil not in line
    assert len(line.splitlines()) == 1
    assert "全角\u3000空白" in ledger_line(fact(event=Withdrawn(reason="全角\u3000空白")))


# --- over a real ledger ----------------------------------------------------------------------------------------------


@pytest.fixture
def decided(world: World) -> World:
    """One case decided, read models up to date."""
    world.seeded()
    world.decided(world.drafted())
    world.follow()
    return world


def test_an_exported_ledger_can_be_checked_without_kessai(decided: World, tmp_path: Path) -> None:
    out = tmp_path / "ledger.jsonl"
    with snapshot(decided.settings) as whole:
        assert export(whole, out) == decided.reader.head()
    assert out.stat().st_mode & 0o777 == 0o600
    lines = out.read_bytes().splitlines()
    assert [json.loads(line)["position"] for line in lines] == list(range(1, decided.reader.head() + 1))
    for line in lines:
        row = json.loads(line)
        state = line[line.index(b'"state":') + 8 : line.rindex(b',"stream":')]  # keys are sorted
        assert json.loads(state)["event"]["type"] == row["topic"]
        assert recomputed(row, state) == row["leaf"]


def recomputed(row: dict[str, object], state: bytes) -> str:
    """The leaf hash as the documentation describes it, with nothing of ours."""
    recorded = datetime.fromisoformat(str(row["recorded_at"])) - datetime(1970, 1, 1, tzinfo=UTC)
    microseconds = (recorded.days * 86_400 + recorded.seconds) * 1_000_000 + recorded.microseconds
    entry = b"\0" + b"".join(int(str(n)).to_bytes(8, "big") for n in (row["position"], row["version"], microseconds))
    for part in (str(row["stream"]).encode(), str(row["topic"]).encode(), state):
        entry += len(part).to_bytes(4, "big") + part
    return hashlib.sha256(entry).hexdigest()


def test_a_case_is_told_from_its_draft_to_its_decision(decided: World) -> None:
    assert streams_of(decided.reader, "R8-000001") == ("approval-R8-000001",)
    assert streams_of(decided.reader, "approval-R8-000001") == ("approval-R8-000001",)
    assert streams_of(decided.reader, "R8-000002") == ()
    facts = decided.reader.facts("approval-R8-000001")
    story = list(told("approval-R8-000001", facts))
    assert story[0].startswith("電子決裁 R8-000001")
    assert sum("起案  " in line for line in story) == 1
    number = next(each.event.document_number for each in facts if isinstance(each.event, Decided))
    assert any(number in line for line in story)


def checked(world: World) -> Fsck:
    parts = Composition(world.settings)
    try:
        return fsck(parts, lambda text: None, ask_temporal=False)
    finally:
        parts.close()


def test_read_models_that_follow_the_ledger_are_clean_i9(decided: World) -> None:
    found = checked(decided)
    assert found.clean
    assert all(each.rows for each in found.comparisons if each.projection == "approval")
    assert json.loads(found.as_json())["result"] == "clean"


def test_a_changed_row_of_a_read_model_is_found_and_named(decided: World, database: Database) -> None:
    with database.superuser() as hand:
        view = Identifier(f"{decided.schema}_read", f"rm_approval_{decided.active(APPROVAL).suffix}")
        hand.execute(SQL("UPDATE {} SET title = '別の件名'").format(view))
    found = checked(decided)
    assert not found.clean
    assert any("R8-000001" in line for line in found.lines())


def test_a_ledger_that_lost_its_tail_is_behind_its_read_models(decided: World, database: Database) -> None:
    """What the rows alone cannot show, the read models still remember."""
    with database.superuser() as hand:
        events = Identifier(decided.schema, "ledger_events")
        hand.execute(SQL("DELETE FROM {} WHERE notification_id > %s").format(events), (decided.reader.head() - 3,))
    found = checked(decided)
    assert "approval" in found.ahead
    assert not found.clean
    assert any("末尾が失われた" in line for line in found.lines())
