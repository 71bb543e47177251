"""A prefecture of its own for each test of the read models."""

from collections.abc import Iterator

import pytest

from tests.conftest import Database
from tests.ledger.projection_world import World


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """Empty ledger, read models as the migration makes them."""
    world = World(database.settings())
    yield world
    world.close()
