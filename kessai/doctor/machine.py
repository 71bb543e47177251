"""The machine: settings, versions, disk, clock, key files, ports, and when the last backup was made."""

import re
import shutil
import socket
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import msgspec

from kessai.backup.making import LAST_BACKUP
from kessai.clocks import VirtualClock
from kessai.doctor.check import Check, Patient, note, ok, problem
from kessai.embedded.folder import read_json
from kessai.keys import KeyFile

GIBIBYTE = 1024**3
FREE_BYTES_MIN = GIBIBYTE
FREE_BYTES_COMFORTABLE = 5 * GIBIBYTE
KEY_DAYS_MAX = 365
BACKUP_DAYS_MAX = 1
PORT_ANSWERS_WITHIN_S = 2.0
_PIN = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^;\s]+)")


def settings(patient: Patient) -> Iterator[Check]:
    """What kind of installation this is, and by which clock it lives."""
    mode = "本番" if patient.settings.production else "開発"
    yield ok("設定", f"{mode}の設定として読めました(データのフォルダー {patient.settings.data})。")
    if patient.settings.clock == "virtual":
        offset = VirtualClock(patient.settings.clock_file).offset
        days = offset / timedelta(days=1)
        yield note(
            "時計", f"仮の時計を使っています(実際の時刻との差 {days:+.1f} 日)。", "実演と試験のほかでは使いません。"
        )


def versions(patient: Patient) -> Iterator[Check]:
    """Whether the libraries we depend on to the letter are the ones installed."""
    wrong = []
    for requirement in requires("kessai") or ():
        pin = _PIN.match(requirement)
        if pin is None:
            continue
        try:
            installed = version(pin["name"])
        except PackageNotFoundError:
            continue  # of an extra that is not installed
        if installed != pin["version"]:
            wrong.append(f"{pin['name']} {installed}(必要なのは {pin['version']})")
    if wrong:
        yield problem(
            "版", f"決まった版でないライブラリーがあります: {'、'.join(wrong)}。", "make setup を実行してください。"
        )
    else:
        yield ok("版", f"Kessai {version('kessai')}、ライブラリーは決まった版です。")


def disk(patient: Patient) -> Iterator[Check]:
    """Whether the data folder can grow."""
    if not patient.settings.data.is_dir():
        return
    free = shutil.disk_usage(patient.settings.data).free
    says = f"データのフォルダーのあるディスクの空きは {free / GIBIBYTE:,.1f} GiB です。"
    if free < FREE_BYTES_MIN:
        yield problem(
            "ディスク", says, "空きがなくなると台帳に書けません。すぐに空けるか、広いディスクに移してください。"
        )
    elif free < FREE_BYTES_COMFORTABLE:
        yield note("ディスク", says, "早めに空けるか、広いディスクに移してください。")
    else:
        yield ok("ディスク", says)


def keys(patient: Patient) -> Iterator[Check]:
    """Whether key files are their owner's alone, not too old, and fit for where they are used."""
    folder = patient.settings.keys_dir
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not files:
        yield problem(
            "鍵", f"{folder} に鍵ファイルがありません。", "kessai up か kessai keys create で作ってください。"
        )
        return
    open_to_others = [path.name for path in (*files, *folder.glob("*.password")) if _open_to_others(path)]
    if open_to_others:
        says = f"所有者以外が読める鍵ファイルがあります: {'、'.join(open_to_others)}。"
        if patient.embedded:
            yield problem("鍵", says, f"chmod 600 {folder}/* を実行してください。")
        else:  # secrets mounted into a container are often like that, and nobody else is in it
            yield note(
                "鍵", says, "コンテナの秘密の仕組みで渡しているのでなければ、所有者だけが読めるようにしてください。"
            )
    development = [path.name for path in files if _for_development(path)]
    if development and patient.settings.production:
        yield problem(
            "鍵", f"開発用の鍵があります: {'、'.join(development)}。", "kessai keys create で作り直してください。"
        )
    elif development:
        yield note("鍵", "開発用の鍵です。本番では使えません。")
    old = [path.name for path in files if _days(path) > KEY_DAYS_MAX]
    if old:
        says = f"{KEY_DAYS_MAX} 日より前に作ったか更新した鍵があります: {'、'.join(old)}。"
        yield note("鍵", says, "kessai keys rotate での更新を検討してください。")
    if not (open_to_others or development or old):
        yield ok("鍵", f"{len(files)} 個の鍵ファイルは、所有者だけが読めます。")


def ports(patient: Patient) -> Iterator[Check]:
    """Whether what `kessai up` announced still answers."""
    if not patient.embedded:
        return
    if patient.addresses is None:
        do = f"kessai up --data {patient.settings.data} で起動してください。"
        yield problem("起動", "このデータの kessai up は動いていないか、まだ起動の途中です。", do)
        return
    named = {
        "API": patient.addresses.api,
        "Temporal": patient.addresses.temporal,
        "Temporal Web UI": patient.addresses.ui,
    }
    silent = [f"{name}({where})" for name, where in named.items() if not _listens(where)]
    if silent:
        do = f"{patient.folder.logs} のログを見てください。死んだものは kessai up が起動し直します。"
        yield problem("ポート", f"応答しないものがあります: {'、'.join(silent)}。", do)
    else:
        yield ok("ポート", "API、Temporal、Temporal Web UI のポートは応答しています。")


def backups(patient: Patient) -> Iterator[Check]:
    """Whether there is a backup of late, as far as this data folder knows."""
    do = "kessai backup --out で作り、別の機械に置いてください。"
    last = read_json(patient.folder.run / LAST_BACKUP)
    if not last:
        yield note("バックアップ", "このデータのフォルダーからのバックアップの記録がありません。", do)
        return
    made_at = datetime.fromisoformat(last["made_at"])
    days = (datetime.now(UTC) - made_at) / timedelta(days=1)
    says = f"最後のバックアップは {made_at:%Y-%m-%d %H:%M} UTC(位置 {last['head']:,})です。"
    yield note("バックアップ", says, do) if days > BACKUP_DAYS_MAX else ok("バックアップ", says)


def _open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def _for_development(path: Path) -> bool:
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeyFile).development
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return False  # whoever loads it says what is wrong with it


def _days(path: Path) -> float:
    return (time.time() - path.stat().st_mtime) / 86_400


def _listens(where: str) -> bool:
    host, _, port = where.removeprefix("http://").removeprefix("https://").rstrip("/").rpartition(":")
    try:
        with socket.create_connection((host, int(port)), PORT_ANSWERS_WITHIN_S):
            return True
    except OSError:
        return False
