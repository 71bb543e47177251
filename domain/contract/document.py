"""電子契約の文書: the public document of a contract, from the state alone: any version can be shown."""

from datetime import UTC, datetime, time
from typing import Any

import msgspec

from domain.clock import JST, utc_text
from domain.contract.facts import PREFECTURE
from domain.contract.state import OUT, STOPPED, Contract, Party, Request
from domain.contract.work import work


def document(state: Contract, version: int, number: str) -> dict[str, Any]:
    """Give the document of the contract (api.md)."""
    content = state.content
    return {
        "number": number,
        "class": content.class_,
        "title": content.title,
        "state": state.status,
        "version": version,
        "closed": state.closed,
        "amount_yen": content.basis.amount_yen,
        "waiting_on": list(waiting_on(state)),
        "due_at": utc_text(due_at(state)),
        "basis": msgspec.to_builtins(content.basis),
        "approval": content.basis.approval,
        "counterparties": [msgspec.to_builtins(each) for each in content.counterparties],
        "joint_venture": content.joint_venture,
        "custody": msgspec.to_builtins(content.custody),
        "fiscal_year": content.fiscal_year,
        "edition": content.edition,
        "terms": content.terms,
        "order": content.order,
        "trial": content.trial,
        "prepared_at": utc_text(state.prepared_at),
        "consents": [_consent(state, each.number) for each in content.counterparties],
        "round": state.round,
        "released_at": utc_text(state.released_at),
        "expires_at": utc_text(state.expires_at),
        "signers": [signer_document(state, each) for each in state.parties],
        "copied": [msgspec.to_builtins(each) for each in content.copied],
        "documents": documents(state),
        "step": _step(state),
        "refused": _times(state.refused),
        **_dates(state),
        **_keeping(state),
    }


def waiting_on(state: Contract) -> tuple[str, ...]:
    """The posts that something is awaited of: the prefecture's signer in their turn, the post in charge for what only
    an officer can do. While counterparties, the platform or time are waited for: nobody's.
    """
    if state.made is None:
        return ()
    charge = state.made.custody.post
    signer = state.party(PREFECTURE)
    turn = any(each.is_prefecture for each in state.awaited)
    posts = [signer.signer.post] if turn and signer is not None and signer.signer.post else []
    stuck = state.status in OUT and any(each.proposal is not None or each.blocked for each in state.parties)
    if stuck or state.refused is not None or state.failure is not None or is_for_officer(state):
        posts.append(charge)
    return tuple(dict.fromkeys(posts))


def is_for_officer(state: Contract) -> bool:
    """Whether the contract stands still until the officer in charge does something."""
    before = state.status in ("consent_missing", "ready", "provisional") or state.status in STOPPED
    paper = state.status == "switched_to_paper" and state.paper is None
    return before or paper or state.review_due is not None


def due_at(state: Contract) -> datetime | None:
    """Until when what is awaited is to be done."""
    if state.status in OUT:
        return state.expires_at
    if state.review_due is not None:
        return datetime.combine(state.review_due, time(17, 15), JST).astimezone(UTC)
    return None


def documents(state: Contract) -> dict[str, str | None]:
    """Every file of the contract, by hash: as decided, as it is now, the decision's record, report and evidence."""
    return {
        "decided": state.decided_document,
        "current": state.document,
        "decision_record": state.certified.decision_record if state.certified else None,
        "report": state.report,
        "evidence": state.evidence,
        "paper": state.paper.document if state.paper else None,
    }


def signer_document(state: Contract, party: Party) -> dict[str, Any]:
    """One signer and how far they are. Codes, sessions and credentials stay in the record."""
    signer = party.signer
    held = next((each for each in state.queue if each.signer == party.number and each.nth is not None), None)
    return {
        "number": signer.number,
        "counterparty": signer.counterparty,
        "group": signer.group,
        "field": signer.field,
        "mode": signer.mode,
        "person": msgspec.to_builtins(signer.person) if signer.person else None,
        "post": signer.post,
        "title": party.agreed_title or signer.title,
        "status": party.status,
        "turn": any(each.number == party.number for each in state.awaited),
        "invited_at": utc_text(party.invited_at),
        "generation": party.generation,
        "reminders": party.reminders,
        "opened_at": utc_text(party.opened_at),
        "blocked": party.blocked,
        "authenticated": party.authenticated is not None,
        "factors": [each.kind for each in party.instruction.factors] if party.instruction else [],
        "agreed_at": utc_text(party.agreed_at),
        "instruction_sha256": party.instruction_sha256,
        "signature": msgspec.to_builtins(party.signed) if party.signed else None,
        "preparation": _preparation(held),
        "refusal": _times(party.refusal),
        "declined_at": utc_text(party.declined_at),
        "decline_reason": party.decline_reason,
        "proposal": msgspec.to_builtins(party.proposal) if party.proposal else None,
    }


def _preparation(held: Request | None) -> dict[str, Any] | None:
    if held is None:
        return None
    prepared = held.prepared
    return {
        "nth": held.nth,
        "state": "signed" if held.signature else "prepared" if prepared else "asked",
        "to_sign": prepared.to_sign if prepared else None,
        "document": prepared.prepared if prepared else None,
        "lease_until": utc_text(prepared.lease_until) if prepared else None,
        "instruction_sha256": held.instruction_sha256,
    }


def _consent(state: Contract, counterparty: int) -> dict[str, Any]:
    given = state.consent(counterparty)
    return {
        "counterparty": counterparty,
        "received_on": given.received_on.isoformat() if given else None,
        "valid_until": given.valid_until.isoformat() if given and given.valid_until else None,
        "construction": given.construction if given else False,
        "form": given.form if given else None,
        "note": given.note if given else "",
    }


def _step(state: Contract) -> dict[str, Any] | None:
    found = work(state)
    return {"name": found.name, "kind": found.kind, "attempts": found.attempts} if found else None


def _dates(state: Contract) -> dict[str, Any]:
    """契約日, last signature and effective date are three facts."""
    content, concluded = state.content, state.concluded
    effective = concluded.effective_from if concluded else content.effective_from
    return {
        "contract_date_rule": content.date_rule,
        "written_date": _day(content.written_date),
        "retroactive_reason": content.retroactive_reason or state.release_reason or None,
        "concluded_at": utc_text(state.concluded_at),
        "contract_date": _day(concluded.contract_date) if concluded else None,
        "last_signature_at": utc_text(concluded.last_signature_at) if concluded else None,
        "effective_from": _day(effective),
        "dates_differ": concluded.dates_differ if concluded else False,
        "provisional": content.provisional,
        "voted_on": _day(state.voted_on),
        "vote_reference": state.vote_reference,
        "reason": state.reason,
    }


def _keeping(state: Contract) -> dict[str, Any]:
    archive, delivered = state.archive, state.delivered
    return {
        "stamp_duty": msgspec.to_builtins(state.stamp_duty),
        "legal_type": state.content.legal_type,
        "delivered": None
        if delivered is None
        else {"checkpoint_position": delivered.checkpoint_position, "checkpoint": delivered.checkpoint},
        "archive": msgspec.to_builtins(archive),
        "archive_due": state.archiving,
        "renewal_failure": _times(state.failure),
        "retention_years": state.content.retention_years,
        "retained_until": _day(state.retained_until),
        "retention_review_due": state.review_due is not None,
        "retention_outcome": state.review,
        "paper": msgspec.to_builtins(state.paper),
        "ended": msgspec.to_builtins(state.ended),
        "amends": list(state.amends),
        "supersedes": state.content.supersedes,
        "amended_by": list(state.amended_by),
        "superseded_by": state.superseded_by,
    }


def _times(value: msgspec.Struct | None) -> dict[str, Any] | None:
    found: dict[str, Any] | None = msgspec.to_builtins(value)
    return found


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
