"""The shape of a contract: the document of api.md."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.shapes.contract_list import State
from api.shapes.contract_signer import ContractPerson, ContractRefusal, ContractSigner
from api.shapes.problem import Shape
from domain.contract.facts import Class, DateRule, LegalType, Order


class ContractBasis(Shape):
    """決裁"""

    approval: str
    version: int
    kind: str
    title: str
    amount_yen: int | None
    counterparty: str | None
    period_from: date | None
    period_to: date | None
    document: str
    decided_at: datetime
    decided_by: str
    document_number: str
    drafter: str


class ContractParty(Shape):
    """相手方。共同企業体は構成員ごとに一つ"""

    number: int
    name: str
    corporate_number: str | None


class ContractCustody(Shape):
    """契約の担当(担当した日の表示)"""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class ContractConsent(Shape):
    """電子契約の同意。まだなら received_on が null"""

    counterparty: int
    received_on: date | None
    valid_until: date | None
    construction: bool
    form: str | None
    note: str


class ContractCopied(Shape):
    """写しの送付先"""

    counterparty: int
    person: ContractPerson


class ContractDocuments(Shape):
    """契約の文書(SHA-256)"""

    decided: str
    current: str
    decision_record: str | None
    report: str | None
    evidence: str | None
    paper: str | None


class ContractStep(Shape):
    """いま行われている外部の処理"""

    name: str
    kind: str
    attempts: int


class ContractStampDuty(Shape):
    """印紙税: 書面なら相手方が納める額"""

    saved_yen: int
    edition: str
    basis: str
    taxed_amount_yen: int | None
    warning: str | None


class ContractDelivered(Shape):
    """写しと共に渡した台帳の位置"""

    checkpoint_position: int
    checkpoint: str


class ContractArchive(Shape):
    """長期署名"""

    generation: int
    level: str
    algorithm: str
    stamped_at: datetime
    tsa_expires_at: datetime
    renew_at: datetime | None


class ContractFailure(Shape):
    """延長の失敗"""

    generation: int
    code: str
    detail: str
    at: datetime


class ContractPaper(Shape):
    """書面の契約書の写し"""

    document: str
    contract_date: date
    note: str


class ContractEnded(Shape):
    """解除、又は仮契約の失効"""

    on: date
    reason: str
    agreement: str | None


class ContractContent(Shape):
    """電子契約。契約日、最後の署名、効力の発生日は別の事実"""

    contract_class: Class = Field(alias="class")
    title: str
    state: State
    closed: bool
    amount_yen: int | None
    waiting_on: list[str]
    due_at: datetime | None
    basis: ContractBasis
    approval: str
    counterparties: list[ContractParty]
    joint_venture: str | None
    custody: ContractCustody
    fiscal_year: int
    edition: str
    terms: str
    order: Order
    trial: bool
    prepared_at: datetime
    consents: list[ContractConsent]
    round: int
    released_at: datetime | None
    expires_at: datetime | None
    signers: list[ContractSigner]
    copied: list[ContractCopied]
    documents: ContractDocuments
    step: ContractStep | None
    refused: ContractRefusal | None
    contract_date_rule: DateRule
    written_date: date | None
    retroactive_reason: str | None
    concluded_at: datetime | None
    contract_date: date | None
    last_signature_at: datetime | None
    effective_from: date | None
    dates_differ: bool
    provisional: bool
    voted_on: date | None
    vote_reference: str | None
    reason: str | None
    stamp_duty: ContractStampDuty
    legal_type: LegalType
    delivered: ContractDelivered | None
    archive: ContractArchive | None
    archive_due: int | None
    renewal_failure: ContractFailure | None
    retention_years: int
    retained_until: date | None
    retention_review_due: bool
    retention_outcome: Literal["extended", "archives", "disposal"] | None
    paper: ContractPaper | None
    ended: ContractEnded | None
    amends: list[str]
    supersedes: str | None
    amended_by: list[str]
    superseded_by: str | None


class ContractDocument(ContractContent):
    """電子契約。契約日、最後の署名、効力の発生日は別の事実"""

    number: str
    version: int


class ContractPreview(ContractContent):
    """準備したときの契約。番号と版はまだない"""

    number: None
    version: None
