"""署名: the platform signs on one signer's instruction (立会人型), or the prefecture with its own key."""

from datetime import timedelta

from domain.contract import commands
from domain.contract.facts import PREFECTURE, canonical
from signing import pades
from signing.keys import KeyRefused, SigningKey
from signing.network import NetworkRefused
from workflows.activities.contract.appearance import name_of, reason_of, seal_of, sides
from workflows.activities.contract.instructions import require_sealed
from workflows.activities.contract.signatures import signed_in
from workflows.activities.contract.task import Result, StepImpossible, StepWaits, Task, waits_for
from workflows.activities.contract.tools import Tools

OUTLIVES = timedelta(days=45)  # a signer's certificate outlives the last day to sign by a CRL period and the archiving


async def sign(task: Task, tools: Tools) -> Result:
    """Give the file with one more signature, in which the hash of the instruction record is a signed attribute."""
    require_sealed(task, tools)
    base = await tools.documents.read(task.base)
    named = await sides(task, tools, base)
    seal = await seal_of(task, named)
    try:
        signed = await pades.sign(
            base,
            field=task.party.signer.field,
            key=await _key(task, tools, named.organisation(task.party.signer)),
            stamps=tools.stamps,
            at=task.now,
            instruction=canonical(task.request.instruction),
            seal=seal,
            name=name_of(task),
            reason=reason_of(task),
        )
    except pades.PadesRefused as refused:
        raise StepImpossible(refused.code, str(refused)) from refused
    except KeyRefused as refused:
        raise StepWaits(f"署名鍵を使えません({refused.code})。運用担当者の確認が必要です。 [{refused}]") from refused
    except NetworkRefused as refused:
        raise waits_for(refused, "署名") from refused
    if not signed.pdf.startswith(base):
        raise StepImpossible("not-a-prefix", "the signed file does not begin with the file before")
    done = commands.SignDone(
        step=task.step,
        signer=task.request.signer,
        instruction_sha256=task.request.instruction_sha256,
        signature=signed_in(signed, document=await tools.documents.keep_bytes(signed.pdf), base=task.base),
    )
    return Result(verb="sign-done", command=done)


async def _key(task: Task, tools: Tools, organisation: str) -> SigningKey:
    """The prefecture's own key where its mode asks for it; else a key certified for this instruction, or the
    platform's.
    """
    signer = task.party.signer
    if signer.number == PREFECTURE and signer.mode == "party":
        own = await tools.keys.prefecture()
        if own is None:
            raise StepImpossible("no-prefecture-key", "the signer role has no key of the prefecture")
        return own
    expires_at = task.state.expires_at or task.now
    lives = max(expires_at - task.now, timedelta()) + OUTLIVES
    issued = await tools.keys.witness(name=name_of(task), organisation=organisation, lives=lives)
    return issued or await tools.keys.platform()
