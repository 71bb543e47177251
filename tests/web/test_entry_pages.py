"""Registers on pages: forms drawn from the definition, the buttons of the moment, one press for a loss, CSV."""

import re

import pytest

from tests.records.entry_story import LOSS, SERVICE, USB
from tests.web.entry_world import enter, entry_pages

NEW = "/registers/asset-carry-out/new"
SHEET = {f"v_{name}": value for name, value in {**USB, "carry_on": "R8.11.12", "return_by": "令和8年11月20日"}.items()}


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with entry_pages(database.settings(), tmp_path_factory.mktemp("entry-pages")) as world:
        yield world


def number_of(page):
    (number,) = re.findall(r"/register-entries/(R8-\d{6})", str(page.response.url))
    return number


def made(world, post="road-officer", **changed):
    person = world.person(post)
    return number_of(person.send(person.open(NEW), NEW, **{**SHEET, **changed}))


def do(person, number, verb, **typed):
    action = f"/register-entries/{number}/acts/{verb}"
    return person.send(person.open(action), action, **typed)


def test_every_register_is_found_and_says_what_it_is_for(world):
    page = world.person("road-officer").open("/registers")
    for told in ("情報資産持出管理簿", "情報資産事故記録簿", "クラウドサービス利用台帳", "内線2212"):
        assert told in page.text, told


def test_the_form_is_drawn_from_the_definition_and_says_what_follows(world):
    page = world.person("road-officer").open(NEW)
    for told in ("資産の種類 必須", "返却する日 必須", "暗号化している", "所属長）の判断を待ちます"):
        assert told in page.text, told
    assert 'type="date"' in page.html
    assert 'name="v_conditions"' not in page.html


def test_an_entry_is_made_permitted_carried_out_and_returned(world):
    number, officer, head = made(world), world.person("road-officer"), world.person("road-director")
    page = officer.open(f"/register-entries/{number}")
    assert "許可待ち" in page.text
    assert f"/register-entries/{number}/acts/permit" not in page.html
    assert f"/register-entries/{number}/acts/withdraw" in page.html
    page = do(head, number, "permit", v_conditions="暗号化すること")
    assert "「持出許可」を記録しました。" in page.text
    assert "暗号化すること" in page.text
    do(officer, number, "carry-out")
    assert "返却の確認待ち" in do(officer, number, "return").text
    page = do(head, number, "check-return", v_returned_in="whole")
    assert "返却済み" in page.text
    assert "できること" not in page.text


def test_what_is_wrong_comes_back_with_everything_typed(world):
    person = world.person("road-officer")
    page = person.send(person.open(NEW), NEW, **{**SHEET, "v_content": "", "v_return_by": "いつか"})
    assert page.status == 400
    assert "入力してください" in page.text
    assert page.form(NEW)["v_destination"] == USB["destination"]
    page = person.send(person.open(NEW), NEW, **{**SHEET, "v_return_by": "R8.11.1"})
    assert (page.status, 'id="e-v_return_by"' in page.html) == (422, True)


def test_a_form_kept_in_a_tab_says_that_it_is_no_longer_open(world):
    number, head = made(world), world.person("road-director")
    do(head, number, "permit")
    assert "開かれていません" in head.open(f"/register-entries/{number}/acts/permit").text
    assert head.open(f"/register-entries/{number}/acts/fly").status == 404


def test_a_list_waits_for_ones_own_last_act_only_once(world):
    person = world.person("road-officer")
    number = number_of(person.send(person.open(NEW), NEW, **SHEET))
    assert number in person.open("/registers/asset-carry-out").text
    assert "反映を待っています" not in person.open("/").text


def test_pressed_twice_an_entry_is_made_once(world):
    person = world.person("road-officer")
    form = person.open(NEW).form(NEW) | SHEET
    first, second = (person.http.post(NEW, data=form, follow_redirects=False) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]


def test_a_loss_is_one_form_and_one_press_without_anybodys_permission(world):
    person, new = world.person("road-officer"), "/registers/incident/new"
    page = person.open(new)
    for told in ("内線2212", "許可を待たずに記録され", "情報政策課の全員に同時に知らせます", "直ちに報告する"):
        assert told in page.text, told
    asked, folded = page.html.split("分かれば書く")
    assert ("v_asset" in asked, "v_place" in asked, "v_place" in folded) == (True, False, True)
    page = person.send(page, new, v_kind="theft", v_asset="phone", v_happened_at="2026-11-12T08:50")
    number = number_of(page)
    for told in ("報告済み", "道路課長（職員0521）", "情報政策課情報基盤係長", "令和8年11月12日 08:50"):
        assert told in page.text, told
    notices = world.person("road-director").open("/?tab=notices")
    assert f'href="/register-entries/{number}"' in notices.html
    assert f'href="/register-entries/{number}"' in world.person("ict-chief").open("/").html


def test_a_lost_carry_out_leads_to_the_report_with_its_number_filled_in(world):
    number, officer = made(world), world.person("road-officer")
    do(world.person("road-director"), number, "permit")
    do(officer, number, "carry-out")
    page = do(officer, number, "lose", v_reason="置き忘れ")
    assert page.form("/registers/incident/new")["v_carry_out"] == number
    incident = number_of(officer.send(page, "/registers/incident/new", v_kind="loss", v_asset="usb"))
    assert "続けて" in officer.open(f"/register-entries/{number}").text
    assert "事故として処理" in do(officer, number, "link-incident", v_incident=incident).text


def test_a_third_register_is_there_without_a_line_of_code(world):
    person, new = world.person("road-officer"), "/registers/cloud-service/new"
    sheet = {f"v_{name}": value for name, value in SERVICE.items()}
    number = number_of(person.send(person.open(new), new, **sheet))
    ict = world.person("ict-director")
    page = do(ict, number, "approve", v_expires_on="2027-03-31", v_conditions="要約を確かめる")
    assert "承認" in page.text
    report = person.send(person.open(new), new, **{**sheet, "v_classification": "class-3"})
    assert "報告済み" in report.text


def test_the_list_is_narrowed_and_saved(world):
    enter(world.api, "asset-carry-out", {**USB, "content": "検索用の図面", "return_by": "2026-11-20"}, key="list")
    person = world.person("road-officer")
    page = person.open("/registers/asset-carry-out?text=検索用の図面")
    assert page.text.count("検索用の図面") >= 1
    assert "1件" in page.text
    assert person.open("/registers/asset-carry-out?from=昨日").status == 400
    assert person.open("/registers/keys").status == 404
    saved = person.http.get("/registers/asset-carry-out/csv?text=検索用の図面&encoding=shift_jis")
    assert saved.headers["content-type"] == "text/csv; charset=shift_jis"
    assert "検索用の図面" in saved.content.decode("cp932")


def test_a_confidential_entry_is_not_there_for_others(world):
    number = enter(world.api, "incident", LOSS, key="confidential")
    assert world.person("road-chief").open(f"/register-entries/{number}").status == 404
