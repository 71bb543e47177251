"""写しの交付: the evidence report for both sides, with a place in the ledger to hold on to."""

import asyncio

import msgspec

from domain import contract
from domain.contract import commands
from domain.streams import stream_of
from signing.typesetting.evidence_pages import set_evidence_report
from signing.typesetting.evidence_report import (
    Checkpoint,
    DecisionShown,
    EvidenceReport,
    StampDutySaved,
)
from signing.typesetting.press import NotSet, PressBusy
from signing.verification import Report
from workflows.activities.contract.appearance import PRESS_BUSY, sides
from workflows.activities.contract.decision_record import leaf_of
from workflows.activities.contract.evidence import signatures
from workflows.activities.contract.sides import Sides
from workflows.activities.contract.task import Result, StepImpossible, StepWaits, Task
from workflows.activities.contract.tools import Tools


async def deliver(task: Task, tools: Tools) -> Result:
    """Give the evidence report of the concluded file. The checkpoint is the newest fact of the contract: whoever holds
    its position and leaf hash can later prove what the ledger said.
    """
    checkpoint = await asyncio.to_thread(_checkpoint, task, tools)
    concluded = task.state.concluded
    assert concluded is not None, task.step
    report = msgspec.json.decode(await tools.documents.read(concluded.report), type=Report)
    named = await sides(task, tools, await tools.documents.read(task.state.decided_document))
    evidence = evidence_of(named, report, checkpoint, self_hosted=tools.self_hosted, development=tools.development)
    try:
        pdf = await asyncio.to_thread(set_evidence_report, evidence, at=task.now)
    except PressBusy as busy:
        raise StepWaits(PRESS_BUSY) from busy
    except NotSet as error:
        raise StepImpossible("evidence-not-set", str(error)) from error
    done = commands.Deliver(
        step=task.step,
        evidence=await tools.documents.keep_bytes(pdf),
        checkpoint_position=checkpoint.position,
        checkpoint=checkpoint.hash,
    )
    return Result(verb="deliver", command=done)


def _checkpoint(task: Task, tools: Tools) -> Checkpoint:
    last = tools.reader.last_fact(stream_of(contract.RECORD.noun, task.number))
    assert last is not None, task.step
    return Checkpoint(position=last.position, hash=leaf_of(tools.reader, last.stream, last.version))


def evidence_of(
    sides: Sides, report: Report, checkpoint: Checkpoint, *, self_hosted: bool, development: bool
) -> EvidenceReport:
    """Give what the report says, all of it from the contract's facts and from the verification of its file."""
    made, concluded, duty = sides.state.content, sides.state.concluded, sides.state.stamp_duty
    assert concluded is not None, made.number
    return EvidenceReport(
        number=made.number,
        title=made.title,
        contract_class=made.class_,
        parties=(sides.prefecture, *(each.name for each in made.counterparties)),
        amount_yen=made.basis.amount_yen,
        decision=DecisionShown(
            approval=made.basis.approval,
            document_number=made.basis.document_number,
            decided_by=made.basis.decided_by,
            decided_at=made.basis.decided_at,
            document=made.basis.document,
        ),
        signed_sha256=concluded.document,
        signatures=tuple(signatures(sides, report)),
        contract_date=concluded.contract_date,
        last_signature_at=concluded.last_signature_at,
        effective_from=concluded.effective_from,
        verdict=report.verdict,
        verified_at=report.verified_at,
        archive_level="B-T",
        checkpoint=checkpoint,
        stamp_duty=None
        if duty is None
        else StampDutySaved(saved_yen=duty.saved_yen, edition=duty.edition, basis=duty.basis, warning=duty.warning),
        self_hosted=self_hosted,
        development=development,
    )
