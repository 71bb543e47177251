"""Options every command takes in the same way, and the settings they lead to."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from kessai.embedded.environment import instance_environment
from kessai.embedded.folder import DataFolder
from kessai.settings import Settings, load
from kessai.trouble import Trouble

DEFAULT_DATA = Path(".kessai")

Data = Annotated[
    Path, typer.Option("--data", envvar="KESSAI_DATA", help="データのフォルダー", show_envvar=True, metavar="DIR")
]


class NoInstance(Trouble):
    """The data folder holds no instance."""


def settings_for(data: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings a command works with: `KESSAI_*` where they name a ledger, else those of the instance in `data`.

    Raises NoInstance where `kessai up` was never run on `data`, SettingsError where a setting is wrong.
    """
    if "KESSAI_DATABASE_URL" in environ or "KESSAI_DATABASE_URL_FILE" in environ:
        return load({**environ, "KESSAI_DATA": str(data)})
    load({name: value for name, value in environ.items() if name != "KESSAI_DATABASE_PASSWORD"})
    folder = DataFolder(data.absolute())
    if not folder.postgres.is_dir():
        raise NoInstance(
            f"{folder.root} にはデータがありません。先に kessai up --data {data} を実行するか、"
            "KESSAI_DATABASE_URL などで外のサーバーを指定してください。"
        )
    return load(instance_environment(folder, environ))
