"""The processes an installation consists of, one command each; supervisor and containers start the same."""

import importlib

from kessai.cli.options import DEFAULT_DATA, Data, settings_for
from kessai.logs import configure


def api(data: Data = DEFAULT_DATA) -> None:
    """APIと画面を動かします。"""
    _run("api", data)


def worker(data: Data = DEFAULT_DATA) -> None:
    """ワークフローとアクティビティーを動かします。"""
    _run("worker", data)


def projector(data: Data = DEFAULT_DATA) -> None:
    """台帳を追って読み取り表を更新します。"""
    _run("projector", data)


def reconciler(data: Data = DEFAULT_DATA) -> None:
    """台帳とTemporalを突き合わせます。"""
    _run("reconciler", data)


def notifier(data: Data = DEFAULT_DATA) -> None:
    """通知のメールとWebhookを送ります。"""
    _run("notifier", data)


def signer(data: Data = DEFAULT_DATA) -> None:
    """電子契約に署名し、長期保管します。

    署名鍵を持つのは、この役割だけです。
    """
    _run("signer", data)


def pki(data: Data = DEFAULT_DATA) -> None:
    """開発用の認証局とタイムスタンプ局を動かします。本番では使えません。"""
    _run("pki", data)


def _run(role: str, data: Data) -> None:
    """Run `kessai.roles.<role>.main(settings)` until it returns, which it does on SIGTERM and SIGINT."""
    settings = settings_for(data)
    settings.require("database_url")
    configure(settings)
    importlib.import_module(f"kessai.roles.{role}").main(settings)
