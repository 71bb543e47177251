"""A head decides on a train: the real instance, a real browser, 360 × 740 pixels."""

import time
from uuid import uuid4

import httpx
import pytest

from tests.browser.phone import phone

pytestmark = pytest.mark.browser
TITLE = "道路台帳システム改修業務の委託"
CASE = {
    "kind": "outsourcing",
    "title": TITLE,
    "body": "次のとおり委託してよろしいか伺います。\n\n1 目的\n道路台帳の更新を効率化する。\n\n2 方法\n一般競争入札",
    "amount_yen": 12_000_000,
    "counterparty": {"name": "受注者A社"},
}
READ_MODELS_WITHIN_SECONDS = 20.0


@pytest.fixture
def api(instance):
    """Commands of others, through the API; the lists know of each before the test goes on."""

    def post(path, body, by):
        headers = {"Authorization": f"Bearer {instance.token(by)}", "Idempotency-Key": uuid4().hex}
        answer = httpx.post(f"{instance.api_url}{path}", json=body, headers=headers, timeout=30)
        assert answer.status_code in (200, 201), answer.text
        _await_lists(instance, by, answer.headers["Kessai-Position"])
        return answer.json()

    return post


def _await_lists(instance, by, position):
    until = time.monotonic() + READ_MODELS_WITHIN_SECONDS
    headers = {"Authorization": f"Bearer {instance.token(by)}"}
    while (answer := httpx.get(f"{instance.api_url}/v1/inbox?after={position}", headers=headers)).status_code != 200:
        assert answer.status_code == 503, answer.text
        assert time.monotonic() < until, "the read models do not follow"


def test_a_case_is_found_understood_and_decided(instance, browser, api, pictures):
    number = api("/v1/approvals", CASE | {"urgent": True}, "road-officer")["number"]
    for by in ("road-chief", "road-lead", "road-director"):
        api(f"/v1/approvals/{number}/approve", {}, by)
    api(
        f"/v1/approvals/{number}/concur",
        {"outcome": "agree_with_opinion", "opinion": "予算の範囲内です。"},
        "affairs-director",
    )
    with phone(browser, instance.api_url, pictures) as deputy:
        deputy.log_in("construction-deputy")
        deputy.picture("page-inbox")
        deputy.page.get_by_role("link", name=TITLE).first.click()
        assert "予算の範囲内です。" in deputy.page.inner_text("main")
        assert "決裁すると、この案件は「決裁済み」になります。" in deputy.page.inner_text("main")
        deputy.picture("page-case")
        assert not deputy.overflows()
        deputy.page.get_by_label("コメント").fill("適切と認めます。")
        deputy.page.get_by_role("button", name="決裁する").click()
        deputy.page.wait_for_selector(".flash")
        assert "決裁済み" in deputy.page.inner_text("main")
        deputy.picture("page-decided")
        deputy.page.get_by_role("link", name="受信箱へ").click()
        assert number not in deputy.page.inner_text("main")
        assert deputy.complaints == []


def test_a_case_is_returned_and_not_ended(instance, browser, api, pictures):
    number = api("/v1/approvals", CASE, "road-officer")["number"]
    with phone(browser, instance.api_url, pictures) as chief:
        chief.log_in("road-chief")
        chief.open(f"/approvals/{number}")
        chief.page.get_by_role("link", name="差戻し: 修正して続ける").click()
        chief.picture("page-return")
        chief.page.get_by_label("理由").fill("積算の根拠を付けてください。")
        chief.page.get_by_role("button", name="差し戻す").click()
        chief.page.wait_for_selector(".flash")
        assert "差戻し" in chief.page.inner_text(".badge")
        chief.picture("page-returned")
        assert chief.complaints == []
    with phone(browser, instance.api_url, pictures) as drafter:
        drafter.log_in("road-officer")
        drafter.open(f"/approvals/{number}")
        assert "積算の根拠を付けてください。" in drafter.page.inner_text("main")


def test_a_case_is_drafted_with_its_route_in_sight(instance, browser, pictures):
    with phone(browser, instance.api_url, pictures) as drafter:
        drafter.log_in("road-officer")
        drafter.page.get_by_role("link", name="起案", exact=True).click()
        drafter.page.get_by_label("種別").select_option(label="委託料")
        drafter.page.get_by_label("金額").fill("1200万")
        drafter.page.get_by_label("件名").fill("橋梁点検業務の委託")
        drafter.page.wait_for_selector("#preview .route")
        assert "総務課長に合議します。" in drafter.page.inner_text("#preview")
        drafter.page.set_input_files(
            "#f-upload", {"name": "仕様書.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
        )
        drafter.page.get_by_role("button", name="回付の経路を確認する").click()
        drafter.picture("page-preview")
        drafter.page.get_by_role("button", name="この経路で提出する").click()
        drafter.page.wait_for_selector(".flash")
        assert "仕様書.pdf" in drafter.page.inner_text("main")
        assert "道路課道路係長の回議を待っています" in drafter.page.inner_text("main")
        drafter.picture("page-submitted")
        assert drafter.complaints == []
