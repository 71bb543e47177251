"""The settings of an embedded instance, as `KESSAI_*` variables: what its own processes and every other command use."""

import os
from collections.abc import Mapping

from kessai.embedded.folder import DataFolder, read_json
from kessai.embedded.postgres import Postgres
from kessai.embedded.roles import APPLICATION, OWNER, password_file
from kessai.settings import PREFIX
from kessai.supervisor.ports import LOOPBACK, USUAL

FOREIGN = (PREFIX, "PG", "TEMPORAL_")  # libpq and the Temporal libraries read these behind our back


def instance_environment(folder: DataFolder, given: Mapping[str, str]) -> dict[str, str]:
    """The settings of the instance in `folder` on the ports it was last given, and beside them what `given` sets.

    Holds the application's address of the ledger, never the owner's.
    """
    ports = USUAL | (read_json(folder.run / "ports.json") or {})
    own = {
        "KESSAI_DATA": str(folder.root),
        "KESSAI_API_PORT": str(ports["api"]),
        "KESSAI_DATABASE_URL": Postgres(folder).url(APPLICATION),
        "KESSAI_DATABASE_PASSWORD_FILE": str(password_file(folder, APPLICATION)),
        "KESSAI_TEMPORAL_ADDRESS": f"{LOOPBACK}:{ports['temporal']}",
        "KESSAI_TEMPORAL_UI_URL": f"http://{LOOPBACK}:{ports['ui']}",
        "KESSAI_PUBLIC_URL": f"http://{LOOPBACK}:{ports['api']}",
        "KESSAI_PKI_URL": f"http://{LOOPBACK}:{ports['pki']}",
    }
    chosen = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    keeps = {"KESSAI_DATA", "KESSAI_API_PORT"}
    return own | {name: value for name, value in chosen.items() if name not in keeps}


def owner_environment(folder: DataFolder) -> dict[str, str]:
    """The owner's address, for `kessai migrate` alone."""
    return {
        "KESSAI_OWNER_DATABASE_URL": Postgres(folder).url(OWNER),
        "KESSAI_OWNER_DATABASE_PASSWORD_FILE": str(password_file(folder, OWNER)),
    }


def surroundings(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a child of ours inherits from the environment: everything but settings of Kessai, Postgres and Temporal."""
    environ = os.environ if environ is None else environ
    return {name: value for name, value in environ.items() if not name.startswith(FOREIGN)}
