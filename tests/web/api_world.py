"""The API over a real ledger and its read models, without Temporal: whatever reads, and whatever is refused first.

Facts come in at the ledger's writer, as activities write them. Commands over HTTP need the whole instance.
"""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api.app import create_app
from api.auth.development_tokens import DevelopmentTokens
from api.auth.identity import development_issuer_name
from api.parts import ApiParts
from domain.ledger.writing import LedgerWriter
from kessai.composition import Composition
from kessai.http_parts import api_parts
from kessai.keys import create_keys, issuer_key, key_path
from kessai.processes import RECORDS
from kessai.seeding import adopt_rules, import_packaged_organisation
from kessai.settings import Settings
from projections.following import Follower
from projections.generation import Generations
from projections.register import PROJECTIONS
from tests.ledger.commands import send

NOWHERE = "127.0.0.1:1"  # no Temporal answers there
STARTED_WITHIN_SECONDS = 20.0


@dataclass
class ApiWorld:
    """One prefecture with the demo organisation, its API on a port of its own, and hands to ask and to write."""

    composition: Composition
    parts: ApiParts
    http: httpx.Client
    tokens: DevelopmentTokens

    def token(self, post: str) -> str:
        directory, _ = self.composition.reader.references()
        holder = directory.holder(post, self.composition.clock.now())
        assert holder is not None, post
        return self.tokens.for_person(holder.person, post=post)

    def headers(self, post: str, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(post)}", **more}

    def get(self, path: str, post: str = "road-officer", **more: str) -> httpx.Response:
        return self.http.get(path, headers=self.headers(post, **more))

    def post(
        self, path: str, body: Any = None, post: str = "road-officer", key: str | None = "k", **more: str
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {} if key is None else {"Idempotency-Key": key}
        headers = {"Content-Type": "application/json", **self.headers(post, **named, **more)}
        return self.http.post(path, content=content, headers=headers)

    def upload(
        self, content: bytes, name: str = "仕様書.pdf", post: str = "road-officer", key: str = "u"
    ) -> httpx.Response:
        headers = self.headers(post, **{"Idempotency-Key": key})
        return self.http.post("/v1/attachments", files={"file": (name, content)}, headers=headers)

    def write(self, post: str, verb: str, number: str = "R8-000001", **body: Any) -> Any:
        """A command for an approval, straight at the ledger, accepted."""
        return self.write_to("approval", post, verb, number, **body)

    def write_to(self, noun: str, post: str, verb: str, number: str, **body: Any) -> Any:
        """A command for a record of any noun, straight at the ledger, accepted."""
        outcome = send(self.composition.writer, post, verb, number, record=RECORDS[noun], **body)
        assert outcome.result == "accepted", outcome
        return outcome

    def project(self) -> None:
        """Bring the read models to the head of the ledger."""
        store = self.composition.read_store
        for projection in PROJECTIONS:
            with store.transaction() as cursor:
                active = Generations(store.schema).active(cursor, projection)
            assert active is not None
            follower = Follower(store, self.composition.reader, projection, active)
            while follower.step():
                continue


def refused(response: httpx.Response, code: str, status: int, field: str | None = None) -> dict[str, Any]:
    """The problem document of a refusal, which is of this code, status and field."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem: dict[str, Any] = response.json()
    assert (problem["code"], response.status_code, problem["status"]) == (code, status, status), problem
    assert field is None or problem.get("field") == field, problem
    return problem


@contextmanager
def opened(settings: Settings, folder: Path, **changed: Any) -> Iterator[ApiWorld]:
    """A seeded prefecture and its API over HTTP; `changed` replaces parts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        settings = replace(
            settings,
            api_port=port,
            public_url=f"http://127.0.0.1:{port}",
            keys_dir=folder / "keys",
            documents_url=(folder / "documents").as_uri(),
            temporal_address=NOWHERE,
        )
        create_keys(settings.keys_dir, development=True)
        composition = Composition(settings)
        try:
            _seed(composition.writer)
            parts = replace(asyncio.run(_parts(composition)), **changed)
            with _served(parts, listener), httpx.Client(base_url=settings.public_url, timeout=30) as http:
                yield ApiWorld(composition, parts, http, _tokens(settings, composition))
        finally:
            composition.close()


async def _parts(composition: Composition) -> ApiParts:
    return api_parts(composition, await composition.temporal(lazy=True))


@contextmanager
def _served(parts: ApiParts, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(create_app(parts), http="httptools", access_log=False, log_config=None, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    until = time.monotonic() + STARTED_WITHIN_SECONDS
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < until
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _seed(writer: LedgerWriter) -> None:
    adopt_rules(writer)
    directory, _ = writer.reader.references()
    import_packaged_organisation(writer, directory)


def _tokens(settings: Settings, composition: Composition) -> DevelopmentTokens:
    key = issuer_key(key_path(settings.keys_dir, "issuer"), production=False)
    return DevelopmentTokens(
        issuer=development_issuer_name(settings.public_url),
        audience="kessai",
        key_id=key.key_id,
        private_key=key.private_key,
        clock=composition.clock,
    )
