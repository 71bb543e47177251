"""電子契約の変化: how the facts add up to a contract. No rule, no clock, no refusal: facts are only copied."""

from domain.contract import facts, signing_evolution
from domain.contract.state import Archive, Consent, Contract, Ended, Failure, Paper, Party, Refusal
from domain.events import Event, Meta

FROM_ELSEWHERE = (facts.Amended, facts.AmendmentLinked, facts.Superseded)  # also told by those of another contract


def evolve(state: Contract, event: Event, meta: Meta) -> Contract:
    """Give the state after one more fact; a fact that is not the contract's own changes nothing but who took part."""
    if meta.by.kind == "person" and not isinstance(event, FROM_ELSEWHERE):
        state = state.with_(participants=state.participants | {meta.by.person})
    match event:
        case facts.Prepared():
            return _prepared(state, event, meta)
        case facts.ConsentRecorded():
            return _consented(state, event)
        case facts.Released():
            return _released(state, event, meta)
        case facts.StepBegun():
            return state.with_(step=event, attempts=(event.step, event.attempt))
        case facts.StepRefused():
            return _step_refused(state, event, meta)
        case facts.StepResumed():
            return _resumed(state, meta)
        case facts.Withdrawn() | facts.SwitchedToPaper() | facts.PaperFiled() | facts.Expired() | facts.Closed():
            return _stopped(state, event)
    changed = signing_evolution.evolve(state, event, meta)
    return _kept(state, event, meta) if changed is None else changed


def _prepared(state: Contract, event: facts.Prepared, meta: Meta) -> Contract:
    return state.with_(
        status="consent_missing",
        made=event,
        prepared_at=meta.at,
        document=event.basis.document,
        parties=tuple(Party(signer=each) for each in event.signers),
        amends=(event.amends,) if event.amends else (),
        stamp_duty=event.stamp_duty,
    )


def _consented(state: Contract, event: facts.ConsentRecorded) -> Contract:
    given = Consent(
        received_on=event.received_on,
        valid_until=event.valid_until,
        construction=event.construction,
        form=event.form,
        note=event.note,
    )
    consents = {**dict(state.consents), event.counterparty: given}
    state = state.with_(consents=tuple(sorted(consents.items())))
    if state.status not in ("consent_missing", "ready"):
        return state
    needed, works = state.content.counterparties, state.content.construction_consent
    whole = all(each.number in consents and (consents[each.number].construction or not works) for each in needed)
    return state.with_(status="ready" if whole else "consent_missing")


def _released(state: Contract, event: facts.Released, meta: Meta) -> Contract:
    """A round begins from the decided document; links and codes count on, everything done before is void."""
    return state.with_(
        status="sent",
        round=event.round,
        released_at=meta.at,
        expires_at=event.expires_at,
        release_reason=event.reason,
        document=state.decided_document,
        certified=None,
        parties=tuple(signing_evolution.afresh(each) for each in state.parties),
        queue=(),
        step=None,
        refused=None,
        reason=None,
    )


def _step_refused(state: Contract, event: facts.StepRefused, meta: Meta) -> Contract:
    """A signature that the signer's own key got wrong ends that attempt of theirs; anything else waits for the
    officer.
    """
    refused = Refusal(step=event.step, code=event.code, detail=event.detail, at=meta.at)
    if event.step.startswith(("prepare/", "complete/")):
        return signing_evolution.put_down(state.with_(step=None), event.step, refused)
    return state.with_(step=None, refused=refused)


def _resumed(state: Contract, meta: Meta) -> Contract:
    """The refused step comes again; a failed archiving is looked at again from now on."""
    if state.failure is not None:
        state = state.with_(failure=None, archive_at=meta.at)
    return state.with_(refused=None)


def _stopped(
    state: Contract,
    event: facts.Withdrawn | facts.SwitchedToPaper | facts.PaperFiled | facts.Expired | facts.Closed,
) -> Contract:
    match event:
        case facts.Withdrawn():
            return signing_evolution.void(state).with_(status="withdrawn", reason=event.reason)
        case facts.SwitchedToPaper():
            return signing_evolution.void(state).with_(status="switched_to_paper", reason=event.reason)
        case facts.PaperFiled():
            paper = Paper(document=event.document, contract_date=event.contract_date, note=event.note)
            return state.with_(paper=paper)
        case facts.Expired():
            return signing_evolution.void(state).with_(status="expired")
        case facts.Closed():
            return state.with_(closed=True)


def _kept(state: Contract, event: Event, meta: Meta) -> Contract:
    match event:
        case facts.Concluded():
            return _concluded(state, event, meta)
        case facts.ProvisionalFinalised():
            return state.with_(status="concluded", voted_on=event.voted_on, vote_reference=event.reference)
        case facts.ProvisionalLapsed():
            ended = Ended(on=event.voted_on, reason=event.reason)
            return state.with_(status="terminated", voted_on=event.voted_on, ended=ended)
        case facts.CopiesDelivered():
            return state.with_(delivered=event, step=None)
        case facts.ArchivingDue():
            return state.with_(archiving=event.generation, archive_at=None, failure=None)
        case facts.ArchivingPostponed():
            return state.with_(archiving=None, archive_at=event.until, step=None)
        case facts.Archived():
            return _archived(state, event)
        case facts.RenewalFailed():
            failure = Failure(generation=event.generation, code=event.code, detail=event.detail, at=meta.at)
            return state.with_(archiving=None, failure=failure, step=None)
    return _linked(state, event)


def _concluded(state: Contract, event: facts.Concluded, meta: Meta) -> Contract:
    return state.with_(
        status="provisional" if event.provisional else "concluded",
        concluded=event,
        concluded_at=meta.at,
        archive_at=event.archive_at,
        retained_until=event.retained_until,
        stamp_duty=event.stamp_duty or state.stamp_duty,
        review_on=event.review_on,
        step=None,
    )


def _archived(state: Contract, event: facts.Archived) -> Contract:
    archive = Archive(
        generation=event.generation,
        level=event.level,
        algorithm=event.algorithm,
        stamped_at=event.stamped_at,
        tsa_expires_at=event.tsa_expires_at,
        renew_at=event.renew_at,
    )
    return state.with_(document=event.document, archive=archive, archiving=None, failure=None, step=None)


def _linked(state: Contract, event: Event) -> Contract:
    match event:
        case facts.Amended():
            return state.with_(amended_by=(*state.amended_by, event.by))
        case facts.AmendmentLinked():
            return state.with_(amends=(*state.amends, event.amends))
        case facts.Superseded():
            return state.with_(status="superseded", superseded_by=event.by)
        case facts.Terminated():
            ended = Ended(on=event.on, reason=event.reason, agreement=event.agreement)
            return state.with_(status="terminated", ended=ended, reason=event.reason)
        case facts.RetentionReviewDue():
            return state.with_(review_due=event.retained_until, review=None)
        case facts.RetentionReviewed():
            until = event.until if event.outcome == "extended" else state.retained_until
            return state.with_(review_due=None, review=event.outcome, retained_until=until, review_on=event.review_on)
    return state
