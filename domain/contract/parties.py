"""署名者: laying out who signs, in which order and by which means, from what the officer named."""

from collections.abc import Iterator

from domain.clock import civil_date
from domain.contract.commands import Create, MemberIn, PersonIn
from domain.contract.facts import PREFECTURE, Copied, Counterparty, Mandate, Mode, Person, Signer
from domain.contract.standing import CONTRACT_OFFICER
from domain.contract.story import Story
from domain.directory import Post, rank_order
from domain.policies.contract import mail_domain, within
from domain.policies.contract_rules import ClassRules, ContractRules
from domain.record import Given
from domain.refusals import Refused, require

PREFECTURE_FIELD = "Prefecture"
FIELDS = "counterparties"


def counterparties_of(command: Create) -> tuple[Counterparty, ...]:
    """The counterparties, numbered in the contract's order."""
    return tuple(
        Counterparty(number=number, name=each.name, corporate_number=each.corporate_number)
        for number, each in enumerate(command.counterparties, 1)
    )


def signers_of(story: Story, command: Create) -> tuple[Signer, ...]:
    """The counterparties' signers in their order, and the prefecture's as the last. Refuses `signer-required`,
    `mode-not-allowed`, `group-required`, `mailbox-repeated`, `own-mailbox`, and as `prefecture_signer`.
    """
    rules = story.rules
    wanted = rules.of(command.class_)
    members = list(_signing(command))
    for counterparty, each in enumerate(command.counterparties, 1):
        require(any(number == counterparty for number, _ in members), "signer-required", FIELDS)
        for member in each.members:
            require_outside(member, rules)
    emails = [member.email.casefold() for _, member in members]
    require(len(set(emails)) == len(emails), "mailbox-repeated", FIELDS)
    groups = _groups(command, [member for _, member in members])
    signers = [
        Signer(
            number=number,
            counterparty=counterparty,
            group=group,
            field=f"Party{number}",
            mode=_mode(member.mode, wanted),
            person=person_of(member),
        )
        for number, ((counterparty, member), group) in enumerate(zip(members, groups, strict=True), 1)
    ]
    return (*signers, prefecture_signer(story, command, wanted, group=max(groups) + 1))


def copied_of(command: Create) -> tuple[Copied, ...]:
    """Those who receive the concluded contract and do not sign."""
    return tuple(
        Copied(counterparty=number, person=person_of(member))
        for number, each in enumerate(command.counterparties, 1)
        for member in each.members
        if member.role == "copy"
    )


def prefecture_signer(story: Story, command: Create, wanted: ClassRules, *, group: int) -> Signer:
    """The prefecture's signer: the named post, else the one with the duty of contracts. Refuses `nobody-to-sign`,
    `unknown-post`, `not-signing-post`, `mode-not-allowed`.
    """
    mode = command.prefecture_mode or wanted.prefecture.default
    require(mode in wanted.prefecture.modes, "mode-not-allowed", "prefecture_mode")
    post, title = signing_post(story.given, command.prefecture_post, "prefecture_post")
    return Signer(
        number=PREFECTURE, counterparty=None, group=group, field=PREFECTURE_FIELD, mode=mode, post=post, title=title
    )


def signing_post(given: Given, code: str | None, field: str) -> tuple[str, str]:
    """Give code and title of the post that signs: the one named, which has the duty of contracts or heads at least a
    division, else the first with that duty that somebody holds.
    """
    directory, now = given.directory, given.now
    if code is None:
        held = (post for post in directory.with_duty(CONTRACT_OFFICER, now) if directory.holder(post.code, now))
        post: Post | None = next(held, None)
        if post is None:
            raise Refused("nobody-to-sign", field)
        return post.code, post.title
    post = directory.post(code, civil_date(now))
    if post is None:
        raise Refused("unknown-post", field)
    high = rank_order(post.rank) >= rank_order("division_director")
    require(high or CONTRACT_OFFICER in post.duties, "not-signing-post", field)
    return post.code, post.title


def person_of(person: PersonIn) -> Person:
    """The natural person as the facts have them."""
    mandate = person.mandate
    return Person(
        name=person.name,
        email=person.email,
        phone=person.phone,
        title=person.title,
        mandate=Mandate(document=mandate.document, valid_until=mandate.valid_until) if mandate else None,
    )


def require_outside(person: PersonIn, rules: ContractRules, field: str = FIELDS) -> None:
    """Refuse `own-mailbox`: nobody signs for a counterparty from the prefecture's own mail."""
    require(not within(mail_domain(person.email), rules.mail.own), "own-mailbox", field)


def _signing(command: Create) -> Iterator[tuple[int, MemberIn]]:
    for number, each in enumerate(command.counterparties, 1):
        yield from ((number, member) for member in each.members if member.role == "signer")


def _groups(command: Create, members: list[MemberIn]) -> list[int]:
    match command.order:
        case "sequential":
            return list(range(1, len(members) + 1))
        case "parallel":
            return [1] * len(members)
    named = [member.group for member in members if member.group is not None]
    require(len(named) == len(members), "group-required", FIELDS)
    places = {group: place for place, group in enumerate(sorted(set(named)), 1)}
    return [places[group] for group in named]


def _mode(named: Mode | None, wanted: ClassRules) -> Mode:
    mode = named or wanted.counterparty.default
    require(mode in wanted.counterparty.modes, "mode-not-allowed", FIELDS)
    return mode
