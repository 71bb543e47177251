"""Measure: how far the read models are behind the ledger while it takes all the commands it can, and after."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, perf_counter

from kessai.bench.ledger_world import LedgerWorld
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, absolute, at_most, percentile
from kessai.bench.run import Bench
from kessai.bench.samples import Desk
from kessai.embedded.environment import surroundings
from kessai.supervisor.plan import KESSAI
from kessai.supervisor.spawning import spawn
from projections.position import ReadPosition

NAME = "lag"
ABOUT = "命令を受け続ける間の、読み取り表の遅れ"
SCHEMA = "lagging"
CLIENTS = 8
LOOK_EVERY_S = 0.02
CAUGHT_UP_WITHIN_S = 60.0


class NeverCaughtUp(Exception):
    """The read models did not reach the head of the ledger after the load had ended."""


def rows(bench: Bench) -> Iterator[Row]:
    """Give the p99 of the lag under eight clients that never pause, and how long it takes to come back to nothing."""
    world = bench.ledger()
    desk = Desk(world.prefecture(SCHEMA))
    desk.case()
    commands = bench.scale.size(full=30_000, reduced=3_000, least=24)
    with _projector(world):
        _caught_up_after_ms(desk)
        found = alternating(bench.rounds, {"load": lambda: _load(desk, commands)})["load"]
    lags, recoveries, rates = zip(*found, strict=True)
    note = f"{CLIENTS}並行で休みなく、{commands:,} 命令ずつ"
    yield absolute(NAME, "遅れのp99", lags, unit="ミリ秒", goal=at_most(250, "ミリ秒"), note=note)
    yield absolute(NAME, "負荷が止んでから遅れ0まで", recoveries, unit="ミリ秒")
    yield absolute(NAME, "その間の命令", rates, unit="命令/秒")


def _load(desk: Desk, commands: int) -> tuple[float, float, float]:
    """The lag's p99 and the time to recover in milliseconds, and commands per second."""
    lives = [desk.life(desk.number()) for _ in range(commands // 3)]
    over, lags = threading.Event(), list[float]()
    watch = threading.Thread(target=_watch, args=(desk, over, lags))
    watch.start()
    begun = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for _ in clients.map(lambda life: [desk.send(envelope) for envelope in life], lives):
            continue
    took = perf_counter() - begun
    recovered = _caught_up_after_ms(desk)
    over.set()
    watch.join()
    return percentile(lags, 99), recovered, len(lives) * 3 / took


def _watch(desk: Desk, over: threading.Event, lags: list[float]) -> None:
    position, schema = ReadPosition(desk.parts.read_store), desk.parts.settings.database_schema
    while True:
        lags.append(max(lag.seconds for lag in position.lag(schema)) * 1e3)
        if over.wait(LOOK_EVERY_S):
            return


def _caught_up_after_ms(desk: Desk) -> float:
    position, head, begun = ReadPosition(desk.parts.read_store), desk.parts.reader.head(), monotonic()
    while position.reached() < head:
        if monotonic() - begun > CAUGHT_UP_WITHIN_S:
            raise NeverCaughtUp(SCHEMA)
        threading.Event().wait(0.002)
    return (monotonic() - begun) * 1e3


@contextmanager
def _projector(world: LedgerWorld) -> Iterator[None]:
    """Run the projector as a process of its own, as an instance does."""
    process = spawn(
        (*KESSAI, "projector"),
        environment=surroundings() | world.environment(SCHEMA),
        log=world.folder.logs / "projector.log",
        death_signal=signal.SIGTERM,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
