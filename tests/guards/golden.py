"""Committed texts: what must not change by accident. `REWRITE_GUARDS=1 make fast` rewrites them on purpose; read the
diff.
"""

import os
from pathlib import Path

HERE = Path(__file__).parent


def equals_committed(name: str, lines: list[str]) -> None:
    """Compare with tests/guards/<name>; rewrite it instead when REWRITE_GUARDS is set."""
    path = HERE / name
    text = "\n".join(lines) + "\n"
    if os.environ.get("REWRITE_GUARDS"):
        path.write_text(text, "utf-8")
    committed = path.read_text("utf-8") if path.exists() else ""
    assert text == committed, (
        f"{name} differs: if it is meant, run with REWRITE_GUARDS=1 and explain the diff in the commit"
    )
