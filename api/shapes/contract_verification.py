"""The shape of a verdict over a signed PDF."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.shapes.problem import Shape


class VerificationReason(Shape):
    """判定の理由。`effect` が `note` のものは判定を変えない"""

    code: str = Field(examples=["modified"])
    message_ja: str = Field(examples=["署名の後に、許されない変更が加えられています。"])
    effect: Literal["unreadable", "invalid", "changed", "untrusted", "unsigned", "note"]
    detail: str = Field(description="開発者のための英語の説明")
    field: str | None = Field(description="関係する署名欄")


class VerificationCertificate(Shape):
    """証明書"""

    subject: str
    issuer: str
    serial_number: str = Field(description="16進")
    sha256: str
    not_before: datetime
    not_after: datetime


class VerifiedSignature(Shape):
    """一つの署名、又は文書のタイムスタンプ。版の順"""

    kind: Literal["certification", "approval", "timestamp"]
    fields: list[str] = Field(description="この署名を示す署名欄。二つ以上なら、署名は一つとして数える")
    sub_filter: str = Field(examples=["ETSI.CAdES.detached"])
    revision: int
    covers_bytes: int
    whole_file: bool
    valid: bool
    intact: bool
    trusted: bool
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"] | None
    signed_at: datetime | None = Field(description="信頼できるタイムスタンプの時刻")
    claimed_at: datetime | None = Field(description="署名者が申告した時刻")
    certificate: VerificationCertificate | None
    timestamp_certificate: VerificationCertificate | None
    digest_algorithm: str | None
    permissions: int | None = Field(description="署名の後に許す変更(DocMDPのP)")
    locked: bool = Field(description="署名欄に、後の変更を禁じる設定がある")
    name: str | None
    reason: str | None
    location: str | None
    instruction_sha256: str | None = Field(description="署名の指示の記録のSHA-256(署名に含まれているもの)")


class ContractVerification(Shape):
    """署名されたPDF全体の判定"""

    verdict: Literal["valid", "invalid", "untrusted", "unsigned", "unreadable"]
    reasons: list[VerificationReason]
    signatures: list[VerifiedSignature]
    changed_after_signing: bool
    sha256: str
    size_bytes: int
    pages: int | None
    revisions: int | None
    verified_at: datetime
    archived_until: datetime | None = Field(description="最後の文書タイムスタンプの証明書が有効な間")
