"""証拠報告書: who signed a contract, on which instruction, when and with what effect, on one page in each language."""

import hashlib
from datetime import date, datetime
from typing import Literal

import msgspec

NAME = "kessai-evidence.json"
Side = Literal["prefecture", "counterparty", "platform"]
Mode = Literal["witness", "party", "certification"]
FactorKind = Literal["link", "sms", "telephone", "letter", "passkey", "certificate", "login"]
Verdict = Literal["valid", "invalid", "untrusted", "unsigned", "unreadable"]


class ProvenFactor(msgspec.Struct, frozen=True, kw_only=True):
    """認証の要素: what was proven, and when (aware)."""

    kind: FactorKind
    at: datetime


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """示されたもの: SHA-256 of the document and of the image of each page, in order."""

    document: str
    pages: tuple[str, ...] = ()

    @property
    def pages_digest(self) -> str:
        """One hash for all pages: SHA-256 over their hashes, a line each."""
        return hashlib.sha256("\n".join(self.pages).encode()).hexdigest()


class CertificateShown(msgspec.Struct, frozen=True, kw_only=True):
    """証明書: names as RFC 4514 writes them, the hash of its DER."""

    subject: str
    issuer: str
    sha256: str


class SignatureEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """One signature. `organisation` and `title` as displayed that day; `person` None where only the post is told.

    `instruction_sha256`, `instructed_at`, `factors` and `shown` are empty for the platform's certification.
    `signed_at` is the time stamp's.
    """

    side: Side
    label: str
    field: str
    mode: Mode
    organisation: str
    title: str
    person: str | None
    certificate: CertificateShown
    time_stamp_by: str
    signed_at: datetime
    level: str
    verdict: Verdict
    instructed_at: datetime | None = None
    instruction_sha256: str | None = None
    factors: tuple[ProvenFactor, ...] = ()
    shown: Shown | None = None


class DecisionShown(msgspec.Struct, frozen=True, kw_only=True):
    """決裁: its numbers, under which title and when it was decided, and the hash of the document decided."""

    approval: str
    document_number: str
    decided_by: str
    decided_at: datetime
    document: str


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """検査点: a position in the ledger and the hash it holds there."""

    position: int
    hash: str


class StampDutySaved(msgspec.Struct, frozen=True, kw_only=True):
    """印紙税の節減: yen, edition and row of the table it follows, a warning where one is due."""

    saved_yen: int
    edition: str
    basis: str
    warning: str | None = None


class EvidenceReport(msgspec.Struct, frozen=True, kw_only=True):
    """証拠報告書. Contract date, last signature and effective date are three facts; `effective_from` None: the contract
    date. `signatures` in the order in which they were made. `self_hosted`: the prefecture runs the platform itself;
    `development`: signed under development authorities. All times aware.
    """

    number: str
    title: str
    contract_class: str
    parties: tuple[str, ...]
    amount_yen: int | None
    decision: DecisionShown
    signed_sha256: str
    signatures: tuple[SignatureEvidence, ...]
    contract_date: date
    last_signature_at: datetime
    effective_from: date | None
    verdict: Verdict
    verified_at: datetime
    archive_level: str
    checkpoint: Checkpoint | None = None
    stamp_duty: StampDutySaved | None = None
    self_hosted: bool = True
    development: bool = False


def encoded_evidence(report: EvidenceReport) -> bytes:
    """Give all data of the report as JSON, keys sorted: attached to its PDF as `kessai-evidence.json`."""
    return msgspec.json.encode(report, order="sorted")
