"""A command whose ledger does not answer says so in one Japanese sentence."""

import os
import subprocess
import sys
from pathlib import Path

from kessai.embedded.environment import surroundings


def test_a_token_from_a_ledger_that_does_not_answer_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    told = subprocess.run(
        (sys.executable, "-P", "-m", "kessai", "token", "--post", "road-officer", "--data", tmp_path),
        env={**surroundings(os.environ), "KESSAI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "台帳に接続できません。接続先を確かめてください。\n"
