"""A real Temporal server once a session, and prefectures on it: each with ledger, namespace, worker and clock of
its own.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import pytest

from kessai import seeding
from kessai.embedded.folder import DataFolder
from kessai.keys import create_keys
from kessai.namespace import prepare
from kessai.settings import Settings
from tests.conftest import Database
from tests.flows.prefecture import Prefecture, opened
from tests.flows.temporal_server import TemporalServer

FOUNDED_AHEAD = 2
Founding = Callable[[TemporalServer], Settings]


@pytest.fixture(scope="session")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    """The server that most flows share."""
    server = server_in(tmp_path_factory.mktemp("temporal"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_temporal(tmp_path: Path) -> Iterator[TemporalServer]:
    """A server for one test alone, to be stopped, emptied and set back."""
    server = server_in(tmp_path / "temporal")
    server.start()
    yield server
    server.stop()


def server_in(folder: Path, says: Mapping[str, str] = MappingProxyType({})) -> TemporalServer:
    """A server with its own folder, not started yet; `says` are dynamic settings."""
    data = DataFolder(folder)
    data.create()
    return TemporalServer(data, says)


@pytest.fixture(scope="session")
def founding(database: Database) -> Founding:
    """Found a prefecture on a server: a fresh ledger with the demo organisation, a fresh namespace; give its
    settings.
    """
    create_keys(database.folder.keys, development=True)

    def found(server: TemporalServer) -> Settings:
        name = f"t{uuid4().hex[:12]}"
        settings = replace(
            database.settings(name),
            temporal_address=server.address,
            temporal_namespace=name,
            task_queue=name,
            public_url="https://kessai.example",
            clock="virtual",
            clock_file=database.folder.root / f"{name}.clock",
        )
        prepare(settings)
        seeding.load_organisation(settings)
        return settings

    return found


@pytest.fixture(scope="session")
def founded(founding: Founding, temporal: TemporalServer) -> Iterator[Callable[[], Settings]]:
    """Prefectures on the shared server, founded while those before are at work: Temporal takes a second for a
    namespace.
    """
    with ThreadPoolExecutor(FOUNDED_AHEAD) as ahead:
        waiting: list[Future[Settings]] = [ahead.submit(founding, temporal) for _ in range(FOUNDED_AHEAD)]

        def take() -> Settings:
            waiting.append(ahead.submit(founding, temporal))
            return waiting.pop(0).result()

        yield take


@pytest.fixture
async def prefecture(founded: Callable[[], Settings]) -> AsyncIterator[Prefecture]:
    """A prefecture of its own with a worker at work."""
    async with opened(founded()) as prefecture, prefecture.worker():
        yield prefecture


@pytest.fixture
async def short_lived(founding: Founding, tmp_path: Path) -> AsyncIterator[Prefecture]:
    """A prefecture on a server that suggests continue-as-new after very few events."""
    server = server_in(tmp_path / "temporal", {"limit.historyCount.suggestContinueAsNew": "20"})
    server.start()
    try:
        async with opened(await asyncio.to_thread(founding, server)) as prefecture, prefecture.worker():
            yield prefecture
    finally:
        server.stop()
