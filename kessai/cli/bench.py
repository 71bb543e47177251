"""`kessai bench`: the goals as ratios against baselines measured in the same run, one table."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kessai.bench.baselines import FOLDER, NoBaselines
from kessai.bench.register import MEASURES
from kessai.bench.rounds import ROUNDS, Scale
from kessai.bench.rows import Row
from kessai.bench.run import bench as opened
from kessai.bench.run import run
from kessai.bench.table import lines
from kessai.trouble import Trouble

NAMES = ", ".join(measure.NAME for measure in MEASURES)


class NoSuchMeasure(Trouble):
    """There is no measure of this name."""

    exit_code = 2


def bench(
    name: Annotated[str | None, typer.Argument(help=f"測るもの(省略するとすべて): {NAMES}", metavar="[NAME]")] = None,
    scale: Annotated[
        float | None, typer.Option("--scale", min=0.000_001, max=1.0, help="全規模に対する割合(省略すると縮小した既定)")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="全規模で測る(NAMEを指定したとき)")] = False,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="交互に測る回数。比はその中央値")] = ROUNDS,
    out: Annotated[Path | None, typer.Option("--json", help="結果をJSONでも書くファイル", metavar="FILE")] = None,
) -> None:
    """目標に対する比を、同じ回に交互に測った比較対象との比で表示します。

    比較対象のスクリプトは tests/benchmarks/baselines にあり、make setup をしたチェックアウトで動きます。
    仮のサーバーを起動し、終わると消します。動いているものや .kessai には触れません。全部で10分以内です(--full は別)。
    """
    if not FOLDER.is_dir():
        raise NoBaselines(f"比較対象のスクリプト({FOLDER})がありません。チェックアウトで実行してください。")
    if full and (name is None or scale is not None):
        raise typer.BadParameter("--full は NAME とともに、--scale なしで指定します。", param_hint="--full")
    chosen = [measure for measure in MEASURES if name in (None, measure.NAME)]
    if not chosen:
        raise NoSuchMeasure(f"{name} という測定はありません。{NAMES} のどれかを指定してください。")
    with opened(scale=Scale(1.0 if full else scale), rounds=rounds) as on:
        rows = run(chosen, on, lambda text: typer.echo(text, err=True))
    for line in lines(rows):
        typer.echo(line)
    if out is not None:
        _write(out, rows)


def _write(out: Path, rows: list[Row]) -> None:
    text = json.dumps([row.document() for row in rows], ensure_ascii=False, indent=2)
    out.write_text(text + "\n", encoding="utf-8")
