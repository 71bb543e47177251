"""The development PKI as the process it is: it follows the shared clock, is the same after a restart, and never runs in
production.
"""

import hashlib
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from kessai.clocks import VirtualClock
from kessai.development_pki import PKI_NAME
from kessai.embedded.environment import surroundings
from kessai.supervisor.ports import LOOPBACK, first_free
from signing import pyhanko_overrides
from signing.archive import augment, judge, renew
from signing.development_pki import DevelopmentPki
from signing.network import Network, NetworkRefused, RevocationFetcher, StampRefused, TimeStamps
from signing.trust import TrustFiles
from tests.documents.pki_world import MovedClock, World
from tests.documents.signed_contract import signed_contract

WITHIN_S = 30
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path):
    virtual = VirtualClock(tmp_path / "clock")
    virtual.set(START)
    return virtual


@pytest.fixture
def port():
    with first_free(LOOPBACK) as held:
        return held.getsockname()[1]


def command(tmp_path, port, **more):
    environment = surroundings(os.environ) | {
        "KESSAI_DATABASE_URL": "postgresql://nobody@127.0.0.1/none",
        "KESSAI_DATA": str(tmp_path),
        "KESSAI_CLOCK": "virtual",
        "KESSAI_PKI_URL": f"http://{LOOPBACK}:{port}",
    }
    return {"args": (sys.executable, "-P", "-m", "kessai", "pki"), "env": environment | more}


@contextmanager
def running(tmp_path, port):
    """Run `kessai pki`; killed at the end, if it still lives."""
    with (tmp_path / "pki.log").open("ab") as log:
        process = subprocess.Popen(**command(tmp_path, port), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def eventually(condition):
    until = time.monotonic() + WITHIN_S
    while not (found := condition()):
        assert time.monotonic() < until, "not within the time"
        time.sleep(0.02)
    return found


def anchors(tmp_path):
    folder = tmp_path / "pki" / "trust"
    return {file.name: file.read_bytes() for file in sorted(folder.rglob("*.pem"))}


async def up(network, port):
    """Wait until it answers."""
    until = time.monotonic() + WITHIN_S
    while True:
        try:
            return await network.fetch(
                "GET", f"http://{LOOPBACK}:{port}/healthz", accept="application/json", bytes_max=99
            )
        except NetworkRefused:
            assert time.monotonic() < until


def reaching(port):
    return Network(allowed_hosts=(PKI_NAME, LOOPBACK), moved={PKI_NAME: f"{LOOPBACK}:{port}"})


async def test_it_ends_when_told_to_and_is_the_same_afterwards(tmp_path, clock, port):
    async with reaching(port) as network:
        with running(tmp_path, port) as process:
            await up(network, port)
            before = anchors(tmp_path)
            process.send_signal(signal.SIGTERM)
            assert process.wait(WITHIN_S) == 0
        with running(tmp_path, port):
            await up(network, port)
            assert anchors(tmp_path) == before
    assert set(before) == {"signers-root.pem", "tsa-1-root.pem"}


async def test_it_follows_the_clock_that_is_moved_by_somebody_else(tmp_path, clock, port):
    async with reaching(port) as network:
        with running(tmp_path, port):
            await up(network, port)
            for year in (2037, 2048):
                clock.set(datetime(year, 1, 1, tzinfo=UTC))
                eventually(lambda year=year: f"tsa-{2 if year == 2037 else 3}-root.pem" in anchors(tmp_path))
            stamps = TimeStamps(f"http://{LOOPBACK}:{port}/tsa", network=network, clock=clock)
            token = await stamps.token(hashlib.sha256(b"x").digest(), "sha256")
            assert token.at.year == 2048


async def test_a_token_of_another_time_is_not_taken(tmp_path, clock, port):
    async with reaching(port) as network:
        with running(tmp_path, port):
            await up(network, port)
            other = VirtualClock(tmp_path / "other-clock")
            other.set(START + timedelta(days=1))
            stamps = TimeStamps(f"http://{LOOPBACK}:{port}/tsa", network=network, clock=other)
            with pytest.raises(StampRefused) as caught:
                await stamps.stamp(hashlib.sha256(b"x").digest(), "sha256")
            assert caught.value.code == "mismatch"


async def test_a_contract_is_archived_and_renewed_with_another_process_on_the_same_clock(tmp_path, clock, port):
    """Signing, archive and renewal read the clock's file; so does the PKI: nobody sees the machine's time."""
    async with reaching(port) as network:
        with running(tmp_path, port), pyhanko_overrides.installed(clock):
            await up(network, port)
            stamps = TimeStamps(f"http://{LOOPBACK}:{port}/tsa", network=network, clock=clock)
            means = {"stamps": stamps, "revocation": RevocationFetcher(network, clock), "clock": clock}
            trust = TrustFiles([tmp_path / "pki/trust/signers"], [tmp_path / "pki/trust/tsas"])
            pdf = await contract(tmp_path, clock, network, stamps)
            clock.advance(timedelta(minutes=20))
            one = await augment(pdf, trust=trust.now(), **means)
            clock.set(one.renew_before)
            await stamps.certificate()
            one = await renew(one.pdf, trust=trust.now(), algorithm="sha512", **means)
            clock.set(datetime(2042, 1, 1, tzinfo=UTC))
            found = await judge(one.pdf, trust=trust.now(), revocation=means["revocation"], clock=clock)
            assert [judgement.code for judgement in found] == ["", "", ""]


async def contract(tmp_path, clock, network, stamps):
    """The PKI's own folder gives the keys: it is used by two processes meanwhile."""
    pki = DevelopmentPki(tmp_path / "pki", base_url=f"http://{PKI_NAME}", clock=clock)
    world = World(pki, Moving(clock), "", network, stamps, RevocationFetcher(network, clock))
    try:
        return await signed_contract(world)
    finally:
        pki.close()


class Moving(MovedClock):
    """The virtual clock, moved as the tests move theirs."""

    def __init__(self, clock):
        self._clock = clock

    def now(self):
        return self._clock.now()

    def move(self, **by):
        self._clock.advance(timedelta(**by))

    @property
    def at(self):
        return self._clock.now()

    @at.setter
    def at(self, at):
        self._clock.set(at)


def test_production_has_no_development_pki(tmp_path, port):
    production = {
        "KESSAI_MODE": "production",
        "KESSAI_CLOCK": "system",
        "KESSAI_ISSUER": "https://idp.pref.example.lg.jp",
        "KESSAI_JWKS_URL": "https://idp.pref.example.lg.jp/jwks",
        "KESSAI_PUBLIC_URL": "https://kessai.pref.example.lg.jp/",
    }
    for url in (f"http://{LOOPBACK}:{port}", ""):
        run = subprocess.run(
            **command(tmp_path, port, **production, KESSAI_PKI_URL=url),
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
        )
        assert run.returncode == 2
        assert "開発用の認証局を使えません" in run.stderr
    assert not (tmp_path / "pki").exists()
