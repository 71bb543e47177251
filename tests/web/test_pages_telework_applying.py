"""Applying for telework on a phone: taps, the last request as template, the deadline in sight, the rules noted."""

from datetime import UTC, datetime

import pytest

from tests.web.page_world import pages
from tests.web.telework_world import FRIDAY, NEW, acted, asked, document, number_of

THURSDAY_DAY = "2026-11-12"
TYPED = {"where": "home", "tasks": "設計書の確認", "reachable_by": "内線 2525", "agreed": "1"}


@pytest.fixture
def world(database, tmp_path):
    with pages(database.settings(), tmp_path) as world:
        yield world


def test_every_day_says_until_when_one_applies_and_which_is_too_late(world):
    page = world.person("road-officer").open(NEW)
    assert "今日 R8.11.12（木） 期限後 期限（R8.11.11（水）17:15）を過ぎています。" in page.text
    assert "明日 R8.11.13（金） 申請は今日17:15まで" in page.text
    assert "R8.11.16（月） 申請はR8.11.13（金）17:15まで" in page.text
    assert page.form(NEW)["day"] == FRIDAY


def test_a_request_is_made_and_records_the_rules_that_were_shown(world):
    officer = world.person("road-officer")
    page = officer.send(officer.open(NEW), NEW, **TYPED)
    made = document(world, number_of(page))
    assert (made["state"], made["day"], made["late"]) == ("submitted", FRIDAY, False)
    assert made["rules"]["service_rules"] == "2022-09"
    assert "「申請」を記録しました。" in page.text
    assert "道路課長の承認・命令を待っています" in page.text


def test_the_next_sheet_is_filled_in_with_the_last_request(world):
    officer = world.person("road-officer")
    asked(world, kind="satellite_office", place="training-3f", tasks="橋梁点検の整理")
    page = officer.open(NEW)
    typed = page.form(NEW)
    assert (typed["where"], typed["tasks"]) == ("satellite_office:training-3f", "橋梁点検の整理")
    assert typed["day"] == "2026-11-16"
    assert "明日 R8.11.13（金） この日は申請済みです" in page.text
    assert "空席 12日10席・13日9席・16日10席" in page.text


def test_too_late_needs_a_reason_and_nothing_typed_is_lost(world):
    officer = world.person("road-officer")
    refused = officer.send(officer.open(NEW), NEW, **TYPED, day=THURSDAY_DAY, work_pattern="late")
    assert refused.status == 422
    assert "申請の期限を過ぎています。遅れた理由を入力すれば申請できます。" in refused.text
    assert refused.form(NEW)["tasks"] == "設計書の確認"
    done = officer.send(refused, NEW, late_reason="子の発熱のため")
    assert document(world, number_of(done))["late"] is True
    assert "期限後 申請期限" in done.text
    assert "理由: 子の発熱のため" in done.text


def test_without_taking_note_of_the_rules_nothing_is_sent(world):
    officer = world.person("road-officer")
    head = world.head
    refused = officer.send(officer.open(NEW), NEW, **{**TYPED, "agreed": ""})
    assert (refused.status, world.head) == (400, head)
    assert "決まりを読んで、この欄に印を付けてください。" in refused.text


def test_what_is_missing_is_said_at_each_field(world):
    officer = world.person("road-officer")
    refused = officer.send(officer.open(NEW), NEW, day="other", other_day="", where="home", tasks=" ", agreed="1")
    assert refused.status == 400
    for told in ("実施日を選んでください。", "業務内容を入力してください。", "所属から連絡できる番号などを"):
        assert told in refused.text, told


def test_another_day_may_be_typed_in_the_japanese_way(world):
    officer = world.person("road-officer")
    page = officer.send(officer.open(NEW), NEW, **TYPED, day="other", other_day="R8.12.1")
    assert document(world, number_of(page))["day"] == "2026-12-01"


def test_a_refusal_of_the_rules_stands_at_the_field_that_caused_it(world):
    officer = world.person("road-officer")
    typed = TYPED | {"where": "satellite_office:training-3f", "work_pattern": "early"}
    refused = officer.send(officer.open(NEW), NEW, **typed)
    assert refused.status == 422
    assert 'id="e-work_pattern"' in refused.html
    closed = officer.send(refused, NEW, where="home", day="other", other_day="2026-11-14")
    assert "閉庁日" in closed.text
    assert 'id="e-day"' in closed.html


def test_a_day_is_divided_into_telework_and_leave(world):
    officer = world.person("road-officer")
    slots = {"slot_kind": ["telework", "leave", "", ""], "slot_from": ["08:30", "15:00", "", ""],
             "slot_to": ["15:00", "17:15", "", ""]}  # fmt: skip
    page = officer.send(officer.open(NEW), NEW, **TYPED, **slots)
    made = document(world, number_of(page))
    assert [(each["kind"], each["from"], each["to"]) for each in made["slots"]] == [
        ("telework", "08:30", "15:00"), ("leave", "15:00", "17:15"),
    ]  # fmt: skip
    assert "15:00–17:15 休暇" in page.text
    half = officer.send(officer.open(NEW), NEW, **TYPED, slot_kind=["leave"], slot_from=["15時"], slot_to=["17:15"])
    assert (half.status, "種類と、から・までの時刻" in half.text) == (400, True)


def test_a_sheet_sent_twice_makes_one_request(world):
    officer = world.person("road-officer")
    sheet = officer.open(NEW)
    first, head = officer.send(sheet, NEW, **TYPED), world.head
    second = officer.send(sheet, NEW, **TYPED)
    assert (number_of(first), world.head) == (number_of(second), head)


def test_a_sheet_of_another_site_is_refused(world):
    officer = world.person("road-officer")
    typed = officer.open(NEW).form(NEW) | TYPED | {"form_token": "x"}
    assert officer.http.post(NEW, data=typed).status_code == 403


def test_what_was_ordered_is_changed_on_the_same_sheet_and_waits_anew(world):
    officer, number = world.person("road-officer"), asked(world)
    acted(world, "road-director", "approve", number)
    path = f"/telework-requests/{number}/change"
    sheet = officer.open(path)
    assert "今の命令は効力を失い" in sheet.text
    changed = officer.send(sheet, path, where="satellite_office:training-3f", agreed="1")
    made = document(world, number)
    assert (made["state"], made["kind"], made["tasks"]) == ("submitted", "satellite_office", "道路台帳の更新")
    assert "それまでの命令は効力を失いました。" in changed.text
    unchanged = officer.send(officer.open(path), path, agreed="1")
    assert unchanged.status == 422
    assert "変更された項目がありません。" in unchanged.text


def test_what_was_returned_is_handed_in_again(world):
    officer, number = world.person("road-officer"), asked(world)
    acted(world, "road-director", "return", number, reason="業務内容を具体的に")
    page = officer.open(f"/telework-requests/{number}")
    assert "業務内容を具体的に" in page.text
    path = f"/telework-requests/{number}/change"
    officer.send(officer.open(path), path, tasks="道路台帳の3路線の更新", agreed="1")
    assert document(world, number)["state"] == "submitted"


def test_only_heads_are_offered_people_to_order_and_the_order_needs_no_request(world):
    path = "/telework-orders/new"
    assert "命令する職員はいません" in world.person("road-officer").open(path).text
    director = world.person("road-director")
    sheet = director.open(path)
    offered = sheet.html.split('id="f-to_post"')[1].split("</select>")[0]
    assert "road-officer" in offered
    assert "road-director" not in offered
    world.clock.set(datetime(2026, 11, 14, 0, 0, tzinfo=UTC))  # a Saturday
    director = world.person("road-director")
    typed = {"to_post": "road-officer", "day": "2026-11-14", "where": "home", "tasks": "被害状況の整理"}
    refused = director.send(director.open(path), path, **typed)
    assert (refused.status, "理由を入力してください" in refused.text) == (400, True)
    page = director.send(refused, path, reason="大雨のため登庁できない")
    made = document(world, number_of(page))
    assert (made["state"], made["by_command"]) == ("ordered", True)
    assert "大雨のため登庁できない" in page.text
