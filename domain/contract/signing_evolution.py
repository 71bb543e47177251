"""署名の変化: what the facts of signing do to the signers, the queue of signatures and the file."""

from datetime import datetime
from typing import Any

import msgspec

from domain.contract import facts
from domain.contract.facts import Instruction, Person
from domain.contract.state import Code, Contract, Party, Passkey, Refusal, Request
from domain.events import Event, Meta

WITHOUT_PROOF: dict[str, Any] = {
    "opened_at": None,
    "session": None,
    "code": None,
    "authenticated": None,
}


def evolve(state: Contract, event: Event, meta: Meta) -> Contract | None:
    """Give the state after a fact of signing; None where it is another kind of fact."""
    match event:
        case facts.Invited():
            return _invited(state, event, meta)
        case facts.Opened():
            bound = {**WITHOUT_PROOF, "opened_at": meta.at, "session": event.session}
            return changed(state, event.signer, **bound)
        case facts.SignerChanged() | facts.PrefectureSignerChanged() | facts.Forwarded() | facts.ForwardProposed():
            return _person(state, event)
        case facts.Reminded():
            return changed(state, event.signer, reminders=event.nth)
        case facts.Certified():
            return state.with_(certified=event, document=event.signature.document, step=None, refused=None)
        case facts.Declined():
            declined = void(changed(state, event.signer, declined_at=meta.at, decline_reason=event.reason))
            return declined.with_(status="declined", reason=event.reason)
    proven = _proven(state, event, meta)
    return _asked(state, event, meta) if proven is None else proven


def _proven(state: Contract, event: Event, meta: Meta) -> Contract | None:
    match event:
        case facts.CodeIssued():
            code = Code(
                nth=event.nth,
                channel=event.channel,
                document=event.document,
                issued_at=meta.at,
                valid_until=event.valid_until,
            )
            codes_at = (*_party(state, event.signer).codes_at, meta.at)
            return changed(state, event.signer, code=code, codes_at=codes_at)
        case facts.CodeRefused():
            wrong, over = _party(state, event.signer).wrong + 1, event.locked_until is not None or event.blocked
            state = changed(state, event.signer, locked_until=event.locked_until, wrong=wrong, blocked=event.blocked)
            return _code(state, event.signer, tries=event.tries, spent=over)
        case facts.PasskeyRegistered():
            key = Passkey(credential=event.credential, public_key=event.public_key, sign_count=event.sign_count)
            return changed(state, event.signer, passkeys=(*_party(state, event.signer).passkeys, key))
        case facts.Authenticated():
            return changed(_code(state, event.signer, spent=True), event.signer, authenticated=event)
    return None


def _asked(state: Contract, event: Event, meta: Meta) -> Contract | None:
    match event:
        case facts.Agreed():
            state = _agreed(state, event.signer, event.instruction, event.instruction_sha256, meta.at)
            return state.with_(queue=(*state.queue, _request(event, meta)))
        case facts.PreparationAsked():
            counts = {**dict(state.preparations), event.signer: event.nth}
            return state.with_(queue=(*state.queue, _request(event, meta)), preparations=tuple(sorted(counts.items())))
        case facts.PreparedForSigner():
            return _in_hand(state.with_(step=None), event.signer, event.nth, prepared=event)
        case facts.SignatureGiven():
            state = _in_hand(state, event.signer, event.nth, signature=event.signature)
            asked = next((each for each in state.queue if (each.signer, each.nth) == (event.signer, event.nth)), None)
            if asked is None:
                return state
            return _agreed(state, event.signer, asked.instruction, asked.instruction_sha256, meta.at)
        case facts.LeaseExpired():
            return put_down(state, f"complete/{event.signer}/{event.nth}")
        case facts.Signed():
            return _signed(state, event)
    return None


def _request(event: facts.Agreed | facts.PreparationAsked, meta: Meta) -> Request:
    nth, certificates = (event.nth, event.certificates) if isinstance(event, facts.PreparationAsked) else (None, ())
    return Request(
        signer=event.signer,
        instruction=event.instruction,
        instruction_sha256=event.instruction_sha256,
        asked_at=meta.at,
        nth=nth,
        certificates=certificates,
        seal=event.seal,
    )


def _signed(state: Contract, event: facts.Signed) -> Contract:
    state = changed(state, event.signer, signed=event.signature)
    return state.with_(
        status="partially_signed",
        document=event.signature.document,
        queue=tuple(each for each in state.queue if each.signer != event.signer),
        step=None,
        refused=None,
    )


def _invited(state: Contract, event: facts.Invited, meta: Meta) -> Contract:
    proofs = {} if event.signer == facts.PREFECTURE else WITHOUT_PROOF
    party = _party(state, event.signer)
    again = event.generation > 1 and meta.by.kind == "counterparty"
    answered: dict[str, Any] = {"proposal": None, "blocked": False, "wrong": 0} if meta.by.kind == "person" else {}
    return changed(
        state,
        event.signer,
        **proofs,
        **answered,
        generation=event.generation,
        invited_at=meta.at,
        remind_at=event.remind_at,
        reminders=0,
        reissues=(*party.reissues, meta.at) if again else party.reissues,
    )


def _person(
    state: Contract,
    event: facts.SignerChanged | facts.PrefectureSignerChanged | facts.Forwarded | facts.ForwardProposed,
) -> Contract:
    match event:
        case facts.SignerChanged() | facts.Forwarded():
            return _another(state, event.signer, event.to)
        case facts.PrefectureSignerChanged():
            party = _party(state, facts.PREFECTURE)
            signer = msgspec.structs.replace(party.signer, post=event.post, title=event.title)
            return changed(state, facts.PREFECTURE, signer=signer)
        case facts.ForwardProposed():
            return changed(state, event.signer, proposal=event.proposal)


def _another(state: Contract, number: int, person: Person) -> Contract:
    """Somebody else signs: nothing the one before proved counts for them."""
    signer = msgspec.structs.replace(_party(state, number).signer, person=person)
    return changed(
        state, number, **WITHOUT_PROOF, signer=signer, passkeys=(), locked_until=None, proposal=None, refusal=None
    )


def _agreed(state: Contract, number: int, instruction: Instruction, sha256: str, at: datetime) -> Contract:
    return changed(
        state,
        number,
        agreed_at=at,
        agreed_title=instruction.title,
        proposal=None,
        instruction=instruction,
        instruction_sha256=sha256,
    )


def afresh(party: Party) -> Party:
    """The signer at the beginning of a round: the link's generation, codes and locks count on, nothing else stays."""
    return Party(
        signer=party.signer,
        generation=party.generation,
        reissues=party.reissues,
        codes_at=party.codes_at,
        locked_until=party.locked_until,
    )


def void(state: Contract) -> Contract:
    """The round is over: nothing asked for in it is done any more."""
    return state.with_(queue=(), step=None, refused=None)


def put_down(state: Contract, step: str, refusal: Refusal | None = None) -> Contract:
    """The two-phase signature of that step ends without one: the signer may begin again, others may go on."""
    _, signer, nth = step.split("/")
    queue = tuple(each for each in state.queue if (each.signer, each.nth) != (int(signer), int(nth)))
    return changed(
        state.with_(queue=queue),
        int(signer),
        refusal=refusal,
        agreed_at=None,
        agreed_title=None,
        instruction=None,
        instruction_sha256=None,
    )


def changed(state: Contract, number: int, **changes: Any) -> Contract:
    """Give the state with one signer changed."""
    parties = (msgspec.structs.replace(each, **changes) if each.number == number else each for each in state.parties)
    return state.with_(parties=tuple(parties))


def _code(state: Contract, number: int, **changes: Any) -> Contract:
    code = _party(state, number).code
    return state if code is None else changed(state, number, code=msgspec.structs.replace(code, **changes))


def _in_hand(state: Contract, number: int, nth: int, **changes: Any) -> Contract:
    queue = (
        msgspec.structs.replace(each, **changes) if (each.signer, each.nth) == (number, nth) else each
        for each in state.queue
    )
    return state.with_(queue=tuple(queue))


def _party(state: Contract, number: int) -> Party:
    party = state.party(number)
    assert party is not None, "facts name signers of the contract"
    return party
