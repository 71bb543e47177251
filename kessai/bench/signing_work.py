"""Our side of the signing measures, as a process: reads `{"do", "count"}` a line, answers seconds and what it did."""

import asyncio
import json
import logging
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from kessai.clocks import SystemClock
from signing import pyhanko_overrides
from signing.archive import augment, judge, renew
from signing.archive.collecting import Collection
from signing.archive.made import stamped
from signing.archive.reading import opened, signatures
from signing.archive.renewing import add_authority
from signing.keys import LoadedKey, key_from_files
from signing.network import Network, RevocationFetcher, TimeStamps
from signing.pades import PartyField, certify, lay_fields, sign
from signing.pades.placeholder import Particulars, place_signature
from signing.pades.signed import DIGEST, builder_of
from signing.trust import Trust

KIB_PER_MEBIBYTE = 1024
PARTIES = 4
RECORD = b'{"shown": "..."}'


class Work:
    """The world's files, read once, and each task on them."""

    def __init__(self, folder: Path, network: Network) -> None:
        self._folder = folder
        self._clock = SystemClock()
        self._network = network
        self._stamps = TimeStamps((folder / "tsa.url").read_text(), network=network, clock=self._clock)
        self._revocation = RevocationFetcher(network, self._clock)
        roots = (folder / "roots.pem").read_bytes()
        self._trust = Trust.of([roots], [roots])
        self._keys = {name: self._key(name) for name in ("platform", *(f"party{n + 1}" for n in range(PARTIES)))}
        self._files: dict[str, bytes] = {}
        self.tasks: Mapping[str, Callable[[int], Awaitable[float]]] = {
            "B-B": self._times(self._b_b),
            "B-T": self._times(self._b_t),
            "B-LTA": self._b_lta,
            "whole": self._times(self._whole),
            "renew": self._renewed,
            "large": self._times(self._large),
            "sha256": self._times(self._hashed),
            "judged": self._judged,
        }

    async def _b_b(self) -> bytes:
        return self._signed_plainly(self._file("certified.pdf"), self._keys["party1"])

    async def _b_t(self) -> bytes:
        return await self._sign(self._file("certified.pdf"), 1, seal=None)

    async def _large(self) -> bytes:
        return self._signed_plainly(self._file("large.pdf"), self._keys["party1"])

    async def _judged(self, count: int) -> float:
        """Validations of the large file, signed and stamped, as the archive does them."""
        if "judged" not in self._files:
            self._files["judged"] = await self._sign(self._file("large.pdf"), 1, seal=None)
        begun = time.process_time()
        for _ in range(count):
            await judge(self._files["judged"], trust=self._trust, revocation=self._revocation, clock=self._clock)
        return time.process_time() - begun

    async def _hashed(self) -> bytes:
        return sha256(self._file("large.pdf")).digest()

    def _signed_plainly(self, pdf: bytes, key: LoadedKey) -> bytes:
        particulars = Particulars(at=datetime.now(UTC), name="当事者1", reason="合意")
        cms = builder_of(key.certificate, key.chain)
        place = place_signature(pdf, particulars, field="Party1", digest=DIGEST, room=cms.bytes_max, instruction=RECORD)
        attributes = cms.signed_attributes(place.digest, instruction_sha256=sha256(RECORD).digest())
        return place.filled(cms.content_info(attributes, key.sign(attributes, DIGEST)))

    async def _sign(self, pdf: bytes, party: int, *, seal: bytes | None) -> bytes:
        key = self._keys[f"party{party}"]
        said: dict[str, Any] = {"name": f"当事者{party}", "reason": "合意", "instruction": RECORD, "seal": seal}
        done = await sign(pdf, field=f"Party{party}", key=key, stamps=self._stamps, at=self._clock.now(), **said)
        return done.pdf

    async def _b_lta(self, count: int) -> float:
        """Signed (B-T), then brought to B-LTA without the archive's own checks, which the baseline has not either."""
        begun = time.process_time()
        files = [await self._b_t() for _ in range(count)]
        await _newer_second()
        for pdf in files:
            collection = Collection(trust=self._trust, revocation=self._revocation, clock=self._clock)
            for signature in signatures(opened(pdf)):
                await collection.add_signer(signature.signed_data)
            authority = await add_authority(collection, self._stamps)
            await stamped(pdf, collection, self._stamps, algorithm=DIGEST, generation=1, authority=authority)
        return time.process_time() - begun

    async def _augmented(self, pdf: bytes) -> bytes:
        parts: dict[str, Any] = {"trust": self._trust, "stamps": self._stamps, "revocation": self._revocation}
        return (await augment(pdf, clock=self._clock, **parts)).pdf

    async def _whole(self) -> bytes:
        boxes = json.loads(self._file("boxes.json"))
        parties = [PartyField(name=name, label=name, page=0, box=tuple(box)) for name, box in boxes.items()]
        pdf = lay_fields(self._file("contract.pdf"), parties=parties, at=self._clock.now())
        key = self._keys["platform"]
        done = await certify(pdf, key=key, stamps=self._stamps, at=self._clock.now(), name="基盤", reason="封緘")
        pdf = done.pdf
        for party in range(1, PARTIES + 1):
            pdf = await self._sign(pdf, party, seal=self._file("seal.pdf"))
        await _newer_second()
        return await self._augmented(pdf)

    async def _renewed(self, count: int) -> float:
        """Renewals of one whole contract, each from the same file."""
        if "archived" not in self._files:
            self._files["archived"] = await self._whole()
        parts: dict[str, Any] = {"trust": self._trust, "stamps": self._stamps, "revocation": self._revocation}
        begun = time.process_time()
        for _ in range(count):
            await renew(self._files["archived"], clock=self._clock, algorithm=DIGEST, **parts)
        return time.process_time() - begun

    def _times(self, once: Callable[[], Awaitable[bytes]]) -> Callable[[int], Awaitable[float]]:
        async def task(count: int) -> float:
            begun = time.process_time()
            for _ in range(count):
                await once()
            return time.process_time() - begun

        return task

    def _file(self, name: str) -> bytes:
        if name not in self._files:
            self._files[name] = (self._folder / name).read_bytes()
        return self._files[name]

    def _key(self, name: str) -> LoadedKey:
        certificate, key, chain = (self._folder / f"{name}.pem", self._folder / f"{name}.key.pem", "chain.pem")
        return key_from_files(
            certificate=certificate.read_bytes(), key=key.read_bytes(), chain=[(self._folder / chain).read_bytes()]
        )


def _peak_mebibytes() -> float:
    """The most memory this process has had. (`ru_maxrss` begins with what the parent had when it started us.)"""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MEBIBYTE
    (peak,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / KIB_PER_MEBIBYTE


async def _newer_second() -> None:
    """Wait until revocation data made now are newer than what was signed before: their times are whole seconds."""
    await asyncio.sleep(1.02 - time.time() % 1)


async def _serve(folder: Path) -> None:
    logging.disable(logging.CRITICAL)  # pyHanko logs what it finds on the way to a verdict
    clock = SystemClock()
    pyhanko_overrides.install(clock)
    async with Network(allowed_hosts=("127.0.0.1",)) as network:
        work = Work(folder, network)
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            begun = time.perf_counter()
            cpu = await work.tasks[asked["do"]](asked["count"])
            answer = {"cpu": cpu, "wall": time.perf_counter() - begun, "peak_mebibytes": _peak_mebibytes()}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
