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
from kessai.supervisor.addresses import ready_file
from kessai.supervisor.instance import InstanceFailed, running

PROGRAM = (sys.executable, os.path.join(os.path.dirname(__file__), "little_kessai.py"))
SERVICES = {"postgres", "temporal", "worker", "projector", "reconciler", "api"}
WITHIN_S = 60


def little(data):
    return running(data, arguments=(), program=PROGRAM)


def eventually(condition, within_s=WITHIN_S):
    until = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < until, "not within the time"
        time.sleep(0.02)
    return found


def children(data):
    """The recorded children by name."""
    records = json.loads((data / "run" / "children.json").read_bytes())
    return {record["name"]: psutil.Process(record["pid"]) for record in records}


def family(data):
    """Every child and what it started itself."""
    return [process for child in children(data).values() for process in (child, *child.children(recursive=True))]


def all_gone(processes):
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def test_it_starts_everything_says_where_and_stops_without_leaving_anything(tmp_path):
    with little(tmp_path) as (addresses, process):
        assert httpx.get(addresses.api).status_code == 200
        assert httpx.get(addresses.ui).status_code == 200
        said = (tmp_path / "up.log").read_text()
        assert all(where in said for where in (addresses.api, addresses.ui, addresses.temporal, addresses.codec))
        assert json.loads((tmp_path / "ready.json").read_bytes()) == vars(addresses)
        assert set(children(tmp_path)) == SERVICES
        started = family(tmp_path)
    assert process.returncode == 0
    assert all_gone(started)
    assert not (tmp_path / "ready.json").exists()
    assert not ready_file(DataFolder(tmp_path)).exists()


def test_only_the_owner_can_read_keys_data_and_logs(tmp_path):
    with little(tmp_path):
        for folder in ("keys", "logs", "run", "documents", "temporal", "postgres"):
            assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
        for file in (*(tmp_path / "keys").iterdir(), *(tmp_path / "logs").iterdir()):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_no_running_part_holds_the_address_of_the_owner_or_the_superuser(tmp_path):
    with little(tmp_path):
        for child in children(tmp_path).values():
            held = "\n".join(f"{name}={value}" for name, value in child.environ().items())
            assert "OWNER" not in held
            assert "postgresql://postgres@" not in held


@pytest.mark.parametrize("victim", sorted(SERVICES))
def test_what_is_killed_runs_again(victim, instance_that_is_killed):
    data, (addresses, _) = instance_that_is_killed
    killed = eventually(lambda: children(data).get(victim))
    killed.kill()
    eventually(lambda: children(data).get(victim) not in (None, killed))
    eventually(lambda: httpx.get(addresses.ui, timeout=WITHIN_S).status_code == 200)


@pytest.fixture(scope="module")
def instance_that_is_killed(tmp_path_factory):
    data = tmp_path_factory.mktemp("killed")
    with little(data) as instance:
        yield data, instance


def test_connections_wait_while_the_api_restarts(instance_that_is_killed):
    data, (addresses, _) = instance_that_is_killed
    eventually(lambda: "api" in children(data))
    children(data)["api"].kill()
    assert httpx.get(addresses.api, timeout=WITHIN_S).status_code == 200


def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_finds_the_data(tmp_path):
    with little(tmp_path) as (before, process):
        started = family(tmp_path)
        process.kill()
        process.wait()
        eventually(lambda: all_gone(started))
        assert (tmp_path / "ready.json").exists()
        with little(tmp_path) as (after, again):
            assert after == before
        assert again.returncode == 0


def test_a_child_that_outlived_its_supervisor_is_ended_at_the_next_start(tmp_path):
    with little(tmp_path):
        pass
    outlived = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        created = psutil.Process(outlived.pid).create_time()
        records = [
            {"name": "worker", "pid": outlived.pid, "created": created, "stop_signal": int(signal.SIGTERM)},
            {"name": "api", "pid": bystander.pid, "created": created - 3600, "stop_signal": int(signal.SIGTERM)},
        ]
        (tmp_path / "run" / "children.json").write_text(json.dumps(records))
        with little(tmp_path):
            assert outlived.wait(WITHIN_S) == -signal.SIGTERM
            assert bystander.poll() is None, "another process that was given a recorded id is nobody's child"
            assert "前回の worker" in (tmp_path / "up.log").read_text()
    finally:
        for process in (outlived, bystander):
            process.kill()
            process.wait()


def test_a_server_lock_left_by_a_dead_postgres_does_not_stop_the_next_one(tmp_path):
    with little(tmp_path) as (_, process):
        lock = tmp_path / "postgres" / "cluster" / "postmaster.pid"
        lines = lock.read_text().splitlines()
        process.kill()
        process.wait()
        eventually(lambda: not lock.exists())
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")  # its process id now belongs to someone else
    with little(tmp_path):
        assert psutil.Process(os.getpid()).is_running()


def test_a_second_start_on_the_same_data_is_refused_and_names_the_first(tmp_path):
    with little(tmp_path) as (addresses, first):
        command = (*PROGRAM, "up", "--data", str(tmp_path), "--ready-file", str(tmp_path / "second.json"))
        second = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S)
        assert second.returncode == 1
        assert f"プロセス {first.pid}" in second.stderr
        assert httpx.get(addresses.api).status_code == 200
        assert (tmp_path / "ready.json").exists()


def test_two_instances_live_beside_each_other_and_keep_their_addresses(tmp_path):
    with little(tmp_path / "one") as (one, _), little(tmp_path / "two") as (two, _):
        assert not set(vars(one).values()) & set(vars(two).values())
    with little(tmp_path / "two") as (again, _):
        assert again == two


def test_taken_ports_are_replaced_by_free_ones(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        taken = [held.getsockname()[1] for held in (one, other)]
        (tmp_path / "run").mkdir()
        wished = {"api": taken[0], "temporal": taken[1], "ui": taken[0]}
        (tmp_path / "run" / "ports.json").write_text(json.dumps(wished))
        with little(tmp_path) as (addresses, _):
            used = {int(address.rsplit(":", 1)[1]) for address in (addresses.api, addresses.temporal, addresses.ui)}
            assert len(used) == 3
            assert not used & set(taken)


def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log(tmp_path):
    (tmp_path / "projector-broken").touch()
    with pytest.raises(InstanceFailed, match="壊れています"), little(tmp_path):
        pass
    assert all_gone(family(tmp_path))


def test_a_stop_while_starting_is_a_clean_stop(tmp_path):
    command = (*PROGRAM, "up", "--data", str(tmp_path), "--ready-file", str(tmp_path / "ready.json"))
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    started = eventually(lambda: (tmp_path / "run" / "children.json").exists() and family(tmp_path))
    process.send_signal(signal.SIGINT)
    assert process.wait(WITHIN_S) == 0
    assert all_gone(started)
