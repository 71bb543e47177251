"""The development PKI's register: its keys and everything it issued. What else lies in its folder is made from it."""

from collections.abc import Iterator
from pathlib import Path

from kessai.backup.temporal_file import temporal_pieces
from kessai.embedded.folder import DataFolder

PART = "pki/register.sqlite"


def register_of(folder: DataFolder) -> Path:
    """Where the register lies, if there is one."""
    return folder.root / PART


def register_pieces(folder: DataFolder, staging: Path) -> Iterator[bytes]:
    """Give the register as of one moment, while the PKI writes to it."""
    return temporal_pieces(register_of(folder), staging)
