"""The supervisor with real Postgres and Temporal and tiny own roles: nothing outlives it, nothing stays dead."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time

import httpx
import psutil
import pytest

from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.supervisor.addresses import ready_file
from kessai.supervisor.ending import alive
from kessai.supervisor.instance import InstanceFailed, running

PROGRAM = (sys.executable, os.path.join(os.path.dirname(__file__), "little_kessai.py"))
SERVICES = {"postgres", "temporal", "worker", "projector", "reconciler", "notifier", "signer", "pki", "api"}
WITHIN_S = 60


def little(data):
    return running(data, arguments=(), program=PROGRAM)


def eventually(condition):
    until = time.monotonic() + WITHIN_S
    while not (found := condition()):
        assert time.monotonic() < until, "not within the time"
        time.sleep(0.02)
    return found


def pids(data):
    """The process ids of the recorded children by name."""
    record = data / "run" / "children.json"
    return {child["name"]: child["pid"] for child in json.loads(record.read_bytes())} if record.exists() else {}


def family(data):
    """Every child and what it started itself."""
    children = [psutil.Process(pid) for pid in pids(data).values()]
    return [process for child in children for process in (child, *child.children(recursive=True))]


def all_gone(processes):
    return not any(alive(process) for process in processes)


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    """One instance for the tests that only look at it, or kill a part of it."""
    data = tmp_path_factory.mktemp("instance")
    with little(data) as (addresses, process):
        yield data, addresses, process


def test_it_starts_everything_and_says_where(instance):
    data, addresses, _ = instance
    assert httpx.get(addresses.api).status_code == 200
    assert httpx.get(addresses.ui).status_code == 200
    said = (data / "up.log").read_text()
    assert all(where in said for where in vars(addresses).values())
    assert json.loads((data / "ready.json").read_bytes()) == vars(addresses)
    assert set(pids(data)) == SERVICES


def test_only_the_owner_can_read_keys_data_and_logs(instance):
    data, *_ = instance
    for folder in ("keys", "logs", "run", "documents", "temporal", "postgres"):
        assert stat.S_IMODE((data / folder).stat().st_mode) == 0o700
    for file in (*(data / "keys").iterdir(), *(data / "logs").iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_no_running_part_holds_the_address_of_the_owner_or_the_superuser(instance):
    data, *_ = instance
    for pid in pids(data).values():
        held = "\n".join(psutil.Process(pid).environ().values())
        assert "kessai_owner" not in held
        assert "//postgres@" not in held


def test_a_second_start_on_the_same_data_is_refused_and_names_the_first(instance):
    data, addresses, first = instance
    command = (*PROGRAM, "up", "--data", str(data), "--ready-file", str(data / "second.json"))
    second = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S)
    assert second.returncode == 1
    assert f"プロセス {first.pid}" in second.stderr
    assert httpx.get(addresses.api).status_code == 200
    assert (data / "ready.json").exists()


@pytest.mark.parametrize("victim", sorted(SERVICES))
def test_what_is_killed_runs_again(victim, instance):
    data, *_ = instance
    killed = eventually(lambda: pids(data).get(victim))
    psutil.Process(killed).kill()
    eventually(lambda: pids(data).get(victim, killed) != killed)


def test_connections_wait_while_the_api_restarts(instance):
    data, addresses, _ = instance
    psutil.Process(eventually(lambda: pids(data).get("api"))).kill()
    assert httpx.get(addresses.api, timeout=WITHIN_S).status_code == 200


def test_what_a_dead_supervisor_left_is_cleared_and_nobody_else_is_harmed(tmp_path):
    folder = DataFolder(tmp_path)
    with little(tmp_path) as (_, process):
        lock = folder.postgres / "cluster" / "postmaster.pid"
        lines = lock.read_text().splitlines()
        process.kill()
        process.wait()
        eventually(lambda: not lock.exists())
    sleeping = (sys.executable, "-c", "import time; time.sleep(600)")
    outlived, bystander = (subprocess.Popen(sleeping, start_new_session=True) for _ in range(2))
    created = psutil.Process(outlived.pid).create_time()
    records = (
        {"name": "worker", "pid": outlived.pid, "created": created, "stop_signal": signal.SIGTERM},
        {"name": "api", "pid": bystander.pid, "created": created - 3600, "stop_signal": signal.SIGTERM},
    )
    (folder.run / "children.json").write_text(json.dumps(records))
    lock.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")  # Postgres's old id belongs to another now
    try:
        with little(tmp_path):
            assert outlived.poll() == -signal.SIGTERM
            assert bystander.poll() is None
            assert "前回の worker" in (tmp_path / "up.log").read_text()
    finally:
        for left in (outlived, bystander):
            left.kill()
            left.wait()


def test_a_killed_supervisor_takes_its_children_along_and_the_next_one_stops_cleanly(tmp_path):
    with little(tmp_path) as (before, process):
        started = family(tmp_path)
        process.kill()
        process.wait()
        eventually(lambda: all_gone(started))
        assert (tmp_path / "ready.json").exists()
        with little(tmp_path) as (after, again):
            assert after == before
            started = family(tmp_path)
        assert again.returncode == 0
        assert all_gone(started)
        assert not (tmp_path / "ready.json").exists()
        assert not ready_file(DataFolder(tmp_path)).exists()


def test_instances_live_beside_each_other_and_keep_the_addresses_that_are_still_free(tmp_path, instance):
    _, first, _ = instance
    with little(tmp_path) as (second, _):
        assert not set(vars(first).values()) & set(vars(second).values())
    taken = int(second.ui.rsplit(":", 1)[1])
    with socket.create_server(("127.0.0.1", taken)), little(tmp_path) as (again, _):
        assert (again.api, again.temporal) == (second.api, second.temporal)
        assert again.ui != second.ui
        assert httpx.get(again.ui).status_code == 200


def test_a_folder_with_a_long_name_is_as_good_as_any(tmp_path):
    data = tmp_path / "とても長い名前のフォルダーでは組み込みのPostgresのソケットをその中に置けない" / "data"
    data.parent.mkdir()
    with little(data):
        elsewhere = Postgres(DataFolder(data)).socket_dir
        assert not elsewhere.is_relative_to(data)
        assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700
    assert not elsewhere.exists()


def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log(tmp_path):
    (tmp_path / "projector-broken").touch()
    with pytest.raises(InstanceFailed, match=r"読み取り表の更新.*\n.*壊れています"), little(tmp_path):
        pass
    assert pids(tmp_path) == {}


def test_a_stop_while_starting_is_a_clean_stop(tmp_path):
    command = (*PROGRAM, "up", "--data", str(tmp_path), "--ready-file", str(tmp_path / "ready.json"))
    process = subprocess.Popen(command)
    try:
        eventually(lambda: process.poll() is not None or ("postgres" in pids(tmp_path)))
        started = family(tmp_path)
        process.send_signal(signal.SIGINT)
        assert process.wait(WITHIN_S) == 0
        assert all_gone(started)
    finally:
        process.kill()
