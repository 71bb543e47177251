"""The officials of the bench: they take outsourcing cases over HTTP from draft to decision, five verbs each."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any, TypeVar

from kessai.bench.http_load import Connection
from kessai.bench.instance_world import InstanceWorld

T = TypeVar("T")

IN_FLIGHT = 16
DRAFT = {"kind": "outsourcing", "title": "橋梁点検業務委託", "body": "別紙のとおり", "amount_yen": 12_000_000}
VERBS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("road-chief", "approve", {"comment": "異議ありません。"}),
    ("road-lead", "approve", {"comment": "異議ありません。"}),
    ("road-director", "approve", {"comment": "異議ありません。"}),
    ("affairs-director", "concur", {"outcome": "agree"}),
    ("construction-deputy", "decide", {"comment": "異議ありません。"}),
)


class NotDecided(Exception):
    """The five verbs did not lead to a decision: what is measured is not what was meant."""


@dataclass
class Officials:
    """Acts through one instance's API. `measure` keeps one measure's commands apart from another's."""

    world: InstanceWorld
    measure: str
    _keys: Iterator[int] = field(default_factory=count)

    async def draft(self, connection: Connection) -> str:
        """Draft and submit a case; give its number."""
        case = await self._post(connection, "road-officer", "/v1/approvals", DRAFT)
        return str(case["number"])

    async def decide(self, connection: Connection, number: str) -> list[float]:
        """Take a submitted case through its five verbs; give how long each took, in seconds."""
        waits, case = [], dict[str, Any]()
        for post, verb, body in VERBS:
            begun = perf_counter()
            case = await self._post(connection, post, f"/v1/approvals/{number}/{verb}", body)
            waits.append(perf_counter() - begun)
        if case["state"] != "decided":
            raise NotDecided(f"{number} is {case['state']}")
        return waits

    async def hold(self, connection: Connection, number: str) -> None:
        """One command that leaves the case open."""
        await self._post(connection, "road-chief", f"/v1/approvals/{number}/hold", {"reason": "資料の確認"})

    async def resume(self, connection: Connection, number: str) -> None:
        """One more."""
        await self._post(connection, "road-chief", f"/v1/approvals/{number}/resume", {})

    async def _post(self, connection: Connection, post: str, path: str, body: Any) -> Any:
        headers = {**self.world.headers(post), "Idempotency-Key": f"bench-{self.measure}-{next(self._keys)}"}
        return await connection.post(path, headers, body)


@asynccontextmanager
async def connections(url: str, number: int) -> AsyncIterator[list[Connection]]:
    """Open so many connections."""
    opened = [await Connection.to(url) for _ in range(number)]
    try:
        yield opened
    finally:
        for connection in opened:
            await connection.close()


async def in_flight(lanes: Iterable[T], jobs: Iterator[Any], do: Callable[[T, Any], Awaitable[None]]) -> None:
    """Have every lane (a connection, a client) do one job after the other until there are none left."""

    async def work(lane: T) -> None:
        for job in jobs:
            await do(lane, job)

    await asyncio.gather(*(work(lane) for lane in lanes))
