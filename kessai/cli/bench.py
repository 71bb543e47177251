"""`kessai bench`: the goals as ratios, each against a baseline measured in the same run."""

from typing import Annotated

import typer

from kessai.bench.register import MEASURES
from kessai.bench.rounds import ROUNDS, Scale
from kessai.bench.run import bench as opened
from kessai.bench.run import run
from kessai.bench.table import lines
from kessai.trouble import Trouble


class NoSuchMeasure(Trouble):
    """There is no measure of this name."""

    exit_code = 2


def bench(
    name: Annotated[
        str | None, typer.Argument(help="測るもの(省略時はすべて)。" + "、".join(m.NAME for m in MEASURES))
    ] = None,
    scale: Annotated[
        float | None, typer.Option("--scale", help="本来の量に対する割合(省略時は縮小した量)", min=0.0001)
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="本来の量で測る")] = False,
    rounds: Annotated[int, typer.Option("--rounds", help="交互に測る回数", min=1)] = ROUNDS,
) -> None:
    """台帳と読み取り表の速さを、同じ機械で同時に測った基準との比で示します。

    チェックアウトから動かします(基準は tests/benchmarks/baselines)。他に何も動いていないときに測ってください。
    """
    chosen = [measure for measure in MEASURES if name in (None, measure.NAME)]
    if not chosen:
        raise NoSuchMeasure(
            f"{name} という測定はありません。{'、'.join(m.NAME for m in MEASURES)} から選んでください。"
        )
    with opened(scale=Scale(1.0 if full else scale), rounds=rounds) as desk:
        found = run(chosen, desk, typer.echo)
    for line in lines(found):
        typer.echo(line)
