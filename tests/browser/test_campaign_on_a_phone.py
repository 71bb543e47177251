"""テレワークデイズ on a phone: every page of it is sound and fits 360 pixels, and days are chosen by tapping."""

import pytest

from domain.telework import RECORD as TELEWORK
from tests.browser.phone import phone
from tests.browser.test_pages_for_everybody import AUDIT
from tests.web.campaign_world import DAYS, act, opened_campaign
from tests.web.entry_world import entry_pages

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with entry_pages(database.settings(), tmp_path_factory.mktemp("campaigns-on-a-phone")) as world:
        yield world


@pytest.fixture(scope="module")
def number(world):
    api = world.api
    found = opened_campaign(api)
    for post in ("works-director", "housing-director", "ict-director"):
        act(api, found, "join", post=post, days=[*DAYS, "2026-12-09"])
    for serial, post in enumerate(("ict-chief", "ict-shukan", "housing-officer"), 800001):
        asked = {"kind": "home", "day": DAYS[0], "tasks": "整理", "reachable_by": "内線1"}
        api.write_to(TELEWORK.noun, post, "submit", f"R8-{serial}", **asked)
    api.project()
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_campaigns_is_sound_and_never_wider_than_a_phone(world, number, browser, pictures, dark):
    page = f"/telework-campaigns/{number}"
    paths = (
        *("/telework-campaigns", "/telework-campaigns/new", page, f"{page}/join?unit=reform"),
        *(f"{page}/leave?unit=reform", f"{page}/acts/close", f"{page}/acts/cancel"),
    )
    with phone(browser, world.address, pictures, dark=dark) as organiser:
        organiser.log_in("reform-director")
        for path in paths:
            organiser.open(path)
            assert organiser.page.evaluate(AUDIT) == [], path
            assert not organiser.overflows(), path
        assert organiser.complaints == []


def test_days_are_chosen_by_tapping_without_scripts(world, number, browser, pictures):
    with phone(browser, world.address, pictures, scripts=False) as head:
        head.log_in("road-director")
        head.open(f"/telework-campaigns/{number}")
        head.page.get_by_role("link", name="参加して実施日を選ぶ").click()
        head.page.get_by_text("R8.11.18").click()
        head.page.get_by_text("R8.12.2（水）").click()
        head.picture("campaign-join")
        head.page.get_by_role("button", name="この日に実施する").click()
        head.page.wait_for_url(f"**/telework-campaigns/{number}")
        world.api.project()
        head.page.reload()
        head.picture("campaign")
        assert "R8.12.2" in head.page.inner_text("main")
