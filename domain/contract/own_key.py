"""当事者型の署名: the signer's own key signs in two phases; meanwhile the signer holds the file alone."""

from domain.contract import facts
from domain.contract.agreeing import (
    counterparty_instruction,
    prefecture_instruction,
    require_in_time,
    require_turn,
    sha256_of,
)
from domain.contract.basis import still_decided
from domain.contract.commands import Complete, Prepare
from domain.contract.commands.steps import ExpireLease
from domain.contract.facts import Instruction
from domain.contract.opening import proven_factors
from domain.contract.standing import own_party, prefecture_party
from domain.contract.state import OUT, Party, Request
from domain.contract.story import Story
from domain.events import Actor
from domain.refusals import Refused, require


def prepare(story: Story, command: Prepare) -> None:
    """第一段階: the signer names their certificates. Refuses `not-pending`, `not-your-turn`, `wrong-mode`,
    `second-factor-required`, `mandate-expired`, `already-agreed`, `being-prepared`; of officials anybody but the
    prefecture's signer: `not-contract-officer`.
    """
    party, instruction, behalf = _instructed(story, command)
    nth = dict(story.state.preparations).get(party.number, 0) + 1
    story.tell(
        facts.PreparationAsked(
            signer=party.number,
            nth=nth,
            instruction=instruction,
            instruction_sha256=sha256_of(instruction),
            certificates=command.certificates,
            on_behalf_of=behalf,
            seal=command.seal,
        )
    )


def complete(story: Story, command: Complete) -> None:
    """第二段階: the signature value. Refuses `no-preparation` unless that one waits for it, `expired` and
    `lease-expired`.
    """
    if story.given.by.kind == "counterparty":
        party = own_party(story)
        proven_factors(story, party)
    else:
        party, _, _ = prefecture_party(story)
    request = _waiting(story, party.number, command.nth)
    if request is None or request.prepared is None:
        raise Refused("no-preparation", "nth")
    require_in_time(story)
    require(request.prepared.lease_until > story.given.now, "lease-expired")
    story.tell(facts.SignatureGiven(signer=party.number, nth=command.nth, signature=command.signature))


def expire_lease(story: Story, command: ExpireLease) -> None:
    """署名の準備の失効, unless the signature came in time."""
    request = _waiting(story, command.signer, command.nth)
    if request is not None and request.prepared is not None and request.prepared.lease_until <= story.given.now:
        story.tell(facts.LeaseExpired(signer=command.signer, nth=command.nth))


def _instructed(story: Story, command: Prepare) -> tuple[Party, Instruction, Actor | None]:
    if story.given.by.kind == "counterparty":
        party = own_party(story)
        _require_mode(story, party)
        statement = story.rules.statement.ja
        instruction = counterparty_instruction(
            story, party, statement=statement, address=command.address, user_agent=command.user_agent
        )
        return party, instruction, None
    party, holder, behalf = prefecture_party(story)
    _require_mode(story, party)
    require(still_decided(story.given, story.state.content.basis), "not-decided")
    return party, prefecture_instruction(story, holder), behalf


def _require_mode(story: Story, party: Party) -> None:
    require_turn(story, party)
    require(party.signer.mode == "party", "wrong-mode")


def _waiting(story: Story, signer: int, nth: int) -> Request | None:
    """The prepared signature that waits for its value."""
    if story.state.status not in OUT:
        return None
    found = (each for each in story.state.queue if (each.signer, each.nth) == (signer, nth) and each.prepared)
    return next((each for each in found if each.signature is None), None)
