"""A Chromium for each test: Playwright keeps an event loop running in its thread, which nothing else may meet."""

import pytest

from tests.browser.phone import chromium


@pytest.fixture
def browser():
    with chromium() as browser:
        yield browser
