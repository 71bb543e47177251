"""印影: what is drawn into a signer's box, where the document has one for them, and what a signature says of itself."""

import asyncio

from signing.typesetting.contract_facts import FactsUnreadable
from signing.typesetting.contract_faults import TextRefused
from signing.typesetting.press import NotSet, PressBusy
from signing.typesetting.seals import Seal, set_seal
from workflows.activities.contract.sides import Sides, sides_of
from workflows.activities.contract.task import StepImpossible, StepWaits, Task
from workflows.activities.contract.tools import Tools

PRESS_BUSY = "文書を組む順番を待っています。"


async def sides(task: Task, tools: Tools, document: bytes) -> Sides:
    """Give the sides of the contract; a document that says unreadable things of itself cannot be signed."""
    try:
        return await asyncio.to_thread(sides_of, task.state, document, tools.reader)
    except FactsUnreadable as refused:
        raise StepImpossible(refused.code, str(refused)) from refused


async def seal_of(task: Task, named: Sides) -> bytes | None:
    """Give the stamp of the party as a page of PDF; None where its field is on no page. Refuses a name that the fonts
    cannot show.
    """
    signer = task.party.signer
    if named.box(signer) is None:
        return None
    seal = Seal(shape="stamp", text=named.organisation(signer), label=named.label(signer))
    try:
        return await asyncio.to_thread(set_seal, seal, at=task.now)
    except TextRefused as refused:
        raise StepImpossible(refused.code, str(refused)) from refused
    except PressBusy as busy:
        raise StepWaits(PRESS_BUSY) from busy
    except NotSet as error:
        raise StepImpossible("seal-not-set", str(error)) from error


def name_of(task: Task) -> str:
    """Who signs: the person's name, or the title of the prefecture's post as displayed that day."""
    signer, instruction = task.party.signer, task.request.instruction
    return signer.person.name if signer.person else instruction.title or signer.title or signer.field


def reason_of(task: Task) -> str:
    """What the signature says of itself where people look: which statement was agreed to."""
    return f"契約 {task.number} {task.request.instruction.statement}"
