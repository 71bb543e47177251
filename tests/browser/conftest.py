"""A Chromium for each test: Playwright keeps an event loop running in its thread, which nothing else may meet."""

import os
from pathlib import Path

import pytest

from tests.browser.phone import chromium


@pytest.fixture
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def pictures(tmp_path):
    """Where pictures are kept: with the test's other things, or, for the documentation, in the folder `PICTURES`."""
    folder = Path(os.environ.get("PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
