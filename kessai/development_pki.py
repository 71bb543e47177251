"""The development PKI of an installation: where it lives, and the name that stands in its certificates."""

from pathlib import Path

from kessai.settings import Settings

PKI_NAME = "pki.kessai.invalid"  # stands in certificates for ever; where it is reached is in the settings


def pki_folder(settings: Settings) -> Path:
    """Where the development PKI of this installation lives."""
    return settings.data / "pki"
