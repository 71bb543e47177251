"""The addresses of a running instance, and the file that is there exactly while everything answers."""

from dataclasses import asdict, dataclass
from pathlib import Path

from kessai.embedded.folder import DataFolder, read_json, write_json


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where to reach the parts: URLs, but for `temporal`, which is host:port."""

    api: str
    temporal: str
    ui: str
    codec: str


def announce(addresses: Addresses, *files: Path) -> None:
    """Write the ready files, each in one step."""
    for file in files:
        write_json(file, asdict(addresses))


def withdraw(*files: Path) -> None:
    """Remove the ready files, also those a killed supervisor left."""
    for file in files:
        file.unlink(missing_ok=True)


def read(file: Path) -> Addresses | None:
    """The addresses in a ready file, or None while there is none."""
    content = read_json(file)
    return None if content is None else Addresses(**content)


def ready_file(folder: DataFolder) -> Path:
    """The folder's own ready file, there whether or not somebody asked for another."""
    return folder.run / "addresses.json"
