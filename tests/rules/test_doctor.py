"""What the doctor sees of a machine: keys, disk, clock, ports, logs, and what the program expects of a database."""

import os
import socket
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from kessai.clocks import VirtualClock
from kessai.doctor import machine
from kessai.doctor.check import Check, Patient
from kessai.doctor.examination import api, examine
from kessai.doctor.ledger import declared
from kessai.doctor.reconciler import judged
from kessai.embedded.folder import write_json
from kessai.keys import create_keys
from kessai.migration import LEDGER_TABLES
from kessai.roles.heartbeat import Age
from kessai.settings import load
from kessai.supervisor.addresses import Addresses

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """An embedded instance that was set up and does not run."""
    settings = load({"KESSAI_DATA": str(tmp_path)})
    (tmp_path / "run").mkdir()
    (tmp_path / "logs").mkdir()
    create_keys(settings.keys_dir, development=True)
    return Patient(settings=settings, embedded=True, addresses=None)


def levels(checks: object) -> list[str]:
    assert hasattr(checks, "__iter__")
    return [check.level for check in checks]


def only(checks: object) -> Check:
    assert hasattr(checks, "__iter__")
    (check,) = checks
    assert isinstance(check, Check)
    return check


def test_keys_that_others_can_read_are_a_problem_that_names_them(patient: Patient) -> None:
    assert levels(machine.keys(patient)) == ["note"]
    (patient.settings.keys_dir / "codec.json").chmod(0o640)
    found = next(iter(machine.keys(patient)))
    assert found.level == "problem"
    assert "codec.json" in found.says
    assert "chmod 600" in found.do


def test_a_password_that_others_can_read_is_a_problem_too(patient: Patient) -> None:
    password = patient.settings.keys_dir / "postgres-kessai_owner.password"
    password.write_text("x")
    password.chmod(0o604)
    assert "postgres-kessai_owner.password" in next(iter(machine.keys(patient))).says


def test_keys_made_for_production_and_new_are_well(tmp_path: Path) -> None:
    settings = load({"KESSAI_DATA": str(tmp_path)})
    create_keys(settings.keys_dir, development=False)
    assert levels(machine.keys(Patient(settings=settings, embedded=False, addresses=None))) == ["ok"]


def test_old_keys_are_told_of(patient: Patient) -> None:
    path = patient.settings.keys_dir / "envelope.json"
    long_ago = (datetime.now(UTC) - timedelta(days=500)).timestamp()
    os.utime(path, (long_ago, long_ago))
    told = list(machine.keys(patient))[-1]
    assert told.level == "note"
    assert "envelope.json" in told.says
    assert "kessai keys rotate" in told.do


def test_no_keys_at_all_is_a_problem(tmp_path: Path) -> None:
    settings = load({"KESSAI_DATA": str(tmp_path)})
    assert only(machine.keys(Patient(settings=settings, embedded=True, addresses=None))).level == "problem"


@pytest.mark.parametrize(("free", "level"), [(100_000_000, "problem"), (3 * 1024**3, "note"), (50 * 1024**3, "ok")])
def test_a_full_disk_is_a_problem_before_it_is_full(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(free * 2, free, free))
    assert only(machine.disk(patient)).level == level


def test_a_virtual_clock_is_told_of(patient: Patient, tmp_path: Path) -> None:
    virtual = replace(patient, settings=replace(patient.settings, clock="virtual", clock_file=tmp_path / "clock"))
    VirtualClock(tmp_path / "clock").set(datetime.now(UTC) + timedelta(days=3))
    told = list(machine.settings(virtual))[-1]
    assert (told.subject, told.level) == ("時計", "note")
    assert "+3.0 日" in told.says


def test_the_installed_libraries_are_the_pinned_ones(patient: Patient) -> None:
    assert only(machine.versions(patient)).level == "ok"


def test_an_instance_that_does_not_run_says_how_to_start_it(patient: Patient) -> None:
    told = only(machine.ports(patient))
    assert told.level == "problem"
    assert f"kessai up --data {patient.settings.data}" in told.do


def test_a_stopped_instance_is_not_asked_for_what_it_cannot_answer(patient: Patient) -> None:
    subjects = {check.subject for check in examine(patient)}
    assert subjects == {"設定", "版", "ディスク", "鍵", "バックアップ", "起動"}


def test_a_port_that_does_not_answer_is_named(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as here, socket.create_server(("127.0.0.1", 0)) as gone:
        port, closed = here.getsockname()[1], gone.getsockname()[1]
        gone.close()
        addresses = Addresses(
            api=f"http://127.0.0.1:{port}",
            temporal=f"127.0.0.1:{closed}",
            ui=f"http://127.0.0.1:{port}",
            codec=f"http://127.0.0.1:{port}/codec",
        )
        told = only(machine.ports(replace(patient, addresses=addresses)))
    assert told.level == "problem"
    assert "Temporal(" in told.says
    assert "API(" not in told.says


def test_an_api_that_does_not_answer_is_a_problem(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    settings = replace(patient.settings, public_url=f"http://127.0.0.1:{port}")
    assert api(replace(patient, settings=settings)).level == "problem"


def test_the_last_backup_is_told_and_an_old_one_noted(patient: Patient) -> None:
    assert only(machine.backups(patient)).level == "note"
    for hours, level in ((1, "ok"), (50, "note")):
        made_at = datetime.now(UTC) - timedelta(hours=hours)
        write_json(patient.folder.run / "last-backup.json", {"made_at": made_at.isoformat(), "head": 4711})
        told = only(machine.backups(patient))
        assert told.level == level
        assert "4,711" in told.says


@pytest.mark.parametrize(
    ("swept", "followed", "level", "expected"),
    [
        (20.0, 3.0, "ok", "20 秒前"),
        (16 * 60.0, 3.0, "problem", "最後の突き合わせは 16 分前"),
        (20.0, 3 * 60.0, "problem", "最後に台帳を追ったのは 3 分前"),
        (20.0, None, "problem", "まだ台帳を追っていません"),
        (None, None, "problem", "突き合わせた記録がありません"),
    ],
)
def test_a_reconciler_that_is_silent_for_too_long_is_a_problem(
    swept: float | None, followed: float | None, level: str, expected: str
) -> None:
    told = judged(Age(swept_seconds=swept, followed_seconds=followed))
    assert told.level == level
    assert expected in told.says
    assert (told.level == "ok") == (told.do == "")


def test_what_the_schema_declares_is_read_from_the_schema_itself() -> None:
    tables, functions = declared((files("domain.ledger") / "schema.sql").read_text("utf-8"))
    assert set(tables) == set(LEDGER_TABLES)
    assert tables["ledger_events"] == {
        "originator_id",
        "originator_version",
        "topic",
        "state",
        "notification_id",
        "recorded_at",
        "leaf",
    }
    assert {"ledger_append", "ledger_leaf", "ledger_refuse", "ledger_reserve_number"} <= set(functions)
    assert any("LOCK TABLE" in body for body in functions.values())
