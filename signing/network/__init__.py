"""The network as signing needs it: time stamps, revocation data and issued certificates, from named hosts only."""

from signing.network.errors import NetworkRefused, RevocationUnknown, StampRefused
from signing.network.issuing import CertificateIssuer
from signing.network.limits import Limits
from signing.network.revocation import RevocationFetcher
from signing.network.session import Network
from signing.network.time_stamps import TimeStamps

__all__ = [
    "CertificateIssuer",
    "Limits",
    "Network",
    "NetworkRefused",
    "RevocationFetcher",
    "RevocationUnknown",
    "StampRefused",
    "TimeStamps",
]
