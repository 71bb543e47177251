"""契約の一覧: one row per contract, as lists, reports and inboxes show it, and in it who may read the contract."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.clock import civil_date
from domain.contract.document import due_at, waiting_on
from domain.contract.standing import CONTRACT_OFFICER
from domain.contract.state import CONCLUDED, Contract
from domain.contract.view import because
from projections import terms
from projections.contract.fold import Case
from projections.folding import Change, Place, Row
from projections.japanese_text import normalised
from projections.projection import Table

CONTRACTS = """
    number             text        PRIMARY KEY,
    opened             bigint      NOT NULL,  -- position of the first event: the order of lists, which never changes
    position           bigint      NOT NULL,
    version            int         NOT NULL,
    updated_at         timestamptz NOT NULL,
    state              text        NOT NULL,
    closed             boolean     NOT NULL,
    contract_class     text        NOT NULL,
    title              text        NOT NULL,
    approval           text        NOT NULL,
    document_number    text        NOT NULL,  -- of the decision
    amount_yen         bigint,
    counterparties     text[]      NOT NULL,  -- names, in the contract's order
    corporate_numbers  text[]      NOT NULL,
    parties_searched   text        NOT NULL,  -- the names, normalised, for comparing
    unit               text        NOT NULL,
    unit_name          text        NOT NULL,
    officer_person     text        NOT NULL,
    officer_name       text        NOT NULL,
    officer_post       text        NOT NULL,
    officer_title      text        NOT NULL,
    waiting_on         text[]      NOT NULL,  -- posts of the prefecture; nobody's while it waits for a counterparty
    waiting_for        text        NOT NULL,  -- in words
    signers            int         NOT NULL,
    signed             int         NOT NULL,
    due_at             timestamptz,
    prepared_on        date        NOT NULL,
    released_at        timestamptz,
    contract_date      date,
    last_signature_at  timestamptz,
    signed_on          date,                  -- that instant's day in Japan
    effective_from     date,
    period_from        date,
    period_to          date,
    fiscal_year        int         NOT NULL,
    date_rule          text        NOT NULL,
    dates_differ       boolean     NOT NULL,
    retroactive_reason text,
    stamp_saved_yen    bigint      NOT NULL,  -- 0 until it is concluded electronically
    stamp_basis        text        NOT NULL,
    stamp_edition      text        NOT NULL,
    provisional        boolean     NOT NULL,
    trial              boolean     NOT NULL,
    amends             text,
    searched           text        NOT NULL,  -- normalised, for comparing
    readers            text[]      NOT NULL   -- person:…, post:…, above:…, unit:…, role:… (terms.py)"""
INDEXES = (
    "UNIQUE (opened)",
    "(state, opened)",
    "(unit, opened)",
    "(approval)",
    "(fiscal_year, opened)",
    "(contract_date) WHERE contract_date IS NOT NULL",
    "(signed_on) WHERE signed_on IS NOT NULL",
    "(amount_yen)",
    "USING gin (corporate_numbers)",
    "USING gin (readers)",
    "USING gin (waiting_on) WHERE waiting_on <> '{{}}'",
)


class ContractRow(NamedTuple):
    """One contract as lists show it. Times are aware; days are civil days in Japan; amounts are yen with tax;
    `readers` is for the database only.
    """

    number: str
    opened: int
    position: int
    version: int
    updated_at: datetime
    state: str
    closed: bool
    contract_class: str
    title: str
    approval: str
    document_number: str
    amount_yen: int | None
    counterparties: list[str]
    corporate_numbers: list[str]
    parties_searched: str
    unit: str
    unit_name: str
    officer_person: str
    officer_name: str
    officer_post: str
    officer_title: str
    waiting_on: list[str]
    waiting_for: str
    signers: int
    signed: int
    due_at: datetime | None
    prepared_on: date
    released_at: datetime | None
    contract_date: date | None
    last_signature_at: datetime | None
    signed_on: date | None
    effective_from: date | None
    period_from: date | None
    period_to: date | None
    fiscal_year: int
    date_rule: str
    dates_differ: bool
    retroactive_reason: str | None
    stamp_saved_yen: int
    stamp_basis: str
    stamp_edition: str
    provisional: bool
    trial: bool
    amends: str | None
    searched: str
    readers: list[str]


def contract_rows(change: Change[Case]) -> Sequence[Row]:
    """Give the one row of the contract, however much of it is new."""
    case, state = change.after, change.after.state
    made, custody = state.content, state.content.custody
    parties = [each.name for each in made.counterparties]
    row = ContractRow(
        **Place.of(change, number=case.number, opened=case.opened)._asdict(),
        state=state.status,
        closed=state.closed,
        contract_class=made.class_,
        title=made.title,
        approval=made.basis.approval,
        document_number=made.basis.document_number,
        amount_yen=made.basis.amount_yen,
        counterparties=parties,
        corporate_numbers=[each.corporate_number for each in made.counterparties if each.corporate_number],
        parties_searched=normalised("\n".join(parties)),
        unit=custody.unit,
        unit_name=custody.unit_name,
        officer_person=custody.person,
        officer_name=custody.name,
        officer_post=custody.post,
        officer_title=custody.title,
        waiting_on=list(waiting_on(state)),
        waiting_for=because(state),
        signers=len(state.parties),
        signed=len(state.parties) - len(state.unsigned),
        due_at=due_at(state),
        prepared_on=civil_date(state.prepared_at or case.since),
        released_at=state.released_at,
        **_days(state),
        period_from=made.basis.period_from,
        period_to=made.basis.period_to,
        fiscal_year=made.fiscal_year,
        date_rule=made.date_rule,
        retroactive_reason=made.retroactive_reason,
        **_stamp_duty(state),
        provisional=made.provisional,
        trial=made.trial,
        amends=next(iter(state.amends), None),
        searched=normalised(" ".join(_words(case))),
        readers=readers(case),
    )
    return (row,)


def _days(state: Contract) -> dict[str, Any]:
    """契約日, the last signature and 効力の発生日 are three facts; a contract on paper has but the first."""
    found = state.concluded
    if found is None:
        return {
            "contract_date": state.paper.contract_date if state.paper else None,
            "last_signature_at": None,
            "signed_on": None,
            "effective_from": state.content.effective_from,
            "dates_differ": False,
        }
    return {
        "contract_date": found.contract_date,
        "last_signature_at": found.last_signature_at,
        "signed_on": civil_date(found.last_signature_at),
        "effective_from": found.effective_from,
        "dates_differ": found.dates_differ,
    }


def _stamp_duty(state: Contract) -> dict[str, Any]:
    duty = state.stamp_duty or state.content.stamp_duty
    saved = duty.saved_yen if state.status in CONCLUDED else 0
    return {"stamp_saved_yen": saved, "stamp_basis": duty.basis, "stamp_edition": duty.edition}


def _words(case: Case) -> list[str]:
    """What a contract is found by. Persons of counterparties are not among it: they can be erased."""
    made = case.state.content
    parties = (each.name for each in made.counterparties)
    numbers = (each.corporate_number or "" for each in made.counterparties)
    return [
        *(case.number, made.title, made.basis.approval, made.basis.document_number),
        *(made.custody.name, made.custody.unit_name, *parties, *numbers),
    ]


def readers(case: Case) -> list[str]:
    """Give whom `domain.contract.standing.may_read` lets read, in the terms that hold whatever the directory says on
    the day of reading.
    """
    state, origin = case.state, case.origin
    found = {terms.person(person) for person in state.participants}
    found.add(terms.person(state.content.basis.drafter))
    found.update(terms.post(each.signer.post) for each in state.parties if each.signer.post)
    found.update((*terms.above(origin), *terms.colleagues(origin)))
    found.update((terms.role("finance"), terms.duty(CONTRACT_OFFICER)))
    return sorted(found)


CONTRACT_TABLE = Table(name="rm_contract", columns=CONTRACTS, indexes=INDEXES, row=ContractRow, key=("number",))
