"""The projector: live within a blink, one leader with stand-bys, stopped loudly by an error and started again."""

import threading
import time
from typing import Any

import psycopg
import structlog
from eventsourcing.persistence import PersistenceError

from projections.folding import Change
from projections.following import Follower
from projections.projector import Projector
from projections.register import PROJECTIONS
from projections.store import APPLICATION_NAME
from tests.ledger.projection_world import WAIT_SECONDS, World, counting, eventually

KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %(name)s"


def caught_up(world: World) -> bool:
    """Whether the read models are at the head; a killed connection of the question's own says no."""
    try:
        return world.position.reached() == world.reader.head()
    except PersistenceError:
        return False


def test_a_command_is_in_the_list_moments_later(world: World) -> None:
    world.seeded()
    with world.projecting() as projector:
        eventually(projector.leading.is_set)
        world.position.wait_for(world.reader.head())
        delays = []
        for _ in range(5):
            number = world.drafted()
            begun = time.monotonic()
            world.position.wait_for(world.reader.head())
            delays.append(time.monotonic() - begun)
            assert number in [row["number"] for row in world.rows("rm_approval")]
    assert sorted(delays)[2] < 0.5, delays


def test_a_lost_notification_costs_at_most_the_polling_interval(world: World) -> None:
    world.seeded()
    with world.projecting() as projector:
        eventually(projector.leading.is_set)
        world.position.wait_for(world.reader.head())
        with world.reader.connection() as connection:  # an insert that tells nobody
            connection.execute(
                "INSERT INTO " + f'"{world.schema}".ledger_events '
                "SELECT 'elsewhere-1', 1, 'elsewhere.told.v1', '', max(notification_id) + 1, clock_timestamp(), '' "
                f'FROM "{world.schema}".ledger_events'
            )
        world.position.wait_for(world.reader.head(), timeout_seconds=3)


def test_one_leads_and_the_other_takes_over_when_it_ends(world: World) -> None:
    world.seeded()
    with world.projecting() as second:
        eventually(second.leading.is_set)
        with world.projecting() as first:
            number = world.drafted()
            world.position.wait_for(world.reader.head())
            assert not first.leading.is_set()
    with world.projecting() as third:
        eventually(third.leading.is_set)
        world.decided(number)
        world.position.wait_for(world.reader.head())


def test_a_leader_that_loses_its_connection_comes_back_and_nothing_is_missed(world: World) -> None:
    world.seeded()
    with world.projecting() as projector:
        eventually(projector.leading.is_set)
        number = world.drafted()
        for _ in range(3):
            with psycopg.connect(world.settings.database_url, autocommit=True) as connection:
                killed = connection.execute(KILL, {"name": APPLICATION_NAME}).fetchall()
            assert killed
            number = world.drafted()
            eventually(lambda: caught_up(world))
        eventually(projector.leading.is_set)
    rows = world.rows("rm_approval")
    assert len(rows) == 4
    assert number in {row["number"] for row in rows}


def test_two_leaders_by_accident_apply_once_i18(world: World) -> None:
    applied: list[tuple[str, int]] = []
    counts = counting(after=lambda change: applied.extend((fact.stream, fact.version) for fact in change.facts))
    world.install(counts)
    world.seeded()

    class Headstrong(Projector):
        def _take_lead(self, session: psycopg.Connection) -> bool:
            return True

    stop = threading.Event()
    threads = [
        threading.Thread(target=Headstrong(world.reads, world.reader, (counts,)).run, args=(stop,)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    try:
        numbers = [world.decided(world.drafted()) for _ in range(5)]
        world.position.wait_for(world.reader.head(), projections=("counting",), timeout_seconds=WAIT_SECONDS)
    finally:
        stop.set()
        for thread in threads:
            thread.join(WAIT_SECONDS)
    assert len(applied) == len(set(applied)) == sum(len(world.reader.facts(f"approval-{number}")) for number in numbers)


def test_an_error_stops_that_read_model_loudly_and_no_other(world: World) -> None:
    broken = {"still": True}

    def fail(_change: Change[int]) -> None:
        if broken["still"]:
            raise ZeroDivisionError

    counts = counting(after=fail)
    world.install(counts)
    world.seeded()
    number = world.drafted()
    with structlog.testing.capture_logs() as logs, world.projecting((counts, *PROJECTIONS)) as projector:
        world.position.wait_for(world.reader.head(), projections=("approval", "directory"))
        eventually(lambda: projector.health["counting"].restarts >= 2)
        assert projector.health["counting"].error == "ZeroDivisionError"
        assert projector.health["approval"].error is None
        assert world.position.positions()["counting"] == 0
        broken["still"] = False
        world.position.wait_for(world.reader.head(), timeout_seconds=WAIT_SECONDS)
        eventually(lambda: projector.health["counting"].error is None)
    stops = [entry for entry in logs if entry["event"] == "projection-stopped"]
    assert len(stops) >= 2
    assert all(entry["log_level"] == "error" and entry["exc_info"] for entry in stops)
    assert [entry["again_in_seconds"] for entry in stops][:2] == [0.2, 0.4]
    assert [row["stream"] for row in world.rows("rm_counting")] == [f"approval-{number}"]


def test_a_new_edition_is_rebuilt_before_it_is_followed(world: World) -> None:
    old, new = counting(), counting(edition=2)
    world.install(old)
    number = world.seeded().drafted()
    world.follow(old)
    with world.projecting((new,)):
        eventually(lambda: world.active(new).number == 2)
        world.decided(number)
        world.position.wait_for(world.reader.head(), projections=("counting",))
    assert world.rows("rm_counting")[0]["facts"] == len(world.reader.facts(f"approval-{number}"))


def test_a_read_model_far_behind_is_folded_anew_instead_of_followed(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("projections.projector.FAR_BEHIND_EVENTS", 5)
    counts = counting()
    world.install(counts)
    world.seeded().drafted()
    with world.projecting((counts,)):
        world.position.wait_for(world.reader.head(), projections=("counting",))
    assert world.active(counts).number == 2


def test_a_stopped_projector_lets_go_of_the_lead(world: World) -> None:
    for _ in range(2):
        with world.projecting(()) as projector:
            eventually(projector.leading.is_set)
        assert not projector.leading.is_set()
    assert isinstance(world.follower(PROJECTIONS[0]), Follower)
