"""準備の事実: from the decided approval to the contract that may be sent."""

from datetime import date, datetime

from domain.contract.facts.content import (
    Basis,
    Copied,
    Counterparty,
    Custody,
    Order,
    Person,
    Signer,
    StampDuty,
)
from domain.events import Event
from domain.policies.contract_rules import Class, DateRule
from domain.policies.stamp_duty import LegalType


class Prepared(Event, frozen=True, tag="contract.prepared.v1"):
    """契約の準備: the decided document becomes a contract to be signed. `edition` is that of the contract rules."""

    number: str  # the contract's own
    class_: Class
    title: str
    basis: Basis
    counterparties: tuple[Counterparty, ...]
    signers: tuple[Signer, ...]
    copied: tuple[Copied, ...]
    order: Order
    date_rule: DateRule
    written_date: date | None
    effective_from: date | None
    retroactive_reason: str | None
    expires_in_days: int
    edition: str
    terms: str
    retention_years: int
    stamp_duty: StampDuty
    custody: Custody
    fiscal_year: int
    provisional: bool = False
    trial: bool = False
    amends: str | None = None
    supersedes: str | None = None
    joint_venture: str | None = None  # its name, where the counterparties are its members
    legal_type: LegalType = "other"
    construction_consent: bool = False  # 建設業法19条3項: each counterparty's consent has to cover it


class ConsentRecorded(Event, frozen=True, tag="contract.consent-recorded.v1"):
    """電子契約の同意(建設業法19条3項の承諾を含む) of one counterparty. `form` is the form they sent, by hash."""

    counterparty: int
    received_on: date
    valid_until: date | None
    construction: bool
    form: str | None
    note: str


class Released(Event, frozen=True, tag="contract.released.v1"):
    """送信: the officer lets the contract go to its signers. From here on its bytes are fixed."""

    expires_at: datetime
    round: int  # how often it has gone out
    reason: str = ""  # why the effective or the written date lies before this day


class SignerChanged(Event, frozen=True, tag="contract.signer-changed.v1"):
    """署名者の変更, by the officer. Links and proofs of the one before are void from here on."""

    signer: int
    to: Person
    reason: str


class PrefectureSignerChanged(Event, frozen=True, tag="contract.prefecture-signer-changed.v1"):
    """県の署名者の交代: the post that signs, after a transfer or a reorganisation."""

    post: str
    title: str
    reason: str


class Withdrawn(Event, frozen=True, tag="contract.withdrawn.v1"):
    """取下げ before it is concluded."""

    reason: str


class SwitchedToPaper(Event, frozen=True, tag="contract.paper-chosen.v1"):
    """書面契約への切替え: the electronic form ends; the scanned original is filed later."""

    reason: str


class PaperFiled(Event, frozen=True, tag="contract.paper-filed.v1"):
    """書面の契約書の写しの編てつ, by hash, with the day it bears."""

    document: str
    contract_date: date
    note: str


class DecisionTaken(Event, frozen=True, tag="decided-contract.taken.v1"):
    """On the guard stream of one decision: the contract that carries it out."""

    contract: str


class DecisionFreed(Event, frozen=True, tag="decided-contract.freed.v1"):
    """On the guard stream of one decision: that contract will not come about, another may."""

    contract: str
