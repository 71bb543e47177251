"""The shapes of what is read of many contracts: the list, its rows."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.shapes.problem import Shape
from domain.contract.facts import Class, DateRule

State = Literal[
    "consent_missing", "ready", "sent", "partially_signed", "concluded", "provisional", "declined", "expired",
    "withdrawn", "switched_to_paper", "superseded", "terminated",
]  # fmt: skip


class ContractOfficer(Shape):
    """契約の担当者(担当した日の表示)"""

    person: str
    name: str
    post: str
    title: str


class ContractSummary(Shape):
    """一覧の一件。契約日、最後の署名、効力の発生日は別の事実"""

    number: str
    state: State
    version: int
    closed: bool
    contract_class: Class = Field(alias="class")
    title: str
    approval: str
    document_number: str
    amount_yen: int | None
    counterparties: list[str]
    corporate_numbers: list[str]
    unit: str
    unit_name: str
    officer: ContractOfficer
    waiting_on: list[str]
    waiting_for: str
    signers: int
    signed: int
    due_at: datetime | None
    prepared_on: date
    released_at: datetime | None
    contract_date: date | None
    last_signature_at: datetime | None
    effective_from: date | None
    period_from: date | None
    period_to: date | None
    fiscal_year: int
    date_rule: DateRule
    dates_differ: bool
    retroactive_reason: str | None
    stamp_saved_yen: int
    provisional: bool
    trial: bool
    amends: str | None


class ContractPage(Shape):
    """一覧の一頁。`next_cursor` が null なら終わり"""

    items: list[ContractSummary]
    next_cursor: str | None
