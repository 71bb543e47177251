"""`?after=` waits until the read models are there; the tracking table is the library's; the roles can do just what
they need.
"""

import asyncio
import sys
import threading
from typing import Any

import eventsourcing.cryptography
import psycopg
import pytest
from eventsourcing.postgres import PostgresTrackingRecorder
from psycopg.sql import SQL, Identifier

# The shipped cases import the pycryptodome cipher by name; the same class over `cryptography` stands in for it (ES-13).
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)

from eventsourcing.tests.persistence import TrackingRecorderTestCase  # noqa: E402  # after the line above

from kessai.embedded.roles import APPLICATION  # noqa: E402
from projections.position import Behind  # noqa: E402
from projections.rebuilding import rebuild  # noqa: E402
from projections.register import PROJECTIONS  # noqa: E402
from projections.schema import create, drop_unregistered  # noqa: E402
from tests.conftest import Database  # noqa: E402
from tests.ledger.projection_world import World, counting  # noqa: E402

TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = %(schema)s"


def test_waiting_ends_when_the_slowest_read_model_is_there(world: World) -> None:
    number = world.seeded().drafted()
    head = world.reader.head()
    timer = threading.Timer(0.1, world.follow)
    timer.start()
    assert world.position.wait_for(head) == head
    assert world.rows("rm_approval")[0]["number"] == number
    timer.join()


def test_waiting_for_what_does_not_come_ends_with_behind(world: World) -> None:
    world.seeded()
    with pytest.raises(Behind) as behind:
        world.position.wait_for(world.reader.head(), timeout_seconds=0.05)
    assert (behind.value.wanted, behind.value.reached) == (world.reader.head(), 0)
    world.follow(PROJECTIONS[0])
    assert world.position.wait_for(world.reader.head(), projections=("approval",)) == world.reader.head()
    with pytest.raises(Behind):
        world.position.wait_for(1, timeout_seconds=0.05)


async def test_waiting_without_a_thread_is_the_same(world: World) -> None:
    world.seeded()
    waiting = asyncio.create_task(world.position.wait_for_async(world.reader.head()))
    await asyncio.to_thread(world.follow)
    assert await waiting == world.reader.head()
    with pytest.raises(Behind):
        await world.position.wait_for_async(world.reader.head() + 1, timeout_seconds=0.05)


def test_lag_counts_events_and_seconds_since_the_oldest_that_is_missing(world: World) -> None:
    world.seeded()
    world.follow()
    assert {(lag.events, lag.seconds) for lag in world.position.lag(world.schema)} == {(0, 0.0)}
    world.drafted()
    world.follow(PROJECTIONS[0])
    found = {lag.projection: lag for lag in world.position.lag(world.schema)}
    followed = found.pop(PROJECTIONS[0].name)
    assert (followed.events, followed.seconds) == (0, 0.0)
    assert found.keys() == {each.name for each in PROJECTIONS[1:]}
    assert all(lag.events > 0 and lag.seconds > 0 for lag in found.values())


class TestTheTrackingTableIsTheLibrarys(TrackingRecorderTestCase):
    """The shipped cases, on the table that our migration makes."""

    world: World

    @pytest.fixture(autouse=True)
    def _prefecture(self, world: World) -> None:
        self.world = world

    def create_recorder(self) -> PostgresTrackingRecorder:
        return self.world.reads.tracking


del TrackingRecorderTestCase  # or it would be collected without a recorder


def test_creating_again_changes_nothing(world: World) -> None:
    world.seeded().drafted()
    world.follow()
    before = (world.rows("projection_generation"), world.rows("projection_tracking"), world.rows("rm_approval"))
    with psycopg.connect(world.settings.owner_database_url) as connection:
        create(connection, world.schema, APPLICATION)
    assert (world.rows("projection_generation"), world.rows("projection_tracking"), world.rows("rm_approval")) == before


def test_a_read_model_that_no_longer_exists_is_dropped_and_nobody_waits_for_it(world: World) -> None:
    former = counting()
    world.install(former)
    world.seeded().drafted()
    world.follow()
    assert world.position.reached() == 0
    with psycopg.connect(world.settings.owner_database_url) as connection:
        drop_unregistered(connection, world.schema, APPLICATION)
    assert world.position.reached() == world.reader.head()
    tables = world.reads.select(TABLES, {"schema": world.reads.schema})
    found = {row["table_name"] for row in tables if row["table_name"].startswith("rm_")}
    assert found == {f"{t.name}{suffix}" for each in PROJECTIONS for t in each.tables for suffix in ("", "_g1")}


def test_a_role_that_may_only_read_reads_also_what_is_rebuilt_later(world: World, database: Database) -> None:
    counts = counting()
    reader = f"reader_{world.schema}"
    with database.superuser() as connection:
        connection.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(reader)))
    with psycopg.connect(world.settings.owner_database_url) as connection:
        create(connection, world.schema, APPLICATION, readers=(reader,), projections=(counts,))
    world.seeded().drafted()
    rebuild(world.reads, world.reader, counts)
    with database.superuser() as connection:
        connection.execute(SQL("SET ROLE {}").format(Identifier(reader)))
        select: Any = SQL("SELECT count(*) FROM {}").format(Identifier(world.reads.schema, "rm_counting"))
        assert connection.execute(select).fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(SQL("DELETE FROM {}").format(Identifier(world.reads.schema, "rm_counting")))
