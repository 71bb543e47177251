"""docker-compose.yml hangs together, as far as that can be seen without Docker: every name it uses is declared, every
declared one is used, every variable is known to whoever reads it, and everybody can reach what they call.
"""

import re
from collections import Counter
from graphlib import TopologicalSorter

import pytest

from kessai.settings import PREFIX
from tests.guards.compose import ROOT, compose, example_environment, kessai_services

SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "deploy", "entrypoint", "environment", "healthcheck", "image"),
    *("init", "networks", "ports", "read_only", "restart", "secrets", "security_opt", "shm_size", "stop_grace_period"),
    *("tmpfs", "volumes"),
}
CHECK_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
DURATION = re.compile(r"[1-9]\d*(ms|s|m|h)")
PORTS = re.compile(r"(?P<bind>[\d.]+):(?P<first>\d+)(-(?P<last>\d+))?:(?P<inside>\d+)")
# What the images' entry points read (their documentation, and the templates inside them).
IMAGE_VARIABLES = {
    "postgres": {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"},
    "temporalio/server": {
        *("DB", "DB_PORT", "POSTGRES_SEEDS", "POSTGRES_USER", "POSTGRES_PWD"),
        *("BIND_ON_IP", "DYNAMIC_CONFIG_FILE_PATH"),
    },
    "temporalio/ui": {
        *("TEMPORAL_ADDRESS", "TEMPORAL_UI_PORT", "TEMPORAL_DEFAULT_NAMESPACE", "TEMPORAL_DISABLE_WRITE_ACTIONS"),
        *("TEMPORAL_DISABLE_NEWS_FETCH", "TEMPORAL_CORS_ORIGINS", "TEMPORAL_CODEC_ENDPOINT"),
        *("TEMPORAL_CODEC_PASS_ACCESS_TOKEN", "TEMPORAL_CODEC_INCLUDE_CREDENTIALS", "TEMPORAL_AUTH_ENABLED"),
        *("TEMPORAL_AUTH_TYPE", "TEMPORAL_AUTH_PROVIDER_URL", "TEMPORAL_AUTH_CLIENT_ID"),
        *("TEMPORAL_AUTH_CLIENT_SECRET", "TEMPORAL_AUTH_CALLBACK_URL", "TEMPORAL_AUTH_SCOPES"),
    },
}
# What each command of ours calls; it must be in a network of theirs.
CALLS = {
    "api": {"ledger-db", "temporal"},
    "worker": {"ledger-db", "temporal"},
    "reconciler": {"ledger-db", "temporal"},
    "projector": {"ledger-db"},
    "notifier": {"ledger-db"},
    "signer": {"ledger-db", "temporal"},
    "migrate": {"ledger-db"},
    "temporal-namespace": {"temporal"},
    "temporal-schema": {"temporal-db"},
    "temporal": {"temporal-db"},
    "temporal-ui": {"temporal"},
    "ledger-db": set(),
    "temporal-db": set(),
}


@pytest.fixture(scope="module")
def file():
    return compose()


@pytest.fixture(scope="module")
def services(file):
    return file["services"]


def test_it_uses_only_keys_that_compose_knows(file, services):
    assert {key for key in file if not key.startswith("x-")} == {"name", "services", "networks", "volumes", "secrets"}
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name


def test_every_variable_is_known_to_who_reads_it(services):
    """Ours are also refused at the start if misspelt; the images pass over what they do not know."""
    ours = kessai_services()
    for name, service in services.items():
        if name in ours:
            assert all(variable.startswith(PREFIX) for variable in service["environment"]), name
        elif name != "temporal-schema":  # its variables are our own script's
            assert set(service["environment"]) <= IMAGE_VARIABLES[service["image"].partition(":")[0]], name


def test_the_schema_script_is_given_every_variable_it_reads(services):
    script = (ROOT / "deploy/temporal/schema.sh").read_text()
    read = set(re.findall(r"\$\{?([A-Z_]+)", script))
    assert read | {"SQL_PASSWORD"} == set(services["temporal-schema"]["environment"])


def test_the_example_environment_holds_what_is_read_and_nothing_else():
    read = set(re.findall(r"\$\{([A-Z_]+):\?\}", (ROOT / "docker-compose.yml").read_text()))
    assert read == set(example_environment())


def test_every_service_that_is_waited_for_exists_and_none_waits_for_itself(services):
    waits = {name: set(service.get("depends_on", ())) for name, service in services.items()}
    assert set().union(*waits.values()) <= set(services)
    assert set(TopologicalSorter(waits).static_order()) == set(services)


@pytest.mark.parametrize("kind", ["networks", "volumes", "secrets"])
def test_what_is_declared_is_used_and_what_is_used_is_declared(file, services, kind):
    used = {str(each).partition(":")[0] for service in services.values() for each in service.get(kind, ())}
    assert {each for each in used if not each.startswith("./")} == set(file[kind])


def test_everybody_shares_a_network_with_whom_they_call(services):
    networks = {name: set(service["networks"]) for name, service in services.items()}
    assert set(CALLS) == set(services)
    for caller, called in CALLS.items():
        for other in called:
            assert networks[caller] & networks[other], f"{caller} → {other}"


def test_only_what_people_or_the_world_outside_must_reach_is_in_a_network_that_leads_there(file, services):
    """The notifier calls mail servers and webhooks' receivers, the signer time stamp authorities and responders;
    everybody else of ours has nothing to call out there.
    """
    outward = {name for name, network in file["networks"].items() if not network.get("internal")}
    assert outward == {"front"}
    assert {name for name, service in services.items() if outward & set(service["networks"])} == {
        *("api", "temporal-ui"),
        *("notifier", "signer"),
    }


def test_every_host_in_an_address_is_a_service_or_the_prefectures_own(services):
    own = {value for name, value in example_environment().items() if name.endswith("_URL")}
    for name, service in services.items():
        for variable, value in service["environment"].items():
            found = re.match(r"(?:\w+://)?(?:\w+@)?([a-z-]+):\d+(?:/\w+)?$", str(value))
            if found and not any(str(value).startswith(each) for each in own):
                assert found[1] in services, f"{name}: {variable}"


def test_published_ports_are_published_once_and_there_is_one_for_every_replica(services):
    published: Counter[tuple[str, int]] = Counter()
    for name, service in services.items():
        for port in service.get("ports", ()):
            found = PORTS.fullmatch(port)
            assert found, f"{name}: {port}"
            given = range(int(found["first"]), int(found["last"] or found["first"]) + 1)
            assert len(given) == service.get("deploy", {}).get("replicas", 1), name
            published.update((found["bind"], each) for each in given)
    assert max(published.values()) == 1


def test_a_port_leads_to_where_the_service_listens(services):
    listens = {"api": "KESSAI_API_PORT", "temporal-ui": "TEMPORAL_UI_PORT"}
    assert {name for name, service in services.items() if "ports" in service} == set(listens)
    for name, variable in listens.items():
        inside = services[name]["environment"][variable]
        assert all(port.endswith(f":{inside}") for port in services[name]["ports"])
        assert any(f":{inside}/" in part for part in services[name]["healthcheck"]["test"]), name


def test_health_checks_are_well_formed_and_give_up_within_their_interval(services):
    for name, service in services.items():
        check = service.get("healthcheck")
        if check is None:
            continue
        assert set(check) <= CHECK_KEYS, name
        assert check["test"][0] == "CMD", name
        assert all(isinstance(part, str) for part in check["test"]), name
        assert all(DURATION.fullmatch(check[key]) for key in set(check) - {"test", "retries"}), name
        assert int(check["timeout"][:-1]) < int(check["interval"][:-1]), name
        assert isinstance(check["retries"], int), name


def test_our_health_check_asks_with_the_images_own_python_under_a_name_it_may_use(services):
    command = services["api"]["healthcheck"]["test"]
    assert f"python -m venv {command[1].removesuffix('/bin/python')}" in (ROOT / "Dockerfile").read_text()
    assert "127.0.0.1" in services["api"]["environment"]["KESSAI_ALLOWED_HOSTS"].split(",")


def test_our_containers_write_only_where_something_is_mounted():
    dockerfile = (ROOT / "Dockerfile").read_text()
    for name, service in kessai_services().items():
        for mount in service.get("volumes", ()):
            source, target, *how = mount.split(":")
            if how == ["ro"]:
                continue
            assert source == "documents", name
            assert f"VOLUME {target}" in dockerfile, name
            assert service["environment"]["KESSAI_DOCUMENTS_URL"] == f"file://{target}", name


def test_every_stop_is_given_more_time_than_ours_takes():
    """Docker kills after `stop_grace_period`; the API answers requests in hand for ten seconds, the worker for five."""
    for service in kessai_services().values():
        assert service["stop_grace_period"] == "30s"


def test_the_image_holds_every_folder_that_runs_and_the_lock_it_installs():
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == allowed
    assert all((ROOT / each).exists() for each in copied)
