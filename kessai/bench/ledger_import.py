"""Measure: how long a person's command takes while an import appends in batches beside it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from kessai.bench.ledger_world import LedgerWorld
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, absolute, at_most, compared, percentile
from kessai.bench.run import Bench
from kessai.bench.samples import OFFICER, ROUTINE, Desk
from kessai.embedded.environment import surroundings

NAME = "import"
ABOUT = "取込が一括追記をしている間の、人の命令の待ち時間"
SCHEMA = "importing"
STREAMS = 25  # a transaction: who holds the lock for longer keeps people waiting
STOPPED_WITHIN_S = 30.0


def rows(bench: Bench) -> Iterator[Row]:
    """Give the p99 of commands with and without an import by another process, and how much it imported."""
    world = bench.ledger()
    desk, imported = Desk(world.prefecture(SCHEMA)), list[float]()
    desk.case()
    commands = bench.scale.size(full=2_000, reduced=300, least=10)

    def alone() -> float:
        return percentile(_waits_ms(desk, commands), 99)

    def beside() -> float:
        with _importing(world, imported):
            return percentile(_waits_ms(desk, commands), 99)

    found = alternating(bench.rounds, {"alone": alone, "beside": beside})
    yield compared(
        NAME,
        "命令のp99",
        found["beside"],
        found["alone"],
        unit="ミリ秒",
        against="取込なし",
        goal=at_most(3),
        note=f"取込は別のプロセスから、1取引に{STREAMS}ストリーム、かかった時間だけ休みながら",
    )
    yield absolute(NAME, "その間の取込", imported[1:], unit="件/秒")


def _waits_ms(desk: Desk, commands: int) -> list[float]:
    waits = []
    for envelope in [desk.envelope(OFFICER, "draft", desk.number(), **ROUTINE) for _ in range(commands)]:
        begun = perf_counter()
        desk.send(envelope)
        waits.append((perf_counter() - begun) * 1e3)
    return waits


@contextmanager
def _importing(world: LedgerWorld, imported: list[float]) -> Iterator[None]:
    """Run the importer meanwhile; add to `imported` how many it appended a second."""
    with subprocess.Popen(
        (sys.executable, "-P", "-m", "kessai.bench.importer", f"I{len(imported)}", str(STREAMS)),
        env=surroundings() | world.environment(SCHEMA),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None, "it was asked for"
        process.stdout.readline()
        begun = perf_counter()
        try:
            yield
        finally:
            took = perf_counter() - begun
            process.terminate()
            appended = process.communicate(timeout=STOPPED_WITHIN_S)[0]
    imported.append(int(appended) / took)
