"""A phone of 360 × 740 pixels: the system's Chromium, with no network but this machine, its complaints kept."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTH, HEIGHT = 360, 740
WAIT_MILLISECONDS = 15_000
CAPTURES_MAX = 3


def require_chromium() -> None:
    """Skip, saying why, where there is no Chromium; in CI that is a failure."""
    if shutil.which(CHROMIUM) is not None:
        return
    reason = f"no browser at {CHROMIUM}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium process of our own."""
    require_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class Phone:
    """One person's phone, logged in; `complaints` holds what the console said and what was asked of other hosts."""

    def __init__(self, page: Page, address: str, pictures: Path) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self._pictures = pictures
        page.set_default_timeout(WAIT_MILLISECONDS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)

    def log_in(self, post: str) -> None:
        """Go through the login page as anybody would: search for the post, press it."""
        self.page.goto(f"{self.address}/")
        self.page.fill("#q", post)
        self.page.press("#q", "Enter")
        self.page.locator(f'button[name="post"][value="{post}"]').click()
        self.page.wait_for_selector("nav.tabs")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def picture(self, name: str, *, whole: bool = True) -> Path:
        """Keep a picture of the page, as long as it is."""
        path = self._pictures / f"{name}.png"
        for left in reversed(range(CAPTURES_MAX)):
            try:
                self.page.screenshot(path=path, full_page=whole)
                break
            except Error as error:  # a busy Chromium refuses one capture now and then, and takes the next
                if not left or "Unable to capture screenshot" not in error.message:
                    raise
        return path

    def overflows(self) -> bool:
        """Whether the page has to be moved sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        return bool(wide)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.complaints.append(f"asked {request.url}")


@contextmanager
def phone(
    browser: Browser, address: str, pictures: Path, *, scripts: bool = True, dark: bool = False
) -> Iterator[Phone]:
    """A fresh phone of one person."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2, is_mobile=True, has_touch=True,
        locale="ja-JP", timezone_id="Asia/Tokyo", java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
    )  # fmt: skip
    try:
        yield Phone(context.new_page(), address, pictures)
    finally:
        context.close()
