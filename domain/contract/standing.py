"""Who may act on a contract: its officers, the prefecture's signer, a counterparty's signer; and who may read it."""

from datetime import datetime

from domain.clock import civil_date
from domain.contract.facts import PREFECTURE
from domain.contract.state import Contract, Party
from domain.contract.story import Story
from domain.directory import Directory, Holder
from domain.events import Actor
from domain.parties import called, unit_of
from domain.record import Given
from domain.refusals import Refused, require

CONTRACT_OFFICER = "contract_officer"


def require_officer(story: Story) -> None:
    """契約担当: refuse unless a person of the unit in charge, or a contract officer, asks (`person-required`,
    `forbidden`).
    """
    require(story.given.by.kind == "person", "person-required")
    require(is_officer(story.state, story.given), "forbidden")


def is_officer(state: Contract, given: Given) -> bool:
    """Whether the asking person is of the unit in charge, or a contract officer."""
    unit = unit_of(state.content.custody, given.directory, given.now)
    mine = given.directory.posts_of(given.by.person, given.now)
    return any(post.unit == unit or CONTRACT_OFFICER in post.duties for post in mine)


def is_contract_officer(person: str, directory: Directory, at: datetime) -> bool:
    """Whether the person holds or acts for a post with the duty of contracts."""
    return any(CONTRACT_OFFICER in post.duties for post in directory.posts_of(person, at))


def signer_number(person: str, number: str) -> int | None:
    """Give which signer of contract `number` a counterparty is ("R8-000001/2" → 2); None where not one of it."""
    contract, slash, signer = person.partition("/")
    if not slash or contract != number or not (signer.isascii() and signer.isdigit()):
        return None
    found = int(signer)
    return found if found != PREFECTURE and str(found) == signer else None


def own_party(story: Story) -> Party:
    """Give the signer who asks, a counterparty's by their own session. Refuses `counterparty-only` for anybody else,
    `not-found` for a signer of another contract.
    """
    by = story.given.by
    require(by.kind == "counterparty", "counterparty-only")
    number = signer_number(by.person, story.given.number)
    party = None if number is None else story.state.party(number)
    if party is None:
        raise Refused("not-found")
    return party


def prefecture_party(story: Story) -> tuple[Party, Holder, Actor | None]:
    """Give the prefecture's signer with the asking person as they sign, and on whose behalf. Refuses
    `not-contract-officer` for anybody but the holder of the post that signs, or, while they are away, the first whom a
    written delegation names for that duty (organisation.yaml): authority to sign is never exercised by proxy otherwise.
    """
    given, party = story.given, story.state.party(PREFECTURE)
    require(given.by.kind == "person", "person-required")
    assert party is not None, "the prefecture signs every contract"
    directory, now = given.directory, given.now
    post = called(directory, party.signer.post or "", now)
    holder = directory.holder(post, now)
    if holder is not None and holder.person == given.by.person:
        return party, holder, None
    described = directory.post(post, civil_date(now))
    away = holder is None or directory.absence(holder.person, now) is not None
    if described is not None and away and CONTRACT_OFFICER in described.duties:
        delegate = next(iter(directory.proxies(post, now, line_of=described.unit)), None)
        if delegate is not None and delegate.person == given.by.person:
            return party, delegate, _actor(holder) if holder else None
    raise Refused("not-contract-officer")


def may_read(state: Contract, person: str, directory: Directory, at: datetime) -> bool:
    """Whether the person may see the contract: who acted in it, the unit in charge and the line above it, contract
    officers, the drafter of the decision, the prefecture's signer, finance, auditors; a counterparty its own only.
    """
    if state.made is None or person in state.participants:
        return True
    if "/" in person:
        number = signer_number(person, state.number)
        return number is not None and state.party(number) is not None
    if person == state.made.basis.drafter or {"auditor", "finance"} & directory.roles(person, at):
        return True
    unit = unit_of(state.made.custody, directory, at)
    if directory.in_line_above(person, unit, at) or is_contract_officer(person, directory, at):
        return True
    if any(post.unit == unit for post in directory.posts_of(person, at)):
        return True
    party = state.party(PREFECTURE)
    signer = directory.holder(called(directory, party.signer.post or "", at), at) if party else None
    return signer is not None and signer.person == person


def _actor(holder: Holder) -> Actor:
    return Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)
