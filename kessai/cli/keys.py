"""`kessai keys`: create the production key files, and rotate them without a gap."""

from pathlib import Path
from typing import Annotated

import typer

from kessai.cli.options import DEFAULT_DATA, Data
from kessai.keys import Rotating, activate_key, add_key, create_keys

keys = typer.Typer(help="鍵ファイルの作成と更新", no_args_is_help=True, add_completion=False)

Folder = Annotated[
    Path | None,
    typer.Option(
        "--keys", envvar="KESSAI_KEYS_DIR", help="鍵のフォルダー(既定はデータのフォルダーのkeys)", metavar="DIR"
    ),
]
Kind = Annotated[Rotating, typer.Argument(help="envelope(命令)、codec(ペイロード)又は link(署名者のリンクとコード)")]


@keys.command()
def create(data: Data = DEFAULT_DATA, folder: Folder = None) -> None:
    """本番用の鍵ファイルを作ります。既にあるものは変えません。"""
    for path in create_keys(folder or data / "keys", development=False):
        typer.echo(path)


@keys.command()
def rotate(
    kind: Kind,
    data: Data = DEFAULT_DATA,
    folder: Folder = None,
    prepare: Annotated[bool, typer.Option("--prepare", help="鍵を加えるだけで、まだ使い始めません。")] = False,
) -> None:
    """新しい鍵を加えて使い始めます。古い鍵は検証と復号のために残ります。次の起動から有効です。

    複数の機械では、--prepare → 全プロセスの再起動 → kessai keys activate → 全プロセスの再起動 の順に行います。
    """
    key_id = add_key(folder or data / "keys", kind)
    if not prepare:
        activate_key(folder or data / "keys", kind, key_id)
    typer.echo(key_id)


@keys.command()
def activate(
    kind: Kind,
    key_id: Annotated[str, typer.Argument(help="鍵の番号")],
    data: Data = DEFAULT_DATA,
    folder: Folder = None,
) -> None:
    """加えてある鍵を使い始めます。次の起動から有効です。"""
    activate_key(folder or data / "keys", kind, key_id)
