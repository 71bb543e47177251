"""The program `kessai`: one line per command, whose module is imported only when it is called."""

import importlib
import logging
import os
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from kessai.trouble import Trouble

COMMANDS: Mapping[str, str] = {  # name → its function, or its group of commands
    "up": "kessai.cli.up:up",
    "settings": "kessai.cli.settings:settings",
    "bench": "kessai.cli.bench:bench",
    "demo": "kessai.cli.demo:demo",
    "token": "kessai.cli.wiring:token",
    "directory": "kessai.cli.wiring:directory",
    "keys": "kessai.cli.keys:keys",
    "contract": "kessai.cli.contract:contract",
    "audit": "kessai.cli.audit:audit",
    "doctor": "kessai.cli.doctor:doctor",
    "backup": "kessai.cli.backup:backup",
    "restore": "kessai.cli.backup:restore",
    "api": "kessai.cli.roles:api",
    "worker": "kessai.cli.roles:worker",
    "projector": "kessai.cli.roles:projector",
    "reconciler": "kessai.cli.roles:reconciler",
    "notifier": "kessai.cli.roles:notifier",
    "signer": "kessai.cli.roles:signer",
    "pki": "kessai.cli.roles:pki",
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


def main() -> NoReturn:
    """Run the command line and end the process; a mistake or Trouble becomes its sentence on stderr and a code."""
    try:
        code = program(prog_name="kessai", standalone_mode=False)
    except Trouble as trouble:
        _leave(trouble.exit_code, str(trouble))
    except Misused as mistake:
        _leave(2, _in_japanese(mistake))
    except (typer.Abort, KeyboardInterrupt):
        _leave(130, "中止しました。")
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(1)
    _leave(code if isinstance(code, int) else 0)


def _leave(code: int, last_words: str = "") -> NoReturn:
    """End the process, and where Temporal's client was used, without taking the interpreter apart: its threads abort
    that now and then, and a job whose work is done would count as failed.
    """
    if last_words:
        typer.echo(last_words, err=True)
    if "temporalio.bridge.temporal_sdk_bridge" in sys.modules:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


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
