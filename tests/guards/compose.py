"""docker-compose.yml as data, with the variables of .env.example filled in, for the tests of the deployment."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
SECRETS = "/run/secrets/"
FROM_SECRETS_SCRIPT = {"TEMPORAL_DB_PASSWORD": "made-up", "TEMPORAL_UI_OIDC_CLIENT_SECRET": "made-up"}


def example_environment():
    """The variables of .env.example, with those that the secrets script fills in."""
    lines = (line for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines) | FROM_SECRETS_SCRIPT


def compose():
    """The file with `${NAME:?}` replaced; a variable that is missing or empty is an error, as it is to Docker."""
    environment = example_environment()

    def value(match):
        assert environment.get(match[1]), f"{match[1]} is not in .env.example"
        return environment[match[1]]

    text = (ROOT / "docker-compose.yml").read_text()
    return yaml.safe_load(re.sub(r"\$\{([A-Z_]+):\?\}", value, text))


def kessai_services():
    """The services that run our image."""
    return {name: service for name, service in compose()["services"].items() if service["image"].startswith("kessai:")}


def settings_environment(service, secrets, replaced=None):
    """A service's variables, its secrets read from the folder `secrets`, and with some values replaced."""
    given = {name: str(value).replace(SECRETS, f"{secrets}/") for name, value in service["environment"].items()}
    given["KESSAI_KEYS_DIR"] = str(secrets)
    return given | (replaced or {})
