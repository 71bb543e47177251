"""A fourth register, which is a text, over HTTP and on its pages: nothing but the text was added."""

from collections.abc import Iterator

import pytest

from api.shapes.entry import EntryDocument, EntryPage, RegisterPage
from domain.clock import civil_date
from tests.conftest import Database
from tests.records.take_home_register import CODE, adopt
from tests.web.api_world import refused
from tests.web.entry_world import enter, entry_pages, move
from tests.web.page_world import PageWorld

LIST = f"/v1/registers/{CODE}/entries"
ORDER = {"to": "road-officer", "explanation": "除雪作業の連絡のため", "until": "2026-11-20"}


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageWorld]:
    with entry_pages(database.settings(), tmp_path_factory.mktemp("fourth")) as world:
        parts = world.api.composition
        adopt(parts.writer, civil_date(parts.clock.now()))
        yield world


def test_its_definition_is_enough_to_draw_a_form(world: PageWorld) -> None:
    response = world.api.get("/v1/registers")
    RegisterPage.model_validate_json(response.content)
    found = {each["register"]: each for each in response.json()["items"]}
    assert [(each["name"], each["type"]) for each in found[CODE]["fields"][:2]] == [
        ("to", "post"),
        ("explanation", "text"),
    ]


def test_an_order_is_given_confirmed_and_listed(world: PageWorld) -> None:
    number = enter(world.api, CODE, ORDER, post="road-director", key="order")
    document = EntryDocument.model_validate_json(world.api.get(f"/v1/register-entries/{number}").content)
    assert (document.waiting_on, document.values[0].value) == (["road-officer"], "road-officer")
    world.api.project()
    waiting = world.api.get("/v1/inbox", "road-officer").json()["items"]
    assert number in [item["case"]["number"] for item in waiting]
    assert move(world.api, number, "confirm", post="road-officer")["state"] == "explained"
    world.api.project()
    page = EntryPage.model_validate_json(world.api.get(LIST, "road-officer").content)
    assert [(each.number, each.state_label) for each in page.items] == [(number, "持帰り中")]


def test_only_a_superior_gives_it(world: PageWorld) -> None:
    refused(world.api.post(LIST, {"fields": ORDER}, post="road-chief", key="no"), "not-unit-head", 403, "fields.to")


def test_its_form_is_drawn_and_says_who_is_told(world: PageWorld) -> None:
    page = world.person("road-director").open(f"/registers/{CODE}/new")
    assert page.status == 200
    assert "命令を受ける職" in page.text
    assert "記入された職に同時に知らせます" in page.text
