"""当事者型の署名: the file is made ready for the signer's own key, which signs elsewhere; then it is completed."""

import asyncio
import base64
import hashlib

import msgspec
from asn1crypto import x509

from domain.contract import commands
from domain.contract.facts import PreparedForSigner, canonical
from signing import pades
from signing.keys import KeyRefused
from signing.network import NetworkRefused
from workflows.activities.contract.appearance import name_of, reason_of, seal_of, sides
from workflows.activities.contract.instructions import require_sealed
from workflows.activities.contract.own_certificates import require_trusted
from workflows.activities.contract.signatures import signed_in
from workflows.activities.contract.task import Result, StepImpossible, Task, waits_for
from workflows.activities.contract.tools import Tools


async def prepare(task: Task, tools: Tools) -> Result:
    """Give the prepared file and what has to be signed; the lease runs from now, by the rules the contract is under."""
    require_sealed(task, tools)
    base = await tools.documents.read(task.base)
    request = task.request
    seal = await seal_of(task, await sides(task, tools, base))
    try:
        certificate, *chain = (x509.Certificate.load(base64.b64decode(each)) for each in request.certificates)
        await require_trusted(certificate, chain, tools, task.now)
        prepared = await asyncio.to_thread(
            pades.prepare, base, field=task.party.signer.field, certificate=certificate, chain=chain, at=task.now,
            instruction=canonical(request.instruction), seal=seal, name=name_of(task), reason=reason_of(task),
        )  # fmt: skip
    except (pades.PadesRefused, KeyRefused) as refused:
        raise StepImpossible(refused.code, str(refused)) from refused
    except ValueError as error:
        raise StepImpossible("certificate-unreadable", f"{error}") from error
    done = commands.PrepareDone(
        step=task.step,
        signer=request.signer,
        nth=request.nth or 1,
        base=task.base,
        prepared=await tools.documents.keep_bytes(prepared.pdf),
        state=await tools.documents.keep_bytes(msgspec.json.encode(prepared.state)),
        to_sign=base64.b64encode(prepared.to_sign).decode(),
        lease_until=task.now + tools.lease(),
    )
    return Result(verb="prepare-done", command=done)


async def complete(task: Task, tools: Tools) -> Result:
    """Give the file with the signature that the signer's key made. A signature that is not right ends this attempt."""
    prepared, signature = task.request.prepared, task.request.signature
    assert prepared is not None, task.step
    assert signature is not None, task.step
    if prepared.base != task.base:
        raise StepImpossible("base-moved", "the contract's file is not the one that was prepared")
    try:
        signed = await pades.complete(
            await tools.documents.read(prepared.prepared),
            state=await _state(prepared, tools),
            signature=base64.b64decode(signature),
            stamps=tools.stamps,
        )
    except pades.PadesRefused as refused:
        raise StepImpossible(refused.code, str(refused)) from refused
    except NetworkRefused as refused:
        raise waits_for(refused, "署名のタイムスタンプ") from refused
    done = commands.SignDone(
        step=task.step,
        signer=task.request.signer,
        instruction_sha256=task.request.instruction_sha256,
        signature=signed_in(signed, document=await tools.documents.keep_bytes(signed.pdf), base=task.base),
    )
    return Result(verb="sign-done", command=done)


async def _state(prepared: PreparedForSigner, tools: Tools) -> pades.TwoPhase:
    kept = await tools.documents.read(prepared.state)
    assert hashlib.sha256(kept).hexdigest() == prepared.state
    return msgspec.json.decode(kept, type=pades.TwoPhase)
