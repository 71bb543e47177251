"""The program `kessai`: one line per command, whose module is imported only when it is called."""

import importlib
import os
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup

from kessai.trouble import Trouble

COMMANDS: Mapping[str, str] = {  # name → its function, or its group of commands
    "up": "kessai.cli.up:up",
    "settings": "kessai.cli.settings:settings",
    "demo": "kessai.cli.demo:demo",
    "token": "kessai.cli.wiring:token",
    "directory": "kessai.cli.wiring:directory",
    "keys": "kessai.cli.keys:keys",
    "audit": "kessai.cli.audit:audit",
    "doctor": "kessai.cli.doctor:doctor",
    "backup": "kessai.cli.backup:backup",
    "restore": "kessai.cli.backup:restore",
    "api": "kessai.cli.roles:api",
    "worker": "kessai.cli.roles:worker",
    "projector": "kessai.cli.roles:projector",
    "reconciler": "kessai.cli.roles:reconciler",
    "migrate": "kessai.cli.jobs:migrate",
    "namespace": "kessai.cli.jobs:namespace",
    "seed": "kessai.cli.jobs:seed",
}

Misused: type[Any] = typer.BadParameter.__bases__[0]  # the library's UsageError, which it does not export


class NoSuchCommand(Trouble):
    """There is no command of this name."""

    exit_code = 2


class Commands(TyperGroup):
    """The commands of the table above, imported by need."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            near = get_close_matches(cmd_name, COMMANDS, n=1)
            hint = f"{near[0]} ではありませんか。" if near else "kessai --help で一覧を見られます。"
            raise NoSuchCommand(f"{cmd_name} という命令はありません。{hint}")
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        found = getattr(importlib.import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            function, found = found, _typer()
            found.command(cmd_name)(function)
        found.rich_markup_mode = None
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command


def main() -> None:
    """Run the command line; a mistake or Trouble becomes its sentence on stderr and its exit code."""
    try:
        sys.exit(program(prog_name="kessai", standalone_mode=False))
    except Trouble as trouble:
        typer.echo(str(trouble), err=True)
        sys.exit(trouble.exit_code)
    except Misused as mistake:
        typer.echo(_in_japanese(mistake), err=True)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("中止しました。", err=True)
        sys.exit(130)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _typer(**options: Any) -> typer.Typer:
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, **options)


def _in_japanese(mistake: Any) -> str:
    """What the person did wrong, and where to read how it is done."""
    match type(mistake).__name__:
        case "NoArgsIsHelpError":
            return str(mistake.format_message())
        case "NoSuchOption":
            what = f"{mistake.option_name} という指定はありません。"
        case "MissingParameter":
            what = f"{'/'.join(mistake.param.opts)} を指定してください。"
        case "BadParameter" if mistake.param is not None:
            what = f"{'/'.join(mistake.param.opts)} の値が正しくありません: {mistake.message}"
        case _:
            what = f"使い方が正しくありません: {mistake.format_message()}"
    where = mistake.ctx.command_path if mistake.ctx else "kessai"
    return f"{what}\n{where} --help で使い方を見られます。"


program = _typer(cls=Commands, no_args_is_help=True)


@program.callback()
def kessai() -> None:
    """決裁(Kessai): 在宅勤務、電子決裁、電子契約、収納の照合を、失われない記録として動かします。"""
