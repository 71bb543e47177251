"""What one answer from the network may cost."""

from dataclasses import dataclass

KIBIBYTE = 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Times in seconds, sizes in bytes."""

    connect_seconds: float = 5.0
    total_seconds: float = 15.0
    connections_max: int = 32
    stamp_bytes_max: int = 64 * KIBIBYTE
    ocsp_bytes_max: int = 64 * KIBIBYTE
    crl_bytes_max: int = 4 * KIBIBYTE * KIBIBYTE
    certificate_bytes_max: int = 64 * KIBIBYTE
