"""The shapes of who signs a contract, and how far they are."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.shapes.problem import Shape
from domain.contract.facts import FactorKind, Mode

SignerState = Literal["waiting", "invited", "opened", "agreed", "signed", "declined"]


class ContractMandate(Shape):
    """委任状"""

    document: str
    valid_until: date | None


class ContractPerson(Shape):
    """相手方の人"""

    name: str
    email: str
    phone: str | None
    title: str | None
    mandate: ContractMandate | None


class ContractSignature(Shape):
    """電子署名"""

    document: str
    base: str
    level: str
    signed_at: datetime
    certificate: str
    tsa_certificate: str


class ContractPreparation(Shape):
    """当事者型の署名の準備"""

    nth: int
    state: Literal["asked", "prepared", "signed"]
    to_sign: str | None
    document: str | None
    lease_until: datetime | None
    instruction_sha256: str


class ContractRefusal(Shape):
    """処理の不能"""

    step: str
    code: str
    detail: str
    at: datetime


class ContractProposal(Shape):
    """転送の申出"""

    person: ContractPerson
    reason: str
    at: datetime
    same_domain: bool


class ContractSigner(Shape):
    """署名者。number 0 は県"""

    number: int
    counterparty: int | None
    group: int
    field: str
    mode: Mode
    person: ContractPerson | None
    post: str | None
    title: str | None
    status: SignerState
    turn: bool
    invited_at: datetime | None
    generation: int
    reminders: int
    opened_at: datetime | None
    blocked: bool = Field(description="認証コードの誤りが多く、担当者の再送信を待っているか")
    authenticated: bool
    factors: list[FactorKind]
    agreed_at: datetime | None
    instruction_sha256: str | None
    signature: ContractSignature | None
    preparation: ContractPreparation | None
    refusal: ContractRefusal | None
    declined_at: datetime | None
    decline_reason: str | None
    proposal: ContractProposal | None
