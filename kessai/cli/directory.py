"""`kessai directory`: import an organisation from a file after showing what it changes, and show the one in force."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Protocol
from uuid import UUID, uuid5

import typer

from domain.clock import JST
from domain.directory import Directory
from domain.directory.facts import Change
from domain.envelope import NAMESPACE
from kessai.directory_diff import Difference, Unsound, diff
from kessai.directory_files import FaultyText, read_directory_file

FAULTS_SHOWN_MAX = 50


class Append(Protocol):
    """Writes facts to the stream "directory" at once, if it still has that version; the same id writes once."""

    def __call__(self, data: Path, *, facts: tuple[Change, ...], version: int, command_id: UUID) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the commands need of an instance, given its data folder."""

    load: Callable[[Path], Directory]
    append: Append
    today: Callable[[Path], date]


app = typer.Typer(help="職員録の取り込みと表示", no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", envvar="KESSAI_DATA", help="データのフォルダー")]


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="組織のファイル(.yaml、.yml、.csv)")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="確認せずに取り込みます。")] = False,
    data: Data = Path(".kessai"),
) -> None:
    """ファイルと職員録の違いを示し、確認のうえで取り込みます。終了コード: 0 完了、1 取りやめ、2 誤り。"""
    desk = _desk(context)
    try:
        desired = read_directory_file(file)
        directory = desk.load(data)
        differences = diff(directory, desired)
    except (FaultyText, Unsound) as faulty:
        for line in _faults(faulty):
            typer.echo(line, err=True)
        raise typer.Exit(2) from faulty
    if not differences:
        typer.echo("違いはありません。")
        return
    for difference in differences:
        typer.echo(difference.text)
    day = desired.prefecture.valid_from
    if not yes and not typer.confirm(f"{len(differences)}件の変更を{day}付けで取り込みますか?"):
        typer.echo("取り込みませんでした。", err=True)
        raise typer.Exit(1)
    desk.append(
        data,
        facts=tuple(difference.fact for difference in differences),
        version=directory.version,
        command_id=command_id(directory, differences),
    )
    typer.echo(f"{len(differences)}件を取り込みました。")


@app.command()
def show(
    context: typer.Context,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="この日の職員録(省略時は今日)")
    ] = None,
    data: Data = Path(".kessai"),
) -> None:
    """所属ごとに、職と就いている職員を表示します。"""
    desk = _desk(context)
    day = on.date() if on else desk.today(data)
    for line in listing(desk.load(data), day):
        typer.echo(line)


def command_id(directory: Directory, differences: list[Difference]) -> UUID:
    """The import's command id: the same changes to the same directory are the same command."""
    return uuid5(NAMESPACE, "\n".join(["directory-import", str(directory.version), *(d.text for d in differences)]))


def listing(directory: Directory, on: date) -> Iterator[str]:
    """The organisation of a day as text, one line a unit or post; vacancies and absences (at noon) are marked."""
    noon = datetime.combine(on, time(12), tzinfo=JST)
    yield f"職員録 {on}(版 {directory.version})"
    for unit in directory.units(on):
        yield f"{'  ' * (len(directory.unit_path(unit.code, on)) - 1)}{unit.name}({unit.code})"
        for post in reversed(directory.structure.day(on).posts_in(unit.code)):
            holder = directory.holder(post.code, noon)
            words = [holder.name if holder else "欠員"]
            words += ["事務取扱"] if holder and holder.acting else []
            words += ["不在"] if holder and directory.absence(holder.person, noon) else []
            words += post.roles
            yield f"{'  ' * len(directory.unit_path(unit.code, on))}{post.title}({post.code}): {' '.join(words)}"


def _faults(faulty: FaultyText | Unsound) -> list[str]:
    """What is wrong, one line each; characters that could steer a terminal are shown as such."""
    lines = str(faulty).splitlines()
    shown = ["".join(c if c.isprintable() else repr(c)[1:-1] for c in line) for line in lines[:FAULTS_SHOWN_MAX]]
    more = len(lines) - FAULTS_SHOWN_MAX
    return [*shown, f"ほかに{more}件の誤りがあります。"] if more > 0 else shown


def _desk(context: typer.Context) -> Desk:
    desk = context.find_object(Desk)
    if desk is None:
        raise RuntimeError("the command line was built without its desk")
    return desk
