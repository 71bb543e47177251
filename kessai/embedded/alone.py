"""The embedded servers without a supervisor: for tests, benchmarks and repairs that need one of them for a while."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from kessai.embedded import roles
from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.embedded.temporal import Temporal
from kessai.namespace import prepare_namespace
from kessai.supervisor.lock import only_supervisor
from kessai.supervisor.ports import LOOPBACK, first_free
from kessai.supervisor.spawning import spawn
from kessai.trouble import Trouble

ANSWERS_WITHIN_S = 60.0
STOPPED_WITHIN_S = 30.0


class NoAnswer(Trouble):
    """A server ended or stayed silent; the message names its log."""


@contextmanager
def postgres_alone(folder: DataFolder, *, tuning: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """Run the folder's Postgres, with roles and database in place. Call from the main thread."""
    with postgres_bare(folder, tuning=tuning) as server:
        if not roles.answers(folder, server.socket_dir):
            raise NoAnswer("組み込みのPostgresに役割とデータベースを用意できませんでした。")
        yield server


@contextmanager
def postgres_bare(folder: DataFolder, *, tuning: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """Run the folder's Postgres as it is; a new one has the superuser only."""
    folder.create()
    server = Postgres(folder, tuning or {})
    log = folder.logs / "postgres.log"
    with only_supervisor(folder):
        server.prepare()
        process = spawn(
            server.command,
            environment=server.environment,
            log=log,
            death_signal=signal.SIGINT,
            account=server.account,
            folder=folder.postgres,
        )
        with _stopped_after(process, signal.SIGINT):
            _wait(process, lambda: roles.listens(folder, server.socket_dir), log)
            yield server
        server.tidy()


@contextmanager
def temporal_alone(folder: DataFolder, *, namespace: str, codec_url: str = "") -> Iterator[Temporal]:
    """Run the folder's Temporal with the namespace prepared, on ports that were free. Call from the main thread."""
    with temporal_bare(folder, codec_url=codec_url) as server:
        prepare_namespace(server.address, namespace)
        yield server


@contextmanager
def temporal_bare(folder: DataFolder, *, codec_url: str = "") -> Iterator[Temporal]:
    """Run the folder's Temporal as it is; a new one has no namespace of ours."""
    folder.create()
    with first_free(LOOPBACK) as grpc, first_free(LOOPBACK) as ui:
        port, ui_port = grpc.getsockname()[1], ui.getsockname()[1]
    server = Temporal(folder=folder, port=port, ui_port=ui_port, codec_url=codec_url)
    log = folder.logs / "temporal.log"
    process = spawn(server.command, environment=server.environment, log=log)
    with _stopped_after(process, signal.SIGTERM):
        _wait(process, server.answers, log)
        yield server


@contextmanager
def _stopped_after(process: subprocess.Popen[bytes], sign: signal.Signals) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(sign)
        try:
            process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], bool], log: object) -> None:
    until = time.monotonic() + ANSWERS_WITHIN_S
    while not answers():
        if process.poll() is not None or time.monotonic() > until:
            raise NoAnswer(f"サーバーが応答しません。ログ {log} を見てください。")
        time.sleep(0.02)
