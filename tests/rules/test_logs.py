"""Logs tell what happened and never what was in the variables (I19)."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, structlog
from kessai.logs import configure
from kessai.settings import load
configure(load({"KESSAI_LOG_FORMAT": "CHOSEN"}))
structlog.contextvars.bind_contextvars(correlation_id="c-1")
structlog.get_logger("ours").info("答えた", status=200)
logging.getLogger("theirs").warning("library %s", 3)
logging.getLogger("authlib").debug("verifier is secret")
title = "職員0525の件"
try:
    raise ValueError("broken")
except ValueError:
    structlog.get_logger("ours").exception("failed")
"""


@pytest.mark.parametrize("form", ["json", "text"])
def test_entries_carry_the_correlation_id_and_no_local_variables(form: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("CHOSEN", form)], capture_output=True, text=True, check=True
    ).stderr
    assert "答えた" in said
    assert "library 3" in said
    assert said.count("c-1") == 3
    assert "ValueError" in said
    assert "職員0525" not in said
    assert "secret" not in said
    if form == "json":
        assert [json.loads(line)["level"] for line in said.splitlines()] == ["info", "warning", "error"]
