"""kill -9 of the signer role at every point of a step: one signature in the file, one outcome, at most one recorded
second call.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kessai.settings import Settings
from signing.archive import archive_state
from tests.flows.conftest import Founding, server_in
from tests.flows.contract_world import OFFICER, Office, development_pki, own_folder
from tests.flows.prefecture import eventually, opened
from tests.flows.role_process import role

pytestmark = pytest.mark.timeout(300)  # whole lives of contracts, on a machine that may be busy
LEASE_OVER = timedelta(minutes=3)
WITHIN_SECONDS = 90.0


@dataclass
class Authority:
    """Stands before the time stamp authority: does something to who asks, when asked, or before answering."""

    app: Any
    asked: int = 0
    when_asked: Callable[[], object] | None = None
    before_answer: Callable[[], object] | None = None
    after_answer: Callable[[], object] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] != "/tsa":
            await self.app(scope, receive, send)
            return
        self.asked += 1
        self._do("when_asked")

        async def answered(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._do("before_answer")
            await send(message)
            if message["type"] == "http.response.body":
                self._do("after_answer")

        await self.app(scope, receive, answered)

    def _do(self, what: str) -> None:
        act = getattr(self, what)
        setattr(self, what, None)  # once
        if act is not None:
            act()


@dataclass
class Drill:
    """One prefecture, its authority, and a signer role that is killed and started again."""

    office: Office
    authority: Authority
    folder: Path
    running: list[Any] = field(default_factory=list)

    def start(self) -> None:
        """Start the role as the process it is in production."""
        context = role("signer", self.office.prefecture.settings, self.folder)
        self.running = [context, context.__enter__()]

    def send(self, number: signal.Signals) -> None:
        """Send the role a signal."""
        process: subprocess.Popen[bytes] = self.running[1]
        os.kill(process.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.send(signal.SIGKILL)

    async def dies(self) -> None:
        """Wait for its end."""
        await asyncio.to_thread(self.running[1].wait, WITHIN_SECONDS)
        self.running[0].__exit__(None, None, None)

    def journal(self) -> int:
        """How many entries there are."""
        return sum(1 for _ in (self.office.prefecture.settings.data / "documents" / "journal").glob("*"))

    def documents(self) -> int:
        """How many documents there are."""
        root = self.office.prefecture.settings.data / "documents"
        return sum(1 for each in root.glob("??/*") if each.is_file())


Point = Callable[[Drill, str], Awaitable[None]]


async def as_soon_as_begun(drill: Drill, number: str) -> None:
    """The attempt is recorded, and nothing more."""
    await drill.office.comes(number, "step-started")
    drill.kill()


async def after_the_key_signed(drill: Drill, number: str) -> None:
    """The signature is made; the authority has just been asked."""
    drill.authority.when_asked = drill.kill


async def after_the_authority_answered(drill: Drill, number: str) -> None:
    """The token is on its way to somebody who will never read it."""
    drill.authority.before_answer = lambda: drill.send(signal.SIGSTOP)
    drill.authority.after_answer = drill.kill


async def after_the_file_was_kept(drill: Drill, number: str) -> None:
    """The signed file lies in the store, and nothing refers to it."""
    before = drill.documents()

    async def kept() -> bool:
        return drill.documents() > before

    await eventually(kept, "no file", WITHIN_SECONDS)
    drill.kill()


async def before_the_outcome(drill: Drill, number: str) -> None:
    """The journal has the result; the ledger cannot be told."""
    before = drill.journal()

    async def noted() -> bool:
        return drill.journal() > before

    await drill.office.comes(number, "step-started")
    with drill.office.prefecture.ledger_locked():
        await eventually(noted, "no journal", WITHIN_SECONDS)
        drill.kill()
        await drill.dies()


async def after_the_outcome(drill: Drill, number: str) -> None:
    """The ledger knows; Temporal may not."""
    await drill.office.comes(number, "certified")
    drill.kill()


POINTS: dict[str, Point] = {
    each.__name__: each
    for each in (
        as_soon_as_begun,
        after_the_key_signed,
        after_the_authority_answered,
        after_the_file_was_kept,
        before_the_outcome,
        after_the_outcome,
    )
}
SHORT = ("after_the_authority_answered",)


@asynccontextmanager
async def drilled(settings: Settings, folder: Path) -> AsyncIterator[Drill]:
    """A prefecture with a ledger worker here and a signer role in a process of its own."""
    before: list[Authority] = []

    def around(app: Any) -> Authority:
        before.append(Authority(app))
        return before[0]

    with development_pki(own_folder(settings, folder), around) as led:
        async with opened(led) as prefecture, prefecture.worker():
            drill = Drill(Office(prefecture), before[0], folder)
            drill.start()
            try:
                yield drill
            finally:
                drill.running[0].__exit__(None, None, None)


@pytest.fixture
async def drill(founding: Founding, tmp_path: Path) -> AsyncIterator[Drill]:
    server = server_in(tmp_path / "temporal")
    server.start()
    try:
        settings = await asyncio.to_thread(founding, server)
        async with drilled(settings, tmp_path) as drill:
            yield drill
    finally:
        server.stop()


async def survives(drill: Drill, point: Point) -> None:
    """Kill at the point, start again, and count."""
    office = drill.office
    number = await office.created(*await office.decided())
    stamped = drill.authority.asked
    await office.send(OFFICER, "release", number)
    await point(drill, number)
    await drill.dies()
    office.prefecture.clock.set(office.prefecture.clock.now() + LEASE_OVER)
    drill.start()
    await office.comes(number, "certified")
    assert office.tags(number).count("certified") == 1
    assert office.tags(number).count("step-started") <= 2
    assert drill.authority.asked - stamped <= 2
    assert archive_state(await office.file(number)).signatures == 1


@pytest.mark.parametrize("name", SHORT)
async def test_a_killed_signer_role_signs_once(drill: Drill, name: str) -> None:
    await survives(drill, POINTS[name])


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_signer_role_killed_at_every_point_signs_once(drill: Drill) -> None:
    for point in POINTS.values():
        await survives(drill, point)
