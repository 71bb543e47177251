"""The draft sheet: the route is seen before anything is submitted, files come along, and nothing typed gets lost."""

import re

import pytest

from tests.web.page_world import pages

SHEET = {
    "kind": "outsourcing",
    "title": "道路台帳システム改修業務の委託",
    "body": "次のとおり委託してよろしいか伺います。",
    "amount_yen": "12,000,000",
    "counterparty_name": "受注者A社",
}
NEW = "/approvals/new"


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with pages(database.settings(), tmp_path_factory.mktemp("drafts")) as world:
        yield world


@pytest.fixture(scope="module")
def drafter(world):
    return world.person("road-officer")


def filled(drafter, **more):
    """The sheet with its route shown."""
    return drafter.send(drafter.open(NEW), NEW, step="preview", **{**SHEET, **more})


def number_of(page):
    (number,) = re.findall(r"/approvals/(R8-\d{6})", str(page.response.url))
    return number


def test_the_route_with_its_reasons_is_shown_before_anything_is_submitted(world, drafter):
    before = world.head
    page = filled(drafter)
    assert page.status == 200
    for told in (
        "このまま出すとこう回ります",
        "決裁者 建設部次長（職員0502）",
        "総務課長に合議します。",
        "この経路で提出する",
    ):
        assert told in page.text, told
    assert world.head == before


def test_what_was_shown_is_submitted(world, drafter):
    page = drafter.send(filled(drafter), NEW, step="submit")
    number = number_of(page)
    assert "「起案」を記録しました。" in page.text
    document = world.document(number)
    assert (document["state"], document["amount_yen"], document["counterparty"]) == (
        "in_review",
        12_000_000,
        {"name": "受注者A社", "corporate_number": None},
    )


def test_the_sheet_sent_twice_makes_one_case(world, drafter):
    page = filled(drafter)
    first, second = (drafter.send(page, NEW, step="submit") for _ in range(2))
    assert number_of(first) == number_of(second)


def test_nothing_is_submitted_that_was_not_shown(world, drafter):
    before = world.head
    page = drafter.send(filled(drafter), NEW, step="submit", amount_yen="64,000,000")
    assert "内容が、経路を確認したときから変わっています" in page.text
    assert "副知事(第2順位)" in page.text
    assert world.head == before
    assert drafter.send(drafter.open(NEW), NEW, step="submit", **SHEET).status == 200
    assert world.head == before


def test_wrong_input_is_named_at_its_field_and_everything_typed_stays(drafter):
    page = drafter.send(
        drafter.open(NEW), NEW, step="preview",
        **{**SHEET, "amount_yen": "たくさん", "period_from": "2026-12-01", "counterparty_number": "12"},
    )  # fmt: skip
    assert page.status == 400
    assert "金額は数字で入力してください" in page.text
    assert "期間は始まりと終わりの両方を入力してください" in page.text
    form = page.form(NEW)
    assert (form["title"], form["amount_yen"], form["counterparty_number"]) == (SHEET["title"], "たくさん", "12")
    number = drafter.send(page, NEW, step="preview", amount_yen="1200万円", period_from="")
    assert number.status == 400
    assert 'id="e-counterparty"' in number.html


def test_a_rule_that_refuses_the_draft_is_told_at_its_field(drafter):
    page = filled(drafter, amount_yen="")
    assert page.status == 422
    assert "この種別には金額が必要です" in page.text
    assert 'id="e-amount_yen"' in page.html


def test_an_amount_may_be_written_as_people_write_it(world, drafter):
    for written, meant in (("１２，０００，０００円", 12_000_000), ("1億2000万", 120_000_000), ("¥500", 500)):
        page = drafter.send(filled(drafter, amount_yen=written), NEW, step="submit")
        assert world.document(number_of(page))["amount_yen"] == meant, written


def test_files_are_kept_ordered_removed_and_chosen_as_the_contract(world, drafter):
    files = [("files", ("契約書案.pdf", b"%PDF-1.7 contract")), ("files", ("見積.txt", "見積".encode()))]
    page = drafter.send(drafter.open(NEW), NEW, files=files, step="attach", **SHEET)
    form = page.form(NEW)
    assert form["file_name"] == ["契約書案.pdf", "見積.txt"]
    assert form["title"] == SHEET["title"]
    turned = drafter.send(page, NEW, step="attach", file_place=["2", "1"])
    assert turned.form(NEW)["file_name"] == ["見積.txt", "契約書案.pdf"]
    contract = turned.form(NEW)["file_sha"][1]
    shown = drafter.send(turned, NEW, step="preview", contract_document=contract)
    document = world.document(number_of(drafter.send(shown, NEW, step="submit")))
    assert [each["name"] for each in document["attachments"]] == ["見積.txt", "契約書案.pdf"]
    assert document["contract_document"] == contract
    gone = drafter.send(turned, NEW, step="attach", file_remove="0")
    assert gone.form(NEW)["file_name"] == "契約書案.pdf"


def test_a_contract_that_is_no_pdf_is_refused_at_its_field(drafter):
    page = drafter.send(drafter.open(NEW), NEW, files=[("files", ("案.txt", b"text"))], step="attach", **SHEET)
    refused = drafter.send(page, NEW, step="preview", contract_document=page.form(NEW)["file_sha"])
    assert refused.status == 422
    assert 'id="e-contract_document"' in refused.html


def test_an_empty_file_is_refused_and_the_sheet_stays(drafter):
    page = drafter.send(drafter.open(NEW), NEW, files=[("files", ("空.txt", b""))], step="preview", **SHEET)
    assert page.status == 400
    assert "空のファイルは添付できません" in page.text
    assert page.form(NEW)["title"] == SHEET["title"]


def test_a_draft_can_be_kept_and_submitted_later(world, drafter):
    page = drafter.send(drafter.open(NEW), NEW, step="save", **SHEET)
    number = number_of(page)
    assert world.document(number)["state"] == "draft"
    assert "提出していない下書きです" in drafter.open("/?tab=drafts").text
    assert "提出すると、道路課道路係長（職員0523）の回議に進みます。" in page.text
    drafter.send(page, f"/approvals/{number}/acts/submit")
    assert world.document(number)["state"] == "in_review"


def test_an_earlier_case_is_copied_without_its_days_and_files(world, drafter):
    number = world.submitted(period={"from": "2026-12-01", "to": "2027-03-31"}, flags=["important"])
    assert "前の案件を写す" in drafter.open(NEW).text
    form = drafter.open(f"{NEW}?copy={number}").form(NEW)
    assert (form["kind"], form["amount_yen"], form["flags"]) == ("outsourcing", "12,000,000", "important")
    assert (form["period_from"], form["amends"]) == ("", "")


def test_a_decided_case_is_changed_by_a_new_one_that_names_it(world, drafter):
    number = world.submitted(amount_yen=900_000)
    world.walk(number, "road-chief", "road-lead", "road-director")
    assert "変更・取消を起案する" in drafter.open(f"/approvals/{number}").text
    page = drafter.open(f"{NEW}?amends={number}")
    shown = drafter.send(page, NEW, step="preview", amount_yen="11,000,000")
    assert "変更後の総額" in shown.text


def test_nobody_copies_a_case_they_may_not_see(world):
    number = world.submitted()
    assert world.person("housing-officer").open(f"{NEW}?copy={number}").status == 404


def test_a_case_is_amended_after_before_and_after_were_shown(world, drafter):
    number = world.submitted()
    world.walk(number, "road-chief")
    page = drafter.open(f"/approvals/{number}/amend")
    shown = drafter.send(page, "/approvals/amend", step="preview", amount_yen="25,000,000", reason="数量の増")
    for told in ("変更前: 12,000,000円 → 変更後: 25,000,000円", "無効になり", "道路課道路係長（職員0523）", "建設部長"):
        assert told in shown.text, told
    assert world.document(number)["amount_yen"] == 12_000_000
    done = drafter.send(shown, "/approvals/amend", step="submit")
    assert "「修正」を記録しました。" in done.text
    document = world.document(number)
    assert (document["amount_yen"], document["waiting_on"], document["round"]) == (25_000_000, ["road-chief"], 2)


def test_a_returned_case_is_corrected_and_submitted_again(world, drafter):
    number = world.submitted()
    world.api.write("road-chief", "return", number, to_step="drafter", reason="積算の根拠を付けること")
    assert "差し戻されました" in drafter.open("/?tab=drafts").text
    assert "修正: 内容を直す" in drafter.open(f"/approvals/{number}").text
    page = drafter.open(f"/approvals/{number}/amend")
    files = [("files", ("積算.pdf", b"%PDF-1.7 x"))]
    shown = drafter.send(page, "/approvals/amend", files=files, step="preview", reason="積算を添付")
    assert "1. 積算.pdf" in shown.text
    assert "道路課道路係長" in shown.text
    amended = drafter.send(shown, "/approvals/amend", step="submit")
    drafter.send(amended, f"/approvals/{number}/acts/submit")
    assert world.document(number)["state"] == "in_review"


def test_a_file_of_the_same_name_replaces_and_the_old_one_can_still_be_opened(world, drafter):
    first = world.api.upload(b"%PDF-1.7 first", "仕様書.pdf", key="s1").json()
    number = world.submitted(attachments=[{"sha256": first["sha256"], "name": "仕様書.pdf"}])
    page = drafter.open(f"/approvals/{number}/amend")
    shown = drafter.send(
        page, "/approvals/amend", files=[("files", ("仕様書.pdf", b"%PDF-1.7 second"))], step="preview", reason="差替え"
    )
    drafter.send(shown, "/approvals/amend", step="submit")
    kept = world.document(number)["attachments"]
    assert [each["name"] for each in kept] == ["仕様書.pdf"]
    assert kept[0]["sha256"] != first["sha256"]
    assert drafter.http.get(f"/approvals/{number}/files/{first['sha256']}").content == b"%PDF-1.7 first"


def test_amending_nothing_is_refused_in_words(world, drafter):
    number = world.submitted()
    page = drafter.open(f"/approvals/{number}/amend")
    refused = drafter.send(page, "/approvals/amend", step="preview", reason="なし")
    assert refused.status == 422
    assert "変更された項目がありません" in refused.text


def test_only_the_drafter_amends(world):
    number = world.submitted()
    page = world.person("road-chief").open(f"/approvals/{number}/amend")
    assert page.status == 200
    refused = world.person("road-chief")
    answer = refused.send(
        refused.open(f"/approvals/{number}/amend"), "/approvals/amend", step="preview", title="別の件名", reason="x"
    )
    assert answer.status == 403


def test_one_drafts_as_the_post_one_chooses(world):
    deputy = world.person("construction-deputy")
    page = deputy.send(deputy.open(NEW), NEW, step="preview", **{**SHEET, "post_as": "works-director"})
    assert page.status == 200
    sent = deputy.send(page, NEW, step="submit")
    assert world.document(number_of(sent))["drafter"]["post"] == "works-director"
    foreign = deputy.send(deputy.open(NEW), NEW, step="preview", **{**SHEET, "post_as": "governor"})
    assert foreign.status == 403
