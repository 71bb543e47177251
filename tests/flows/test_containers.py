"""Every container of docker-compose.yml run without Docker: its command, settings and secrets, against real servers."""

import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from kessai.embedded.alone import postgres_bare, temporal_bare
from kessai.embedded.folder import DataFolder, write_private
from kessai.embedded.postgres import program
from kessai.embedded.roles import APPLICATION, OWNER, SUPERUSER
from kessai.supervisor.ports import LOOPBACK, first_free
from tests.documents.signing_world import certificate, private_key
from tests.guards.compose import ROOT, kessai_services, settings_environment

PATH = "/usr/bin:/bin"
WITHIN_S = 60
ROLES = ("api", "worker", "projector", "reconciler", "notifier", "signer")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    """The secrets as deploy/make-secrets.sh makes them, and those the prefecture adds."""
    folder = tmp_path_factory.mktemp("deployment")
    shutil.copy(ROOT / ".env.example", folder / ".env")
    made = folder / "secrets"
    environment = {"PATH": PATH, "SECRETS_DIR": str(made), "ENV_FILE": str(folder / ".env")}
    subprocess.run([ROOT / "deploy/make-secrets.sh"], env=environment, capture_output=True)
    (made / "oidc_client_secret").write_text("from the identity provider\n")
    (made / "gateway_token").write_text("from the operator of the gateway\n")
    for name in ("platform", "prefecture"):
        (made / f"{name}_key_password").write_text("of its own\n")
        (made / f"{name}.p12").write_bytes(signing_key(name, b"of its own"))
    for key in (made / "keys").iterdir():  # the containers see them beside the other secrets
        shutil.copy(key, made / key.name)
    return made


def signing_key(name, password):
    """A key with a certificate of an authority of the prefecture's own."""
    authority, key = private_key("p256"), private_key("p256", 1)
    root = certificate("試験認証局", authority, None, authority, usage=("key_cert_sign", "crl_sign"), ca=True)
    own = certificate(name, key, root, authority)
    return pkcs12.serialize_key_and_certificates(
        name.encode(), key, own, [root], serialization.BestAvailableEncryption(password)
    )


@pytest.fixture(scope="module")
def servers(tmp_path_factory, secrets):
    """A ledger whose roles deploy/ledger-roles.sh has made, and a Temporal that knows no namespace of ours."""
    folder = DataFolder(tmp_path_factory.mktemp("servers"))
    folder.create()
    write_private(folder.keys / f"postgres-{SUPERUSER}.password", (secrets / "ledger_superuser_password").read_text())
    with postgres_bare(folder) as postgres, temporal_bare(folder) as temporal:
        environment = {
            "PATH": f"{program('psql').parent}:{PATH}",
            "PGHOST": str(postgres.socket_dir),
            "PGPASSWORD": (secrets / "ledger_superuser_password").read_text().strip(),
            "POSTGRES_USER": SUPERUSER,
            "SECRETS_DIR": str(secrets),
        }
        subprocess.run([ROOT / "deploy/ledger-roles.sh"], env=environment, check=True)
        yield postgres, temporal


@pytest.fixture(scope="module")
def container(tmp_path_factory, servers, secrets):
    """Give command and environment of a container, with only the addresses of its servers replaced."""
    postgres, temporal = servers
    documents = tmp_path_factory.mktemp("documents")

    def of(name, port=8700):
        service = kessai_services()[name]
        here = {
            "KESSAI_DATA": str(documents),
            "KESSAI_DOCUMENTS_URL": documents.as_uri(),
            "KESSAI_DATABASE_URL": postgres.url(APPLICATION),
            "KESSAI_TEMPORAL_ADDRESS": temporal.address,
        }
        if "KESSAI_OWNER_DATABASE_URL" in service["environment"]:
            here["KESSAI_OWNER_DATABASE_URL"] = postgres.url(OWNER)
        if "KESSAI_API_PORT" in service["environment"]:
            here |= {"KESSAI_API_HOST": LOOPBACK, "KESSAI_API_PORT": str(port)}
        command = (sys.executable, "-P", "-m", "kessai", *service["command"])
        return command, {"PATH": PATH} | settings_environment(service, secrets, here)

    return of


@pytest.fixture(scope="module")
def prepared(container):
    """The jobs have run, twice: a container may be started again."""
    for job in ("migrate", "temporal-namespace") * 2:
        command, environment = container(job)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=WITHIN_S)
        assert done.returncode == 0, f"{job}: {done.stderr}"


def test_the_roles_script_makes_roles_without_privileges(servers, secrets):
    postgres, _ = servers
    password = (secrets / "ledger_app_password").read_text().strip()
    with psycopg.connect(postgres.url(APPLICATION), password=password) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles"
            " WHERE rolname LIKE 'kessai%' ORDER BY 1"
        ).fetchall()
    assert rows == [(APPLICATION, False), (OWNER, False)]


def test_the_jobs_run_twice_with_the_same_result(prepared, servers, secrets):
    postgres, _ = servers
    password = (secrets / "ledger_app_password").read_text().strip()
    with psycopg.connect(postgres.url(APPLICATION), password=password) as connection:
        assert connection.execute("SELECT count(*) FROM kessai.ledger_events").fetchone() == (0,)


@contextmanager
def running(container, tmp_path):
    """All long-running containers with their replicas; gives processes and the addresses of the API."""
    processes, addresses = [], []
    for name in ROLES:
        for replica in range(kessai_services()[name]["deploy"]["replicas"]):
            with first_free(LOOPBACK) as held:
                port = held.getsockname()[1]
            command, environment = container(name, port)
            with (tmp_path / f"{name}-{replica}.log").open("wb") as log:
                processes.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
            if name == "api":
                addresses.append(f"http://{LOOPBACK}:{port}")
    try:
        yield processes, addresses
    finally:
        for process in processes:
            process.kill()
            process.wait()


def ready(address):
    """Whether the container's own health check passes, asked at the address its replica has here."""
    program, *arguments = kessai_services()["api"]["healthcheck"]["test"][1:]
    here = [argument.replace("http://127.0.0.1:8700", address) for argument in arguments]
    assert program.endswith("/python")
    assert here != arguments
    return subprocess.run([sys.executable, *here], stderr=subprocess.DEVNULL, timeout=WITHIN_S).returncode == 0


def test_all_replicas_run_together_and_stop_when_asked(prepared, container, tmp_path):
    with running(container, tmp_path) as (processes, addresses):
        until = time.monotonic() + WITHIN_S
        while not all(ready(address) for address in addresses):
            said = "\n".join(f"{log.name}: {log.read_text()[-500:]}" for log in sorted(tmp_path.glob("*.log")))
            assert [process.poll() for process in processes] == [None] * len(processes), said
            assert time.monotonic() < until, said
            time.sleep(0.1)
        assert all(process.poll() is None for process in processes)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(WITHIN_S) for process in processes] == [0] * len(processes)
