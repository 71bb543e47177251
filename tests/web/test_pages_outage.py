"""When a part is down: a person reads what happened, keeps what they typed, and presses the same button again."""

import pytest

from tests.web.page_world import pages, straight


@pytest.fixture
def world(database, tmp_path):
    with pages(database.settings(), tmp_path, without_temporal=True) as world:
        yield world


def test_an_act_that_could_not_be_delivered_is_sent_again_as_the_same_one(world):
    number, chief = world.submitted(), world.person("road-chief")
    action = f"/approvals/{number}/acts/approve"
    page = chief.open(f"/approvals/{number}")
    refused = chief.send(page, action, comment="異議ありません")
    assert refused.status in (503, 504)
    assert "もう一度お試しください" in refused.text
    assert "同じ内容でもう一度送る" in refused.text
    form = refused.form(action)
    assert (form["comment"], form["key"]) == ("異議ありません", page.form(action)["key"])
    straight(world.api)
    assert "「承認」を記録しました。" in chief.send(refused, action).text
    again = chief.send(refused, action)
    assert (again.status, world.document(number)["waiting_on"]) == (200, ["road-lead"])


def test_reading_goes_on(world):
    number, chief = world.submitted(), world.person("road-chief")
    for path in ("/", "/approvals", f"/approvals/{number}", f"/approvals/{number}/history", "/approvals/new"):
        assert chief.open(path).status == 200, path
