"""電子契約 on pages: prepared from the decision, consented, sent, signed, kept; what is wrong comes back as typed."""

import re

import pytest

from api.pages.act_fields import ActForm
from api.pages.contract_acts import ACTS
from domain.contract import RECORD
from domain.contract.verbs import BY_EITHER, BY_OFFICIALS
from tests.web.contract_world import SIGNS, contracting
from tests.web.signing_world import COMPANY

NEW = "/contracts/new"
SIGNER_TYPED = {"p1_s_name": "署名者01", "p1_s_email": "signer01@example.co.jp", "p1_s_phone": "090-0000-0001"}


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with contracting(database.settings(), tmp_path_factory.mktemp("contract-pages")) as world:
        yield world


@pytest.fixture(scope="module")
def officer(world):
    return world.pages.person("road-officer")


def number_of(page):
    (found,) = set(re.findall(r"/contracts/(R8-\d{6})$", str(page.response.url)))
    return found


def act(person, number, verb, *, at="", files=None, **typed):
    """Open an act's own page and send its form."""
    page = person.open(f"/contracts/{number}/acts/{verb}")
    return person.send(page, at or f"/contracts/{number}/acts/{verb}", files=files, **typed)


def test_every_verb_of_an_official_is_offered_by_its_own_form():
    two_phases = {"prepare", "complete"}  # with a key outside: by programs
    assert set(ACTS) == (set(BY_OFFICIALS) | set(BY_EITHER)) - two_phases - RECORD.creates
    for verb, one in ACTS.items():
        if isinstance(one.form, ActForm):
            named = {field.name for field in one.form.fields} | set(one.form.fixed)
            assert named <= set(RECORD.commands[verb].model_fields), verb


def test_a_decided_case_leads_to_a_contract_prefilled_with_what_was_decided(world, officer):
    document = world.typeset()["sha256"]
    approval = world.decided(document, period={"from": "2026-12-01", "to": "2027-03-19"})
    case = officer.open(f"/approvals/{approval}")
    assert f"{NEW}?approval={approval}" in case.html
    sheet = officer.open(f"{NEW}?approval={approval}")
    filled = sheet.form(NEW)
    assert (filled["p1_name"], filled["class"], filled["effective_from"]) == (COMPANY, "services", "2026-12-01")
    page = officer.send(sheet, NEW, step="create", **SIGNER_TYPED)
    number = number_of(page)
    assert "「契約の準備」を記録しました。" in page.text
    assert "同意がまだありません" in page.text
    assert number in officer.open(f"/contracts?q={approval}").text


def test_what_is_wrong_comes_back_with_everything_typed(world, officer):
    document = world.typeset()["sha256"]
    approval = world.decided(document)
    page = officer.send(officer.open(f"{NEW}?approval={approval}"), NEW, step="create", p1_s_name="署名者01")
    assert (page.status, 'id="e-p1_s_email"' in page.html) == (400, True)
    assert page.form(NEW)["p1_s_name"] == "署名者01"
    typed = {**SIGNER_TYPED, "p1_s_email": "not a mailbox"}
    page = officer.send(officer.open(f"{NEW}?approval={approval}"), NEW, step="create", **typed)
    assert (page.status, 'id="e-p1_s_email"' in page.html) == (400, True)
    past = {
        **SIGNER_TYPED,
        "contract_date_rule": "written",
        "written_date": "2026-11-12",
        "effective_from": "2026-10-01",
    }
    page = officer.send(officer.open(f"{NEW}?approval={approval}"), NEW, step="create", **past)
    assert (page.status, 'id="e-retroactive_reason"' in page.html) == (422, True)
    more = officer.send(officer.open(f"{NEW}?approval={approval}"), NEW, step="more", p1_s_name="署名者01")
    assert (more.form(NEW)["p1_s_name"], "p2_s_email" in more.form(NEW)) == ("署名者01", True)
    assert officer.open(f"{NEW}?approval=R8-999999").status == 404
    left = officer.open(NEW).text
    assert approval in left
    assert world.signing.contract(world.signing.prepared(mark="not left")).content.basis.approval not in left


def test_an_officer_takes_a_contract_to_its_signers_and_the_prefecture_signs(world, officer):
    document = world.typeset()["sha256"]
    approval = world.decided(document)
    number = number_of(officer.send(officer.open(f"{NEW}?approval={approval}"), NEW, step="create", **SIGNER_TYPED))
    assert "相手方の同意を記録してください" in officer.open("/").text
    form = {"form": ("同意書.pdf", b"%PDF-1.7 consent", "application/pdf")}
    page = act(officer, number, "consent", at="/contracts/with-file/consent", files=form, received_on="R8.11.10")
    assert "「同意の記録」を記録しました。" in page.text
    assert "同意書" in page.text
    assert officer.http.get(f"/contracts/{number}/files/{'0' * 64}").status_code == 404
    kept = re.search(rf"/contracts/{number}/files/([0-9a-f]{{64}})", page.html)
    assert kept is not None
    assert officer.http.get(f"/contracts/{number}/files/{kept.group(1)}").content == b"%PDF-1.7 consent"
    page = act(officer, number, "release", expires_in_days="10")
    assert "署名依頼中" in page.text
    world.signing.platform(number)
    assert "依頼済み" in officer.open(f"/contracts/{number}").text
    page = act(
        officer, number, "change-signer", signer="1", to_name="署名者02", to_email="signer02@example.co.jp",
        to_phone="090-0000-0002", reason="担当者の異動による",
    )  # fmt: skip
    assert "署名者02" in page.text
    page = act(officer, number, "change-signer", signer="1", to_name="署名者03", to_email="?", reason="-")
    assert (page.status, 'id="e-to_email"' in page.html) == (400, True)


def test_the_prefectures_signer_finds_it_in_the_inbox_and_signs_what_is_shown(world):
    number = world.agreed("inbox")
    signer = world.pages.person(SIGNS)
    assert "県として署名してください" in signer.open("/").text
    assert "選んだ契約を署名する" in signer.open("/contracts/batch").text
    page = signer.open(f"/contracts/{number}")
    assert f"/contracts/{number}/pages/1" in page.html
    image = signer.http.get(f"/contracts/{number}/pages/1")
    assert image.headers["content-type"] == "image/png"
    unticked = signer.send(page, f"/contracts/{number}/acts/sign")
    assert (unticked.status, 'id="e-confirmed"' in unticked.html) == (400, True)
    page = signer.send(signer.open(f"/contracts/{number}"), f"/contracts/{number}/acts/sign", confirmed="1")
    assert "「県の署名」を記録しました。" in page.text
    world.signing.platform(number)
    page = signer.open(f"/contracts/{number}")
    assert "締結" in page.text
    assert "20,000円の節減" in page.text
    assert "契約日" in page.text
    document = signer.http.get(f"/contracts/{number}/files/document")
    assert document.headers["content-disposition"].startswith("attachment;")
    assert "-20261112-" in document.headers["content-disposition"]


def test_a_contract_that_goes_to_paper_waits_for_the_scan(world, officer):
    number = world.signing.prepared(mark="paper")
    page = act(officer, number, "switch-to-paper", reason="相手方の申出による", confirmed="1")
    assert "書面に切替え" in page.text
    scan = {"document": ("契約書.pdf", b"%PDF-1.7 scan", "application/pdf")}
    missing = act(officer, number, "file-paper", at="/contracts/with-file/file-paper", contract_date="2026-11-12")
    assert (missing.status, 'id="e-document"' in missing.html) == (400, True)
    page = act(
        officer, number, "file-paper", at="/contracts/with-file/file-paper", files=scan, contract_date="2027-01-01"
    )
    assert (page.status, 'id="e-contract_date"' in page.html) == (422, True)
    assert "選んだファイルは受け取っています。" in page.text
    stolen = officer.http.post(
        f"/contracts/{number}/acts/file-paper",
        data={**page.form("/contracts/with-file/file-paper"), "document": world.typeset()["sha256"]},
    )
    assert stolen.status_code == 422
    again = page.form("/contracts/with-file/file-paper")
    page = officer.send(page, "/contracts/with-file/file-paper", **{**again, "contract_date": "R8.11.12"})
    assert "（書面）" in page.text


def test_another_post_of_the_prefecture_signs_after_a_transfer(world, officer):
    number = world.signing.prepared(mark="own")
    action = f"/contracts/{number}/own-signer"
    page = officer.send(officer.open(action), action, post="road-director", reason="人事異動による")
    assert "道路課長" in page.text
    page = officer.send(officer.open(action), action, post="road-officer", reason="-")
    assert (page.status, 'id="e-post"' in page.html) == (422, True)


def test_many_are_chosen_and_sent_and_the_page_says_how_far_it_is(world, officer):
    ready = [world.signing.prepared(mark=f"page-{n}") for n in range(3)]
    page = officer.open("/contracts/batch")
    nothing = officer.http.post("/contracts/batch", data={**page.form("/contracts/batch"), "numbers": []})
    assert nothing.status_code == 400
    page = officer.send(officer.open("/contracts/batch"), "/contracts/batch", numbers=[*ready, "R8-999999"])
    assert "/contracts/batches/" in str(page.response.url)
    while "最新の状態を見る" in page.text:
        page = officer.open(page.response.url.path)
    assert "4件のうち 3件が済み" in page.text
    assert "見つかりません" in page.text
    other = world.pages.person("road-chief")
    assert other.open(page.response.url.path).status == 404
    listing = officer.open("/contracts/batch?verb=create")
    broken = {"file": ("一覧.csv", "色\n赤\n".encode(), "text/csv")}
    page = officer.send(listing, "/contracts/batch-file", files=broken)
    assert (page.status, 'id="e-file"' in page.html) == (400, True)


def test_lists_reports_and_custody_are_pages_too(world, officer):
    number = world.signing.concluded()
    assert (
        number in officer.open("/contracts?counterparty=受注者&from=R8.11.1&to=R8.11.30&min=1200万&max=12,000,000").text
    )
    assert officer.open("/contracts?min=たくさん").status == 400
    assert officer.open("/contracts?corporate_number=1").status == 400
    assert "見つかりませんでした" in officer.open("/contracts?counterparty=どこにもない").text
    got = officer.http.get("/contracts/csv?counterparty=受注者")
    assert number in got.content.decode("utf-8-sig")
    assert number in officer.open("/contracts/custody?which=unarchived").text
    assert re.search(r"[1-9]0,000円", officer.open("/contracts/reports?by=class").text)
    assert officer.open("/contracts/custody?cursor=x").status == 400
    stranger = world.pages.person("farming-officer")
    assert number not in stranger.open("/contracts").text
    assert stranger.open(f"/contracts/{number}").status == 404


def test_an_act_that_is_not_open_says_so_and_ends_nothing_by_one_press(world, officer):
    number = world.signing.prepared(mark="closed")
    page = officer.open(f"/contracts/{number}/acts/sign")
    assert "開かれていません" in page.text
    page = act(officer, number, "withdraw", reason="見直し")
    assert (page.status, 'id="e-confirmed"' in page.html) == (400, True)
    page = act(officer, number, "withdraw", reason="見直し", confirmed="1")
    assert "取下げ" in page.text
    assert officer.open(f"/contracts/{number}/acts/fly").status == 404
