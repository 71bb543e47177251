"""Measure: a whole contract of four parties beside plain pyHanko, a 50 MB file, and what a month of renewals takes."""

import asyncio
from collections.abc import Iterator
from functools import partial
from statistics import median

from kessai.bench.meters import MEBIBYTE
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, absolute, at_most, compared
from kessai.bench.run import Bench
from kessai.bench.signing_world import Worker, certified, signing_world, with_bulk

NAME = "signing-contracts"
ABOUT = "4者契約の全工程(固定・封緘・署名・長期化・自己検証)のCPU、50 MBのファイル、1か月の更新"
RENEWALS_A_MONTH = 10_000
RENEWED_ROUNDS_MAX = 3
SECONDS_A_MONTH = 30 * 24 * 3600


def rows(bench: Bench) -> Iterator[Row]:
    """Give processor seconds a contract and a renewal, and what a large file costs beside hashing it."""
    bench.close()
    with signing_world(bench.folder("contracts")) as world:
        with_bulk(world.folder, bench.scale.size(full=50, reduced=50, least=1) * MEBIBYTE)
        asyncio.run(certified(world.folder))
        ours = world.ours()
        yield from _whole(bench, ours, world.pyhanko())
        yield from _renewals(bench, ours)
        yield from _large(bench, world.ours())


def _whole(bench: Bench, ours: Worker, theirs: Worker) -> Iterator[Row]:
    sides = {"ours": partial(_cpu, ours, "whole", 1), "pyhanko": partial(_cpu, theirs, "whole", 1)}
    found = alternating(bench.rounds, sides, warm=False)
    yield compared(
        NAME,
        "4者契約の全工程",
        found["ours"],
        found["pyhanko"],
        unit="CPU秒",
        against="pyHanko のみ",
        goal=at_most(0.6),
        note="どちらも B-T の封緘と4署名、失効情報、長期保管タイムスタンプ、全署名の現在と将来の検証を含みます",
    )


def _renewals(bench: Bench, ours: Worker) -> Iterator[Row]:
    count = bench.scale.size(full=20, reduced=1)
    took = [_cpu(ours, "renew", count) for _ in range(min(RENEWED_ROUNDS_MAX, bench.rounds))]
    cores = median(took) * RENEWALS_A_MONTH / SECONDS_A_MONTH
    hours = median(took) * RENEWALS_A_MONTH / 3600
    note = f"机上の計算: 1か月に {RENEWALS_A_MONTH:,} 件なら1コアで {hours:.1f} 時間、平均 {cores:.4f} コア"
    yield absolute(NAME, "4者契約の更新1回(検証込み)", took, unit="CPU秒", note=note)


def _large(bench: Bench, ours: Worker) -> Iterator[Row]:
    count = bench.scale.size(full=10, reduced=1)
    peak = ours.ask("large", 1)["peak_mebibytes"]
    sides = {name: partial(_cpu, ours, name, count) for name in ("large", "sha256", "judged")}
    found = alternating(bench.rounds, sides)
    both = "封緘と当事者の2つの署名を検証します(ハッシュだけで SHA-256 の2倍)"
    for name, task, note in (("50 MB の署名", "large", ""), ("50 MB の検証", "judged", both)):
        hashed = {"unit": "CPU秒", "against": "SHA-256", "note": note}
        yield compared(NAME, name, found[task], found["sha256"], goal=at_most(3), **hashed)
    yield absolute(NAME, "50 MB の署名の最大メモリー", [peak], unit="MiB", goal=at_most(300, "MiB"))


def _cpu(worker: Worker, task: str, count: int) -> float:
    return worker.ask(task, count)["cpu"] / count
