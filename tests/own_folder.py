"""A temporary folder of its own for each test session.

pytest's default one is shared by all sessions of a user, and every new session closes it to other users. Where tests
run as root, Postgres runs as another user: a second session would lock the first one's servers out of their data.
"""

import shutil
import tempfile
from pathlib import Path

import pytest

MADE = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder before pytest does; a worker is given its part of the session's."""
    if config.option.basetemp is None and not hasattr(config, "workerinput"):
        config.stash[MADE] = Path(tempfile.mkdtemp(prefix="kt-"))  # short: sockets lie below it
        config.option.basetemp = str(config.stash[MADE])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remove the folder if all went well; else it is left to look at."""
    made = session.config.stash.get(MADE, None)
    if made is not None and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        shutil.rmtree(made)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Say where it is left."""
    made = terminalreporter.config.stash.get(MADE, None)
    if (
        made is not None
        and made.exists()
        and exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    ):
        terminalreporter.write_line(f"left to look at: {made}")
