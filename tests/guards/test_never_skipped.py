"""A green CI run means that everything ran: there, a skipped test is a failed test."""

import os
import subprocess
import sys

import pytest

STORY = """
import pytest

def test_that_runs():
    pass

@pytest.mark.skip(reason="no browser")
def test_that_needs_something():
    pass

@pytest.mark.ci_only
def test_for_ci():
    pass

@pytest.mark.xfail(strict=True, reason="known")
def test_known_to_fail():
    assert False
"""


def outcome(folder, story, **environment):
    (folder / "test_story.py").write_text(story)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    ci_only: x\n")
    command = (sys.executable, "-m", "pytest", "-p", "tests.never_skipped", "--rootdir", folder, folder)
    surroundings = {name: value for name, value in os.environ.items() if name != "CI"} | environment
    surroundings["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(command, env=surroundings, capture_output=True, text=True).stdout


def test_on_a_desk_a_test_may_be_skipped(tmp_path):
    assert "1 passed, 2 skipped, 1 xfailed" in outcome(tmp_path, STORY)


def test_in_ci_a_skipped_test_fails_and_what_is_for_ci_runs(tmp_path):
    said = outcome(tmp_path, STORY, CI="true")
    assert "2 passed, 1 xfailed, 1 error" in said
    assert "skipped in CI" in said


@pytest.mark.parametrize("line", ['pytest.skip("no", allow_module_level=True)', 'pytest.importorskip("no_such")'])
def test_in_ci_a_skipped_module_fails(tmp_path, line):
    assert "1 error" in outcome(tmp_path, f"import pytest\n{line}\n", CI="true")
