"""Measure: inbox, one case, and lists with filters over many cases, beside a route that answers a constant."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import cycle
from time import perf_counter
from urllib.parse import quote

import uvloop

from kessai.bench import baseline_servers
from kessai.bench.archive import fill
from kessai.bench.instance_world import InstanceWorld
from kessai.bench.officials import Officials, connections
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, at_most, percentile
from kessai.bench.run import Bench

NAME = "reads"
ABOUT = "HTTPの読取(受信箱・案件・絞込み一覧)と、定数を返すだけの経路"
OPEN_CASES = 20
LISTS = {
    "一覧(所属・状態)": "/v1/approvals?unit=road&state=completed",
    "一覧(金額・期間)": "/v1/approvals?amount_min=1000000&amount_max=2000000&from=2026-01-01&to=2026-12-31",
    "一覧(言葉)": f"/v1/approvals?q={quote('橋梁点検 協定')}",
    "一覧(待っている職)": "/v1/approvals?waiting_post=road-chief",
}


def rows(bench: Bench) -> Iterator[Row]:
    """Give each read's p99, judged by how much it lies over the constant's."""
    world = bench.instance()
    cases = bench.scale.size(full=100_000, reduced=5_000, least=40)
    requests = bench.scale.size(full=1_000, reduced=200, least=5)
    archived = fill(world.parts, cases)
    with ExitStack() as stack, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        front = stack.enter_context(baseline_servers.front(world.addresses.temporal, bench.root))
        runner.run(_open_some(world))
        world.wait_until_caught_up()
        asked = {
            "受信箱": ("road-chief", ["/v1/inbox"]),
            "案件": ("road-director", [f"/v1/approvals/{number}" for number in archived[:: max(1, cases // 500)]]),
            **{name: ("construction-director", [path]) for name, path in LISTS.items()},
        }
        sides: dict[str, Callable[[], float]] = {
            "constant": lambda: runner.run(_p99_ms(front.url, ["/constant"], {}, requests))
        }
        for name, (post, paths) in asked.items():
            sides[name] = _side(runner, world, post, paths, requests)
        found = alternating(bench.rounds, sides)
    constant = found.pop("constant")
    for name, ours in found.items():
        yield Row(
            measure=NAME,
            name=f"{name} p99",
            unit="ミリ秒",
            ours=tuple(ours),
            baseline=tuple(constant),
            against="定数",
            goal=at_most(4, "ミリ秒上"),
            judged=tuple(mine - theirs for mine, theirs in zip(ours, constant, strict=True)),
            note=f"{cases:,} 件" if name == "受信箱" else "",
        )


def _side(
    runner: asyncio.Runner, world: InstanceWorld, post: str, paths: list[str], requests: int
) -> Callable[[], float]:
    return lambda: runner.run(_p99_ms(world.addresses.api, paths, world.headers(post), requests))


async def _p99_ms(url: str, paths: list[str], headers: Mapping[str, str], requests: int) -> float:
    waits, asked = [], cycle(paths)
    async with connections(url, 1) as (connection,):
        for _ in range(requests):
            begun = perf_counter()
            await connection.get(next(asked), headers)
            waits.append((perf_counter() - begun) * 1e3)
    return percentile(waits, 99)


async def _open_some(world: InstanceWorld) -> None:
    """Cases that wait for their first reviewer, so that inbox and list have something to show."""
    officials = Officials(world, NAME)
    async with connections(world.addresses.api, 1) as (connection,):
        for _ in range(OPEN_CASES):
            await officials.draft(connection)
