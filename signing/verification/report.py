"""The report on one file, as the API and the command line answer it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from signing.inspection.wire import Inspection
from signing.verification.reasons import KINDS, Effect

Verdict = Literal["valid", "invalid", "untrusted", "unsigned", "unreadable"]
Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
EXIT_CODES: dict[Verdict, int] = {"valid": 0, "invalid": 1, "unreadable": 2, "untrusted": 3, "unsigned": 4}
WORST_FIRST: tuple[tuple[Effect, Verdict], ...] = (
    ("unreadable", "unreadable"),
    ("invalid", "invalid"),
    ("changed", "invalid"),
    ("untrusted", "untrusted"),
    ("unsigned", "unsigned"),
)


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One finding: a stable code, its Japanese sentence, an English diagnostic, the signature field it is about.

    `effect` says what it does to the verdict; a note does nothing.
    """

    code: str
    message_ja: str
    effect: Effect
    detail: str = ""
    field: str | None = None


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """Whose certificate it is; names as RFC 4514 has them, the serial number in hexadecimal."""

    subject: str
    issuer: str
    serial_number: str
    sha256: str
    not_before: datetime
    not_after: datetime


class SignatureReport(msgspec.Struct, frozen=True, kw_only=True):
    """One signature or document time stamp, in the order of the revisions.

    `signed_at` is proven by a time stamp, `claimed_at` said by the signer. `fields` are all the fields that show this
    one signature object. `valid`: intact, trusted and nothing changed after it.
    """

    kind: Literal["certification", "approval", "timestamp"]
    fields: tuple[str, ...]
    sub_filter: str
    revision: int
    covers_bytes: int
    whole_file: bool
    valid: bool
    intact: bool
    trusted: bool
    level: Level | None = None
    signed_at: datetime | None = None
    claimed_at: datetime | None = None
    certificate: Certificate | None = None
    timestamp_certificate: Certificate | None = None
    digest_algorithm: str | None = None
    permissions: int | None = None
    locked: bool = False
    name: str | None = None
    reason: str | None = None
    location: str | None = None
    instruction_sha256: str | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict over the whole document, and what it rests on."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureReport, ...]
    changed_after_signing: bool
    sha256: str
    size_bytes: int
    pages: int | None
    revisions: int | None
    verified_at: datetime
    archived_until: datetime | None = None

    @property
    def exit_code(self) -> int:
        """What a command that gives this report ends with."""
        return EXIT_CODES[self.verdict]


def reason(code: str, detail: str = "", *, field: str | None = None) -> Reason:
    """Give the reason `code` of the table."""
    kind = KINDS[code]
    return Reason(code=code, message_ja=kind.message_ja, effect=kind.effect, detail=detail[:500], field=field)


def verdict_of(reasons: Sequence[Reason]) -> Verdict:
    """Give the verdict: the worst of what was found."""
    effects = {each.effect for each in reasons}
    return next((verdict for effect, verdict in WORST_FIRST if effect in effects), "valid")


def is_changed(reasons: Sequence[Reason]) -> bool:
    """Whether any finding says that something was changed after a signature."""
    return any(each.effect == "changed" for each in reasons)


def report_of(
    pdf: bytes,
    at: datetime,
    reasons: Sequence[Reason],
    signatures: Sequence[SignatureReport] = (),
    inspection: Inspection | None = None,
) -> Report:
    """Give the report that these findings make."""
    stamps = [each.certificate for each in signatures if each.kind == "timestamp" and each.trusted]
    last = stamps[-1] if stamps else None
    return Report(
        verdict=verdict_of(reasons),
        reasons=tuple(dict.fromkeys(reasons)),
        signatures=tuple(signatures),
        changed_after_signing=is_changed(reasons),
        sha256=hashlib.sha256(pdf).hexdigest(),
        size_bytes=len(pdf),
        pages=inspection.pages if inspection else None,
        revisions=inspection.revisions if inspection else None,
        verified_at=at,
        archived_until=last.not_after if last else None,
    )
