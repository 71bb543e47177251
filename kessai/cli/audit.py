"""`kessai audit`: verify the ledger, derive the read models anew and compare, read the ledger as text, hand it out."""

from pathlib import Path
from typing import Annotated

import typer

from kessai.auditing.export import export as write_export
from kessai.auditing.fsck import fsck as derive_and_compare
from kessai.auditing.lines import ledger_lines
from kessai.auditing.sentences import BEYOND, sentence
from kessai.auditing.snapshot import snapshot
from kessai.auditing.story import streams_of, told
from kessai.auditing.verification import Verification
from kessai.auditing.verification import verify as check_ledger
from kessai.cli.answering import CouldNotRun, ledger_of
from kessai.cli.options import DEFAULT_DATA, Data
from kessai.embedded.awake import announced, embedded

FINDINGS_SHOWN_MAX = 20
LOG_EVENTS = 1_000

audit = typer.Typer(help="台帳の監査", no_args_is_help=True, add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="結果をJSONで表示します。")]


@audit.command()
def verify(data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """台帳のすべての行を検証します。

    位置と版の連続、葉のハッシュ、内容の形、命令者の記載、受領の記録との対応、文書番号の連続を、最初の行から確かめます。
    終了コード: 0 異常なし、1 異常あり、2 実行できない。
    """
    with ledger_of(data) as parts, snapshot(parts.settings) as whole:
        seen = check_ledger(whole, parts.store.ledger_mapper, progress=_progress)
    if json:
        typer.echo(seen.as_json())
    else:
        _tell(seen)
    raise typer.Exit(0 if seen.clean else 1)


@audit.command()
def fsck(data: Data = DEFAULT_DATA, json: Json = False) -> None:
    """読み取り表をすべて台帳から作り直し、1行ずつ比べます。

    Temporalが応答するときは、終わっていない案件がすべて動いていることも確かめます(動いていなければ警告)。
    終了コード: 0 一致、1 違いあり、2 実行できない。
    """
    with ledger_of(data) as parts:
        found = derive_and_compare(parts, _say, ask_temporal=not embedded() or announced(data) is not None)
    if json:
        typer.echo(found.as_json())
    else:
        for line in found.lines():
            typer.echo(line)
    raise typer.Exit(0 if found.clean else 1)


@audit.command()
def log(
    data: Data = DEFAULT_DATA,
    stream: Annotated[str | None, typer.Option("--stream", help="この流れだけ(例: approval-R8-000123)")] = None,
    after: Annotated[int, typer.Option("--after", min=0, help="この位置より後だけ")] = 0,
) -> None:
    """台帳を1件1行で表示します。

    位置、日本時間、流れと版、種別、誰が(その日の職名)、内容の順です。
    """
    with ledger_of(data) as parts:
        if stream is not None:
            for line in ledger_lines(f for f in parts.reader.facts(stream) if f.position > after):
                typer.echo(line)
            return
        while facts := parts.reader.after(after, LOG_EVENTS):
            for line in ledger_lines(facts):
                typer.echo(line)
            after = facts[-1].position


@audit.command()
def show(
    number: Annotated[str, typer.Argument(help="番号(R8-000123)または流れ(approval-R8-000123)")],
    data: Data = DEFAULT_DATA,
) -> None:
    """一件の始まりから終わりまでを、日本語で表示します。"""
    with ledger_of(data) as parts:
        streams = streams_of(parts.reader, number)
        if not streams:
            raise CouldNotRun(f"{number} という番号の案件は台帳にありません。")
        for stream in streams:
            for line in told(stream, parts.reader.facts(stream)):
                typer.echo(line)


@audit.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="書き出すファイル(JSON Lines)", metavar="FILE")],
    data: Data = DEFAULT_DATA,
) -> None:
    """台帳を、正規形のJSON Linesで書き出します(1件1行)。

    Kessaiがなくても、各行の葉のハッシュを計算し直せます。個人情報を含むので、ファイルは所有者だけが読めます。
    """
    with ledger_of(data) as parts, snapshot(parts.settings) as whole:
        count = write_export(whole, out, progress=lambda done: _say(f"{done:,} 件を書き出しました。"))
    typer.echo(f"{count:,} 件を {out} に書き出しました。")


def _tell(seen: Verification) -> None:
    typer.echo(
        f"事実 {seen.events:,} 件(位置 {seen.head:,} まで)、受領の記録 {seen.receipts:,} 件"
        f"(うち拒否 {seen.refusals:,} 件)を {seen.seconds:.1f} 秒で確かめました。"
    )
    if seen.head:
        typer.echo(f"最後の葉のハッシュ: {seen.last_leaf}")
    for each in (*seen.findings[:FINDINGS_SHOWN_MAX], *seen.notices[:FINDINGS_SHOWN_MAX]):
        typer.echo(f"  - {sentence(each)}")
    more = sum(seen.counts.values()) - min(len(seen.findings), FINDINGS_SHOWN_MAX)
    more -= min(len(seen.notices), FINDINGS_SHOWN_MAX)
    if more:
        typer.echo(f"  ほかに {more:,} 件あります(--json で {len(seen.findings):,} 件まで表示できます)。")
    if seen.clean:
        typer.echo("異常はありません。")
    else:
        typer.echo(f"異常があります。最初の位置は {seen.first_bad_position} です。")
    typer.echo(BEYOND)


def _progress(done: int, total: int) -> None:
    _say(f"{done:,} / {total:,} 件を確かめました。")


def _say(text: str) -> None:
    """Progress goes to stderr: stdout is the answer."""
    typer.echo(text, err=True)
