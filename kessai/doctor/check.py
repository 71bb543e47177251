"""One thing looked at: how it is, and what to do where it is not as it should be."""

from dataclasses import dataclass
from typing import Literal

from kessai.embedded.folder import DataFolder
from kessai.settings import Settings
from kessai.supervisor.addresses import Addresses

Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """`says` is one Japanese sentence, `do` another: what helps. A note is worth knowing and needs nothing done now."""

    subject: str
    level: Level
    says: str
    do: str = ""


@dataclass(frozen=True, kw_only=True)
class Patient:
    """What is looked at. `embedded`: `kessai up` runs servers and roles; `addresses` is None while it does not."""

    settings: Settings
    embedded: bool
    addresses: Addresses | None

    @property
    def folder(self) -> DataFolder:
        """The data folder."""
        return DataFolder(self.settings.data)

    @property
    def api(self) -> str:
        """Where to ask the API."""
        return self.addresses.api if self.addresses else self.settings.public_url

    @property
    def stopped(self) -> bool:
        """Whether this is an embedded instance that does not run: its servers cannot be asked."""
        return self.embedded and self.addresses is None


def ok(subject: str, says: str) -> Check:
    """As it should be."""
    return Check(subject=subject, level="ok", says=says)


def note(subject: str, says: str, do: str = "") -> Check:
    """Worth knowing."""
    return Check(subject=subject, level="note", says=says, do=do)


def problem(subject: str, says: str, do: str) -> Check:
    """Somebody has to do something."""
    return Check(subject=subject, level="problem", says=says, do=do)
