"""Registers on a phone: every page of them is sound and fits 360 pixels, and a loss is reported with three touches."""

import pytest

from tests.browser.phone import phone
from tests.browser.test_pages_for_everybody import AUDIT
from tests.records.entry_story import LOSS, USB
from tests.web.entry_world import enter, entry_pages

pytestmark = pytest.mark.browser
INCIDENT = "/registers/incident/new"


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with entry_pages(database.settings(), tmp_path_factory.mktemp("registers")) as world:
        yield world


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_registers_is_sound_and_never_wider_than_a_phone(world, browser, pictures, dark):
    usb = {**USB, "return_by": "2026-11-20", "content": "橋梁点検調書一式" * 20}
    asset = enter(world.api, "asset-carry-out", usb, key=f"usb-{dark}")
    loss = enter(world.api, "incident", LOSS, key=f"loss-{dark}")
    world.api.project()
    paths = (
        "/registers",
        *(f"/registers/{code}{more}" for code in ("asset-carry-out", "incident") for more in ("", "/new", "?cursor=x")),
        *(f"/register-entries/{number}" for number in (asset, loss)),
        *(f"/register-entries/{asset}/acts/{verb}" for verb in ("permit", "refuse", "extend", "check-return")),
        *(f"/register-entries/{loss}/acts/{verb}" for verb in ("note", "close")),
    )
    with phone(browser, world.address, pictures, dark=dark) as head:
        head.log_in("road-director")
        for path in paths:
            head.open(path)
            assert head.page.evaluate(AUDIT) == [], path
            assert not head.overflows(), path
        assert [each for each in head.complaints if "400" not in each] == []


def test_a_loss_is_reported_with_three_touches(world, browser, pictures):
    with phone(browser, world.address, pictures, scripts=False) as officer:
        officer.log_in("road-officer")
        officer.open(INCIDENT)
        officer.picture("entry-loss", whole=False)
        for choice in ("紛失", "公用スマートフォン"):
            officer.page.get_by_text(choice, exact=True).click()
        officer.page.get_by_role("button", name="直ちに報告する").click()
        officer.page.wait_for_url("**/register-entries/R8-*")
        officer.picture("entry-loss-reported")
        text = officer.page.inner_text("main")
        assert "報告済み" in text
        assert "情報政策課長" in text
