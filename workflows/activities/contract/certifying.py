"""基盤の証明署名: the decided bytes are looked into once more, get fields and the record of the decision, and are
certified before anybody sees them.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from domain.contract import commands
from signing import inspection, pades
from signing.inspection import Busy, Inspection, NotAccepted, PageImage
from signing.network import NetworkRefused
from signing.typesetting.contract_facts import differences
from signing.typesetting.decision_record import NAME as RECORD_NAME
from signing.typesetting.decision_record import DecisionRecord, encoded, set_decision_record
from signing.typesetting.press import NotSet, PressBusy
from workflows.activities.contract.appearance import PRESS_BUSY, sides
from workflows.activities.contract.decision_record import decision_record
from workflows.activities.contract.sides import Sides
from workflows.activities.contract.signatures import signed_in
from workflows.activities.contract.task import Result, StepImpossible, StepWaits, Task, waits_for
from workflows.activities.contract.tools import Tools

WIDTH = 1240  # pixels: A4 at 150 dpi, what a signer is shown
NAME = "電子契約サービス"
READABLE, PDF = "kessai-decision.pdf", "application/pdf"
REASON = "決裁を終えた契約書であることの証明"


async def certify(task: Task, tools: Tools) -> Result:
    """Give the certified file: the decided one as an exact prefix, fields and record in revision 2, P=2 on top."""
    decided = await tools.documents.read(task.base)
    await _inspected(decided)
    named = await sides(task, tools, decided)
    _require_as_decided(named)
    record = await asyncio.to_thread(decision_record, tools.reader, task.state.content.basis)
    said = encoded(record)
    try:
        fields = tuple(_fields(named))
        attached = await asyncio.to_thread(_attached, record, said, task.now)
        laid = await asyncio.to_thread(pades.lay_fields, decided, parties=fields, attachments=attached, at=task.now)
        key = await tools.keys.platform()
        signed = await pades.certify(
            laid, key=key, stamps=tools.stamps, at=task.now, instruction=said, name=NAME, reason=REASON
        )
    except PressBusy as busy:
        raise StepWaits(PRESS_BUSY) from busy
    except NotSet as error:
        raise StepImpossible("decision-record-not-set", str(error)) from error
    except pades.PadesRefused as refused:
        raise StepImpossible(refused.code, str(refused)) from refused
    except NetworkRefused as refused:
        raise waits_for(refused, "基盤の証明署名") from refused
    return await _kept(task, tools, signed, decided, said)


async def _kept(task: Task, tools: Tools, signed: pades.Signed, decided: bytes, record: bytes) -> Result:
    if not signed.pdf.startswith(decided):
        raise StepImpossible("not-a-prefix", "the certified file does not begin with the decided one")
    pages = [await tools.documents.keep_bytes(each.png) for each in await _pages(signed.pdf)]
    done = commands.CertifyDone(
        step=task.step,
        decision_record=await tools.documents.keep_bytes(record),
        pages=tuple(pages),
        signature=signed_in(signed, document=await tools.documents.keep_bytes(signed.pdf), base=task.base),
    )
    return Result(verb="certify-done", command=done)


def _attached(record: DecisionRecord, said: bytes, at: datetime) -> tuple[pades.Attachment, ...]:
    """The record as data, and to read."""
    return (
        pades.Attachment(
            name=RECORD_NAME, data=said, media_type="application/json", description="決裁の記録(機械可読)"
        ),
        pades.Attachment(
            name=READABLE, data=set_decision_record(record, at=at), media_type=PDF, description="決裁の記録"
        ),
    )


async def _inspected(pdf: bytes) -> Inspection:
    """Look into the decided bytes in a process of its own; whatever was accepted before, nothing is signed unseen."""
    try:
        return await asyncio.to_thread(inspection.inspect, pdf)
    except NotAccepted as refused:
        raise StepImpossible(refused.code, f"the decided document is not accepted: {refused}") from refused
    except Busy as busy:
        raise StepWaits("文書の検査の順番を待っています。") from busy


async def _pages(pdf: bytes) -> tuple[PageImage, ...]:
    try:
        return await asyncio.to_thread(inspection.page_images, pdf, width=WIDTH)
    except NotAccepted as refused:
        raise StepImpossible(refused.code, f"the pages cannot be drawn: {refused}") from refused
    except Busy as busy:
        raise StepWaits("ページの画像を作る順番を待っています。") from busy


def _require_as_decided(named: Sides) -> None:
    """Refuse a document whose own data differ from the decision (of an amendment, the amount may be the difference)."""
    facts, basis = named.facts, named.state.content.basis
    if facts is None:
        return
    amount = facts.amount_yen if named.state.content.class_ == "amendment" else basis.amount_yen
    found = differences(
        facts,
        amount_yen=amount,
        counterparty=basis.counterparty,
        period_from=basis.period_from,
        period_to=basis.period_to,
    )
    if found:
        raise StepImpossible("differs-from-decision", f"the document's own {', '.join(found)} is not the decided one")


def _fields(named: Sides) -> Iterator[pades.PartyField]:
    """One field for each signer, where the document has a box for it; else it is not shown on any page."""
    for party in named.state.parties:
        signer, box = party.signer, named.box(party.signer)
        label = box.label if box else f"{named.label(signer)}の電子署名（{named.organisation(signer)}）"
        yield pades.PartyField(
            name=signer.field, label=label, page=box.page if box else None, box=box.box if box else None
        )
