"""The deployment beyond one machine: pinned, complete, and every component holding only what it needs."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from kessai.cli.program import COMMANDS
from kessai.embedded.temporal import DYNAMIC_CONFIG
from kessai.settings import load
from tests.guards.compose import ROOT, SECRETS, compose, example_environment, kessai_services, settings_environment

JOBS = {"migrate", "temporal-schema", "temporal-namespace"}
KEYS_OF = {
    "api": {"envelope.json", "session.json", "codec.json", "webhook.json", "link.json"},
    "worker": {"envelope-public.json", "codec.json"},
    "reconciler": {"codec.json"},
    "projector": set(),
    "notifier": {"webhook.json", "link.json"},
    "signer": {"codec.json", "envelope-public.json", "journal.json"},
    "migrate": set(),
    "temporal-namespace": set(),
}
SIGNING_KEYS = {"platform.p12", "platform_key_password", "prefecture.p12", "prefecture_key_password"}
PREFECTURES_OWN = {"oidc_client_secret", "gateway_token", *SIGNING_KEYS}
SCRIPTS = sorted((ROOT / "deploy").rglob("*.sh"))


@pytest.fixture(scope="module")
def services():
    return compose()["services"]


def test_every_image_is_pinned_to_one_version(services):
    for name, service in services.items():
        version = service["image"].partition(":")[2]
        assert version[:1].isdigit(), f"{name}: {service['image']}"
    assert services["temporal"]["image"].partition(":")[2] == services["temporal-schema"]["image"].partition(":")[2]


def test_two_servers_of_api_and_worker_and_one_of_the_rest(services):
    replicas = {name: service["deploy"]["replicas"] for name, service in services.items() if "deploy" in service}
    assert replicas == {"api": 2, "worker": 2, "projector": 1, "reconciler": 1, "notifier": 1, "signer": 1}


def test_ledger_and_temporal_have_separate_databases(services):
    assert services["migrate"]["environment"]["KESSAI_DATABASE_URL"].partition("@")[2].startswith("ledger-db")
    assert services["temporal"]["environment"]["POSTGRES_SEEDS"] == "temporal-db"
    assert not set(services["ledger-db"]["networks"]) & set(services["temporal-db"]["networks"])


def test_our_containers_run_commands_that_exist():
    for service in kessai_services().values():
        assert service["command"][0] in COMMANDS


def test_our_containers_have_complete_production_settings(tmp_path):
    for secret in compose()["secrets"]:
        if not secret.endswith(".json"):
            (tmp_path / secret).write_text("made-up\n")
    for service in kessai_services().values():
        settings = load(settings_environment(service, tmp_path))
        settings.require("database_url", "temporal_address", "temporal_ui_url")
        assert settings.production
        assert "made-up" in settings.database_url


def test_only_the_migration_holds_the_owners_password_and_only_the_server_the_superusers(services):
    holders = {name: set(service.get("secrets", ())) for name, service in services.items()}
    assert {name for name, held in holders.items() if "ledger_owner_password" in held} == {"migrate", "ledger-db"}
    assert {name for name, held in holders.items() if "ledger_superuser_password" in held} == {"ledger-db"}
    for name, service in services.items():
        owner = any("OWNER" in variable for variable in service["environment"])
        assert owner == (name == "migrate")


def test_signing_keys_are_with_the_signer_alone(services):
    for name, service in services.items():
        held = set(service.get("secrets", ())) & SIGNING_KEYS
        assert held == (SIGNING_KEYS if name == "signer" else set()), name


def test_every_part_is_given_only_the_keys_it_needs():
    for name, service in kessai_services().items():
        assert {secret for secret in service["secrets"] if secret.endswith(".json")} == KEYS_OF[name], name


def test_every_secret_that_is_read_is_given(services):
    defined = set(compose()["secrets"])
    for name, service in services.items():
        given = set(service.get("secrets", ()))
        files = (str(value) for value in service["environment"].values())
        read = {file.removeprefix(SECRETS) for file in files if file.startswith(SECRETS)}
        assert read <= given <= defined, name


def test_databases_and_temporal_are_not_reachable_from_outside(services):
    networks = compose()["networks"]
    for name in ("ledger-db", "temporal-db", "temporal"):
        assert "ports" not in services[name]
        assert all(networks[network]["internal"] for network in services[name]["networks"])


def test_what_answers_has_a_health_check_and_what_ends_is_waited_for_to_end(services):
    serving = {"ledger-db", "temporal-db", "temporal", "temporal-ui", "api"}
    assert {name for name, service in services.items() if "healthcheck" in service} == serving
    for name, service in services.items():
        for wanted, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if wanted in JOBS else "service_healthy"
            assert how["condition"] == expected, f"{name} → {wanted}"
    assert all(services[job]["restart"] == "on-failure:5" for job in JOBS)


def test_our_containers_are_confined():
    services = kessai_services()
    assert set(services) == set(KEYS_OF), "a service of ours that no test here knows"
    for name, service in services.items():
        assert service["read_only"], name
        assert service["init"], name
        assert service["tmpfs"] == ["/tmp"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_finance_cannot_write_through_the_temporal_ui(services):
    environment = services["temporal-ui"]["environment"]
    assert environment["TEMPORAL_DISABLE_WRITE_ACTIONS"] == "true"
    assert environment["TEMPORAL_AUTH_ENABLED"] == "true"


def test_both_temporal_servers_have_the_same_dynamic_configuration():
    file = yaml.safe_load((ROOT / "deploy/temporal/dynamic-config.yaml").read_text())
    assert {name: str(values[0]["value"]).lower() for name, values in file.items()} == DYNAMIC_CONFIG


def test_every_mounted_file_and_volume_exists(services):
    volumes = set(compose()["volumes"])
    for service in services.values():
        for mount in service.get("volumes", ()):
            source = mount.partition(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in volumes


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_executable_and_parse(script):
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", script]).returncode == 0


def test_the_secrets_script_makes_every_secret_and_says_what_only_the_prefecture_has(tmp_path):
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    environment = {"PATH": "/usr/bin:/bin", "SECRETS_DIR": str(tmp_path / "s"), "ENV_FILE": str(tmp_path / ".env")}
    run = subprocess.run([ROOT / "deploy/make-secrets.sh"], env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    assert all(name in run.stderr for name in PREFECTURES_OWN)
    made = {Path(secret["file"]).name for secret in compose()["secrets"].values()} - PREFECTURES_OWN
    found = {file.name: file.read_text() for file in (tmp_path / "s").rglob("*") if file.is_file()}
    assert made <= set(found)
    assert "TEMPORAL_DB_PASSWORD=\n" not in (tmp_path / ".env").read_text()
    subprocess.run([ROOT / "deploy/make-secrets.sh"], env=environment, capture_output=True)
    assert {file.name: file.read_text() for file in (tmp_path / "s").rglob("*") if file.is_file()} == found


def test_docker_reads_the_file_as_we_do(services):
    client = shutil.which("docker")
    plugin = client is not None and subprocess.run([client, "compose", "version"], capture_output=True).returncode == 0
    read = services
    if plugin and client is not None:
        file = str(ROOT / "docker-compose.yml")
        command: list[str] = [client, "compose", "--file", file, "config", "--format", "json"]
        run = subprocess.run(command, env=example_environment(), capture_output=True, text=True, check=True)
        read = yaml.safe_load(run.stdout)["services"]
    assert {name: service["image"] for name, service in read.items()} == {
        name: service["image"] for name, service in services.items()
    }
