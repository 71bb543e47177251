"""A running prefecture is backed up, restored on a new machine and goes on: rows, documents, deadlines (I5, I24)."""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.approval import RECORD
from domain.approval.facts import Escalated
from domain.approval.state import RUNNING
from kessai.auditing.running import connect
from kessai.backup.archive import reading
from kessai.backup.making import make_backup
from kessai.backup.manifest import Manifest
from kessai.backup.restoring import Wishes, restore
from kessai.cli.options import settings_for
from kessai.clocks import VirtualClock
from kessai.composition import Composition
from kessai.embedded.environment import surroundings
from kessai.supervisor.instance import running
from tests.conftest import RunningInstance

KESSAI = (sys.executable, "-P", "-m", "kessai")
VIRTUAL = {"KESSAI_CLOCK": "virtual"}
WITHIN_S = 60
CASE = {"kind": "goods", "title": "路面清掃用品の購入", "body": "更新のため", "amount_yen": 300_000}
LATER = timedelta(days=14)  # past every deadline of a first step


def kessai(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    environment = surroundings(os.environ) | VIRTUAL
    command = (*KESSAI, *arguments, "--data", str(data))
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=WITHIN_S)


def eventually(true: Callable[[], object]) -> None:
    until = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.1)


@dataclass
class Backed:
    """The backup of a prefecture that was being written to, and what its clients were told before."""

    file: Path
    manifest: Manifest
    answers: dict[str, httpx.Response]
    document: bytes


@contextmanager
def officer(instance: RunningInstance) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {instance.token('road-officer')}"}
    with httpx.Client(base_url=instance.api_url, headers=headers, timeout=WITHIN_S, trust_env=False) as http:
        yield http


def draft(http: httpx.Client, key: str, **body: Any) -> httpx.Response:
    answer = http.post("/v1/approvals", json={**CASE, **body}, headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    return answer


@contextmanager
def load(instance: RunningInstance) -> Iterator[None]:
    """Somebody keeps drafting."""
    stop = threading.Event()

    def write() -> None:
        with officer(instance) as http:
            for each in range(10_000):
                if stop.is_set():
                    return
                draft(http, f"during-the-backup-{each}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join(WITHIN_S)


@pytest.fixture(scope="module")
def backed(instance: RunningInstance, tmp_path_factory: pytest.TempPathFactory) -> Backed:
    document = b"%PDF-1.4\n" + b"kessai" * 100 + b"\n%%EOF\n"
    with officer(instance) as http:
        sent = http.post(
            "/v1/attachments",
            files={"file": ("見積書.pdf", document, "application/pdf")},
            headers={"Idempotency-Key": "backup-document"},
        )
        assert sent.status_code == 201, sent.text
        attachment = {"sha256": sent.json()["sha256"], "name": "見積書.pdf"}
        answers = {f"before-{n}": draft(http, f"before-{n}", attachments=[attachment]) for n in range(3)}
        refused = http.post(
            f"/v1/approvals/{answers['before-0'].json()['number']}/decide",
            json={},
            headers={"Idempotency-Key": "early"},
        )
        assert refused.status_code in (403, 409)
    file = tmp_path_factory.mktemp("backup") / "kessai.zip"
    with load(instance):
        made = make_backup(instance.settings, file, keys=True, documents=True, say=lambda text: None)
    assert made.damaged == ()
    return Backed(file, made.manifest, answers, document)


@pytest.fixture(scope="module")
def restored(backed: Backed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup on a new machine: a data folder that did not exist."""
    data = tmp_path_factory.mktemp("restored") / "data"
    done = restore(backed.file, data, Wishes(), environ={}, say=lambda text: None)
    assert done.verification.clean
    assert done.verification.head == backed.manifest.head
    return data


def test_temporal_is_copied_first_and_the_ledger_before_what_it_names(backed: Backed) -> None:
    folders = [part.name.partition("/")[0] for part in backed.manifest.parts]
    assert list(dict.fromkeys(folders)) == ["temporal", "ledger", "outbox", "documents", "keys", "pki"]


def test_the_restored_rows_are_the_same_byte_for_byte(backed: Backed, restored: Path, tmp_path: Path) -> None:
    again = kessai("backup", "--out", str(tmp_path / "again"), data=restored)
    assert again.returncode == 0, again.stderr
    with reading(tmp_path / "again") as second:
        assert second.manifest.of("ledger") == backed.manifest.of("ledger")
        assert second.manifest.of("outbox") == backed.manifest.of("outbox")
        assert second.manifest.of("documents") == backed.manifest.of("documents")
        assert second.manifest.last_leaf == backed.manifest.last_leaf


def test_the_restored_documents_are_the_same(backed: Backed, restored: Path) -> None:
    sha256 = hashlib.sha256(backed.document).hexdigest()
    assert (restored / "documents" / sha256[:2] / sha256[2:]).read_bytes() == backed.document


def test_the_audit_of_the_restored_ledger_is_clean_i24(restored: Path) -> None:
    for command in ("verify", "fsck"):
        found = kessai("audit", command, "--json", data=restored)
        assert found.returncode == 0, found.stdout
        assert json.loads(found.stdout)["result"] == "clean"


def test_a_restored_instance_goes_on_and_every_deadline_is_armed_i24_i5(
    backed: Backed, instance: RunningInstance, restored: Path
) -> None:
    clock = VirtualClock(restored / "clock")
    clock.set(instance.clock.now())
    with running(restored, environment=VIRTUAL) as (addresses, _):
        new = RunningInstance(restored, replace(settings_for(restored), clock="virtual"), addresses, clock)
        parts = Composition(new.settings)
        waiting = parts.reader.open_streams(RECORD)
        assert len(waiting) >= 3
        with officer(new) as http:
            for key, answer in backed.answers.items():
                again = draft(http, key, attachments=answer.json()["attachments"])
                assert again.json()["number"] == answer.json()["number"]
        assert parts.reader.open_streams(RECORD).keys() == waiting.keys()
        eventually(
            lambda: json.loads(kessai("audit", "fsck", "--json", data=restored).stdout)["processes"]["missing"] == []
        )
        due = [stream for stream in waiting if _waits_on_somebody(parts, stream)]
        assert len(due) >= 3
        clock.advance(LATER)
        eventually(lambda: all(_escalated(parts, stream) for stream in due))
        assert kessai("audit", "verify", data=restored).returncode == 0
        assert kessai("doctor", data=restored).returncode == 0
        parts.close()


def _waits_on_somebody(parts: Composition, stream: str) -> bool:
    """Whether a step of the case has a deadline: one that is decided or returned waits without one."""
    state, _ = parts.reader.fold(RECORD, stream.removeprefix(f"{RECORD.noun}-"))
    return state.status in RUNNING and any(step.due_at is not None for step in state.active)


def _escalated(parts: Composition, stream: str) -> bool:
    return any(isinstance(fact.event, Escalated) for fact in parts.reader.facts(stream))


async def test_with_temporal_and_keys_the_same_processes_go_on(
    backed: Backed, instance: RunningInstance, tmp_path: Path
) -> None:
    """The Temporal in a backup is older than its ledger, never newer: what is behind is nudged, the missing started."""
    data = tmp_path / "data"
    restore(backed.file, data, Wishes(temporal=True, keys=True), environ={}, say=lambda text: None)
    assert (data / "temporal" / "temporal.db").stat().st_mode & 0o777 == 0o600
    VirtualClock(data / "clock").set(instance.clock.now())
    number = backed.answers["before-0"].json()["number"]
    with running(data, environment=VIRTUAL):
        before, after = [
            await (await connect(replace(settings_for(folder)))).get_workflow_handle(f"approval-{number}").describe()
            for folder in (instance.data, data)
        ]
        assert after.run_id == before.run_id
        eventually(
            lambda: json.loads(kessai("audit", "fsck", "--json", data=data).stdout)["processes"]["missing"] == []
        )


def test_the_doctor_finds_a_running_instance_well(instance: RunningInstance) -> None:
    told = kessai("doctor", "--json", data=instance.data)
    assert told.returncode == 0, told.stdout
    checks = json.loads(told.stdout)["checks"]
    assert {"Temporal", "ワーカー", "権限", "スキーマ", "読み取り表", "突き合わせ", "通知", "API"} <= {
        c["subject"] for c in checks
    }
    assert any(check["subject"] == "時計" and check["level"] == "note" for check in checks), (
        "a virtual clock is told of"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (("backup", "--out", "."), 2, "既にあります"),
        (("audit", "show", "R8-999999"), 2, "R8-999999"),
        (("token", "--post", "nobody"), 2, "nobody"),
        (("audit", "export", "--out", "/nowhere/at/all.jsonl"), 2, "/nowhere/at"),
    ],
)
def test_what_cannot_be_done_is_said_in_japanese(
    instance: RunningInstance, arguments: tuple[str, ...], code: int, expected: str
) -> None:
    told = kessai(*arguments, data=instance.data)
    assert told.returncode == code
    assert expected in told.stderr
    assert "Traceback" not in told.stderr


def test_a_case_is_told_as_a_story_and_as_ledger_lines(instance: RunningInstance, backed: Backed) -> None:
    number = backed.answers["before-0"].json()["number"]
    story = kessai("audit", "show", number, data=instance.data)
    assert story.returncode == 0
    assert "起案  道路課主事" in story.stdout
    lines = kessai("audit", "log", "--stream", f"approval-{number}", data=instance.data).stdout.splitlines()
    assert [line.split()[3] for line in lines[:2]] == [f"approval-{number}#1", f"approval-{number}#2"]
    assert lines[0].split()[4] == "approval.drafted.v1"
    assert '"title":"路面清掃用品の購入"' in lines[0]
