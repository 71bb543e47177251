"""契約の内容: the values inside the facts, as they were decided, prepared, shown and instructed. Yen, tax included."""

from datetime import date, datetime
from typing import Literal

import msgspec

from domain.events import Part
from domain.policies.contract_rules import Mode

Order = Literal["sequential", "parallel", "groups"]
Channel = Literal["sms", "telephone", "letter"]
FactorKind = Literal["link", "sms", "telephone", "letter", "passkey", "certificate", "login"]
PREFECTURE = 0  # the prefecture's own signer among the signers of a contract


class Mandate(Part, frozen=True):
    """委任状: the proof that somebody may sign for the counterparty, by hash, and until when it holds."""

    document: str
    valid_until: date | None = None


class Person(Part, frozen=True):
    """A natural person on the counterparty's side. Erasable; never in ids, logs or search attributes (I19)."""

    name: str
    email: str
    phone: str | None = None
    title: str | None = None
    mandate: Mandate | None = None


class Counterparty(Part, frozen=True):
    """相手方, one company or one member of a joint venture; `number` from 1 in the contract's order (乙, 丙, …)."""

    number: int
    name: str
    corporate_number: str | None = None


class Signer(Part, frozen=True):
    """署名者: one who has to sign. `number` is 1, 2, … for counterparties and 0 for the prefecture; `group` is the
    place in the order (equal groups sign in any order); `field` is the PDF's signature field.
    """

    number: int
    counterparty: int | None
    group: int
    field: str
    mode: Mode
    person: Person | None = None  # None: the prefecture's, who is known by post
    post: str | None = None
    title: str | None = None


class Copied(Part, frozen=True):
    """写しの送付先: somebody who receives the concluded contract and does not sign."""

    counterparty: int
    person: Person


class Basis(Part, frozen=True):
    """決裁: what was decided, as the approval's record had it at `version`."""

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
    decided_by: str  # the title under which it was decided
    document_number: str
    drafter: str = ""  # person number of whoever drafted the decision


class StampDuty(Part, frozen=True):
    """印紙税: what a paper contract would have cost the counterparty, by which edition and row; 0 where not taxed."""

    saved_yen: int
    edition: str
    basis: str
    taxed_amount_yen: int | None = None
    warning: str | None = None


class Custody(Part, frozen=True):
    """The person in charge of the contract in the prefecture, in their post and unit as displayed that day."""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class Factor(Part, frozen=True):
    """認証の要素: what was proven, when, and which proof (never the proof itself)."""

    kind: FactorKind
    at: datetime
    reference: str  # generation of the link, number of the code, id of the credential, or the person who logged in


class Instruction(Part, frozen=True):
    """指示の記録: what one signer was shown and did. Its canonical JSON is hashed into a signed attribute of the
    signature (design.md §6). `pages` are the hashes of the page images, in order.
    """

    contract: str
    signer: int
    document: str  # what was shown: the decided document, by hash
    pages: tuple[str, ...]
    terms: str  # edition of the terms agreed to
    statement: str  # the sentence that was agreed to, as shown
    factors: tuple[Factor, ...]
    at: datetime
    session: str | None = None  # hash of the browser session the link was bound to
    address: str | None = None
    user_agent: str | None = None
    person: str | None = None  # the prefecture's: person number and title as displayed that day
    title: str | None = None


class SignedStep(Part, frozen=True):
    """電子署名: what a signature came to. `signed_at` is the time stamp's; hashes are SHA-256 in hex."""

    document: str
    base: str
    level: str
    signed_at: datetime
    certificate: str
    tsa_certificate: str


class Copy(Part, frozen=True):
    """写し: to whom the concluded contract went. `signer` or `copied` (its place) is set."""

    signer: int | None = None
    copied: int | None = None


class Proposal(Part, frozen=True):
    """転送先: the person a signer names in their own place."""

    person: Person
    reason: str
    at: datetime
    same_domain: bool


def canonical(value: msgspec.Struct) -> bytes:
    """Give the one JSON of a value: keys sorted, no blanks, UTF-8. What is hashed, stored and signed is this."""
    return msgspec.json.encode(value, order="sorted")
