"""Measure: approval chains from HTTP to the decision, beside bare Temporal workflows with as many updates, and what
each part of the machine spends on them.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter, process_time
from typing import Any

import uvloop
from temporalio.client import Client

from kessai.bench import baseline_servers, baselines
from kessai.bench.instance_world import InstanceWorld
from kessai.bench.meters import Part, cpu_seconds
from kessai.bench.officials import IN_FLIGHT, Officials, connections, in_flight
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, absolute, at_least, at_most, compared
from kessai.bench.run import Bench

NAME = "chains"
ABOUT = "決裁の鎖(HTTP → 起案と5つの行為 → 決裁済み)と、更新5つの素のTemporalワークフロー"
OURS = ("worker", "api", "postgres", "projector", "reconciler")  # without the Temporal server
SHOWN = ("temporal", *OURS)


@dataclass(frozen=True)
class Round:
    """What one side of one round took."""

    chains: int
    seconds: float
    cpu: Mapping[str, float]  # seconds by part; `client` is this process

    @property
    def rate(self) -> float:
        return self.chains / self.seconds

    def cpu_ms(self, *parts: str) -> float:
        """Processor time a chain, in milliseconds."""
        return sum(self.cpu[part] for part in parts) / self.chains * 1e3


def rows(bench: Bench) -> Iterator[Row]:
    """Give chains per second beside both baselines, and processor time per chain by part."""
    world = bench.instance()
    chains = bench.scale.size(full=640, reduced=48, least=2)
    with ExitStack() as stack, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        workers = {
            variant: stack.enter_context(baseline_servers.worker(world.addresses.temporal, variant, bench.root))
            for variant in ("defaults", "tuned")
        }
        sides = _Sides(world, workers, chains)
        runner.run(sides.connect())
        found = alternating(
            bench.rounds,
            {
                "ours": _run(runner, sides.ours),
                "defaults": _run(runner, lambda: sides.bare("defaults")),
                "tuned": _run(runner, lambda: sides.bare("tuned")),
            },
        )
    yield from _rates(found)
    yield from _costs(found)


def _rates(found: Mapping[str, list[Round]]) -> Iterator[Row]:
    ours = [each.rate for each in found["ours"]]
    goals = {"defaults": ("(a) SDKの既定", at_least(1.0)), "tuned": ("(b) 調整済み・ローカル", at_least(0.75))}
    for side, (against, goal) in goals.items():
        bare = [each.rate for each in found[side]]
        note = (
            f"{IN_FLIGHT}件ずつ同時に。当方は起案と5行為、素のワークフローは開始と更新5つ" if side == "defaults" else ""
        )
        yield compared(NAME, "鎖", ours, bare, unit="本/秒", against=against, goal=goal, note=note)


def _costs(found: Mapping[str, list[Round]]) -> Iterator[Row]:
    yield compared(
        NAME,
        "CPU(Temporalサーバーを除く)",
        [each.cpu_ms(*OURS) for each in found["ours"]],
        [each.cpu_ms("worker", "client") for each in found["tuned"]],
        unit="ミリ秒/本",
        against="(b) ワーカーと呼出側",
        goal=at_most(2.0),
    )
    for part in SHOWN:
        ours = [each.cpu_ms(part) for each in found["ours"]]
        if part in ("temporal", "worker"):
            bare = [each.cpu_ms(part) for each in found["tuned"]]
            yield compared(NAME, f"CPU {part}", ours, bare, unit="ミリ秒/本", against="(b)")
        else:
            yield absolute(NAME, f"CPU {part}", ours, unit="ミリ秒/本")


def _run(runner: asyncio.Runner, side: Callable[[], Coroutine[Any, Any, Round]]) -> Callable[[], Round]:
    return lambda: runner.run(side())


@dataclass
class _Sides:
    """Ours and the bare workflows, on the same Temporal server."""

    world: InstanceWorld
    workers: Mapping[str, Part]
    chains: int
    numbers: Iterator[int] = field(default_factory=count)

    async def connect(self) -> None:
        self.client = await Client.connect(self.world.addresses.temporal, namespace=baseline_servers.NAMESPACE)
        self.officials = Officials(self.world, NAME)
        self.updates = baselines.module("temporal_updates")

    async def ours(self) -> Round:
        async with connections(self.world.addresses.api, IN_FLIGHT) as opened:

            async def do(connection: Any, _: int) -> None:
                await self.officials.decide(connection, await self.officials.draft(connection))

            return await self._measured(self.world.processes(), opened, do)

    async def bare(self, variant: str) -> Round:
        parts = {"temporal": self.world.processes()["temporal"], "worker": self.workers[variant]}

        async def do(client: Client, number: int) -> None:
            await self.updates.chain(client, variant, f"chain-{number}")

        return await self._measured(parts, [self.client] * IN_FLIGHT, do)

    async def _measured(self, parts: Mapping[str, Part], lanes: list[Any], do: Callable[[Any, int], Any]) -> Round:
        jobs = iter([next(self.numbers) for _ in range(self.chains)])
        before, own, begun = cpu_seconds(parts), process_time(), perf_counter()
        await in_flight(lanes, jobs, do)
        seconds, client = perf_counter() - begun, process_time() - own
        after = cpu_seconds(parts)
        spent = {name: after[name] - before[name] for name in before}
        return Round(self.chains, seconds, {**spent, "client": client})
