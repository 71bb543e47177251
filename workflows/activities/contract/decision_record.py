"""決裁の記録: what the ledger says of the decision that a contract rests on, as it is attached before anybody signs."""

from collections.abc import Iterator, Sequence

from domain import approval
from domain.approval.state import Approval, Step
from domain.contract.facts import Basis
from domain.events import Fact
from domain.ledger.reading import LedgerReader
from domain.streams import stream_of
from signing.typesetting.decision_record import DecisionRecord, DecisionStep

LEAF = "SELECT leaf FROM {events} WHERE originator_id = %(stream)s AND originator_version = %(version)s"


def decision_record(reader: LedgerReader, basis: Basis) -> DecisionRecord:
    """Give the record of the decision as the approval's stream has it up to the deciding fact."""
    stream = stream_of(approval.RECORD.noun, basis.approval)
    facts = reader.facts(stream, version=basis.version)
    state, steps, decided = _walked(facts)
    rule = state.rule
    return DecisionRecord(
        approval=basis.approval,
        document_number=basis.document_number,
        kind=basis.kind,
        title=basis.title,
        document=basis.document,
        amount_yen=basis.amount_yen,
        counterparty=basis.counterparty,
        period_from=basis.period_from,
        period_to=basis.period_to,
        steps=steps,
        decided_by=basis.decided_by,
        decided_at=basis.decided_at,
        rule_edition=rule.edition if rule else "",
        rule=rule.reason if rule else "",
        stream=stream,
        version=decided.version,
        position=decided.position,
        leaf=leaf_of(reader, stream, decided.version),
    )


def leaf_of(reader: LedgerReader, stream: str, version: int) -> str:
    """Give the RFC 6962 leaf hash that the ledger holds of one fact, in hex."""
    with reader.connection() as connection:
        row = connection.execute(reader.sql(LEAF), {"stream": stream, "version": version}).fetchone()
    return bytes(row["leaf"]).hex()


def _walked(facts: Sequence[Fact]) -> tuple[Approval, tuple[DecisionStep, ...], Fact]:
    """Fold the facts one by one: each step ends at the position of the fact that ended it. Gives the deciding fact."""
    state, steps, decided = approval.RECORD.initial, [], facts[-1]
    for fact in facts:
        before, undecided = {each.number for each in state.steps if each.is_open}, state.decided_at is None
        state = approval.RECORD.evolve(state, fact.event, fact.meta)
        if fact.version == 1:
            steps.append(_drafted(state, fact))
        steps += [_step(each, state, fact) for each in _ended(state.steps, before)]
        if undecided and state.decided_at is not None:
            decided = fact
    return state, tuple(steps), decided


def _ended(steps: Sequence[Step], open_before: set[int]) -> Iterator[Step]:
    return (each for each in steps if not each.is_open and each.number in open_before)


def _drafted(state: Approval, fact: Fact) -> DecisionStep:
    by = fact.meta.by
    return DecisionStep(
        action="draft",
        post=by.post or "",
        title=by.title or state.owner.title,
        outcome="drafted",
        at=fact.meta.at,
        position=fact.position,
    )


def _step(step: Step, state: Approval, fact: Fact) -> DecisionStep:
    return DecisionStep(
        action=step.action,
        post=step.plan.post,
        title=step.title or step.plan.title,
        outcome=_outcome(step, state),
        at=fact.meta.at,
        position=fact.position,
    )


def _outcome(step: Step, state: Approval) -> str:
    if step.state == "skipped":
        return "skipped"
    if step.outcome is not None:
        return step.outcome
    if step.action == "decide":
        return "decided_by_proxy" if state.decided_by_proxy else "decided"
    return "approved"
