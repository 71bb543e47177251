"""指示の確認: no key is used for a counterparty unless the door that let its signer in has sealed what they instructed.
A stolen database connection can write events; it cannot seal.
"""

from domain.contract.facts import PREFECTURE
from signing.sealed_instructions import SealRefused, verify
from workflows.activities.contract.task import StepImpossible, Task
from workflows.activities.contract.tools import Tools


def require_sealed(task: Task, tools: Tools) -> None:
    """Refuse the step of an instruction that nobody has sealed. The prefecture's own signer comes by a signed envelope
    like every official.
    """
    request = task.request
    if request.signer == PREFECTURE:
        return
    instruction = request.instruction
    try:
        verify(
            tools.verifier,
            request.seal,
            number=task.number,
            party=request.signer,
            document=instruction.document,
            session=instruction.session or "",
            statement=instruction.statement,
        )
    except SealRefused as refused:
        raise StepImpossible(refused.code, str(refused)) from refused
