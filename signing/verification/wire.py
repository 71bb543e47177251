"""What goes to the child process that judges a file, and what comes back."""

from datetime import datetime

import msgspec

from signing.inspection.limits import Limits
from signing.verification.report import Report


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """Revocation data from the network, DER."""

    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that nothing in the file speaks of, and its issuer's, DER."""

    certificate: bytes
    issuer: bytes


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One file, whom to trust, and the time of the verdict. `sunsets`: digest names and when they stop counting."""

    pdf: bytes
    limits: Limits
    at: datetime
    signer_roots: tuple[bytes, ...]
    tsa_roots: tuple[bytes, ...]
    sunsets: tuple[tuple[str, datetime], ...] = ()
    fetched: Fetched = Fetched()


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The report, and what would be asked of the network to make it firmer."""

    report: Report
    wanted: tuple[Wanted, ...] = ()
