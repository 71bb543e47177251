"""`kessai demo`: approvals, telework days, a loss and a campaign on a throw-away instance, told line by line."""

from pathlib import Path
from typing import Annotated

import typer

from kessai.story.demo import run_demo


def demo(
    out: Annotated[
        Path | None, typer.Option("--out", help="使った事例のデータを残すフォルダー(空か新しいもの)", metavar="DIR")
    ] = None,
) -> None:
    """仮の環境と仮の時計で、決裁、テレワーク、紛失の報告、テレワークデイズの事例を最初から最後まで実演します。"""
    run_demo(say=typer.echo, out=out)
