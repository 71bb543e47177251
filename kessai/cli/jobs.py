"""Commands that bring a place into shape and end: the ledger's tables, Temporal's namespace, the organisation."""

import importlib
import os
from typing import Annotated

import typer

from kessai.cli.options import DEFAULT_DATA, Data, settings_for
from kessai.settings import Settings, load


def migrate(data: Data = DEFAULT_DATA) -> None:
    """台帳の表を用意します。

    何度実行しても同じです。所有者の接続先(KESSAI_OWNER_DATABASE_URL)を使う唯一の命令です。
    """
    settings = _as_owner(data)
    settings.require("owner_database_url", "database_url")
    importlib.import_module("kessai.migration").migrate(settings, settings.owner_database_url)


def namespace(data: Data = DEFAULT_DATA) -> None:
    """Temporalの名前空間を用意します。

    保存期間と検索属性もそろえます。何度実行しても同じです。
    """
    settings = settings_for(data)
    importlib.import_module("kessai.namespace").prepare(settings)


def seed(
    data: Data = DEFAULT_DATA,
    cases: Annotated[bool, typer.Option("--cases", help="実演用の事案を最後まで進める")] = False,
) -> None:
    """実演用の組織と規程を読み込みます。

    職員録、決裁区分、規程、休日表のうち、まだないものだけを読み込みます。
    """
    seeding = importlib.import_module("kessai.seeding")
    settings = settings_for(data)
    if cases:
        seeding.walk_cases(settings)
    else:
        seeding.load_organisation(settings)


def _as_owner(data: Data) -> Settings:
    """The settings with the owner's address: given by the environment, or by hand on an embedded instance."""
    from kessai.embedded.environment import instance_environment, owner_environment
    from kessai.embedded.folder import DataFolder

    if any(name.startswith("KESSAI_OWNER_DATABASE_URL") for name in os.environ):
        return settings_for(data)
    settings_for(data)
    folder = DataFolder(data.absolute())
    return load(instance_environment(folder, os.environ) | owner_environment(folder))
