"""準備の指示: the bodies of the verbs by which officials prepare, send and stop a contract."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.contract.commands.parts import (
    CaseNumber,
    ContractCounterparty,
    ContractPeriod,
    Name,
    Note,
    PersonIn,
    PostCode,
    Reason,
    Sha256,
    SignerNumber,
)
from domain.contract.facts import Class, DateRule, LegalType, Mode, Order
from domain.record import Command
from domain.text import Said


class Create(Command):
    """決裁を終えた契約書を、署名できる契約にする"""

    approval: CaseNumber
    class_: Annotated[Class, Field(alias="class")]
    document: Sha256
    counterparties: Annotated[tuple[ContractCounterparty, ...], Field(min_length=1, max_length=5)]
    order: Order = "sequential"
    contract_date_rule: DateRule | None = None
    written_date: date | None = None
    effective_from: date | None = None
    retroactive_reason: Reason | None = None
    expires_in_days: Annotated[int, Field(ge=1, le=90)] | None = None
    prefecture_post: PostCode | None = None
    prefecture_mode: Mode | None = None
    amount_yen: Annotated[int, Field(ge=0)] | None = None  # 税込; the decided one where left out
    taxed_amount_yen: Annotated[int, Field(ge=0)] | None = None  # 記載金額: without consumption tax where shown apart
    provisional: bool = False
    trial: bool = False
    joint_venture: Name | None = None  # 共同企業体の名称; the counterparties are its members
    period: ContractPeriod | None = None  # the decided one where left out
    legal_type: LegalType | None = None  # 印紙税の課否; the class's where left out
    amends: CaseNumber | None = None
    supersedes: CaseNumber | None = None


class Consent(Command):
    """相手方の電子契約への同意を記録する"""

    counterparty: Annotated[int, Field(ge=1, le=5)] = 1
    received_on: date
    valid_until: date | None = None
    construction: bool = False
    form: Sha256 | None = None
    note: Note = ""


class Release(Command):
    """署名者に送る"""

    expires_in_days: Annotated[int, Field(ge=1, le=90)] | None = None
    reason: Annotated[Said, Field(max_length=2000)] | None = None  # 遡及の理由, where a date lies before today


class Resend(Command):
    """署名の依頼を送り直す(前のリンクは無効になる)"""

    signer: SignerNumber


class ChangeSigner(Command):
    """署名者を変える。県の署名者は `post`、相手方の署名者は `to` で示す"""

    signer: SignerNumber
    to: PersonIn | None = None
    post: PostCode | None = None
    reason: Reason


class Withdraw(Command):
    """取り下げる"""

    reason: Reason


class SwitchToPaper(Command):
    """書面の契約に切り替える"""

    reason: Reason


class FilePaper(Command):
    """書面の契約書の写しを編てつする"""

    document: Sha256
    contract_date: date
    note: Note = ""


class RetryStep(Command):
    """できなかった外部の処理をやり直させる"""

    reason: Reason
