"""The Temporal Web UI as the finance division sees it: Japanese texts, and payloads opened for those who are logged
in.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from kessai.story import cases
from kessai.story.cases import CaseWalker
from tests.browser.phone import chromium
from tests.conftest import RunningInstance

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
# What a person chooses once under "Codec Server" in the UI: use this endpoint, and send the login along.
CODEC_CHOICE = """
localStorage.setItem('endpoint', JSON.stringify('CODEC'));
localStorage.setItem('includeCredentials', 'true');
localStorage.setItem('overrideRemoteCodecConfiguration', 'true');
"""
WIDE = ViewportSize(width=1440, height=1000)


@pytest.fixture(scope="module")
def case(instance: RunningInstance) -> str:
    """The ¥12,000,000 case, waiting for its concurrence."""
    told: list[str] = []
    walk = CaseWalker(instance.api_url, instance.token, told.append)
    drafted = walk.draft(
        "road-officer",
        "temporal-ui",
        kind="outsourcing",
        title="橋梁定期点検業務委託の契約締結",
        body="次のとおり契約を締結してよろしいか伺います。",
        amount_yen=12_000_000,
    )
    number = str(walk.approve_until(drafted, "in_concurrence")["number"])
    cases.routine(walk)
    walk.close()
    return number


@pytest.fixture(scope="module")
def day(instance: RunningInstance) -> str:
    """A request for a day of telework, waiting for the head."""
    asked = {"kind": "home", "day": "2026-12-15", "tasks": "橋梁点検結果の整理", "reachable_by": "内線 2525"}
    return _made(instance, "/v1/telework-requests", asked)


@pytest.fixture(scope="module")
def loss(instance: RunningInstance) -> str:
    """A lost device, reported."""
    return _made(instance, "/v1/registers/incident/entries", {"fields": {"kind": "loss", "asset": "pc"}})


def _made(instance: RunningInstance, path: str, body: Mapping[str, object]) -> str:
    headers = {"Authorization": f"Bearer {instance.token('road-officer')}", "Idempotency-Key": f"temporal-ui{path}"}
    answer = httpx.post(f"{instance.api_url}{path}", json=dict(body), headers=headers, timeout=30)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def logged_in(browser: Browser, instance: RunningInstance, post_title: str | None) -> Page:
    """A page in a context where that post is logged in to Kessai (None: nobody), with credentials sent to the codec."""
    context = browser.new_context(viewport=WIDE, locale="ja-JP", timezone_id="Asia/Tokyo")
    context.add_init_script(CODEC_CHOICE.replace("CODEC", instance.addresses.codec))
    page = context.new_page()
    if post_title is not None:
        page.goto(f"{instance.api_url}/login")
        page.get_by_role("button", name=post_title).first.click()
        page.wait_for_url(f"{instance.api_url}/**")
    return page


def keep(page: Page, name: str) -> None:
    """Keep a screenshot for docs/images when SCREENSHOTS names that folder."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / name)


def test_the_list_says_what_each_case_waits_for(browser: Browser, instance: RunningInstance, case: str) -> None:
    page = logged_in(browser, instance, "会計課長")
    page.goto(f"{instance.addresses.ui}/namespaces/kessai/workflows")
    expect(page.get_by_text(f"approval-{case}").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("電子決裁").first).to_be_visible()
    keep(page, "temporal-list.png")
    page.context.close()


def test_a_case_is_told_in_japanese_to_those_who_may_see_it(
    browser: Browser, instance: RunningInstance, case: str
) -> None:
    page = logged_in(browser, instance, "会計課長")
    page.goto(f"{instance.addresses.ui}/namespaces/kessai/workflows/approval-{case}")
    expect(page.get_by_text("総務課長の合議を待っています").first).to_be_visible(timeout=30_000)
    keep(page, "temporal-case.png")
    page.get_by_role("tab", name="User Metadata").or_(page.get_by_text("User Metadata")).first.click()
    details = page.frame_locator("iframe").last
    expect(details.get_by_text("橋梁定期点検業務委託の契約締結")).to_be_visible(timeout=30_000)
    expect(details.get_by_text("Kessaiで開く")).to_be_visible()
    keep(page, "temporal-details.png")
    page.goto(page.url.replace("/user-metadata", "/history"))
    page.get_by_text("承認").last.click()
    expect(page.get_by_text("road-chief").first).to_be_visible(timeout=30_000)
    keep(page, "temporal-payload.png")
    page.context.close()


def test_a_day_of_telework_is_told_in_japanese(browser: Browser, instance: RunningInstance, day: str) -> None:
    page = logged_in(browser, instance, "会計課長")
    page.goto(f"{instance.addresses.ui}/namespaces/kessai/workflows/telework-{day}")
    expect(page.get_by_text("道路課長の承認・命令を待っています").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("テレワーク").first).to_be_visible()
    page.get_by_role("tab", name="User Metadata").or_(page.get_by_text("User Metadata")).first.click()
    details = page.frame_locator("iframe").last
    expect(details.get_by_role("table")).to_contain_text("勤務内容報告", timeout=30_000)
    expect(details.get_by_text("Kessaiで開く")).to_be_visible()
    keep(page, "temporal-telework.png")
    page.context.close()


def test_a_loss_is_told_in_japanese(browser: Browser, instance: RunningInstance, loss: str) -> None:
    page = logged_in(browser, instance, "会計課長")
    page.goto(f"{instance.addresses.ui}/namespaces/kessai/workflows/entry-{loss}")
    expect(page.get_by_text("端末を使えないようにする").first).to_be_visible(timeout=30_000)
    page.get_by_role("tab", name="User Metadata").or_(page.get_by_text("User Metadata")).first.click()
    details = page.frame_locator("iframe").last
    expect(details.get_by_role("table")).to_contain_text("記入", timeout=30_000)
    expect(details.get_by_text("Kessaiで開く")).to_be_visible()
    page.context.close()


def test_payloads_stay_sealed_for_those_who_are_not_logged_in(
    browser: Browser, instance: RunningInstance, case: str
) -> None:
    page = logged_in(browser, instance, None)
    with page.expect_response(lambda answer: "/codec/decode" in answer.url and answer.status == 401):
        page.goto(f"{instance.addresses.ui}/namespaces/kessai/workflows/approval-{case}")
    expect(page.get_by_text("承認").first).to_be_visible(timeout=30_000)
    assert "橋梁定期点検" not in page.content()
    keep(page, "temporal-sealed.png")
    page.context.close()
