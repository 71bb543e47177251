"""検証: hands a file to the sandbox, fetches the revocation data it lacks, and gives the report."""

import asyncio
from typing import TYPE_CHECKING

import msgspec

from domain.clock import Clock
from signing.inspection import sandbox
from signing.inspection.limits import SIGNED, Limits
from signing.inspection.refusals import NotAccepted
from signing.inspection.wire import Answer
from signing.trust import Trust
from signing.verification.report import Report, reason, report_of
from signing.verification.wire import Judged, Question

if TYPE_CHECKING:
    from signing.network.revocation import RevocationFetcher

CHILD = "signing.verification.judging"


async def verify(
    pdf: bytes,
    *,
    trust: Trust,
    clock: Clock,
    network: "RevocationFetcher | None" = None,
    limits: Limits = SIGNED,
) -> Report:
    """Give the verdict over the whole document, as of now by `clock`.

    `network` None: offline, only what the file carries is believed. Whatever is wrong with the file is in the report;
    raises only `Busy`. Takes at most two times 15 s and 1 GiB in processes of their own, and the network's time.
    """
    question = Question(
        pdf=pdf,
        limits=limits,
        at=clock.now(),
        signer_roots=tuple(each.dump() for each in trust.signers),
        tsa_roots=tuple(each.dump() for each in trust.tsas),
        sunsets=tuple((each.algorithm, each.at) for each in trust.sunsets.entries),
    )
    judged = await asyncio.to_thread(_judged, question)
    if network is None or not judged.wanted:
        return judged.report
    from signing.verification.fetching import fetched_for  # speaks HTTP, which the child process never needs

    fetched = await fetched_for(judged.wanted, network)
    return (await asyncio.to_thread(_judged, msgspec.structs.replace(question, fetched=fetched))).report


def _judged(question: Question) -> Judged:
    try:
        if len(question.pdf) > question.limits.bytes_max:
            raise NotAccepted("too-large", f"{len(question.pdf)} bytes, at most {question.limits.bytes_max}")
        answer = msgspec.msgpack.decode(sandbox.run(CHILD, msgspec.msgpack.encode(question)), type=Answer)
        if answer.refusal is not None:
            raise NotAccepted(answer.refusal.code, answer.refusal.detail)
        return msgspec.msgpack.decode(answer.result, type=Judged)
    except NotAccepted as refused:
        return Judged(report=report_of(question.pdf, question.at, [reason(refused.code, refused.detail)]))
