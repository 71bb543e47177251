"""A signer with a phone of 360 pixels: from the mail's link to the signature, with and without scripts; a passkey."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.signing.knocking import Doors
from api.signing.links import link_path
from domain.contract import RECORD
from tests.browser.phone import Phone, phone
from tests.conftest import Database
from tests.web.signing_world import SigningWorld, signing

pytestmark = pytest.mark.browser
NAMELESS = """
[...document.querySelectorAll('input:not([type=hidden]), textarea, select, button, a, img')]
  .filter((e) => !e.closest('[hidden]'))
  .filter((e) => !(e.labels?.length || e.textContent.trim() || e.alt || e.getAttribute('aria-label')))
  .map((e) => e.outerHTML)
"""
SMALL = """
[...document.querySelectorAll('button, a.button, summary, input:not([type=hidden])')]
  .filter((e) => !['radio', 'checkbox'].includes(e.type) && e.checkVisibility())
  .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)
"""


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningWorld]:
    with signing(database.settings(), tmp_path_factory.mktemp("signing")) as world:
        yield world


def is_usable(device: Phone) -> None:
    """Nothing to be moved sideways, nothing without a name, nothing too small for a thumb, nothing complained of."""
    assert not device.overflows()
    assert device.page.evaluate(NAMELESS) == []
    assert device.page.evaluate(SMALL) == []
    assert device.page.locator("h1").count() == 1
    assert device.complaints == []


def prove(device: Phone, world: SigningWorld, number: str) -> None:
    device.open(world.link(number))
    is_usable(device)
    device.page.locator("main form button").click()
    is_usable(device)
    device.page.locator("#act-request-code button").click()
    is_usable(device)
    device.page.fill("#f-code", world.code(number))
    device.page.locator("#act-enter-code button").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_contract_is_signed_on_a_phone(browser: Browser, world: SigningWorld, pictures: Path, scripts: bool) -> None:
    number = world.sent()
    with phone(browser, world.pages.address, pictures, scripts=scripts) as device:
        prove(device, world, number)
        device.page.wait_for_selector("ol.sheets img")
        assert device.page.locator("ol.sheets img").count() == 2
        is_usable(device)
        device.picture(f"signing-{'scripts' if scripts else 'plain'}")
        device.page.check("input[name=confirmed]")
        device.page.locator("#act-agree button").click()
        device.page.wait_for_selector("p.flash")
        world.platform(number)
        device.open(link_path(number, 1))
        assert "署名が済みました" in device.page.inner_text("main")
    party = world.party(number)
    assert party.signed is not None


def test_it_is_all_done_with_the_keyboard(browser: Browser, world: SigningWorld, pictures: Path) -> None:
    number = world.sent()
    with phone(browser, world.pages.address, pictures) as device:
        device.open(world.link(number))
        device.page.keyboard.press("Tab")
        assert device.page.evaluate("document.activeElement.className") == "skip"
        for _ in range(2):
            device.page.keyboard.press("Tab")
        device.page.keyboard.press("Enter")
        device.page.wait_for_selector("#act-request-code")


def test_a_wrong_code_is_said_at_its_field_and_read_out(browser: Browser, world: SigningWorld, pictures: Path) -> None:
    number = world.sent()
    with phone(browser, world.pages.address, pictures) as device:
        device.open(world.link(number))
        device.page.locator("main form button").click()
        device.page.locator("#act-request-code button").click()
        right = int(world.code(number))
        device.page.fill("#f-code", f"{(right + 1) % 1_000_000:06d}")
        device.page.locator("#act-enter-code button").click()
        assert device.page.get_attribute("#f-code", "aria-invalid") == "true"
        assert device.page.get_attribute("#f-code", "aria-describedby") == "e-code"
        assert device.page.evaluate("document.activeElement.id") == "error"


def test_in_english_too(browser: Browser, world: SigningWorld, pictures: Path) -> None:
    number = world.sent()
    with phone(browser, world.pages.address, pictures) as device:
        device.open(world.link(number) + "?lang=en")
        assert device.page.get_attribute("html", "lang") == "en"
        is_usable(device)
        device.page.locator("main form button").click()
        assert "Showing that it is you" in device.page.inner_text("main")


def test_printed_it_is_the_contract_and_no_forms(browser: Browser, world: SigningWorld, pictures: Path) -> None:
    number = world.sent()
    with phone(browser, world.pages.address, pictures) as device:
        prove(device, world, number)
        device.page.wait_for_selector("ol.sheets img")
        device.page.emulate_media(media="print")
        assert not device.page.locator("#act-agree").is_visible()
        assert device.page.locator("ol.sheets img").first.is_visible()


def test_a_passkey_registered_once_stands_for_the_next_code(
    browser: Browser, world: SigningWorld, pictures: Path
) -> None:
    address = at_localhost(world)
    number = world.sent()
    with phone(browser, address, pictures) as device:
        authenticator = device.page.context.new_cdp_session(device.page)
        authenticator.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True,
                   "automaticPresenceSimulation": True}  # fmt: skip
        authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        prove(device, world, number)
        with device.page.expect_navigation():
            device.page.locator("#act-register-passkey button").click()
        assert eventually(lambda: len(world.party(number).passkeys) == 1)
        device.page.context.clear_cookies()
        device.open(world.link(number))
        device.page.locator("main form button").click()
        device.open(world.link(number))
        device.page.locator("main form button").click()
        device.page.locator("#act-prove-passkey button").click()
        device.page.wait_for_selector("ol.sheets img")
        assert device.complaints == []
    proof = world.party(number).authenticated
    assert proof is not None
    assert proof.factors[-1].kind == "passkey"


def at_localhost(world: SigningWorld) -> str:
    """The same pages under a name: browsers make no passkeys for bare addresses."""
    parts = world.api.composition
    address = world.pages.address.replace("127.0.0.1", "localhost")
    doors = Doors(
        keys=world.keys, reader=parts.reader, record=RECORD, clock=parts.clock, public_url=address, sealer=parts.signer
    )
    object.__setattr__(world.api.parts, "doors", doors)
    return address


def eventually(look: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while not look() and time.monotonic() < until:
        time.sleep(0.05)
    return look()
