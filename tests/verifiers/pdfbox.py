"""PDFBox with BouncyCastle: VerifyPdf.java, compiled once per process."""

import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.verifiers.verdict import Verdict, bundle

PROGRAM = "pdfbox"
SOURCE = Path(__file__).parent / "VerifyPdf.java"
LIBRARIES = tuple(
    Path("/usr/share/java") / f"{name}.jar"
    for name in ("pdfbox2", "fontbox2", "commons-logging", "bcprov", "bcpkix", "bcutil")
)
_folders: list[TemporaryDirectory[str]] = []  # kept for as long as the process


def installed() -> bool:
    programs = shutil.which("java") is not None and shutil.which("javac") is not None
    return programs and all(each.exists() for each in LIBRARIES)


def verify(pdf: bytes, roots: Sequence[bytes], *, at: datetime | None = None) -> Verdict:
    """Verify all signatures and time stamps of the file by these anchors (PEM). `at` is not asked for: a signature
    without a time stamp is judged now.
    """
    del at
    with TemporaryDirectory() as folder:
        file, anchors = Path(folder) / "file.pdf", Path(folder) / "roots.pem"
        file.write_bytes(pdf)
        anchors.write_bytes(bundle(roots))
        named = [str(anchors)] if roots else []
        done = subprocess.run(
            ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{_compiled()}:{_libraries()}", "VerifyPdf", str(file), *named],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.startswith(("OK", "BAD"))]
    said = "\n".join(lines) or done.stderr[-500:]
    return Verdict(program=PROGRAM, accepted=done.returncode == 0, looked_at=len(lines), said=said)


@cache
def _compiled() -> Path:
    _folders.append(TemporaryDirectory())
    target = Path(_folders[-1].name)
    subprocess.run(
        ["javac", "-cp", _libraries(), "-d", str(target), str(SOURCE)], check=True, capture_output=True, timeout=120
    )
    return target


def _libraries() -> str:
    return ":".join(map(str, LIBRARIES))
