"""What a person sees of a case and does with it, on real pages over a real ledger."""

import pytest

from tests.web.page_world import pages


@pytest.fixture
def world(database, tmp_path):
    with pages(database.settings(), tmp_path) as world:
        yield world


def test_try(world):
    number = world.submitted()
    person = world.person("road-chief")
    page = person.open("/")
    print(page.html)
    page = person.open(f"/approvals/{number}")
    print(page.html)
    print(len(page.html))
    assert 0
