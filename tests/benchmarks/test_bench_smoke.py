"""The bench runs: each measure gives its rows at a tiny size. What they say is for `kessai bench`, never for a test."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from kessai.bench import register
from kessai.bench.rounds import Scale, alternating
from kessai.bench.rows import absolute, at_least, at_most, compared, percentile
from kessai.bench.run import Bench, Measure, bench
from kessai.bench.table import lines

TINY = Scale(0.000_1)
INSTANCES = ("open-cases", "chains", "commands", "reads", "telework-day")  # on a whole instance: after the others
MINUTES = frozenset({"open-cases", "telework-day", "signing-contracts"})  # `make drill` and `make bench` run them
IN_ORDER = sorted(register.MEASURES, key=lambda measure: measure.NAME in INSTANCES)


@pytest.fixture(scope="module")
def tiny() -> Iterator[Bench]:
    """One bench for all, so that each world is started once."""
    with bench(scale=TINY, rounds=1) as made:
        yield made


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "measure",
    [pytest.param(each, marks=pytest.mark.long if each.NAME in MINUTES else ()) for each in IN_ORDER],
    ids=lambda measure: measure.NAME,
)
def test_each_measure_runs_and_gives_rows_that_can_be_shown(tiny: Bench, measure: Measure) -> None:
    found = list(measure.rows(tiny))
    assert found
    assert {row.measure for row in found} == {measure.NAME}
    assert all(row.met is not None for row in found if row.goal is not None)
    shown = "\n".join(lines(found))
    assert all(row.name in shown for row in found)
    json.dumps([row.document() for row in found])


def test_every_measure_is_in_the_table_once(repository: Path) -> None:
    names = [measure.NAME for measure in register.MEASURES]
    assert len(set(names)) == len(names)
    files = {Path(str(cast(ModuleType, measure).__file__)).name for measure in register.MEASURES}
    written = {path.name for path in (repository / "kessai" / "bench").glob("*.py") if "\nNAME = " in path.read_text()}
    assert files == written


def test_sides_take_turns_and_the_order_turns_round() -> None:
    order = []

    def side(name: str) -> str:
        order.append(name)
        return name

    found = alternating(3, {"a": lambda: side("a"), "b": lambda: side("b")}, warm=False)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert found == {"a": ["a"] * 3, "b": ["b"] * 3}


def test_a_ratio_is_taken_round_by_round_and_judged_by_its_median() -> None:
    row = compared("m", "n", [10, 30, 40], [10, 10, 10], unit="u", against="b", goal=at_least(3))
    assert list(row.judged) == [1.0, 3.0, 4.0]
    below = compared("m", "n", [10, 20, 40], [10, 10, 10], unit="u", against="b", goal=at_least(3))
    within = absolute("m", "n", [200, 240, 900], unit="ms", goal=at_most(250, "ms"))
    shown_only = absolute("m", "n", [1], unit="ms")
    assert [each.met for each in (row, below, within, shown_only)] == [True, False, True, None]


def test_the_table_is_aligned_by_what_a_terminal_shows() -> None:
    rows = [
        compared("m", "日本語", [1], [2], unit="件/秒", against="b", goal=at_least(1)),
        absolute("measure", "ascii", [1234.5], unit="ms", note="何か"),
    ]
    shown = list(lines(rows))
    wide_before = {"heading": 2, "row": 3}  # 項目, 日本語
    assert shown[0].index("当方") + wide_before["heading"] == shown[1].index("1.00 件/秒") + wide_before["row"]
    assert "1,234 ms" in shown[2] or "1,235 ms" in shown[2]
    assert shown[-1] == "目標 1 件のうち 0 件を達成"


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert percentile([5, 1, 4, 2, 3], 50) == 3
    assert percentile(range(1, 101), 99) == 99
    assert percentile([7], 99) == 7


def test_the_scale_is_a_share_of_the_full_size() -> None:
    assert Scale().size(full=100, reduced=7) == 7
    assert Scale(0.5).size(full=100, reduced=7) == 50
    assert Scale(0.001).size(full=100, reduced=7, least=3) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such",), "no-such という測定はありません"),
        (("--full",), "--full"),
        (("handle", "--full", "--scale", "0.5"), "--full"),
    ],
)
def test_a_mistaken_call_is_told_in_japanese(repository: Path, arguments: tuple[str, ...], said: str) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "kessai", "bench", *arguments),
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr


def test_help_says_that_the_baselines_need_a_checkout(repository: Path) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "kessai", "bench", "--help"), cwd=repository, capture_output=True, text=True, check=True
    )
    assert "チェックアウト" in done.stdout
    assert "--json" in done.stdout
