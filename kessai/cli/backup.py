"""`kessai backup` and `kessai restore`: what a prefecture cannot lose, in one archive, and back on a new machine."""

import os
from pathlib import Path
from typing import Annotated

import typer

from kessai.auditing.sentences import sentence
from kessai.backup.making import make_backup
from kessai.backup.manifest import Manifest
from kessai.backup.restoring import Wishes
from kessai.backup.restoring import restore as restore_backup
from kessai.cli.answering import answering, ledger_of
from kessai.cli.options import DEFAULT_DATA, Data
from kessai.embedded.folder import DataFolder

FINDINGS_SHOWN_MAX = 20

WithKeys = Annotated[bool, typer.Option("--with-keys", help="鍵ファイルも含めます(取り扱いに注意)。")]


def backup(
    out: Annotated[
        Path,
        typer.Option("--out", help="書き出す先。.zip で終わる名前はファイル、ほかは新しいフォルダー", metavar="PATH"),
    ],
    data: Data = DEFAULT_DATA,
    with_keys: WithKeys = False,
    without_documents: Annotated[
        bool, typer.Option("--without-documents", help="文書を含めません(置き場所の側で複製しているとき)。")
    ] = False,
) -> None:
    """台帳、文書、Temporalの状態のバックアップを作り、読み返して確かめます。

    動かしたまま実行できます。読み取り表は台帳から作り直せるので含みません。台帳は暗号化されていません。
    終了コード: 0 完了、1 完了したが壊れた文書がある、2 実行できない。
    """
    with ledger_of(data) as parts:
        made = make_backup(parts.settings, out, keys=with_keys, documents=not without_documents, say=_say)
    _tell(made.manifest, made.manifest_sha256)
    typer.echo(f"{out} に書きました。個人情報と職員の行為の記録を含みます。台帳と同じように保管してください。")
    if made.manifest.temporal is None:
        typer.echo(
            "Temporalの状態は含んでいません(外のサーバーか、まだ動いていないため)。なくても、案件は台帳から作り直されます。"
        )
    for path in made.damaged:
        typer.echo(f"警告: 文書 {path} は、置き場所にある時点で壊れています。", err=True)
    raise typer.Exit(1 if made.damaged else 0)


def restore(
    file: Annotated[Path, typer.Argument(help="kessai backup が書いたファイルかフォルダー", metavar="PATH")],
    data: Data = DEFAULT_DATA,
    with_temporal: Annotated[
        bool,
        typer.Option("--with-temporal", help="Temporalの状態も戻します(既定では台帳から作り直します)。"),
    ] = False,
    with_keys: WithKeys = False,
) -> None:
    """バックアップを、新しいか空のデータのフォルダーに復元し、検証します。

    KESSAI_DATABASE_URL と KESSAI_OWNER_DATABASE_URL を指定すると、その空のデータベースに復元します。
    終了コード: 0 完了、1 復元したが台帳に異常がある、2 復元できない。
    """
    with answering():
        wishes = Wishes(temporal=with_temporal, keys=with_keys)
        done = restore_backup(file, data, wishes, environ=os.environ, say=_say)
    _tell(done.manifest, done.manifest_sha256)
    seen = done.verification
    typer.echo(f"事実 {seen.events:,} 件を復元し、検証しました。")
    for each in seen.findings[:FINDINGS_SHOWN_MAX]:
        typer.echo(f"  - {sentence(each)}", err=True)
    if not seen.clean:
        typer.echo("バックアップの台帳に異常があります。kessai audit verify で詳しく見られます。", err=True)
        raise typer.Exit(1)
    if DataFolder(data.absolute()).postgres.is_dir():
        typer.echo(f"次に kessai up --data {data} を実行すると、終わっていない案件と期限がすべて動き始めます。")
    else:
        typer.echo(
            "次に kessai worker、projector、reconciler、api を動かすと、終わっていない案件と期限がすべて動き始めます。"
        )


def _tell(manifest: Manifest, digest: str) -> None:
    size = sum(part.bytes for part in manifest.parts)
    documents = len(manifest.of("documents"))
    typer.echo(
        f"台帳の位置 {manifest.head:,}、文書 {documents:,} 件、合計 {size / 1_000_000:,.1f} MB"
        f"({manifest.made_at:%Y-%m-%d %H:%M:%S} UTC、Kessai {manifest.kessai})"
    )
    typer.echo(f"最後の葉のハッシュ: {manifest.last_leaf or '(なし)'}")
    typer.echo(f"目録のSHA-256: {digest}(別の場所に控えると、すり替えに気づけます)")


def _say(text: str) -> None:
    """Progress goes to stderr."""
    typer.echo(text, err=True)
