"""A development PKI that answers over HTTP, on a clock that the test moves."""

import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import uvicorn

from signing.development_pki import DevelopmentPki
from signing.development_pki.app import app_of
from signing.network import Network, RevocationFetcher, TimeStamps
from signing.trust import Sunsets, Trust

NAME = "pki.kessai.invalid"  # stands in the certificates
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self, at=START):
        self.at = at

    def now(self):
        return self.at

    def move(self, **by):
        self.at += timedelta(**by)


@dataclass
class World:
    """Everything signing needs from outside, for real."""

    pki: DevelopmentPki
    clock: MovedClock
    url: str
    network: Network
    stamps: TimeStamps
    revocation: RevocationFetcher

    def trust(self, sunsets=None):
        return Trust.of(self.pki.signer_roots, self.pki.tsa_roots, sunsets=sunsets or Sunsets())


@asynccontextmanager
async def pki_world(folder, *, clock=None, publication=None):
    """Serve a PKI on a free port, in this loop."""
    clock = clock or MovedClock()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here = f"127.0.0.1:{listener.getsockname()[1]}"
        pki = DevelopmentPki(folder / "pki", base_url=f"http://{NAME}", clock=clock, publication=publication)
        network = Network(allowed_hosts=(NAME, "127.0.0.1"), moved={NAME: here})
        async with served(app_of(pki), listener), network:
            stamps = TimeStamps(f"http://{here}/tsa", network=network, clock=clock)
            yield World(pki, clock, f"http://{here}", network, stamps, RevocationFetcher(network, clock))
        pki.close()


@asynccontextmanager
async def served(app, listener):
    """Serve an ASGI application on a listening socket, in this loop."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield
    finally:
        await server.shutdown(sockets=[listener])
