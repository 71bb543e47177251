"""Following applies every event exactly once, whatever is killed and however many run (I18)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from eventsourcing.persistence import PersistenceError

from domain.ledger.mapper import UnknownEvent
from projections.approval import APPROVAL
from projections.folding import StreamApplier
from projections.following import Follower
from projections.projection import Work
from tests.ledger.projection_world import World, counting


class Killed(StreamApplier[int]):
    """Loses its connection after it has written, the first time."""

    times = count()

    def apply(self, work: Work) -> None:
        super().apply(work)
        if next(self.times) == 0:
            work.cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def facts(world: World) -> dict[str, int]:
    return {row["stream"]: row["facts"] for row in world.rows("rm_counting")}


def in_ledger(world: World, *numbers: str) -> dict[str, int]:
    return {f"approval-{number}": len(world.reader.facts(f"approval-{number}")) for number in numbers}


def test_a_batch_killed_after_writing_leaves_nothing_and_is_applied_once_i18(world: World) -> None:
    counts = counting()
    world.install(counts)
    number = world.seeded().drafted()
    follower = world.follower(counts)
    follower._applier = Killed(counts)
    before = world.position.positions()["counting"]
    with pytest.raises(PersistenceError):
        follower.step()
    assert facts(world) == {}
    assert world.position.positions()["counting"] == before
    assert follower.step() > 0
    assert follower.step() == 0
    assert facts(world) == in_ledger(world, number)


def test_many_runners_at_once_apply_every_event_once_i18(world: World) -> None:
    applied: list[tuple[str, int]] = []
    counts = counting(after=lambda change: applied.extend((fact.stream, fact.version) for fact in change.facts))
    world.install(counts)
    world.seeded()
    writing = threading.Event()

    def follow(limit: int) -> None:
        follower = world.follower(counts)
        while follower.step(limit) or not writing.is_set():
            continue

    with ThreadPoolExecutor(4) as pool:
        runners = [pool.submit(follow, limit) for limit in (1, 2, 7)]
        numbers = [world.decided(world.drafted()) for _ in range(4)]
        writing.set()
        for runner in runners:
            runner.result()
    assert facts(world) == in_ledger(world, *numbers)
    assert len(applied) == len(set(applied)) == sum(in_ledger(world, *numbers).values())


def test_two_runners_on_overlapping_batches_wait_for_each_other_i18(world: World) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def wait(_change: object) -> None:
        inside.set()
        assert go_on.wait(10)

    slow, quick = counting(after=wait), counting()
    world.install(quick)
    number = world.seeded().drafted()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(world.follower(slow).step)
        assert inside.wait(10)
        second = pool.submit(world.follower(quick).step)
        assert not second.done()
        go_on.set()
        assert first.result() > 0
        assert second.result() == 0
    assert facts(world) == in_ledger(world, number)


def test_an_event_of_another_process_moves_the_position_and_nothing_else(world: World) -> None:
    world.seeded()
    world.follow()
    world.raw("elsewhere-1", 1, "elsewhere.told.v1")
    world.follow()
    assert world.position.reached() == world.reader.head()
    assert world.rows("rm_approval") == []


def test_an_event_of_its_own_process_that_it_cannot_read_stops_it_loudly_and_nothing_moves(world: World) -> None:
    number = world.seeded().drafted()
    world.follow()
    at = world.position.positions()["approval"]
    world.raw(f"approval-{number}", 99, "approval.dreamt.v9")
    with pytest.raises(UnknownEvent):
        world.follow(APPROVAL)
    assert world.position.positions()["approval"] == at


def test_what_it_remembers_of_a_rolled_back_batch_is_never_used(world: World) -> None:
    trouble = {"left": 1}

    def stumble(_change: object) -> None:
        if trouble["left"]:
            trouble["left"] -= 1
            raise RuntimeError("stumbled")

    counts = counting(after=stumble)
    world.install(counts)
    number = world.seeded().drafted()
    follower = world.follower(counts)
    with pytest.raises(RuntimeError):
        follower.step()
    world.decided(number)
    while follower.step(2):
        continue
    assert facts(world) == in_ledger(world, number)


def test_batches_of_any_size_give_the_same_rows(world: World) -> None:
    numbers = [world.seeded().decided(world.drafted()), world.drafted()]
    results = []
    for limit in (1, 3, 1_000):
        counts = counting(name=f"by{limit}")
        world.install(counts)
        follower = Follower(world.reads, world.reader, counts, world.active(counts))
        while follower.step(limit):
            continue
        results.append({row["stream"]: row["facts"] for row in world.rows(f"rm_by{limit}")})
    assert results == [in_ledger(world, *numbers)] * 3
