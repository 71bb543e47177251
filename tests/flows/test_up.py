"""`kessai up` as a newcomer runs it: one command, every address, a clean stop, and no case lost to kill -9."""

import json
import os
import signal
import subprocess
import sys

import httpx
import psutil
import pytest

from kessai.supervisor.ending import alive
from kessai.supervisor.instance import running

KESSAI = (sys.executable, "-P", "-m", "kessai")
WITHIN_S = 60
DRAFTER = "road-officer"


def kessai(*arguments, **environment):
    """Run a command to its end."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("KESSAI_")}
    return subprocess.run(
        (*KESSAI, *arguments), env=surroundings | environment, capture_output=True, text=True, timeout=WITHIN_S
    )


def family(data):
    """Every recorded child and what it started itself."""
    records = json.loads((data / "run" / "children.json").read_bytes())
    children = [psutil.Process(record["pid"]) for record in records]
    return [process for child in children for process in (child, *child.children(recursive=True))]


def client(addresses, data):
    token = kessai("token", "--post", DRAFTER, "--data", str(data))
    assert token.returncode == 0, token.stderr
    assert token.stdout.count("\n") == 1
    headers = {"Authorization": f"Bearer {token.stdout.strip()}"}
    return httpx.Client(base_url=addresses.api, headers=headers, timeout=WITHIN_S)


def submit(http, key):
    case = {"kind": "goods", "title": "路面性状調査用カメラの購入", "body": "更新のため", "amount_yen": 300_000}
    return http.post("/v1/approvals", json=case, headers={"Idempotency-Key": key})


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    data = tmp_path_factory.mktemp("up")
    with running(data) as (addresses, process):
        yield data, addresses, process


def test_every_printed_address_answers(instance):
    data, addresses, _ = instance
    said = (data / "up.log").read_text()
    assert "準備ができました" in said
    assert all(address in said for address in vars(addresses).values())
    assert httpx.get(f"{addresses.api}/readyz").status_code == 200
    assert httpx.get(f"{addresses.api}/docs").status_code == 200
    assert httpx.get(addresses.ui).status_code == 200


def test_without_the_demo_there_is_an_organisation_and_no_case(instance):
    data, addresses, _ = instance
    with client(addresses, data) as http:
        assert http.get("/v1/approvals").json()["items"] == []


def test_an_unknown_post_has_no_token(instance):
    data, *_ = instance
    refused = kessai("token", "--post", "nobody", "--data", str(data))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "nobody" in refused.stderr


def test_a_second_start_on_the_same_data_is_refused_and_names_the_first(instance):
    data, _, first = instance
    second = kessai("up", "--data", str(data))
    assert second.returncode == 1
    assert f"プロセス {first.pid}" in second.stderr


def test_no_case_is_lost_when_the_supervisor_is_killed(tmp_path):
    with running(tmp_path) as (addresses, process):
        with client(addresses, tmp_path) as http:
            created = submit(http, "before-the-kill")
            assert created.status_code == 201, created.text
        started = family(tmp_path)
        process.kill()
        process.wait()
        psutil.wait_procs(started, WITHIN_S)
        assert not any(alive(child) for child in started)
    with running(tmp_path) as (addresses, process), client(addresses, tmp_path) as http:
        found = http.get(
            f"/v1/approvals/{created.json()['number']}", params={"after": created.headers["Kessai-Position"]}
        )
        assert found.json()["title"] == created.json()["title"]
        assert submit(http, "before-the-kill").json()["number"] == created.json()["number"]
        started = family(tmp_path)
        process.send_signal(signal.SIGINT)
        assert process.wait(WITHIN_S) == 0
        assert not any(alive(child) for child in started)
        assert not (tmp_path / "ready.json").exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (("upp",), {}, "up ではありませんか"),
        (("up", "--dat", "x"), {}, "--dat"),
        (("up", "--api-port", "x"), {}, "--api-port"),
        (("up",), {"KESSAI_API_PROT": "1"}, "KESSAI_API_PORT ではありませんか"),
        (("up",), {"KESSAI_MODE": "production"}, "本番"),
        (("up",), {"KESSAI_DATABASE_URL": "postgresql://u@h/d"}, "KESSAI_DATABASE_URL"),
        (("token", "--post", DRAFTER), {}, "kessai up"),
        (("settings",), {"KESSAI_CLOCK": "fast"}, "KESSAI_CLOCK"),
    ],
)
def test_a_mistake_is_told_in_japanese_and_starts_nothing(tmp_path, arguments, environment, expected):
    data = tmp_path / "none"
    told = kessai(*arguments, KESSAI_DATA=str(data), **environment)
    assert told.returncode in (1, 2)
    assert expected in told.stderr
    assert "Traceback" not in told.stderr
    assert not data.exists()


def test_a_port_asked_for_by_number_is_not_replaced_silently(tmp_path, instance):
    _, addresses, _ = instance
    port = addresses.api.rsplit(":", 1)[1]
    told = kessai("up", "--data", str(tmp_path), "--api-port", port)
    assert told.returncode == 1
    assert f"ポート {port} は使えません" in told.stderr
