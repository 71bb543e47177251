"""契約の相手方への通知: who outside the prefecture is written to about a contract, folded from its facts as they stand.

Nothing here is a secret: links and codes are named by their count, and derived only when they are sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from domain.contract.facts import (
    CodeIssued,
    Concluded,
    Copied,
    CopiesDelivered,
    Counterparty,
    Custody,
    Declined,
    Expired,
    Forwarded,
    Invited,
    Person,
    Prepared,
    ProvisionalFinalised,
    ProvisionalLapsed,
    Released,
    Reminded,
    Signed,
    SignerChanged,
    SwitchedToPaper,
    Withdrawn,
)
from domain.events import Event

Kind = Literal[
    "invitation", "reminder", "changed", "declined", "expired", "withdrawn", "paper", "concluded", "provisional",
    "finalised", "lapsed", "code",
]  # fmt: skip
ASKS: frozenset[str] = frozenset({"invitation", "reminder"})  # pointless once the link is void or the signature given


@dataclass(frozen=True, kw_only=True)
class Outsider:
    """A signer of the other side, as the record has them now. `generation` 0: not invited yet."""

    person: Person
    counterparty: int
    generation: int = 0
    signed: bool = False
    code: CodeIssued | None = None


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """Everything that a letter about a contract may need."""

    title: str = ""
    document: str = ""
    custody: Custody | None = None
    counterparties: Mapping[int, Counterparty] = field(default_factory=dict)
    outsiders: Mapping[int, Outsider] = field(default_factory=dict)
    copied: tuple[Copied, ...] = ()
    open: bool = False  # out for signature
    expires_at: datetime | None = None
    concluded: Concluded | None = None
    delivered: CopiesDelivered | None = None


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """One letter that a fact asks for. `signer` or `copied` (its place) is set; `which` is the count of the link or the
    code.
    """

    kind: Kind
    signer: int | None = None
    copied: int | None = None
    which: int = 0
    at_once: bool = False  # somebody waits for it in front of a screen: quiet hours do not hold it

    @property
    def name(self) -> str:
        """The addressee within the contract, in ids."""
        return str(self.signer) if self.signer is not None else f"copy-{self.copied}"


def is_worth_telling(event: Event) -> bool:
    """Whether anybody outside may be written to because of it; of most facts nobody is."""
    return isinstance(event, _TELLS) or type(event) in _ENDINGS


def correspondence(events: Iterable[Event]) -> Correspondence:
    """Give the correspondence after these facts of one contract, from the first on."""
    folded = Correspondence()
    for event in events:
        folded = _after(folded, event)
    return folded


def addressees(before: Correspondence, event: Event) -> tuple[Addressee, ...]:
    """Give who is written to because of `event`, `before` which the correspondence stood as given."""
    match event:
        case Invited() if event.signer in before.outsiders:
            told = Addressee(kind="invitation", signer=event.signer, which=event.generation, at_once=bool(event.reason))
            return (told,)
        case Reminded() if event.signer in before.outsiders:
            which = before.outsiders[event.signer].generation
            return (Addressee(kind="reminder", signer=event.signer, which=which),)
        case CodeIssued() if event.signer in before.outsiders:
            return (Addressee(kind="code", signer=event.signer, which=event.nth, at_once=True),)
        case SignerChanged() if event.signer in _invited(before):
            return (Addressee(kind="changed", signer=event.signer),)
        case Declined():
            return tuple(Addressee(kind="declined", signer=each) for each in _invited(before) if each != event.signer)
        case CopiesDelivered():
            is_provisional = before.concluded is not None and before.concluded.provisional
            return _everybody(before, "provisional" if is_provisional else "concluded")
        case ProvisionalFinalised():
            return _everybody(before, "finalised")
    ending = _ENDINGS.get(type(event))
    return tuple(Addressee(kind=ending, signer=each) for each in _invited(before)) if ending else ()


_TELLS = (Invited, Reminded, CodeIssued, SignerChanged, Declined, CopiesDelivered, ProvisionalFinalised)
_ENDINGS: Mapping[type[Event], Kind] = MappingProxyType(
    {Expired: "expired", Withdrawn: "withdrawn", SwitchedToPaper: "paper", ProvisionalLapsed: "lapsed"}
)


def _invited(known: Correspondence) -> tuple[int, ...]:
    return tuple(number for number, each in known.outsiders.items() if each.generation)


def _everybody(known: Correspondence, kind: Kind) -> tuple[Addressee, ...]:
    signers = (Addressee(kind=kind, signer=number, which=each.generation) for number, each in known.outsiders.items())
    return (*signers, *(Addressee(kind=kind, copied=place) for place in range(len(known.copied))))


def _after(known: Correspondence, event: Event) -> Correspondence:
    match event:
        case Prepared():
            return Correspondence(
                title=event.title, document=event.basis.document, custody=event.custody, copied=event.copied,
                counterparties={each.number: each for each in event.counterparties},
                outsiders={
                    each.number: Outsider(person=each.person, counterparty=each.counterparty)
                    for each in event.signers if each.person is not None and each.counterparty is not None
                },
            )  # fmt: skip
        case Released():
            return replace(known, open=True, expires_at=event.expires_at)
        case Declined() | Expired() | Withdrawn() | SwitchedToPaper():
            return replace(known, open=False)
        case Concluded():
            return replace(known, open=False, concluded=event)
        case CopiesDelivered():
            return replace(known, delivered=event)
    return _after_signer(known, event)


def _after_signer(known: Correspondence, event: Event) -> Correspondence:
    number: int | None = getattr(event, "signer", None)
    if number is None or number not in known.outsiders:
        return known
    signer = known.outsiders[number]
    match event:
        case SignerChanged() | Forwarded():
            signer = replace(signer, person=event.to, code=None)
        case Invited():
            signer = replace(signer, generation=event.generation)
        case CodeIssued():
            signer = replace(signer, code=event)
        case Signed():
            signer = replace(signer, signed=True)
        case _:
            return known
    return replace(known, outsiders={**known.outsiders, number: signer})
