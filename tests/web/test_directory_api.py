"""The directory over HTTP: who is who on a day, for whoever has a post."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from api.shapes.directory import AbsencePage, Me, PersonPage, PostPage, ProposalPage, UnitPage
from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened, refused


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    with opened(database.settings(), tmp_path_factory.mktemp("api")) as world:
        yield world


def everything(world: ApiWorld, path: str, shape, **parameters) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    found, cursor = [], None
    while True:
        query = "&".join(
            f"{name}={value}" for name, value in {**parameters, **({"cursor": cursor} if cursor else {})}.items()
        )
        response = world.get(f"{path}?{query}")
        shape.model_validate_json(response.content)
        found += response.json()["items"]
        cursor = response.json()["next_cursor"]
        if cursor is None:
            return found


def test_units_and_posts_and_people_come_in_pages(world: ApiWorld) -> None:
    units = everything(world, "/v1/directory/units", UnitPage, limit=7)
    posts = everything(world, "/v1/directory/posts", PostPage, limit=9)
    people = everything(world, "/v1/directory/people", PersonPage, limit=11)
    assert {"road", "construction", "pref"} <= {unit["code"] for unit in units}
    assert len(posts) == len({post["code"] for post in posts}) > 50
    deputy = next(person for person in people if person["person"] == "0502")
    assert deputy["posts"] == ["construction-deputy", "works-director"]


def test_a_vacant_post_shows_who_acts_for_it(world: ApiWorld) -> None:
    posts = everything(world, "/v1/directory/posts", PostPage, unit="farming")
    director = next(post for post in posts if post["code"] == "farming-director")
    assert director["acting"] == "agriculture-director"
    assert (director["holder"]["person"], director["holder"]["acting"]) == ("0401", True)


def test_the_directory_of_another_day(world: ApiWorld) -> None:
    assert everything(world, "/v1/directory/units", UnitPage, on="2020-01-01") == []
    assert everything(world, "/v1/directory/posts", PostPage, on="2026-04-01", unit="road") != []


def test_who_am_i(world: ApiWorld) -> None:
    response = world.get("/v1/directory/me", post="construction-deputy")
    Me.model_validate_json(response.content)
    me = response.json()
    assert (me["person"], me["post"]) == ("0502", "construction-deputy")
    assert [post["code"] for post in me["posts"]] == ["construction-deputy", "works-director"]
    chosen = world.get("/v1/directory/me", post="construction-deputy", **{"Kessai-Post": "works-director"})
    assert chosen.json()["post"] == "works-director"
    assert world.get("/v1/directory/me", post="personnel-director").json()["roles"] == ["directory-admin"]


def test_the_reason_of_an_absence_is_for_the_person_the_line_and_the_administrator(world: ApiWorld) -> None:
    absences = everything(world, "/v1/directory/absences", AbsencePage)
    if not absences:  # the demo's absence is over by the machine's clock
        pytest.skip("the demo organisation's absence has ended")
    assert absences[0]["reason"] is None
    by_admin = world.get("/v1/directory/absences", post="personnel-director").json()["items"]
    assert by_admin[0]["reason"] == "海外出張"


def test_no_proposal_waits(world: ApiWorld) -> None:
    assert everything(world, "/v1/directory/proposals", ProposalPage) == []


def test_somebody_without_a_post_reads_nothing(world: ApiWorld) -> None:
    token = world.tokens.for_person("9999", post=None)
    response = world.http.get("/v1/directory/units", headers={"Authorization": f"Bearer {token}"})
    refused(response, "forbidden", 403)


def test_an_expired_token_is_told_so(world: ApiWorld) -> None:
    token = world.tokens.for_person("0525", post="road-officer", lifetime=timedelta(days=-1))
    response = world.http.get("/v1/directory/me", headers={"Authorization": f"Bearer {token}"})
    refused(response, "token-expired", 401)
