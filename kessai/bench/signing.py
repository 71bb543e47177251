"""Measure: one signature (B-B, B-T, B-LTA) beside pyHanko as documented and raw RSA; one and two processes."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from kessai.bench.rounds import alternating
from kessai.bench.rows import Goal, Row, at_least, compared
from kessai.bench.run import Bench
from kessai.bench.signing_world import SigningWorld, Worker, certified, signing_world

NAME = "signing"
ABOUT = "署名1件(RSA-2048、2ページの契約書)のCPU、文書どおりの pyHanko と openssl speed に対して"
PYHANKO = "pyHanko SimpleSigner"
UNIT = "署名/CPU秒"


def rows(bench: Bench) -> Iterator[Row]:
    """Give signatures per second of processor time at each level, and how two processes scale by the clock."""
    bench.close()
    with signing_world(bench.folder("signing")) as world:
        asyncio.run(certified(world.folder))
        ours, theirs = world.ours(), world.pyhanko()
        yield from _plain(bench, ours, theirs)
        for level, goal, count in (("B-T", 15.0, 20), ("B-LTA", 3.0, 3)):
            sides = {
                "ours": partial(_rate, ours, level, bench.scale.size(full=10 * count, reduced=count, least=1)),
                "pyhanko": partial(_rate, theirs, level, bench.scale.size(full=20, reduced=2, least=1)),
            }
            found = alternating(bench.rounds, sides)
            yield _row(f"PAdES {level}", found["ours"], found["pyhanko"], PYHANKO, at_least(goal))
        yield from _two_processes(bench, world, ours)


def _plain(bench: Bench, ours: Worker, theirs: Worker) -> Iterator[Row]:
    sides: dict[str, Callable[[], float]] = {
        "ours": partial(_rate, ours, "B-B", bench.scale.size(full=500, reduced=60, least=1)),
        "pyhanko": partial(_rate, theirs, "B-B", bench.scale.size(full=40, reduced=4, least=1)),
    }
    if shutil.which("openssl"):
        sides["raw"] = _raw_rate
    ours.ask("B-B", 1)
    theirs.ask("B-B", 1)
    found = alternating(bench.rounds, sides, warm=False)
    yield _row("PAdES B-B", found["ours"], found["pyhanko"], PYHANKO, at_least(20))
    if "raw" in found:
        yield _row("PAdES B-B と RSA のみ", found["ours"], found["raw"], "openssl speed", at_least(0.12))


def _two_processes(bench: Bench, world: SigningWorld, first: Worker) -> Iterator[Row]:
    second = world.ours()
    count = bench.scale.size(full=1_000, reduced=60, least=1)
    found = alternating(
        bench.rounds,
        {"two": partial(_together, (first, second), count), "one": partial(_together, (first,), count)},
    )
    yield compared(
        NAME, "PAdES B-B 2プロセス", found["two"], found["one"], unit="署名/秒", against="1プロセス", goal=at_least(1.5)
    )


def _together(workers: Sequence[Worker], count: int) -> float:
    """Signatures a second by the clock, of all workers at once."""
    for worker in workers:
        worker.begin("B-B", count)
    return len(workers) * count / max(worker.end()["wall"] for worker in workers)


def _rate(worker: Worker, task: str, count: int) -> float:
    return count / worker.ask(task, count)["cpu"]


def _raw_rate() -> float:
    """RSA-2048 signatures a second of one core, by OpenSSL's own measure."""
    done = subprocess.run(
        ("openssl", "speed", "-seconds", "1", "rsa2048"), capture_output=True, text=True, check=True, timeout=60
    )
    found = re.search(r"rsa\s*2048 bits\s+\S+\s+\S+\s+([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def _row(name: str, ours: Sequence[float], baseline: Sequence[float], against: str, goal: Goal) -> Row:
    return compared(NAME, name, ours, baseline, unit=UNIT, against=against, goal=goal)
