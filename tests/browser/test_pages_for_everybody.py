"""Without a mouse, without scripts, with a screen reader, enlarged, on paper: the pages in a real browser."""

import pytest

from tests.browser.phone import phone
from tests.web.page_world import pages

pytestmark = pytest.mark.browser
TABS_MAX = 60
AUDIT = """() => {
  const found = [];
  const say = (what, node) => found.push(what + ": " + node.outerHTML.slice(0, 120));
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((e) => e === id).length > 1) found.push("id twice: " + id);
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!e.labels.length) say("no label", e);
  for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const name of ["aria-describedby", "aria-labelledby"])
      for (const id of (e.getAttribute(name) || "").split(" ").filter(Boolean))
        if (!document.getElementById(id)) say("refers to nothing", e);
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  let level = 1;
  for (const e of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(e.tagName[1]);
    if (own > level + 1) say("heading skipped", e);
    level = own;
  }
  for (const e of document.querySelectorAll("a, button, summary, input, select")) {
    const box = e.getBoundingClientRect();
    const inText = e.tagName === "A" && getComputedStyle(e).display === "inline";
    const small = Math.min(box.width, box.height) < 24;
    if (box.width && small && !inText && !e.closest(".hidden, .skip")) say("too small to touch", e);
  }
  for (const e of document.querySelectorAll("button, a"))
    if (!e.textContent.trim() && !e.closest(".hidden")) say("no name", e);
  if (document.querySelectorAll("main").length !== 1) found.push("not one main");
  if (!document.querySelector("header nav[aria-label]")) found.push("no navigation");
  if (document.documentElement.lang !== "ja") found.push("language");
  return found;
}"""


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with pages(database.settings(), tmp_path_factory.mktemp("everybody")) as world:
        yield world


def every_page(world):
    """A case in the middle of its route with everything a page can show, and the pages about it."""
    text = world.api.upload("積算の根拠".encode(), "積算.txt", key="a").json()
    number = world.submitted(
        flags=["important"], urgent=True, period={"from": "2026-12-01", "to": "2027-03-31"},
        attachments=[{"sha256": text["sha256"], "name": "積算.txt"}],
    )  # fmt: skip
    world.walk(number, "road-chief", "road-lead")
    world.api.write("road-officer", "circulate", number, posts=["housing-director"])
    world.api.project()
    acts = (
        "return",
        "reserve",
        "add-reviewer",
        "hold",
        "abandon",
        "circulate",
        "reject",
        "proxy-decide",
        "enforce",
        "concur",
    )
    return [
        "/", "/?tab=see", "/?tab=drafts", "/?tab=notices", "/approvals", "/approvals?min=x", "/approvals/new",
        f"/approvals/new?copy={number}", f"/approvals/{number}", f"/approvals/{number}/history",
        f"/approvals/{number}?version=3",
        f"/approvals/{number}/amend", *(f"/approvals/{number}/acts/{verb}" for verb in acts), "/nowhere",
    ]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_sound_and_never_wider_than_a_phone(world, browser, tmp_path, dark):
    with phone(browser, world.address, tmp_path, dark=dark) as director:
        director.log_in("road-director")
        for path in every_page(world):
            director.open(path)
            assert director.page.evaluate(AUDIT) == [], path
            assert not director.overflows(), path
            director.page.set_viewport_size({"width": 320, "height": 640})
            assert not director.overflows(), f"{path} at 320 pixels"
            director.page.set_viewport_size({"width": 360, "height": 740})
        complaints = [each for each in director.complaints if "404" not in each and "400" not in each]
        assert complaints == []


def tab_to(page, name):
    """Press Tab until something called `name` has the focus, and that can be seen."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.innerText || document.activeElement.name")
        if name in (focused or ""):
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert style != "none", f"{name} has the focus and nobody can see it"
            return
    raise AssertionError(f"{name} is out of reach of the keyboard")


def test_a_case_is_approved_with_the_keyboard_alone(world, browser, tmp_path):
    number = world.submitted(title="鍵盤だけの案件")
    world.api.project()
    with phone(browser, world.address, tmp_path) as chief:
        chief.log_in("road-chief")
        page = chief.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "本文へ移る"
        page.keyboard.press("Enter")
        tab_to(page, "鍵盤だけの案件")
        page.keyboard.press("Enter")
        page.wait_for_selector("article.case")
        tab_to(page, "へ進む")
        page.keyboard.press("Enter")
        tab_to(page, "comment")
        page.keyboard.type("異議ありません")
        tab_to(page, "承認する")
        page.keyboard.press("Enter")
        page.wait_for_selector(".flash")
        assert page.get_by_role("status").first.inner_text().startswith("「承認」を記録しました。")
    assert world.document(number)["waiting_on"] == ["road-lead"]


def test_everything_works_without_scripts(world, browser, tmp_path):
    number = world.submitted()
    world.api.project()
    with phone(browser, world.address, tmp_path, scripts=False) as chief:
        chief.log_in("road-chief")
        chief.open(f"/approvals/{number}")
        chief.page.get_by_role("button", name="承認する").click()
        chief.page.wait_for_selector(".flash")
        chief.open("/approvals/new")
        chief.page.get_by_label("種別").select_option(label="照会・回答")
        chief.page.get_by_label("件名").fill("照会への回答")
        chief.page.get_by_role("button", name="回付の経路を確認する").click()
        chief.page.get_by_role("button", name="この経路で提出する").click()
        chief.page.wait_for_selector(".flash")


def test_what_was_typed_survives_a_reload_until_it_has_been_sent(world, browser, tmp_path):
    number = world.submitted()
    world.api.project()
    with phone(browser, world.address, tmp_path) as chief:
        chief.log_in("road-chief")
        chief.open(f"/approvals/{number}")
        chief.page.get_by_label("コメント").fill("書きかけ")
        chief.page.reload()
        assert chief.page.get_by_label("コメント").input_value() == "書きかけ"
        chief.page.get_by_role("button", name="承認する").click()
        chief.page.wait_for_selector(".flash")
        assert chief.page.evaluate("sessionStorage.length") == 0


def test_an_error_takes_the_focus_and_is_read_out(world, browser, tmp_path):
    number = world.submitted()
    world.walk(number, "road-chief", "road-lead", "road-director")
    with phone(browser, world.address, tmp_path) as director:
        director.log_in("affairs-director")
        director.open(f"/approvals/{number}")
        director.page.get_by_label("不同意").check()
        director.page.get_by_role("button", name="回答する").click()
        alert = director.page.get_by_role("alert")
        assert "同意以外の回答には意見が必要です。" in alert.inner_text()
        assert director.page.evaluate("document.activeElement.id") == "error"
        assert director.page.get_by_label("不同意").is_checked()
        director.picture("refused")


def test_on_paper_there_is_the_case_and_nothing_to_press(world, browser, tmp_path):
    number = world.submitted()
    with phone(browser, world.address, tmp_path) as chief:
        chief.log_in("road-chief")
        chief.open(f"/approvals/{number}")
        chief.page.emulate_media(media="print")
        for gone in ("header.site", ".acts", ".jump", ".pages"):
            assert not chief.page.locator(gone).first.is_visible(), gone
        for kept in ("h1", ".yen.big", ".body", ".route"):
            assert chief.page.locator(kept).first.is_visible(), kept
        chief.picture("print")
        assert chief.page.pdf(format="A4").startswith(b"%PDF")
