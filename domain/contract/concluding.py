"""締結: only with every required signature, over the decided bytes; then copies to both sides, and a vote where one is
needed.
"""

from datetime import timedelta

from domain.contract import facts
from domain.contract.basis import still_decided
from domain.contract.commands import Conclude, Deliver, FinaliseProvisional
from domain.contract.creating import contract_stream, duty_of, folded
from domain.contract.facts import Copy
from domain.contract.standing import require_officer
from domain.contract.state import STANDING
from domain.contract.steps import in_hand
from domain.contract.story import Story
from domain.policies.contract import archive_at, contract_date, dates_differ, retained_until
from domain.refusals import require

MISSING, UNDECIDED = "signature-missing", "not-decided"


def conclude(story: Story, command: Conclude) -> None:
    """締結(確定), 地方自治法234条5項: the verification found the valid signature of every signer in this very file; one
    that did not stops the step for the officer.
    """
    found = in_hand(story, command.step, "conclude")
    if found is None:
        return
    state = story.state
    missing = {each.number for each in state.parties} - set(command.signers)
    if not still_decided(story.given, state.content.basis):
        detail = f"{state.content.basis.approval} is not decided any more"
        story.tell(facts.StepRefused(step=found.name, code=UNDECIDED, detail=detail))
        return
    if missing or command.document != state.document:
        detail = f"no valid signature of {sorted(missing)} in {command.document}"
        story.tell(facts.StepRefused(step=found.name, code=MISSING, detail=detail))
        return
    story.tell(_concluded(story, command))
    if not state.content.provisional:
        _take_effect(story)


def deliver(story: Story, command: Deliver) -> None:
    """写しの交付 to every signer of a counterparty and everybody named for a copy."""
    if in_hand(story, command.step, "deliver") is None:
        return
    content = story.state.content
    signers = tuple(Copy(signer=each.number) for each in story.state.parties if not each.is_prefecture)
    story.tell(
        facts.CopiesDelivered(
            copies=(*signers, *(Copy(copied=place) for place in range(len(content.copied)))),
            evidence=command.evidence,
            checkpoint_position=command.checkpoint_position,
            checkpoint=command.checkpoint,
        )
    )
    story.close_if_over()


def finalise(story: Story, command: FinaliseProvisional) -> None:
    """仮契約の本契約化, or its lapse, by the vote. Refuses `not-provisional`, `in-the-future` and
    `before-contract-date`.
    """
    require_officer(story)
    state = story.state
    require(state.status == "provisional", "not-provisional")
    require(command.voted_on <= story.today, "in-the-future", "voted_on")
    concluded = state.concluded
    require(concluded is None or command.voted_on >= concluded.contract_date, "before-contract-date", "voted_on")
    if command.outcome == "approved":
        story.tell(facts.ProvisionalFinalised(voted_on=command.voted_on, reference=command.reference))
        _take_effect(story)
    else:
        story.tell(facts.ProvisionalLapsed(voted_on=command.voted_on, reason=command.reference))
    story.close_if_over()


def _concluded(story: Story, command: Conclude) -> facts.Concluded:
    state, content, rules = story.state, story.state.content, story.rules
    last = max(each.signed.signed_at for each in state.parties if each.signed is not None)
    day = contract_date(content.date_rule, written=content.written_date, last_signature_at=last)
    effective = content.effective_from or (None if content.provisional else day)
    kept_until = retained_until(day, content.basis.period_to, content.retention_years)
    return facts.Concluded(
        document=command.document,
        report=command.report,
        contract_date=day,
        last_signature_at=last,
        effective_from=effective,
        retained_until=kept_until,
        archive_at=archive_at(last, rules.archiving),
        provisional=content.provisional,
        dates_differ=dates_differ(
            contract_date=day,
            last_signature_at=last,
            effective_from=content.effective_from,
            period_from=content.basis.period_from,
        ),
        stamp_duty=duty_of(story, content, day),
        review_on=kept_until - timedelta(days=rules.archiving.review_before_days),
    )


def _take_effect(story: Story) -> None:
    """The contract stands: the one it changes or replaces, if that stands still, is told in the same transaction."""
    content, concluded = story.state.content, story.state.concluded
    assert concluded is not None, "what takes effect is concluded"
    number, day = story.given.number, concluded.contract_date
    if content.amends is not None and _stands(story, content.amends):
        story.note(contract_stream(content.amends), facts.Amended(by=number, on=day))
    if content.supersedes is not None and _stands(story, content.supersedes):
        story.note(contract_stream(content.supersedes), facts.Superseded(by=number, on=day))


def _stands(story: Story, number: str) -> bool:
    return folded(story.given, number).status in STANDING
