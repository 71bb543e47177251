"""`kessai up`: everything on one machine, in the foreground."""

import os
from pathlib import Path
from typing import Annotated

import typer

from kessai.cli.options import DEFAULT_DATA, Data
from kessai.supervisor.up import up as run


def up(
    data: Data = DEFAULT_DATA,
    api_port: Annotated[
        int | None, typer.Option("--api-port", min=0, max=65535, help="APIのポート(既定は8700、使われていれば空き番号)")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="実演用の事案を最後まで進めておく")] = True,
    ready_file: Annotated[
        Path | None,
        typer.Option("--ready-file", metavar="FILE", help="すべてが応答する間だけ、アドレスをJSONで置くファイル"),
    ] = None,
) -> None:
    """すべてをこの機械で動かします(止めるまで)。

    Postgres、Temporalとその画面、ワーカー、読み取り表の更新、突き合わせ、APIを、1つのフォルダーのデータで動かします。
    死んだものは起動し直します。

    Ctrl-C または SIGTERM で順に止まり、終了コード0で終わります。データは残り、次の起動で続きから動きます。
    """
    run(data, environ=os.environ, say=_say, api_port=api_port, demo_cases=demo, ready=ready_file)


def _say(text: str) -> None:
    """Tell the person at the terminal. Nobody reading any more is no reason to stop the prefecture's processes."""
    try:
        typer.echo(text)
    except (BrokenPipeError, ValueError):
        return
