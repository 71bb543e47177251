"""決裁との照合: what was decided, folded from the approval's own facts, compared as data with what is to be signed."""

import re
import unicodedata

from domain.approval import RECORD as APPROVAL
from domain.approval.state import Approval
from domain.contract.commands import Create
from domain.contract.facts import Basis, Counterparty
from domain.record import Given
from domain.refusals import Refused, require
from domain.streams import stream_of

JOINT_VENTURE = re.compile("(特定|経常|地域維持型)?(建設)?(工事|業務)?(共同企業体|共同事業体|共同体|jv)$")
SEPARATORS = re.compile("[・、,，/／]|及び|並びに")
DECIDED = frozenset({"decided", "enforced", "completed"})


def approval_stream(number: str) -> str:
    """Give the stream of an approval."""
    return stream_of(APPROVAL.noun, number)


def decided_case(given: Given, number: str) -> Approval:
    """Give the approval, from its whole guard stream. Refuses `approval-not-found` where there is none, or none for the
    asking person, and `not-decided` unless it is decided and that was not undone.
    """
    case = _case(given, number)
    readable = case.draft is not None and APPROVAL.may_read(case, given.by.person, given.directory, given.now)
    require(readable, "approval-not-found", "approval")
    require(_is_decided(case), "not-decided", "approval")
    return case


def still_decided(given: Given, basis: Basis) -> bool:
    """Whether the decision a contract rests on stands, with the same document (from its whole guard stream)."""
    case = _case(given, basis.approval)
    return _is_decided(case) and case.content.contract_document == basis.document


def _case(given: Given, number: str) -> Approval:
    guard = given.guards[approval_stream(number)]
    case = APPROVAL.initial
    for event, meta in zip(guard.events, guard.metas, strict=True):
        case = APPROVAL.evolve(case, event, meta)
    return case


def _is_decided(case: Approval) -> bool:
    return case.status in DECIDED and case.decided_at is not None


def basis_of(case: Approval, number: str, version: int) -> Basis:
    """Give what was decided, as the approval had it at `version`."""
    draft = case.content
    assert case.decided_at is not None, "a decided case has the time of its decision"
    return Basis(
        approval=number,
        version=version,
        kind=draft.kind,
        title=draft.title,
        amount_yen=draft.amount_yen,
        counterparty=draft.counterparty.name if draft.counterparty else None,
        period_from=draft.period.from_ if draft.period else None,
        period_to=draft.period.to if draft.period else None,
        document=draft.contract_document or "",
        decided_at=case.decided_at,
        decided_by=_decider(case),
        document_number=case.document_number or "",
        drafter=case.owner.person,
    )


def require_same(case: Approval, command: Create) -> None:
    """Refuse unless document, amount, counterparty and period are the decided ones: `document-differs`,
    `amount-differs`, `counterparty-differs`, `period-differs`, each naming its field.
    """
    draft = case.content
    require(draft.contract_document == command.document, "document-differs", "document")
    require(command.amount_yen in (None, draft.amount_yen), "amount-differs", "amount_yen")
    _require_counterparties(case, command)
    period = draft.period
    if command.period is not None:
        same = period is not None and (period.from_, period.to) == (command.period.from_, command.period.to)
        require(same, "period-differs", "period")
    if command.effective_from is not None and period is not None:
        require(period.from_ <= command.effective_from <= period.to, "period-differs", "effective_from")


def _require_counterparties(case: Approval, command: Create) -> None:
    decided, named = case.content.counterparty, command.counterparties
    if decided is None:
        raise Refused("counterparty-differs", "counterparties")
    name, members = _plain(decided.name), [_plain(each.name) for each in named]
    if command.joint_venture is not None:
        several = len(named) > 1 and _plain(command.joint_venture) == name
        require(several, "counterparty-differs", "joint_venture")
    same = members == [name] if len(named) == 1 else _are_named(name, members)
    require(same, "counterparty-differs", "counterparties")
    numbers = {each.corporate_number for each in named if each.corporate_number}
    if decided.corporate_number and numbers:
        require(decided.corporate_number in numbers, "counterparty-differs", "counterparties")


def same_parties(one: tuple[Counterparty, ...], other: tuple[Counterparty, ...]) -> bool:
    """Whether two contracts are with the same: each counterparty of one is, by name or corporate number, one of the
    other's.
    """
    return all(any(_same(a, b) for b in other) for a in one) and all(any(_same(a, b) for a in one) for b in other)


def _same(one: Counterparty, other: Counterparty) -> bool:
    if one.corporate_number and other.corporate_number:
        return one.corporate_number == other.corporate_number
    return _plain(one.name) == _plain(other.name)


def _are_named(decided: str, members: list[str]) -> bool:
    """Whether several counterparties are those of the decided name: each named in it, or, in the name of a joint
    venture that lists its members (栃木・下野特定建設工事共同企業体), each called by a part of its own. A venture whose
    name lists nobody says nothing of its members; the decided document does.
    """
    venture = JOINT_VENTURE.search(decided)
    parts = [part for part in SEPARATORS.split(JOINT_VENTURE.sub("", decided)) if part]
    if venture is None or len(members) != len(set(members)):
        return sorted(parts) == sorted(members)
    if len(parts) <= 1:
        return True
    found = [{part for part in parts if part in member} for member in members]
    return len(parts) == len(members) and set().union(*found) == set(parts) and all(found)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _decider(case: Approval) -> str:
    acted = (step.acted for step in case.steps if step.action == "decide" and step.state == "done")
    decider = next((actor for actor in acted if actor is not None), None)
    return decider.title or decider.name if decider else ""
