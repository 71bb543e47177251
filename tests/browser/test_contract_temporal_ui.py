"""電子契約 in the Temporal Web UI as the finance division sees it: what is waited for and what the platform did; names
and titles only for those whom the codec knows.
"""

import base64
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from kessai.story.cases import CaseWalker
from kessai.story.contracts import COMPANY, MEMBER, OFFICER, ContractWalker
from kessai.story.walker import Case
from tests.browser.phone import chromium
from tests.browser.test_temporal_ui import keep, logged_in
from tests.conftest import RunningInstance

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
WAIT_MILLISECONDS = 30_000
DATA = re.compile(r'"data": ?"([^"]+)"')
TITLE = "河川監視装置点検業務委託"
TEXT = {
    "contract_class": "services", "title": TITLE, "amount_yen": 3_300_000, "tax_yen": 300_000, "place": "県内一円",
    "prefecture": {"name": "県(デモ)", "address": "県庁所在地一丁目1番1号", "representative": "知事　職員0001"},
    "counterparties": [{**COMPANY, "address": "県庁所在地二丁目2番2号", "representative": "代表取締役　署名者01"}],
    "period_from": "2027-01-04", "period_to": "2027-03-19",
}  # fmt: skip


@pytest.fixture(scope="module")
def contract(instance: RunningInstance) -> Case:
    """A contract out for signature: decided, certified by the platform, the counterparty invited."""
    told: list[str] = []
    cases = CaseWalker(instance.api_url, instance.token, told.append)
    walk = ContractWalker(instance.api_url, instance.token, told.append, settings=instance.settings, cases=cases)
    case = walk.released("contract-temporal-ui", "outsourcing", TEXT)
    _, case = walk.await_fact(OFFICER, case, "contract.invited.v1")
    walk.close()
    cases.close()
    return case


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_a_contract_says_in_japanese_what_it_waits_for(
    browser: Browser, instance: RunningInstance, contract: Case
) -> None:
    page = logged_in(browser, instance, "会計課長")
    page.goto(process(instance, contract))
    for text in ("電子契約", "相手方の署名者1の署名を待っています", "基盤の証明署名 第1回", "同意の記録"):
        expect(page.get_by_text(text).first).to_be_visible(timeout=WAIT_MILLISECONDS)
    keep(page, "temporal-contract.png")
    details(page)
    page.get_by_text("Search Attributes").first.click()
    columns = page.locator("main")
    for text in ("署名依頼中", contract["number"], "3300000", "2026", "DueAt"):
        expect(columns).to_contain_text(text, timeout=WAIT_MILLISECONDS)
    page.context.close()


def details(page: Page) -> None:
    page.get_by_role("tab", name="User Metadata").or_(page.get_by_text("User Metadata")).first.click()
    shown = page.frame_locator("iframe").last
    expect(shown.get_by_text(TITLE)).to_be_visible(timeout=WAIT_MILLISECONDS)
    expect(shown.get_by_role("table")).to_contain_text("立会人型")
    expect(shown.get_by_text("Kessaiで開く")).to_be_visible()
    for personal in (MEMBER["name"], MEMBER["email"], MEMBER["phone"]):
        expect(shown.get_by_text(personal)).to_have_count(0)
    keep(page, "temporal-contract-details.png")


def test_what_the_web_ui_is_given_names_nobody_until_the_codec_opens_it(
    instance: RunningInstance, contract: Case
) -> None:
    where = f"{instance.addresses.ui}/api/v1/namespaces/kessai/workflows/contract-{contract['number']}"
    history = httpx.get(f"{where}/history", params={"maximumPageSize": 500}, timeout=30).raise_for_status().text
    column = httpx.get(where, timeout=30).raise_for_status().text
    payloads = [base64.b64decode(each).decode("utf-8", "replace") for each in DATA.findall(history + column)]
    assert any(contract["number"] in each for each in payloads)
    told = "\n".join((history, column, *payloads))
    for personal in (*MEMBER.values(), COMPANY["name"], COMPANY["corporate_number"], TITLE):
        assert personal not in told


def process(instance: RunningInstance, contract: Case) -> str:
    return f"{instance.addresses.ui}/namespaces/kessai/workflows/contract-{contract['number']}"
