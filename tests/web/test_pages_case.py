"""What a person sees of a case, on real pages over a real ledger."""

import re

import pytest

from tests.web.page_world import pages

PAGE_BYTES_MAX = 30 * 1024


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with pages(database.settings(), tmp_path_factory.mktemp("case")) as world:
        yield world


@pytest.fixture(scope="module")
def chief(world):
    return world.person("road-chief")


@pytest.fixture(scope="module")
def drafter(world):
    return world.person("road-officer")


def test_a_case_says_what_it_is_who_decides_why_and_what_a_yes_leads_to(world, chief):
    page = chief.open(f"/approvals/{world.submitted()}")
    assert page.status == 200
    for told in (
        "道路台帳システム改修業務の委託",
        "12,000,000円",
        "受注者A社",
        "建設部次長（職員0502）",
        "次長の専決(20,000,000円未満)に当たるため、建設部次長が決裁します。",
        "総務課長に合議します。",
        "承認すると、道路課総括課長補佐（職員0522）の回議に進みます。",
        "あと1開庁日",
    ):
        assert told in page.text, told


def test_every_step_of_the_route_shows_its_reason(world, chief):
    page = chief.open(f"/approvals/{world.submitted()}")
    assert page.html.count('<li class="step ') == page.html.count('<p class="reason">') - 1 == 5


def test_the_decider_is_told_that_the_case_will_be_decided(world):
    number = world.submitted()
    world.walk(number, "road-chief", "road-lead", "road-director", "affairs-director")
    page = world.person("construction-deputy").open(f"/approvals/{number}")
    assert "決裁すると、この案件は「決裁済み」になります。文書番号が付き、道路課が施行します。" in page.text


def test_nobody_sees_acts_that_are_not_theirs(world, drafter):
    number = world.submitted()
    assert "承認する" not in drafter.open(f"/approvals/{number}").text
    assert "取下げ" in drafter.open(f"/approvals/{number}").text
    governor = world.person("governor").open(f"/approvals/{number}")
    assert "できること" not in governor.text


def test_a_stranger_learns_nothing_of_a_case(world):
    number = world.submitted()
    stranger = world.person("housing-officer")
    for path in ("", "/history", "/acts/approve", "/amend", f"/files/{'0' * 64}"):
        page = stranger.open(f"/approvals/{number}{path}")
        assert (page.status, "道路台帳" in page.html) == (404, False), path


def test_who_is_not_logged_in_is_sent_to_the_login_and_back(world, chief):
    number = world.submitted()
    sent = world.api.http.get(f"/approvals/{number}", headers={"accept": "text/html"})
    assert sent.headers["location"] == f"/login?next=/approvals/{number}"


def test_looking_changes_nothing(world, chief, drafter):
    number = world.submitted()
    before = world.head
    acts = ("approve", "return", "reject", "withdraw", "hold", "circulate")
    paths = [
        "/", "/?tab=see", "/?tab=drafts", "/?tab=notices", "/approvals", "/approvals/new",
        f"/approvals/new?copy={number}", f"/approvals/{number}", f"/approvals/{number}/history",
        f"/approvals/{number}/amend", *(f"/approvals/{number}/acts/{verb}" for verb in acts),
    ]  # fmt: skip
    for path in paths:
        assert drafter.open(path).status == 200, path
        assert chief.open(path).status == 200, path
    assert world.head == before


def test_pages_are_small_and_run_nothing_of_their_own(world, chief):
    number = world.submitted()
    for path in ("/", "/approvals", "/approvals/new", f"/approvals/{number}", f"/approvals/{number}/acts/circulate"):
        page = chief.open(path)
        assert len(page.response.content) < PAGE_BYTES_MAX, path
        policy = page.response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.response.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page.html), path
        assert not re.search(r'(?:src|href|action)="(?!/|#)', page.html), path


def test_what_people_write_is_shown_and_never_run(world, chief):
    number = world.submitted(title="<script>alert(1)</script>", body='"><img src=x onerror=alert(1)>')
    html = chief.open(f"/approvals/{number}").html
    assert "&lt;script&gt;alert(1)" in html
    assert "<img" not in html


def test_the_reader_sees_what_changed_since_they_last_looked(world, chief, drafter):
    number = world.submitted()
    assert "前に見たときから" not in chief.open(f"/approvals/{number}").text
    world.api.write("road-officer", "amend", number, amount_yen=15_000_000, reason="見積の取り直し")
    page = chief.open(f"/approvals/{number}")
    assert "前に見たときから変わったこと" in page.text
    assert "変更前: 12,000,000円 → 変更後: 15,000,000円" in page.text
    assert "見積の取り直し" in page.text
    assert "変更前: 12,000,000円" in chief.open(f"/approvals/{number}").text, "opening it again is not a new look"


def test_fetching_ahead_is_not_looking(world):
    number = world.submitted()
    director = world.person("road-director")
    director.http.get(f"/approvals/{number}")
    world.api.write("road-officer", "amend", number, title="件名を直したもの", reason="誤記")
    director.http.get(f"/approvals/{number}", headers={"Sec-Purpose": "prefetch"})
    assert "前に見たときから" in director.open(f"/approvals/{number}").text


def test_without_a_memory_the_readers_own_last_act_counts_as_seen(world):
    number = world.submitted()
    world.walk(number, "road-chief")
    world.api.write("road-lead", "return", number, to_step="drafter", reason="積算の根拠を付けること")
    page = world.person("road-chief").open(f"/approvals/{number}")
    assert "前に見たときから変わったこと" in page.text
    assert "積算の根拠を付けること" in page.text


def test_the_history_tells_everything_and_leads_to_every_earlier_state(world, chief):
    number = world.submitted()
    world.walk(number, "road-chief")
    world.api.write("road-lead", "return", number, to_step="drafter", reason="積算の根拠を付けること")
    page = chief.open(f"/approvals/{number}/history")
    for told in ("起案", "提出(回付開始)", "承認", "差戻し", "積算の根拠を付けること", "差戻し先: 起案者（職員0525）"):
        assert told in page.text, told
    then = chief.open(f"/approvals/{number}?version=3")
    assert "第3版" in then.text
    assert "道路課道路係長の回議を待っています" in then.text
    assert "承認する" not in then.text


def test_a_version_that_is_no_number_is_answered_with_a_page(world, chief):
    page = chief.open(f"/approvals/{world.submitted()}?version=x")
    assert page.status == 400
    assert "入力に誤りがあります" in page.text


def test_attachments_come_in_order_with_kind_and_size_and_are_never_shown_inline(world, chief, drafter):
    pdf = world.api.upload(b"%PDF-1.7 " + b"x" * 2000, "見積書.pdf", key="p").json()
    text = world.api.upload("添付の説明".encode(), "説明.txt", key="t").json()
    named = [{"sha256": text["sha256"], "name": "説明.txt"}, {"sha256": pdf["sha256"], "name": "見積書.pdf"}]
    number = world.submitted(attachments=named)
    page = chief.open(f"/approvals/{number}")
    assert re.search(r"説明\.txt.*テキスト 15バイト.*見積書\.pdf.*PDF 2KB", page.text)
    sent = chief.http.get(f"/approvals/{number}/files/{pdf['sha256']}")
    assert sent.content.startswith(b"%PDF")
    assert sent.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in sent.headers["content-security-policy"]
    other = world.submitted()
    assert chief.http.get(f"/approvals/{other}/files/{pdf['sha256']}").status_code == 404


def test_a_possible_split_order_is_pointed_out(world, chief):
    world.submitted(counterparty={"name": "受注者Z社"})
    page = chief.open(f"/approvals/{world.submitted(counterparty={'name': '受注者Ｚ社'})}")
    assert "分割発注の疑いがあります" in page.text


def test_an_address_that_does_not_exist_is_answered_with_a_page(chief):
    page = chief.open("/nowhere")
    assert page.status == 404
    assert "受信箱へ" in page.text


def test_static_files_stay_as_long_as_their_content(world, chief):
    page = chief.open("/")
    (address,) = re.findall(r'href="(/static/pages\.css\?v=[0-9a-f]+)"', page.html)
    assert "immutable" in world.api.http.get(address).headers["cache-control"]
    assert world.api.http.get("/static/pages.css?v=0").headers["cache-control"] == "no-cache"
    assert world.api.http.get("/static/..%2Fpages.css").status_code == 404
