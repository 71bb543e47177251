"""What must hold of every contract after every fact, whatever came before."""

import hashlib

from domain.contract import RECORD, facts
from domain.contract.facts import PREFECTURE, canonical
from domain.contract.standing import signer_number
from domain.contract.state import CONCLUDED, OUT, Contract
from domain.contract.timing import wake_at
from domain.contract.work import work
from domain.events import Event, Meta

OF_SIGNERS = (
    facts.Opened,
    facts.CodeIssued,
    facts.CodeRefused,
    facts.PasskeyRegistered,
    facts.Authenticated,
    facts.Agreed,
    facts.PreparationAsked,
    facts.SignatureGiven,
    facts.Declined,
    facts.ForwardProposed,
    facts.Forwarded,
)
ENDS = frozenset({"withdrawn", "switched_to_paper", "superseded", "terminated"})
PERSONAL = ("9001", "9002", "@", "+81")


def check(before: Contract, event: Event, meta: Meta, after: Contract, number: str) -> None:
    """Every law, after one fact."""
    _legal(after)
    _signers_act_for_themselves(event, meta, number)
    _instructions_are_hashed(event)
    _file_grows(before, event, after)
    if after.status in ("concluded", "provisional") and before.status not in CONCLUDED:
        _concluded_by_all(after)
    if before.status in ENDS:
        given_up = (before.status, after.status) == ("switched_to_paper", "withdrawn") and before.paper is None
        assert after.status == before.status or given_up
    if isinstance(event, facts.Agreed | facts.PreparationAsked | facts.SignatureGiven):
        assert before.expires_at is not None
        assert meta.at < before.expires_at, "nobody signs after the deadline"
    assert not before.closed or after.closed, "what is closed stays closed"
    _shown(after, number)


def _legal(state: Contract) -> None:
    """I17: every prefix of every stream is a legal state."""
    assert state.made is not None
    assert (state.status in OUT) or not state.queue
    assert (state.status in CONCLUDED) == (state.concluded is not None)
    groups = [each.signer.group for each in state.parties]
    assert sorted(set(groups)) == list(range(1, max(groups) + 1))
    for party in state.parties:
        assert party.signed is None or party.instruction_sha256 is not None, "nobody signs without an instruction"
        assert party.authenticated is None or party.authenticated.session == party.session
        earlier = [each for each in state.parties if each.signer.group < party.signer.group]
        asked = party.agreed_at is not None or any(each.signer == party.number for each in state.queue)
        if asked and state.status in OUT:
            assert all(each.signed is not None for each in earlier), "nobody signs before their turn"
    assert len({each.signer for each in state.queue}) == len(state.queue), "one request of a signer at a time"
    held = [each for each in state.queue if each.prepared is not None]
    assert held == list(state.queue[: len(held)]), "only the first request of the queue holds the file"
    assert len(held) <= 1, "a lease is exclusive"


def _signers_act_for_themselves(event: Event, meta: Meta, number: str) -> None:
    if not isinstance(event, OF_SIGNERS):
        return
    if event.signer == PREFECTURE:
        assert meta.by.kind == "person", "only a person signs or declines for the prefecture"
    else:
        assert meta.by.kind == "counterparty", "nobody acts in a counterparty's name"
        assert signer_number(meta.by.person, number) == event.signer


def _instructions_are_hashed(event: Event) -> None:
    if isinstance(event, facts.Agreed | facts.PreparationAsked):
        assert hashlib.sha256(canonical(event.instruction)).hexdigest() == event.instruction_sha256
        assert event.instruction.signer == event.signer


def _file_grows(before: Contract, event: Event, after: Contract) -> None:
    """I21: each version of the file grows out of the one before, the first out of the decided bytes."""
    match event:
        case facts.Certified():
            assert event.base == before.document == after.decided_document
        case facts.Signed():
            assert event.signature.base == before.document
        case facts.Archived():
            assert event.base == before.document
        case _:
            assert after.document in (before.document, after.decided_document)


def _concluded_by_all(state: Contract) -> None:
    """I21: concluded only with every required signature, over the decided bytes."""
    assert state.certified is not None
    assert state.certified.base == state.decided_document
    assert all(each.signed is not None for each in state.parties)
    for party in state.parties:
        assert party.instruction is not None
        assert party.instruction.document == state.decided_document


def _shown(state: Contract, number: str) -> None:
    view, document = RECORD.view(state, 1), RECORD.document(state, 1, number)
    assert document["state"] == state.status
    assert view.because
    assert view.closed == state.closed
    found = work(state)
    assert view.work == (found.name if found else "")
    open_words = f"{view.state}{view.because}{view.unit}{view.waiting_on}{view.work}"
    assert not any(word in open_words for word in PERSONAL), "nothing personal in what is not sealed"
    assert not any(word in view.details for word in PERSONAL)
    if state.closed:
        assert wake_at(state) is None


def check_at_rest(state: Contract) -> None:
    """Between two commands an open contract waits for somebody, for the platform or for time."""
    if state.closed:
        return
    view = RECORD.view(state, 1)
    assert view.work or state.awaited or state.queue or view.waiting_on or view.wake_at, view.because
