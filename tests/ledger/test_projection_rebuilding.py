"""A rebuilt read model equals the live one row for row (I9), and takes its place while people read and write."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from eventsourcing.persistence import PersistenceError

from domain.directory.facts import AbsenceRecorded
from projections.approval import APPROVAL
from projections.directory import DIRECTORY
from projections.folding import StreamApplier
from projections.following import Follower, Retired
from projections.generation import Generations
from projections.projection import Work
from projections.rebuilding import compare, rebuild
from tests.ledger.projection_world import MONDAY, World, counting

OUTSOURCING: dict[str, Any] = {"kind": "outsourcing", "title": "道路台帳の整備業務委託", "amount_yen": 12_000_000}
VIEWS = "SELECT table_name FROM information_schema.tables WHERE table_schema = %(schema)s AND table_name LIKE 'rm%%'"


def lived(world: World) -> None:
    """Cases in many states, followed live in small and large steps."""
    world.seeded()
    world.follow()
    partner = {"name": "株式会社アルファ"}
    decided = world.decided(world.drafted(**OUTSOURCING, counterparty=partner))
    world.follow()
    world.send("enforce", decided, post="road-officer", method="電子契約", seal_mode="electronic")
    world.drafted(submit=False, title="下書き")
    returned = world.drafted(urgent=True)
    world.send(
        "return",
        returned,
        post=world.waiting_post(returned) or "",
        to_step="drafter",
        reason="金額の根拠を添えてください",
    )
    world.follow()
    world.send("amend", returned, post="road-officer", body="根拠を添えました。", reason="差戻しのため")
    world.send("submit", returned, post="road-officer")
    held = world.drafted()
    world.send("hold", held, post=world.waiting_post(held) or "", reason="資料待ち")
    withdrawn = world.drafted()
    world.send("approve", withdrawn, post=world.waiting_post(withdrawn) or "")
    world.send("withdraw", withdrawn, post="road-officer", reason="重複のため")
    shown = world.drafted()
    world.send("circulate", shown, post="road-officer", posts=["road-director", "ict-director"])
    world.send("confirm", shown, post="ict-director")
    absence = AbsenceRecorded(
        absence="a-1", person="0523", begins_at=MONDAY, ends_at=MONDAY + timedelta(days=1), reason="休暇",
        entered_by="0522",
    )  # fmt: skip
    world.directory_facts(absence, by="0522")
    world.follow()


@pytest.mark.parametrize("projection", [APPROVAL, DIRECTORY], ids=lambda projection: projection.name)
def test_a_rebuilt_read_model_equals_the_live_one_row_for_row_i9(world: World, projection: Any) -> None:
    lived(world)
    before = {table.name: world.rows(table.name) for table in projection.tables}
    assert all(before.values())
    compared = compare(world.reads, world.reader, projection)
    assert (compared.differences, compared.shown, compared.position) == (0, (), world.reader.head())
    done = rebuild(world.reads, world.reader, projection)
    assert {table.name: world.rows(table.name) for table in projection.tables} == before
    assert (done.generation, done.position) == (2, world.reader.head())


def test_a_row_changed_by_hand_is_found_and_named_and_a_rebuild_heals_it(world: World) -> None:
    lived(world)
    with world.reads.transaction() as cursor:
        cursor.execute(world.reads.sql("UPDATE {schema}.rm_approval_g1 SET amount_yen = 1 WHERE number = 'R8-000001'"))
        cursor.execute(world.reads.sql("DELETE FROM {schema}.rm_approval_g1 WHERE number = 'R8-000002'"))
    compared = compare(world.reads, world.reader, APPROVAL)
    assert compared.differences == 3
    assert compared.shown == (
        "live: rm_approval ['R8-000001']", "rebuilt: rm_approval ['R8-000001']", "rebuilt: rm_approval ['R8-000002']",
    )  # fmt: skip
    rebuild(world.reads, world.reader, APPROVAL)
    assert compare(world.reads, world.reader, APPROVAL).equal


def test_a_comparison_goes_to_where_the_live_one_is_not_further(world: World) -> None:
    lived(world)
    at = world.reader.head()
    world.drafted()
    assert compare(world.reads, world.reader, APPROVAL) == compare(world.reads, world.reader, APPROVAL)
    assert compare(world.reads, world.reader, APPROVAL).position == at


def test_the_switch_loses_nothing_while_people_write_and_read(world: World) -> None:
    world.seeded()
    done, trouble = threading.Event(), list[BaseException]()

    def write() -> None:
        for _ in range(12):
            world.decided(world.drafted())
        done.set()

    def follow() -> None:
        follower = world.follower(APPROVAL)
        while not done.is_set() or world.position.positions()["approval"] < world.reader.head():
            try:
                follower.step(3)
            except Retired:
                follower = world.follower(APPROVAL)

    def read() -> None:
        seen = 0
        while not done.is_set():
            at = world.position.positions()["approval"]
            assert at >= seen
            rows = world.reads.select("SELECT position FROM {schema}.rm_approval ORDER BY opened")
            assert all(row["position"] for row in rows)
            seen = at

    def rebuild_often() -> None:
        for _ in range(4):
            rebuild(world.reads, world.reader, APPROVAL)

    with ThreadPoolExecutor(5) as pool:
        for work in [pool.submit(each) for each in (write, follow, read, rebuild_often)]:
            if error := work.exception():
                done.set()
                trouble.append(error)
    assert trouble == []
    assert compare(world.reads, world.reader, APPROVAL).equal
    assert world.active(APPROVAL).number == 5
    assert len(world.rows("rm_approval")) == 12


def test_a_rebuild_killed_half_way_leaves_the_live_one_and_the_next_one_clears_up(world: World) -> None:
    counts = counting()
    world.install(counts)
    world.seeded().drafted()
    world.follow(counts)
    rows = world.rows("rm_counting")

    class Killed(StreamApplier[int]):
        def apply(self, work: Work) -> None:
            work.cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with world.reads.transaction() as cursor:  # as a rebuild that died after its fill has left it
        generations = Generations(world.reads.schema)
        generation = generations.begin(cursor, counts)
        generations.create_tables(cursor, counts, generation.suffix)
    dead = Follower(world.reads, world.reader, counts, generation)
    dead._applier = Killed(counts)
    with pytest.raises(PersistenceError):
        dead.step()
    assert world.rows("rm_counting") == rows
    rebuild(world.reads, world.reader, counts)
    assert world.rows("rm_counting") == rows
    tables = world.reads.select(VIEWS, {"schema": world.reads.schema})
    assert sorted(row["table_name"] for row in tables if "counting" in row["table_name"]) == [
        "rm_counting",
        "rm_counting_g3",
    ]


def test_a_reader_that_holds_the_view_delays_the_switch_and_breaks_neither(world: World) -> None:
    counts = counting()
    world.install(counts)
    world.seeded().drafted()
    world.follow(counts)
    with ThreadPoolExecutor(1) as pool:
        with world.reads.transaction() as cursor:
            cursor.execute(world.reads.sql("SELECT * FROM {schema}.rm_counting"))
            switching = pool.submit(rebuild, world.reads, world.reader, counts)
            assert not switching.done()
        assert switching.result().generation == 2


def test_other_columns_are_another_shape_and_the_view_follows(world: World) -> None:
    old, new = counting(), counting(edition=2)
    world.install(old)
    world.seeded().drafted()
    world.follow(old)
    before = world.active(old)
    rebuild(world.reads, world.reader, new)
    after = world.active(new)
    assert before.shape != after.shape
    assert world.follower(new).step() == 0
    with pytest.raises(Retired):
        Follower(world.reads, world.reader, old, before).step()
