"""締結: the whole file is verified before anybody may call it a contract (地方自治法234条5項)."""

import msgspec

from domain.contract import commands
from domain.contract.state import Contract, Party
from signing.inspection import Busy
from signing.verification import Report, SignatureReport, verify
from workflows.activities.contract.task import Result, StepImpossible, StepWaits, Task
from workflows.activities.contract.tools import Tools

UNKNOWN = "revocation-unknown"

BOUNDED = frozenset({"too-slow", "too-much-memory"})  # of a file that was inspected before: the machine was busy


async def conclude(task: Task, tools: Tools) -> Result:
    """Give whose valid signatures are in the file. Refuses a file that is not valid as a whole, does not begin with the
    decided bytes, or lacks a required signature as the ledger knows it.
    """
    file = await tools.documents.read(task.base)
    if not file.startswith(await tools.documents.read(task.state.decided_document)):
        raise StepImpossible("not-a-prefix", "the file does not begin with the decided document")
    report = await verified(file, tools)
    if any(each.code == UNKNOWN for each in report.reasons):
        raise StepWaits("署名者の証明書の失効情報を待っています。自動で繰り返し、確かめられるまで締結しません。")
    if report.verdict == "unreadable" and BOUNDED.intersection(each.code for each in report.reasons):
        raise StepWaits("署名の検証が時間内に終わらなかったため、もう一度検証します。")
    if report.verdict != "valid":
        raise StepImpossible("not-valid", "; ".join(f"{each.code} {each.detail}".strip() for each in report.reasons))
    missing = [each.number for each in task.state.parties if not _found(each, report.signatures)]
    if missing:
        raise StepImpossible("signature-missing", f"no valid signature of {missing} as the ledger knows it")
    done = commands.Conclude(
        step=task.step,
        document=task.base,
        report=await tools.documents.keep_bytes(msgspec.json.encode(report)),
        signers=_signers(task.state),
    )
    return Result(verb="conclude", command=done)


async def verified(file: bytes, tools: Tools) -> Report:
    """Give the verdict over the whole file, asking the network for what it does not carry yet."""
    try:
        return await verify(file, trust=tools.trust(), clock=tools.clock, network=tools.revocation)
    except Busy as busy:
        raise StepWaits("署名の検証の順番を待っています。") from busy


def _found(party: Party, signatures: tuple[SignatureReport, ...]) -> bool:
    """Whether the party's signature is in the file: in its field alone, by the certificate and over the instruction
    that the ledger names.
    """
    return any(
        each.valid
        and each.kind == "approval"
        and each.fields == (party.signer.field,)
        and each.instruction_sha256 == party.instruction_sha256
        and each.certificate is not None
        and party.signed is not None
        and each.certificate.sha256 == party.signed.certificate
        for each in signatures
    )


def _signers(state: Contract) -> tuple[int, ...]:
    return tuple(sorted(each.number for each in state.parties))
