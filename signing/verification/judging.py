"""The verdict over one file, reached inside the sandbox: guard, structure, cryptography, changes, pages, chains."""

import asyncio
import io
from datetime import datetime

import msgspec
from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.inspection.child import answered, serve
from signing.inspection.examination import examine
from signing.inspection.refusals import NotAccepted
from signing.trust import Sunset, Sunsets
from signing.verification import promises
from signing.verification.chains import Chains, quiet
from signing.verification.comparison import pages_faults
from signing.verification.evidence import evidence_of
from signing.verification.found import Signatures, signatures_of
from signing.verification.modifications import policy, unexplained_after
from signing.verification.report import Reason, SignatureReport, is_changed, reason, report_of
from signing.verification.signatures import judged
from signing.verification.wire import Judged, Question, Wanted


def judge(question: Question) -> Judged:
    """Give the verdict. Raises `NotAccepted` where the guard refuses the file; parsers may raise anything."""
    inspection = examine(question.pdf, question.limits)
    reader = _reader(question.pdf)
    found = signatures_of(reader, question.pdf)
    reasons = [*found.reasons]
    if reader.xrefs.hybrid_xrefs_present:
        reasons.append(reason("hybrid-xref"))
    if not found.regular and not found.reasons:
        reasons.append(reason("no-signature"))
    reasons += _around(reader, question.pdf, found)
    chains = _chains(question, reader, found)
    signatures = asyncio.run(_signatures(found, chains, question.at, reasons))
    if not is_changed(reasons):
        reasons += pages_faults(reader, question.pdf, found.regular)
    return Judged(
        report=report_of(question.pdf, question.at, reasons, signatures, inspection),
        wanted=tuple(Wanted(certificate=c.dump(), issuer=i.dump()) for c, i in chains.wanted.values()),
    )


def _reader(pdf: bytes) -> PdfFileReader:
    """Strict, except that a hybrid file may be looked at: Word makes them, and others sign them."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    return PdfFileReader(io.BytesIO(pdf), strict=False) if reader.xrefs.hybrid_xrefs_present else reader


def _around(reader: PdfFileReader, pdf: bytes, found: Signatures) -> list[Reason]:
    """What was appended after the last signature, and what our own contracts promise."""
    reasons: list[Reason] = []
    if not found.signed:
        return reasons
    last = max(each.embedded.signed_revision for each in found.signed)
    strange = "" if found.reasons else unexplained_after(reader, last)  # a broken signature explains its revision
    if strange:
        reasons.append(reason("revision-unexplained", strange))
    reasons += promises.end_of_file(pdf)
    if found.own_contract:
        reasons += promises.own_contract(reader, found)
    return reasons


def _chains(question: Question, reader: PdfFileReader, found: Signatures) -> Chains:
    evidence = evidence_of(reader, found.signed)
    evidence.fetched_ocsps = [ocsp.OCSPResponse.load(each) for each in question.fetched.ocsps]
    evidence.fetched_crls = [crl.CertificateList.load(each) for each in question.fetched.crls]
    return Chains(
        signer_roots=[x509.Certificate.load(each) for each in question.signer_roots],
        tsa_roots=[x509.Certificate.load(each) for each in question.tsa_roots],
        algorithms=Sunsets(entries=tuple(Sunset(algorithm=name, at=at) for name, at in question.sunsets)).usage_policy,
        evidence=evidence,
    )


async def _signatures(found: Signatures, chains: Chains, at: datetime, reasons: list[Reason]) -> list[SignatureReport]:
    """Judge document time stamps from the last to the first, then the signatures, each at the time proven for it."""
    rules = policy(own_contract=found.own_contract)
    proven: list[tuple[int, datetime]] = []  # covered bytes → existed at that time
    reports: dict[int, SignatureReport] = {}
    stamps = [each for each in reversed(found.signed) if each.time_stamp]
    for each in (*stamps, *found.regular):
        each.existed_at = min([time for covers, time in proven if covers > each.covers_bytes], default=None)
        outcome = await judged(each, chains, at, rules, own=found.own_contract)
        reasons += outcome.reasons
        reports[id(each)] = outcome.report
        if each.time_stamp and outcome.report.trusted and outcome.report.signed_at is not None:
            proven.append((each.covers_bytes, outcome.report.signed_at))
    return [reports[id(each)] for each in found.signed]


def job(order: bytes) -> bytes:
    """Answer one question."""
    question = msgspec.msgpack.decode(order, type=Question)

    def work() -> bytes:
        try:
            found = judge(question)
        except NotAccepted as refused:
            found = Judged(report=report_of(question.pdf, question.at, [reason(refused.code, refused.detail)]))
        return msgspec.msgpack.encode(found)

    return answered(work)


if __name__ == "__main__":
    quiet()
    serve(job)
