"""Measure: one command over HTTP, there and back, and how many a second, beside HTTP in front of a bare update."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any

import uvloop

from kessai.bench import baseline_servers
from kessai.bench.http_load import Connection
from kessai.bench.officials import IN_FLIGHT, VERBS, Officials, connections, in_flight
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, at_least, at_most, compared, percentile
from kessai.bench.run import Bench

NAME = "commands"
ABOUT = "HTTPからの1命令の往復と毎秒の命令数と、素の更新(何もしないローカルアクティビティー)の前のHTTP"
AGAINST = "HTTP→素の更新"
ACT = {"comment": "異議ありません。"}


def rows(bench: Bench) -> Iterator[Row]:
    """Give p50 and p99 of one client, and commands per second of sixteen. Cases are drafted before the time starts."""
    world = bench.instance()
    cases = bench.scale.size(full=200, reduced=20, least=1)
    with ExitStack() as stack, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        stack.enter_context(baseline_servers.worker(world.addresses.temporal, "tuned", bench.root))
        front = stack.enter_context(baseline_servers.front(world.addresses.temporal, bench.root))
        sides = {"ours": _Ours(world.addresses.api, Officials(world, NAME)), "bare": _Bare(front.url)}
        one = alternating(bench.rounds, {name: _run(runner, side.waits, cases) for name, side in sides.items()})
        many = alternating(bench.rounds, {name: _run(runner, side.rate, cases) for name, side in sides.items()})
    for percent in (50, 99):
        ours, bare = ([percentile(waits, percent) * 1e3 for waits in one[name]] for name in ("ours", "bare"))
        yield compared(NAME, f"往復 p{percent}(1並行)", ours, bare, unit="ミリ秒", against=AGAINST, goal=at_most(1.5))
    yield compared(
        NAME,
        f"命令({IN_FLIGHT}並行)",
        many["ours"],
        many["bare"],
        unit="命令/秒",
        against=AGAINST,
        goal=at_least(round(1 / 1.5, 3)),
    )


def _run(runner: asyncio.Runner, side: Callable[[int], Coroutine[Any, Any, Any]], cases: int) -> Callable[[], Any]:
    return lambda: runner.run(side(cases))


@dataclass
class _Side:
    """One HTTP server whose cases take five acts each."""

    url: str

    async def open(self, connection: Connection) -> str:
        """Make one case; give its number."""
        raise NotImplementedError

    async def act(self, connection: Connection, number: str) -> list[float]:
        """Take it through its acts; give how long each took."""
        raise NotImplementedError

    async def waits(self, cases: int) -> list[float]:
        """Seconds of each command, one client."""
        async with connections(self.url, 1) as (connection,):
            numbers = [await self.open(connection) for _ in range(cases)]
            return [wait for number in numbers for wait in await self.act(connection, number)]

    async def rate(self, cases: int) -> float:
        """Commands per second of sixteen clients, each with a case of its own at a time."""
        async with connections(self.url, IN_FLIGHT) as opened:
            numbers: list[str] = []

            async def make(connection: Connection, _: int) -> None:
                numbers.append(await self.open(connection))

            async def take(connection: Connection, number: str) -> None:
                await self.act(connection, number)

            await in_flight(opened, iter(range(max(cases * 2, IN_FLIGHT))), make)
            begun = perf_counter()
            await in_flight(opened, iter(numbers), take)
            return len(numbers) * len(VERBS) / (perf_counter() - begun)


@dataclass
class _Ours(_Side):
    officials: Officials

    async def open(self, connection: Connection) -> str:
        return await self.officials.draft(connection)

    async def act(self, connection: Connection, number: str) -> list[float]:
        return await self.officials.decide(connection, number)


@dataclass
class _Bare(_Side):
    numbers: Iterator[int] = field(default_factory=count)

    async def open(self, connection: Connection) -> str:
        number = f"case-{next(self.numbers)}"
        await connection.post(f"/cases/{number}", {}, {})
        return number

    async def act(self, connection: Connection, number: str) -> list[float]:
        waits = []
        for _ in VERBS:
            begun = perf_counter()
            await connection.post(f"/cases/{number}/act", {}, ACT)
            waits.append(perf_counter() - begun)
        return waits
