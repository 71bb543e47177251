"""A world for the signing measures: a PKI that answers, contracts, keys of RSA-2048, and workers of both sides."""

import json
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pylopdf_fonts_jp
import typst
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kessai.bench.baselines import script
from kessai.bench.signing_work import PARTIES
from kessai.clocks import SystemClock
from kessai.embedded.environment import surroundings
from kessai.supervisor.ports import LOOPBACK, first_free
from kessai.supervisor.spawning import spawn
from kessai.trouble import Trouble
from signing.development_pki import DevelopmentPki, Subject
from signing.keys import key_from_files
from signing.network import Network, TimeStamps
from signing.pades import PartyField, certify, lay_fields

READY_WITHIN_S = 60.0
STOPPED_WITHIN_S = 10.0
BOXES = ((60, 90, 180, 150), (200, 90, 320, 150), (340, 90, 460, 150), (60, 20, 180, 80))
CONTRACT = """
#set document(title: "業務委託契約書", author: "青空県", date: datetime(year: 2026, month: 11, day: 21))
#set text(font: "Noto Sans JP", lang: "ja", region: "jp", fallback: false)
= 業務委託契約書
#for i in range(1, 21) [
  == 第#(i)条
  乙は、仕様書に従い、誠実に業務を行うものとする。#lorem(60)
]
"""
SEAL = """
#set page(width: 24mm, height: 24mm, margin: 0pt, fill: none)
#set text(font: "Noto Serif JP", fill: rgb("#c81e1e"), size: 15pt, lang: "ja", fallback: false)
#place(center + horizon, circle(radius: 10.5mm, stroke: 1.4pt + rgb("#c81e1e"), [甲乙]))
"""


class WorkerFailed(Trouble):
    """A side's process ended; the message names its log."""


@dataclass
class Worker:
    """A process that does tasks and answers with what they took."""

    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, task: str, count: int) -> dict[str, float]:
        """Have `task` done `count` times."""
        self.begin(task, count)
        return self.end()

    def begin(self, task: str, count: int) -> None:
        """Have it begin, without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": task, "count": count}).encode() + b"\n")
        self.process.stdin.flush()

    def end(self) -> dict[str, float]:
        """Wait until it has done what was begun."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise WorkerFailed(f"署名の測定プロセスが終了しました。\n{self.log.read_text('utf-8', 'replace')[-2000:]}")
        answer: dict[str, float] = json.loads(line)
        return answer


@dataclass
class SigningWorld:
    """The folder with everything, and processes of either side on it."""

    folder: Path
    stack: ExitStack

    def ours(self) -> Worker:
        """One of our processes."""
        return self._worker(["-m", "kessai.bench.signing_work", str(self.folder)], "ours")

    def pyhanko(self) -> Worker:
        """The process of pyHanko alone."""
        return self._worker(["-P", str(script("pyhanko_signing")), str(self.folder)], "pyhanko")

    def _worker(self, arguments: Sequence[str], name: str) -> Worker:
        log = self.folder / f"{name}.log"
        with log.open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=surroundings(),
            )
        self.stack.callback(_stopped, process)
        return Worker(process, log)


@contextmanager
def signing_world(folder: Path) -> Iterator[SigningWorld]:
    """Make the world in an empty folder; its processes are stopped at the end."""
    with ExitStack() as stack:
        with first_free(LOOPBACK) as free:
            port = free.getsockname()[1]
        log = folder / "authority.log"
        command = [sys.executable, "-m", "kessai.bench.signing_authority", str(folder / "pki"), str(port)]
        _issued(folder, f"http://{LOOPBACK}:{port}")
        authority = spawn(command, environment=surroundings(), log=log, death_signal=signal.SIGKILL)
        stack.callback(_stopped, authority)
        _wait(authority, port, log)
        yield SigningWorld(folder, stack)


async def certified(folder: Path) -> None:
    """Put the certified contract beside the others: what every single signature begins with."""
    names = [f"Party{number + 1}" for number in range(PARTIES)]
    parties = [PartyField(name=name, label=name) for name in names]
    async with Network(allowed_hosts=(LOOPBACK,)) as network:
        clock = SystemClock()
        stamps = TimeStamps((folder / "tsa.url").read_text(), network=network, clock=clock)
        files: Any = {"certificate": folder / "platform.pem", "key": folder / "platform.key.pem"}
        key = key_from_files(
            **{name: path.read_bytes() for name, path in files.items()}, chain=[(folder / "chain.pem").read_bytes()]
        )
        for source, target in (("contract.pdf", "certified.pdf"), ("bulk.pdf", "large.pdf")):
            path = folder / source
            if path.exists():
                laid = lay_fields(path.read_bytes(), parties=parties, at=clock.now())
                done = await certify(laid, key=key, stamps=stamps, at=clock.now(), name="基盤", reason="封緘")
                (folder / target).write_bytes(done.pdf)


def with_bulk(folder: Path, size: int) -> None:
    """Put a contract of some `size` bytes, nearly all of them one stream, beside the others."""
    with pikepdf.open(folder / "contract.pdf") as pdf:
        bulk = pdf.make_stream(secrets.token_bytes(size))
        pdf.pages[0].obj["/PieceInfo"] = pikepdf.Dictionary(Kessai=pikepdf.Dictionary(Private=bulk))
        pdf.save(folder / "bulk.pdf")


def _issued(folder: Path, url: str) -> None:
    """Keys and certificates of everybody, the anchors, the address of the authority, and what is to be signed."""
    pki = DevelopmentPki(folder / "pki", base_url=url, clock=SystemClock())
    for name in ("platform", *(f"party{number + 1}" for number in range(PARTIES))):
        key = rsa.generate_private_key(65537, 2048)
        subject = Subject(common_name=name, organisation="青空県")
        issued = pki.issue(key.public_key(), subject=subject, lives=timedelta(days=365))
        (folder / f"{name}.pem").write_bytes(_pem(issued.certificate))
        (folder / "chain.pem").write_bytes(b"".join(map(_pem, issued.chain)))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{name}.key.pem").write_bytes(private)
    (folder / "roots.pem").write_bytes(b"".join(map(_pem, (*pki.signer_roots, *pki.tsa_roots))))
    pki.close()
    (folder / "tsa.url").write_text(f"{url}/tsa")
    (folder / "contract.pdf").write_bytes(_set(CONTRACT, "a-3a", "ua-1"))
    (folder / "seal.pdf").write_bytes(_set(SEAL, "a-3b"))
    boxes = {f"Party{number + 1}": box for number, box in enumerate(BOXES)}
    (folder / "boxes.json").write_text(json.dumps(boxes))


def _set(source: str, *standards: str) -> bytes:
    compiled: Any = typst.compile
    fonts = [str(each) for each in pylopdf_fonts_jp.__path__]
    made: bytes = compiled(
        source.encode(), font_paths=fonts, ignore_system_fonts=True, pdf_standards=list(standards), timestamp=0
    )
    return made


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while True:
        if process.poll() is not None or time.monotonic() > until:
            raise WorkerFailed(f"開発用の認証局が動きません。\n{log.read_text('utf-8', 'replace')[-2000:]}")
        try:
            with socket.create_connection((LOOPBACK, port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)


def _stopped(process: subprocess.Popen[bytes]) -> None:
    for end in (process.stdin, process.stdout):
        if end is not None:
            end.close()
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
