"""qpdf: the file's structure and its streams, no cryptography."""

import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.verifiers.verdict import Verdict

PROGRAM = "qpdf"


def installed() -> bool:
    return shutil.which(PROGRAM) is not None


def verify(pdf: bytes, roots: Sequence[bytes] = (), *, at: datetime | None = None) -> Verdict:
    """Check the structure; a warning is a rejection. Anchors and time are not asked for."""
    del roots, at
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.pdf"
        file.write_bytes(pdf)
        done = subprocess.run([PROGRAM, "--check", str(file)], capture_output=True, text=True, check=False, timeout=60)
    said = (done.stderr.strip() or done.stdout.strip())[-500:]
    return Verdict(program=PROGRAM, accepted=done.returncode == 0, looked_at=1, said=said)
