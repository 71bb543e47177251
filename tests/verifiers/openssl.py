"""OpenSSL: every signature by `openssl cms -verify`, every time stamp by `openssl ts -verify`.

What is handed to it is cut out of the bytes with the standard library alone: neither pyHanko nor a PDF parser of ours.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.verifiers import der
from tests.verifiers.verdict import Verdict, bundle, rejected

PROGRAM = "openssl"
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
AROUND = 600  # bytes of a signature's dictionary before and after its value


@dataclass(frozen=True)
class Cut:
    """One signature or document time stamp: its CMS and the bytes it is over."""

    cms: bytes
    signed: bytes
    is_time_stamp: bool
    is_cades: bool


def installed() -> bool:
    return shutil.which(PROGRAM) is not None


def verify(pdf: bytes, roots: Sequence[bytes], *, at: datetime | None = None) -> Verdict:
    """Verify all signatures and time stamps of the file by these anchors (PEM).

    Chains are judged at the time of the time stamp in or of each signature; at `at`, or now, where there is none.
    """
    with TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "roots.pem").write_bytes(bundle(roots))
        try:
            found = list(cuts(pdf))
            said = [line for number, one in enumerate(found) for line in _asked(work, number, one, at)]
        except (ValueError, IndexError, StopIteration) as error:
            return rejected(PROGRAM, f"not to be taken apart: {error}")
    accepted = bool(found) and all(line.startswith("OK") for line in said)
    return Verdict(program=PROGRAM, accepted=accepted, looked_at=len(said), said="\n".join(said))


def cuts(pdf: bytes) -> Iterator[Cut]:
    """Cut each signature out; refuses (ValueError) a range that does not leave out exactly one value."""
    for found in RANGE.finditer(pdf):
        zero, length, start, rest = map(int, found.groups())
        if zero or not length < start <= start + rest <= len(pdf) or pdf[length : length + 1] != b"<":
            raise ValueError(f"range {found[0]!r}")
        cms = der.first(bytes.fromhex(pdf[length + 1 : start - 1].decode("ascii"))).whole
        around = pdf[max(0, min(length, found.start()) - AROUND) : length] + pdf[start : start + AROUND]
        here = around[: around.find(b"endobj", AROUND) if b"endobj" in around[AROUND:] else len(around)]
        yield Cut(
            cms=cms,
            signed=pdf[:length] + pdf[start : start + rest],
            is_time_stamp=_is_time_stamp(cms),
            is_cades=b"ETSI.CAdES.detached" in here,
        )


def _is_time_stamp(cms: bytes) -> bool:
    """By its content type: TSTInfo, not data."""
    _, explicit = der.values(der.first(cms).content)
    encapsulated = list(der.values(der.first(explicit.content).content))[2]
    return der.first(encapsulated.content).content == bytes.fromhex("2a864886f70d0109100104")


def _asked(work: Path, number: int, one: Cut, at: datetime | None) -> Iterator[str]:
    signed = _written(work / f"{number}.bin", one.signed)
    if one.is_time_stamp:
        yield _time_stamp(work, f"{number} document time stamp", one.cms, signed)
        return
    inside = der.time_stamp(one.cms)
    moment = der.stated_time(inside[1]) if inside else at
    command = [
        "cms",
        "-verify",
        "-binary",
        "-purpose",
        "any",
        "-inform",
        "DER",
        "-content",
        str(signed),
        "-out",
        "/dev/null",
    ]
    command += ["-in", str(_written(work / f"{number}.der", one.cms)), "-CAfile", str(work / "roots.pem")]
    yield _run(f"{number} signature", [*command, *(["-cades"] if one.is_cades else []), *_attime(moment)])
    if inside:
        value, token = inside
        yield _time_stamp(work, f"{number} its time stamp", token, _written(work / f"{number}.value", value))


def _time_stamp(work: Path, what: str, token: bytes, data: Path) -> str:
    file = _written(data.with_suffix(data.suffix + ".token"), token)
    command = ["ts", "-verify", "-token_in", "-in", str(file), "-data", str(data), "-CAfile", str(work / "roots.pem")]
    return _run(what, [*command, *_attime(der.stated_time(token))])


def _attime(moment: datetime | None) -> list[str]:
    return ["-attime", str(int(moment.timestamp()))] if moment else []


def _run(what: str, arguments: Sequence[str]) -> str:
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False, timeout=60)
    last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:] or [""]
    return f"OK {what}" if done.returncode == 0 else f"BAD {what}: {last[0]}"


def _written(file: Path, data: bytes) -> Path:
    file.write_bytes(data)
    return file
