"""署名の指示: a signer agrees, declines or names the right person; each instruction says what was shown and what was
proven, and is hashed.
"""

import hashlib

from domain.contract import facts
from domain.contract.basis import still_decided
from domain.contract.commands import Agree, Decline, Forward, Sign
from domain.contract.facts import Factor, Instruction, Person, Proposal, canonical
from domain.contract.opening import proven_factors
from domain.contract.parties import person_of, require_outside
from domain.contract.releasing import require_free_hands, require_mandate, require_own_mailbox
from domain.contract.standing import own_party, prefecture_party
from domain.contract.state import OUT, Party
from domain.contract.story import Story
from domain.directory import Holder
from domain.policies.contract import mail_domain, within
from domain.refusals import Refused, require

FORWARDED = "転送"


def agree(story: Story, command: Agree) -> None:
    """同意: the counterparty's signer has the platform sign (立会人型). Refuses `not-pending`, `not-your-turn`,
    `wrong-session`, `wrong-mode`, `document-differs`, `statement-differs`, `second-factor-required`,
    `already-agreed`, `mandate-expired`.
    """
    party = own_party(story)
    require_turn(story, party)
    require(party.session is not None and party.session == command.session, "wrong-session")
    require(party.signer.mode == "witness", "wrong-mode")
    require(command.document == story.state.decided_document, "document-differs", "document")
    require(command.statement in story.rules.statements, "statement-differs", "statement")
    instruction = counterparty_instruction(
        story, party, statement=command.statement, address=command.address, user_agent=command.user_agent
    )
    sha256 = sha256_of(instruction)
    story.tell(facts.Agreed(signer=party.number, instruction=instruction, instruction_sha256=sha256, seal=command.seal))


def sign(story: Story, command: Sign) -> None:
    """県の署名: the prefecture's signer agrees, and the platform signs with the key held for the prefecture. Refuses
    `not-contract-officer`, `not-pending`, `not-your-turn`, `not-decided`, `document-differs`, `already-agreed`.
    """
    party, holder, behalf = prefecture_party(story)
    require_turn(story, party)
    require(still_decided(story.given, story.state.content.basis), "not-decided")
    decided = story.state.decided_document
    require(command.document in (None, decided), "document-differs", "document")
    instruction = prefecture_instruction(story, holder)
    sha256 = sha256_of(instruction)
    story.tell(
        facts.Agreed(signer=party.number, instruction=instruction, instruction_sha256=sha256, on_behalf_of=behalf)
    )


def decline(story: Story, command: Decline) -> None:
    """辞退: the contract does not come about this way. Refuses as `agree` does, but for the document."""
    if story.given.by.kind == "counterparty":
        party = own_party(story)
        require_turn(story, party)
        proven_factors(story, party)
    else:
        party, _, _ = prefecture_party(story)
        require_turn(story, party)
    story.tell(facts.Declined(signer=party.number, reason=command.reason))


def forward(story: Story, command: Forward) -> None:
    """転送 to the right person. Inside the signer's own mail domain it takes effect at once, unless it also names
    another telephone number without a proven second factor; anything else is proposed to the officer. Refuses
    `not-pending`, `not-your-turn`, `link-not-opened`, `already-agreed`, `own-mailbox`, `mailbox-repeated`,
    `forward-to-oneself`.
    """
    party = own_party(story)
    require_turn(story, party)
    require(party.session is not None, "link-not-opened")
    require_outside(command.to, story.rules, "to")
    require_own_mailbox(story, party, command.to.email)
    current = party.signer.person
    assert current is not None, "a counterparty's signer is a person"
    require(command.to.email.casefold() != current.email.casefold(), "forward-to-oneself", "to")
    same = _same_company(story, current.email, command.to.email)
    to = person_of(command.to)
    if same and (to.phone in (None, current.phone) or _is_proven(story, party)):
        _hand_over(story, party, current, to, command.reason)
        return
    proposal = Proposal(person=to, reason=command.reason, at=story.given.now, same_domain=same)
    story.tell(facts.ForwardProposed(signer=party.number, proposal=proposal))


def counterparty_instruction(
    story: Story, party: Party, *, statement: str, address: str | None, user_agent: str | None
) -> Instruction:
    """What a counterparty's signer was shown, proved and did. Refuses `second-factor-required`, `mandate-expired`."""
    require_mandate(story, party)
    return Instruction(
        contract=story.given.number,
        signer=party.number,
        document=story.state.decided_document,
        pages=story.state.pages,
        terms=story.state.content.terms,
        statement=statement,
        factors=proven_factors(story, party),
        at=story.given.now,
        session=party.session,
        address=address,
        user_agent=user_agent,
    )


def prefecture_instruction(story: Story, holder: Holder) -> Instruction:
    """What the prefecture's signer was shown and did, who had logged in as that person."""
    return Instruction(
        contract=story.given.number,
        signer=facts.PREFECTURE,
        document=story.state.decided_document,
        pages=story.state.pages,
        terms=story.state.content.terms,
        statement=story.rules.statement.ja,
        factors=(Factor(kind="login", at=story.given.now, reference=holder.person),),
        at=story.given.now,
        person=holder.person,
        title=holder.title,
    )


def sha256_of(instruction: Instruction) -> str:
    """The hash that goes into a signed attribute of the signature."""
    return hashlib.sha256(canonical(instruction)).hexdigest()


def require_turn(story: Story, party: Party) -> None:
    """Refuse `not-pending` while the contract is not with its signers, `expired` past its time, `already-agreed` and
    `being-prepared` for one who has instructed, `not-your-turn` before their group.
    """
    state = story.state
    require(state.status in OUT and state.certified is not None, "not-pending")
    require_in_time(story)
    require_free_hands(story, party)
    require(any(each.number == party.number for each in state.awaited), "not-your-turn")


def require_in_time(story: Story) -> None:
    """Refuse `expired` from the deadline on, whether or not somebody has looked at the clock since."""
    deadline = story.state.deadline
    require(deadline is None or deadline > story.given.now, "expired")


def _same_company(story: Story, known: str, named: str) -> bool:
    domain = mail_domain(known)
    return domain == mail_domain(named) and not within(domain, story.rules.mail.public)


def _is_proven(story: Story, party: Party) -> bool:
    try:
        proven_factors(story, party)
    except Refused:
        return False
    return True


def _hand_over(story: Story, party: Party, current: Person, to: Person, reason: str) -> None:
    """The number that codes go to stays the known one where no other was named."""
    person = Person(name=to.name, email=to.email, phone=to.phone or current.phone, title=to.title, mandate=to.mandate)
    story.tell(facts.Forwarded(signer=party.number, to=person, reason=reason))
    changed = story.state.party(party.number)
    assert changed is not None, "the signer stays one of the contract"
    story.invite(changed, FORWARDED)
