"""The shapes of a contract's documents: what a kept one is, what is to be signed by the signer's own key."""

from datetime import date, datetime

from pydantic import Field

from api.shapes.problem import Shape
from domain.contract.facts import Class


class ContractDataParty(Shape):
    """契約書に記された相手方。共同企業体なら構成員の名称も"""

    name: str
    corporate_number: str | None
    members: list[str]


class SignatureBox(Shape):
    """電子署名欄の位置(PDFの点、左下から)"""

    field: str
    label: str
    side: str
    page: int
    box: list[float]


class ContractData(Shape):
    """契約書PDFに埋め込まれた契約データ"""

    format: str
    contract_class: Class
    edition: str
    number: str
    approval: str
    title: str
    prefecture: str
    counterparties: list[ContractDataParty]
    amount_yen: int | None
    tax_yen: int | None
    period_from: date | None
    period_to: date | None
    contract_date: date | None
    effective_from: date | None
    provisional: bool
    boxes: list[SignatureBox]


class ContractDocumentKept(Shape):
    """受け入れた契約書。`sha256` を起案の contract_document に入れる。書き直したPDFでは `original_sha256` と異なる"""

    sha256: str
    original_sha256: str
    pages: int
    facts: ContractData | None = Field(description="契約データ。持たないPDFでは null")
    warnings: list[str]


class PreparedSignature(Shape):
    """当事者型の署名の第二段階で署名するもの"""

    number: str
    signer: int
    nth: int = Field(description="complete に入れる")
    base: str
    prepared: str
    to_sign: str = Field(description="署名するDER(base64)。鍵の所有者の装置で署名値を作る")
    lease_until: datetime
