"""送信まで: consent of the counterparties, release to the signers, what the officer may change, stop or do on paper."""

from datetime import date, timedelta

from domain.clock import civil_date
from domain.contract import facts
from domain.contract.archiving import TOO_LATE
from domain.contract.basis import still_decided
from domain.contract.commands import (
    ChangeSigner,
    Consent,
    FilePaper,
    Release,
    Resend,
    RetryStep,
    SwitchToPaper,
    Withdraw,
)
from domain.contract.creating import decision_stream, require_near, require_reason
from domain.contract.facts import PREFECTURE
from domain.contract.parties import person_of, require_outside, signing_post
from domain.contract.standing import require_officer
from domain.contract.state import BEFORE_SENDING, CONCLUDED, OUT, STOPPED, Party
from domain.contract.story import Story
from domain.policies.contract import expiry, last_day_to_sign
from domain.refusals import Refused, require

UNDECIDED = BEFORE_SENDING | OUT | STOPPED  # neither concluded nor given up
RESENT, CHANGED = "再送", "署名者の変更"


def consent(story: Story, command: Consent) -> None:
    """同意の記録 of one counterparty. Refuses `unknown-counterparty`, `in-the-future`, `date-out-of-range`,
    `dates-reversed`, `already-concluded` or `already-closed` once nothing depends on it any more.
    """
    require_officer(story)
    require_undecided(story)
    known = {each.number for each in story.state.content.counterparties}
    require(command.counterparty in known, "unknown-counterparty", "counterparty")
    require(command.received_on <= story.today, "in-the-future", "received_on")
    require_near(story, command.received_on, "received_on")
    require_near(story, command.valid_until, "valid_until")
    until = command.valid_until
    if until is None and story.rules.consent_valid_days is not None:
        until = command.received_on + timedelta(days=story.rules.consent_valid_days)
    require(until is None or until >= command.received_on, "dates-reversed", "valid_until")
    story.tell(
        facts.ConsentRecorded(
            counterparty=command.counterparty,
            received_on=command.received_on,
            valid_until=until,
            construction=command.construction,
            form=command.form,
            note=command.note,
        )
    )


def release(story: Story, command: Release) -> None:
    """送信: to its signers, for the first time or, after a decline, an expiry or a step that failed for good, as a new
    round from the decided document. Refuses `already-sent`, `consent-missing`, `construction-consent-missing`,
    `consent-expired`, `not-decided`, `mandate-expired`, `retroactive-needs-reason`, `expiry-too-long`,
    `written-date-passed`.
    """
    require_officer(story)
    require_undecided(story)
    state, rules = story.state, story.rules
    require(state.status not in OUT or state.refused is not None, "already-sent")
    require(still_decided(story.given, state.content.basis), "not-decided")
    _require_consents(story)
    for party in state.parties:
        require_mandate(story, party)
    content = state.content
    reason = command.reason or content.retroactive_reason
    require_reason(story, content.written_date, content.effective_from, reason)
    days = command.expires_in_days or content.expires_in_days
    require(days <= rules.invitations.expires_days_max, "expiry-too-long", "expires_in_days")
    last = _last_day(story)
    expires_at = expiry(story.given.now, days, calendars=story.given.calendars, at_most=last)
    require(expires_at > story.given.now, "written-date-passed")
    story.tell(facts.Released(expires_at=expires_at, round=state.round + 1, reason=command.reason or ""))


def resend(story: Story, command: Resend) -> None:
    """再送: a new link; the one before is void, and what was proven with it; a proposal to forward it is answered with
    no, and who was blocked may try again. Refuses `unknown-signer`, `no-link`,
    `not-pending`, `already-agreed`, `being-prepared`.
    """
    require_officer(story)
    party = _signer(story, command.signer)
    require(party.number != PREFECTURE, "no-link", "signer")
    status = story.state.status
    require((status in OUT or status in CONCLUDED) and party.invited_at is not None, "not-pending")
    require_free_hands(story, party)
    story.invite(party, RESENT)


def change_signer(story: Story, command: ChangeSigner) -> None:
    """署名者の変更: links and proofs of the one before are void. Refuses `unknown-signer`, `post-required`,
    `person-of-signer-required`, `already-agreed`, `being-prepared`, `mailbox-repeated`, `own-mailbox`, and as
    `signing_post`.
    """
    require_officer(story)
    require_undecided(story)
    party = _signer(story, command.signer)
    require_free_hands(story, party)
    if party.number == PREFECTURE:
        require(command.to is None, "post-required", "to")
        if command.post is None:
            raise Refused("post-required", "post")
        post, title = signing_post(story.given, command.post, "post")
        story.tell(facts.PrefectureSignerChanged(post=post, title=title, reason=command.reason))
    else:
        require(command.post is None, "person-of-signer-required", "post")
        if command.to is None:
            raise Refused("person-of-signer-required", "to")
        require_outside(command.to, story.rules, "to")
        require_own_mailbox(story, party, command.to.email)
        story.tell(facts.SignerChanged(signer=party.number, to=person_of(command.to), reason=command.reason))
    changed = _signer(story, command.signer)
    if changed.invited_at is not None and story.state.status in OUT:
        story.invite(changed, CHANGED)


def withdraw(story: Story, command: Withdraw) -> None:
    """取下げ, before it is concluded, or before the contract on paper is filed: the decision may be carried out by
    another contract.
    """
    require_officer(story)
    state = story.state
    if state.status != "switched_to_paper" or state.paper is not None:
        require_undecided(story)
    story.tell(facts.Withdrawn(reason=command.reason))
    freed = facts.DecisionFreed(contract=story.given.number)
    story.note(decision_stream(story.state.content.basis.approval), freed)
    story.close_if_over()


def switch_to_paper(story: Story, command: SwitchToPaper) -> None:
    """書面への切替え, before it is concluded; it then waits for the scanned original."""
    require_officer(story)
    require_undecided(story)
    story.tell(facts.SwitchedToPaper(reason=command.reason))


def file_paper(story: Story, command: FilePaper) -> None:
    """書面の契約書の写しの編てつ. Refuses `not-on-paper`, `in-the-future`, `dated-before-decision`."""
    require_officer(story)
    state = story.state
    require(state.status == "switched_to_paper", "not-on-paper")
    require(state.paper is None, "already-closed")
    require(command.contract_date <= story.today, "in-the-future", "contract_date")
    decided = civil_date(state.content.basis.decided_at)
    require(command.contract_date >= decided, "dated-before-decision", "contract_date")
    story.tell(facts.PaperFiled(document=command.document, contract_date=command.contract_date, note=command.note))
    story.close_if_over()


def retry_step(story: Story, command: RetryStep) -> None:
    """処理のやり直し: the officer has seen to what was in the way. Refuses `nothing-refused`; an archive time stamp
    that came too late stays what it is.
    """
    require_officer(story)
    refused, failure = story.state.refused, story.state.failure
    if refused is not None:
        story.tell(facts.StepResumed(step=refused.step, reason=command.reason))
    elif failure is not None and failure.code != TOO_LATE:
        story.tell(facts.StepResumed(step=f"archive/{failure.generation}", reason=command.reason))
    else:
        raise Refused("nothing-refused")


def require_undecided(story: Story) -> None:
    """Refuse `already-concluded`, or `already-closed`, once the contract has come about or was given up."""
    status = story.state.status
    if status not in UNDECIDED:
        raise Refused("already-closed" if status in ("withdrawn", "switched_to_paper") else "already-concluded")


def require_free_hands(story: Story, party: Party) -> None:
    """Refuse `already-agreed` and `being-prepared` for a signer who has given an instruction in this round."""
    out = story.state.status in OUT
    require(not out or party.agreed_at is None, "already-agreed")
    asked = any(each.signer == party.number for each in story.state.queue)
    require(not asked, "being-prepared")


def require_mandate(story: Story, party: Party) -> None:
    """Refuse `mandate-expired` for a signer whose 委任状 has run out."""
    person = party.signer.person
    until = person.mandate.valid_until if person and person.mandate else None
    require(until is None or until >= story.today, "mandate-expired")


def require_own_mailbox(story: Story, party: Party, email: str) -> None:
    """Refuse `mailbox-repeated`: two signers of a contract never share a mailbox."""
    others = (each.signer.person for each in story.state.parties if each.number != party.number)
    taken = {person.email.casefold() for person in others if person is not None}
    require(email.casefold() not in taken, "mailbox-repeated", "to")


def _require_consents(story: Story) -> None:
    state = story.state
    for counterparty in state.content.counterparties:
        given = state.consent(counterparty.number)
        if given is None:
            raise Refused("consent-missing")
        require(given.construction or not state.content.construction_consent, "construction-consent-missing")
        require(given.valid_until is None or given.valid_until >= story.today, "consent-expired")


def _last_day(story: Story) -> date | None:
    """Until when the signers have time at most: as a written date and the consents allow."""
    consents = (given.valid_until for _, given in story.state.consents)
    days = [last_day_to_sign(story.state.content.written_date, story.rules), *consents]
    return min((day for day in days if day is not None), default=None)


def _signer(story: Story, number: int) -> Party:
    party = story.state.party(number)
    if party is None:
        raise Refused("unknown-signer", "signer")
    return party
