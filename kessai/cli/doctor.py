"""`kessai doctor`: how the installation is, and what to do where it is not well."""

from dataclasses import asdict
from typing import Annotated

import msgspec
import typer

from kessai.auditing.lines import printable
from kessai.cli.answering import answering
from kessai.cli.options import DEFAULT_DATA, Data
from kessai.doctor.check import Check
from kessai.doctor.examination import examine, patient_of

MARKS = {"ok": "  良 ", "note": "注意 ", "problem": "問題 "}


def doctor(
    data: Data = DEFAULT_DATA, json: Annotated[bool, typer.Option("--json", help="結果をJSONで表示します。")] = False
) -> None:
    """設定、鍵、ディスク、時計、台帳、読み取り表、Temporal、ワーカー、APIの状態を調べます。

    何も変えません。終了コード: 0 問題なし(注意だけのときも)、1 問題あり、2 調べられない。
    """
    checks = []
    with answering():
        for check in examine(patient_of(data)):
            checks.append(check)
            if not json:
                _tell(check)
    problems = sum(check.level == "problem" for check in checks)
    if json:
        result = {"result": "problems" if problems else "ok", "checks": [asdict(check) for check in checks]}
        typer.echo(msgspec.json.format(msgspec.json.encode(result)))
    else:
        typer.echo(
            f"{len(checks)} 項目を調べました。"
            + (f"問題が {problems} 件あります。" if problems else "問題はありません。")
        )
    raise typer.Exit(1 if problems else 0)


def _tell(check: Check) -> None:
    typer.echo(printable(f"{MARKS[check.level]}{check.subject}: {check.says}"))
    if check.do and check.level != "ok":
        typer.echo(printable(f"        → {check.do}"))
