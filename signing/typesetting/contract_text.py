"""契約書の内容: everything one contract says that differs from contract to contract. What it says besides stands in
`forms/`.
"""

from datetime import date
from typing import Literal

import msgspec

from signing.typesetting.wording import PARTY_LABELS

ContractClass = Literal["goods", "services", "works", "lease", "memorandum", "amendment"]
PREFECTURE_FIELD = "Prefecture"
SIGNERS_MAX = 5  # beside the prefecture


class Party(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """当事者 as the document names it. `representative` is one line: title and name of who acts for it."""

    name: str
    address: str = ""
    representative: str = ""
    corporate_number: str | None = None


class Counterparty(Party, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """相手方. With `members` it is a joint venture (共同企業体), the first member leads it, and each of them signs."""

    members: tuple[Party, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """内訳: one line of the breakdown; the amount is without consumption tax."""

    name: str
    amount_yen: int
    specification: str = ""
    quantity: str = ""
    unit_price_yen: int | None = None


class Clause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """項: a sentence or two, and the numbered cases it lists."""

    text: str
    cases: tuple[str, ...] = ()


class Article(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """条: a heading and its paragraphs, written out."""

    heading: str
    clauses: tuple[Clause, ...]


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """条件: what the articles leave open. None of `payment_days` and `inspection_days` is the longest the law lets
    (支払遅延防止法 5条, 6条); any other None leaves the article out, as 建設業法19条1項 has it for what is not agreed.
    """

    payment_days: int | None = None
    inspection_days: int | None = None
    guarantee: str = "免除"
    advance_payment: str | None = None
    partial_payment: str | None = None
    days_off: str | None = None
    supplied_materials: str | None = None
    conformity_years: int = 1
    personal_data: bool = False
    multi_year: bool = False


class Original(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """原契約: what an amendment amends."""

    number: str
    title: str
    concluded_on: date
    amount_yen: int | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """変更: one point before and after."""

    subject: str
    before: str
    after: str


class ContractText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """契約書の内容. `number` and `approval` are printed where they are known: the text is set before it is decided.
    `amount_yen` includes `tax_yen` and is None only for what names no amount; of an amendment it is the amount
    afterwards. `contract_date` None: the day of the last signature. `effective_from` None: that date.
    `replaced` puts an article of its own in the place of a standard one, by key; `special` follows them all.
    """

    contract_class: ContractClass
    title: str
    prefecture: Party
    counterparties: tuple[Counterparty, ...]
    number: str = ""
    approval: str = ""
    amount_yen: int | None = None
    tax_yen: int | None = None
    tax_rate_percent: int | None = 10
    period_from: date | None = None
    period_to: date | None = None
    place: str = ""
    items: tuple[Item, ...] = ()
    terms: Terms = Terms()
    original: Original | None = None
    changes: tuple[Change, ...] = ()
    special: tuple[Article, ...] = ()
    replaced: dict[str, Article] = {}
    contract_date: date | None = None
    effective_from: date | None = None
    provisional: bool = False


class SignatureParty(msgspec.Struct, frozen=True, kw_only=True):
    """One who signs: the PDF field, the label the contract gives to its side (乙), its part in a joint venture."""

    field: str
    label: str
    party: Party
    part: str = ""


def signature_parties(text: ContractText) -> tuple[SignatureParty, ...]:
    """Give who signs, the prefecture first, as the document lists them: `Prefecture`, `Party1`, `Party2` …"""
    prefecture = SignatureParty(field=PREFECTURE_FIELD, label=PARTY_LABELS[0], party=text.prefecture)
    signers = (
        (label, signer, part)
        for label, counterparty in zip(PARTY_LABELS[1:], text.counterparties, strict=False)
        for signer, part in _signers(counterparty)
    )
    others = (
        SignatureParty(field=f"Party{number}", label=label, party=signer, part=part)
        for number, (label, signer, part) in enumerate(signers, 1)
    )
    return (prefecture, *others)


def _signers(counterparty: Counterparty) -> tuple[tuple[Party, str], ...]:
    if not counterparty.members:
        return ((counterparty, ""),)
    parts = ("代表構成員", *("構成員" for _ in counterparty.members[1:]))
    return tuple(zip(counterparty.members, parts, strict=True))
