"""The contract as one of its signers may see it: little before the second factor, everything they sign after it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from api.signing.knocking import Standing
from api.signing.sessions import Session
from domain.contract.facts import Channel, Mode, Person
from domain.contract.state import CONCLUDED, OUT, Request

Stage = Literal[
    "unproven", "reading", "preparing", "prepared", "signing", "signed", "declined", "forwarding", "over", "concluded"
]  # fmt: skip
PHONE_DIGITS_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class CodeAsked:
    """The last code: over which channel it went, until when it counts, how often another was typed instead."""

    nth: int
    channel: Channel
    valid_until: datetime
    tries: int
    usable: bool


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What the signer's own key has to sign, and until when the file is kept for that."""

    nth: int
    to_sign: str
    lease_until: datetime


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The sentence that is agreed to, in the two languages it is shown in."""

    ja: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is agreed to, as it is shown and as it is put into the instruction record."""

    title: str
    amount_yen: int | None
    period_from: date | None
    period_to: date | None
    effective_from: date | None
    written_date: date | None
    parties: tuple[str, ...]
    document: str
    pages: tuple[str, ...]
    statement: Statement
    terms: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """The concluded contract, ready to be taken away."""

    contract_date: date
    last_signature_at: datetime
    effective_from: date | None
    document: str
    evidence: str | None
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One signer's view. `agreed` and `result` are None as long as the session has not proven a second factor."""

    number: str
    signer: int
    version: int
    stage: Stage
    title: str
    company: str
    name: str
    mode: Mode
    expires_at: datetime | None
    channels: tuple[Channel, ...]
    phone_ends: str
    code: CodeAsked | None
    locked_until: datetime | None
    blocked: bool  # too many wrong codes on the whole: the officer has to send a new link
    passkeys: int
    proven_until: datetime | None
    agreed: Terms | None
    preparation: Prepared | None
    refusal: str | None
    signed_at: datetime | None
    result: Result | None


def seen(standing: Standing, session: Session | None) -> Seen:
    """Give what the holder of `session` sees; None: the holder of a link that no session is bound to yet."""
    party, contract = standing.party, standing.contract
    content, person = contract.content, party.signer.person
    assert person is not None, "the prefecture's signer has no link"
    proven = session is not None and standing.proven(session)
    counterparty = next(each for each in content.counterparties if each.number == party.signer.counterparty)
    request = next((each for each in contract.queue if each.signer == standing.signer), None)
    return Seen(
        number=standing.number, signer=standing.signer, version=standing.version,
        stage=_stage(standing, request, proven=proven), title=content.title, company=counterparty.name,
        name=person.name, mode=party.signer.mode, expires_at=contract.expires_at,
        channels=_channels(person), phone_ends=(person.phone or "").replace("-", "")[-PHONE_DIGITS_SHOWN:],
        code=_code(standing), locked_until=_later(party.locked_until, standing.now), blocked=party.blocked,
        passkeys=len(party.passkeys),
        proven_until=party.authenticated.valid_until if proven and party.authenticated else None,
        agreed=_terms(standing) if proven else None,
        preparation=_preparation(request) if proven else None,
        refusal=party.refusal.code if proven and party.refusal else None,
        signed_at=party.signed.signed_at if party.signed else None,
        result=_result(standing) if proven else None,
    )  # fmt: skip


def _stage(standing: Standing, request: Request | None, *, proven: bool) -> Stage:
    contract, party = standing.contract, standing.party
    if contract.status in CONCLUDED and party.signed is not None:
        return "concluded"
    if party.declined_at is not None:
        return "declined"
    if contract.status not in OUT or (party.signed is None and standing.expired):
        return "over"
    if party.signed is not None:
        return "signed"
    if party.agreed_at is not None:
        return "signing"
    if party.proposal is not None:
        return "forwarding"
    if request is not None and proven:
        return "preparing" if request.prepared is None else "prepared"
    return "reading" if proven else "unproven"


def _channels(person: Person) -> tuple[Channel, ...]:
    """Over what a code can reach somebody; paper is for those without a telephone, and takes days."""
    return ("sms", "telephone", "letter") if person.phone else ("letter",)


def _code(standing: Standing) -> CodeAsked | None:
    code = standing.party.code
    if code is None:
        return None
    usable = not code.spent and code.valid_until > standing.now
    return CodeAsked(nth=code.nth, channel=code.channel, valid_until=code.valid_until, tries=code.tries, usable=usable)


def _later(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at > now else None


def _terms(standing: Standing) -> Terms:
    contract = standing.contract
    content = contract.content
    return Terms(
        title=content.title, amount_yen=content.basis.amount_yen, period_from=content.basis.period_from,
        period_to=content.basis.period_to, effective_from=content.effective_from, written_date=content.written_date,
        parties=tuple(each.name for each in content.counterparties), document=contract.decided_document,
        pages=contract.pages, terms=content.terms,
        statement=Statement(ja=standing.statement.ja, en=standing.statement.en),
    )  # fmt: skip


def _preparation(request: Request | None) -> Prepared | None:
    if request is None or request.prepared is None:
        return None
    made = request.prepared
    return Prepared(nth=made.nth, to_sign=made.to_sign, lease_until=made.lease_until)


def _result(standing: Standing) -> Result | None:
    concluded, delivered = standing.contract.concluded, standing.contract.delivered
    if concluded is None or standing.contract.status not in CONCLUDED:
        return None
    return Result(
        contract_date=concluded.contract_date, last_signature_at=concluded.last_signature_at,
        effective_from=concluded.effective_from, document=standing.contract.document,
        evidence=delivered.evidence if delivered else None, provisional=standing.contract.status == "provisional",
    )  # fmt: skip
