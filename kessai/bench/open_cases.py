"""Measure: what open cases keep in memory, beside as many idle bare workflows, and what an uncached one costs."""

import asyncio
import inspect
import os
import signal
from collections.abc import Awaitable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from time import monotonic, perf_counter, sleep
from typing import Any

import psutil
import uvloop
from temporalio.client import Client

from kessai.bench import baseline_servers, baselines
from kessai.bench.instance_world import InstanceWorld, instance_world
from kessai.bench.meters import Part, part
from kessai.bench.officials import IN_FLIGHT, Officials, connections, in_flight
from kessai.bench.rows import Row, absolute, at_most, compared
from kessai.bench.run import Bench
from kessai.embedded.alone import temporal_alone
from kessai.embedded.folder import DataFolder
from workflows.worker import build_worker

NAME = "open-cases"
ABOUT = "開いている案件が占める記憶(ワーカーとTemporal)、キャッシュにないときの費用"
CACHE = inspect.signature(build_worker).parameters["cached_workflows_max"].default
MISSES = 20
RESTARTED_WITHIN_S = 60.0


class NotRestarted(Exception):
    """The supervisor did not start the worker anew in time."""


def rows(bench: Bench) -> Iterator[Row]:
    """Give the memory after each fifth of the cases, on fresh servers, and a command's time without and with cache."""
    cases = bench.scale.size(full=10_000, reduced=500, least=bench.rounds)
    bench.close()
    with ExitStack() as stack, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        world = stack.enter_context(instance_world(bench.folder("open-cases")))
        folder = DataFolder(bench.folder("idle"))
        server = stack.enter_context(temporal_alone(folder, namespace=baseline_servers.NAMESPACE))
        worker = stack.enter_context(baseline_servers.worker(server.address, "tuned", bench.root))
        ours, bare = _Ours(world), _Bare(server.address, _server_of(server.port), worker)
        memory: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
        for _ in range(bench.rounds):
            for name, side in (("ours", ours), ("bare", bare)):
                runner.run(side.add(cases // bench.rounds))
                memory[name].append(side.resident_mebibytes())
        missed, hit = runner.run(ours.misses())
    yield from _memory_rows(memory, cases)
    note = (
        f"ワーカーを起動し直した直後の {len(missed)} 案件の1命令目と2命令目の中央値。上限 {CACHE:,} 件までは起こらない"
    )
    yield compared(
        NAME,
        "キャッシュにない案件の1命令",
        [median(missed) * 1e3],
        [median(hit) * 1e3],
        unit="ミリ秒",
        against="ある案件",
        note=note,
    )


def _memory_rows(memory: dict[str, list[tuple[float, float]]], cases: int) -> Iterator[Row]:
    ours, bare = ([sum(each) for each in memory[name]] for name in ("ours", "bare"))
    note = f"{cases:,} 件まで。キャッシュの上限は双方 {CACHE:,} 件"
    yield Row(
        measure=NAME,
        name="ワーカーとTemporalの記憶",
        unit="MiB",
        ours=(ours[-1],),
        baseline=(bare[-1],),
        against="(b) 待つだけのワークフロー",
        goal=at_most(1.3),
        judged=(ours[-1] / bare[-1],),
        note=note,
    )
    for index, name in enumerate(("ワーカー", "Temporal")):
        yield compared(
            NAME,
            f"うち{name}",
            [memory["ours"][-1][index]],
            [memory["bare"][-1][index]],
            unit="MiB",
            against="(b)",
        )
    grown = (ours[-1] - ours[0]) / (cases - cases // len(ours)) * 1024 if len(ours) > 1 else 0.0
    yield absolute(NAME, "1件あたりの増分", [grown], unit="KiB")


def _server_of(port: int) -> Part:
    """The Temporal server that listens on `port`: it was started by this process."""
    for child in psutil.Process().children():
        if any(connection.laddr.port == port for connection in child.net_connections(kind="tcp")):
            return part(child.pid)
    raise ProcessLookupError(port)


@dataclass
class _Ours:
    """Cases waiting for their first reviewer."""

    world: InstanceWorld

    def __post_init__(self) -> None:
        self.officials = Officials(self.world, NAME)
        self.numbers: list[str] = []

    async def add(self, cases: int) -> None:
        async with connections(self.world.addresses.api, IN_FLIGHT) as opened:

            async def draft(connection: Any, _: int) -> None:
                self.numbers.append(await self.officials.draft(connection))

            await in_flight(opened, iter(range(cases)), draft)

    def resident_mebibytes(self) -> tuple[float, float]:
        parts = self.world.processes()
        return parts["worker"].resident_mebibytes(), parts["temporal"].resident_mebibytes()

    async def misses(self) -> tuple[list[float], list[float]]:
        """Seconds of a command on cases that a new worker has not seen yet, and of the next command on the same."""
        self._restart_worker()
        chosen = self.numbers[-MISSES:]
        async with connections(self.world.addresses.api, 1) as (connection,):
            await self.officials.draft(connection)  # the new worker answers, and has its modules
            missed = [await _seconds(self.officials.hold(connection, number)) for number in chosen]
            hit = [await _seconds(self.officials.resume(connection, number)) for number in chosen]
        return missed, hit

    def _restart_worker(self) -> None:
        pid = self.world.processes()["worker"].process.pid
        os.kill(pid, signal.SIGTERM)
        until = monotonic() + RESTARTED_WITHIN_S
        while (worker := self.world.processes().get("worker")) is None or worker.process.pid == pid:
            if monotonic() > until:
                raise NotRestarted(pid)
            sleep(0.05)


@dataclass
class _Bare:
    """Workflows waiting for their first update."""

    address: str
    server: Part
    worker: Part
    numbers: Iterator[int] = field(default_factory=count)

    async def add(self, cases: int) -> None:
        client = await Client.connect(self.address, namespace=baseline_servers.NAMESPACE)
        start = baselines.module("temporal_updates").start
        jobs = iter([f"idle-{next(self.numbers)}" for _ in range(cases)])

        async def do(_: int, case: str) -> None:
            await start(client, "tuned", case)

        await in_flight(range(IN_FLIGHT), jobs, do)
        last = f"idle-{next(self.numbers)}"
        await start(client, "tuned", last)
        await baselines.module("temporal_updates").act(client, "tuned", last)  # the worker has come as far as this one

    def resident_mebibytes(self) -> tuple[float, float]:
        return self.worker.resident_mebibytes(), self.server.resident_mebibytes()


async def _seconds(command: Awaitable[None]) -> float:
    begun = perf_counter()
    await command
    return perf_counter() - begun
