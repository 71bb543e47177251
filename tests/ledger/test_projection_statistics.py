"""Statistics: Postgres chooses its plans for as many cases as there are, not for the empty table it once saw."""

from projections.approval import APPROVAL
from projections.statistics import GROWN_EVENTS, Statistics
from tests.ledger.projection_world import World


def counted(world: World, table: str) -> float:
    """How many rows Postgres believes there are."""
    query = "SELECT reltuples FROM pg_class WHERE oid = %(table)s::regclass"
    (row,) = world.reads.select(query, {"table": f'"{world.reads.schema}"."{table}"'})
    return float(row["reltuples"])


def test_a_read_model_that_has_grown_is_counted_at_once_and_not_at_every_event(world: World) -> None:
    world.seeded()
    for _ in range(3):
        world.drafted()
    world.follow(APPROVAL)
    generation = world.follower(APPROVAL).generation
    table = f"rm_approval_{generation.suffix}"
    statistics = Statistics(world.reads, APPROVAL, generation)
    statistics.grown(GROWN_EVENTS - 1)
    assert counted(world, table) <= 0
    statistics.grown(1)
    assert counted(world, table) == 3
    world.drafted()
    world.follow(APPROVAL)
    statistics.grown(GROWN_EVENTS - 1)
    assert counted(world, table) == 3
    statistics.grown(1)
    assert counted(world, table) == 4
