"""テレワークデイズ on pages: opened, days tapped, ratios in a table, closed; what is wrong comes back as typed."""

import re

import pytest

from domain.telework import RECORD as TELEWORK
from tests.web.campaign_world import AFTERWARDS, DAYS, OPEN, fix_result
from tests.web.entry_world import entry_pages

NEW = "/telework-campaigns/new"
SHEET = {"name": OPEN["name"], "first_day": "R8.11.16", "last_day": "令和8年12月11日", "target_percent": "", "note": ""}


@pytest.fixture
def world(database, tmp_path):
    with entry_pages(database.settings(), tmp_path) as world:
        yield world


@pytest.fixture
def number(world):
    organiser = world.person("reform-director")
    page = organiser.send(organiser.open(NEW), NEW, **SHEET)
    (found,) = set(re.findall(r"/telework-campaigns/(R8-\d{6})", str(page.response.url)))
    return found


def choose(person, number, *days, unit="road"):
    action = f"/telework-campaigns/{number}/join"
    return person.send(person.open(f"{action}?unit={unit}"), action, days=list(days))


def test_only_an_organiser_is_offered_to_open_one(world):
    assert NEW in world.person("reform-director").open("/telework-campaigns").html
    assert NEW not in world.person("road-director").open("/telework-campaigns").html


def test_a_head_finds_it_in_the_inbox_and_taps_the_days(world, number):
    head = world.person("road-director")
    assert "所属の実施日を選んでください" in head.open("/").text
    page = head.open(f"/telework-campaigns/{number}")
    assert "未回答" in page.text
    page = choose(head, number, *DAYS)
    assert "「参加と実施日の選択」を記録しました。" in page.text
    assert "R8.11.18" in page.text
    assert "所属の実施日を選んでください" not in head.open("/").text
    page = choose(head, number, DAYS[1])
    assert "1日" in page.text
    action = f"/telework-campaigns/{number}/leave"
    page = head.send(head.open(f"{action}?unit=road"), action)
    assert "不参加" in page.text


def test_nothing_tapped_comes_back_with_what_to_do(world, number):
    head = world.person("road-director")
    page = choose(head, number)
    assert (page.status, 'id="e-days"' in page.html) == (400, True)
    officer = world.person("road-officer").open(f"/telework-campaigns/{number}")
    assert f"/telework-campaigns/{number}/join" not in officer.html
    assert world.person("road-officer").open(f"/telework-campaigns/{number}/join").status == 403


def test_the_page_shows_planned_and_actual_and_afterwards_the_result(world, number):
    head, organiser = world.person("road-director"), world.person("reform-director")
    choose(head, number, *DAYS)
    asked = {"kind": "home", "day": DAYS[0], "tasks": "整理", "reachable_by": "内線1"}
    world.api.write_to(TELEWORK.noun, "road-officer", "submit", "R8-800001", **asked)
    page = head.open(f"/telework-campaigns/{number}")
    assert "今の予定と実績" in page.text
    assert 'class="bar"' in page.html
    assert re.search(r"1/\d+人", page.text)
    assert f"/telework-campaigns/{number}/acts/close" not in organiser.open(f"/telework-campaigns/{number}").html
    world.clock.set(AFTERWARDS)
    head, organiser = world.person("road-director"), world.person("reform-director")  # sessions do not last for weeks
    assert "終了して実施結果を確定してください" in organiser.open("/").text
    action = f"/telework-campaigns/{number}/acts/close"
    page = organiser.send(organiser.open(action), action, comment="終わりました。")
    assert "結果集計中" in page.text
    fix_result(world.api, number)
    page = head.open(f"/telework-campaigns/{number}")
    assert "実施結果（確定）" in page.text
    assert "終わりました。" in page.text
    assert "実績" in organiser.open("/telework-campaigns").text


def test_what_is_wrong_comes_back_with_everything_typed(world):
    organiser = world.person("reform-director")
    page = organiser.send(organiser.open(NEW), NEW, **{**SHEET, "name": "", "last_day": "いつか"})
    assert page.status == 400
    assert "入力してください" in page.text
    assert page.form(NEW)["first_day"] == "R8.11.16"
    page = organiser.send(organiser.open(NEW), NEW, **{**SHEET, "last_day": "R8.11.13"})
    assert (page.status, 'id="e-last_day"' in page.html) == (422, True)
    assert organiser.open("/telework-campaigns/R8-999999").status == 404
    assert organiser.open("/telework-campaigns?cursor=x").status == 400


def test_the_organiser_calls_it_off_with_a_reason(world, number):
    organiser = world.person("reform-director")
    action = f"/telework-campaigns/{number}/acts/cancel"
    page = organiser.send(organiser.open(action), action, reason="大雪への対応を優先するため")
    assert "中止" in page.text
    assert "大雪への対応を優先するため" in page.text
    assert organiser.open(f"/telework-campaigns/{number}/acts/fly").status == 404
