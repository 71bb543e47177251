"""証拠: each signature of a concluded contract, as the file and the ledger together tell of it."""

from collections.abc import Iterator

from domain.contract.facts import PREFECTURE
from domain.contract.state import Party
from signing.typesetting.evidence_report import (
    CertificateShown,
    Mode,
    ProvenFactor,
    Shown,
    SignatureEvidence,
    Verdict,
)
from signing.verification import Certificate, Report, SignatureReport
from workflows.activities.contract.sides import Sides

PLATFORM, PLATFORM_LABEL = "電子契約サービス", "基盤"


def signatures(sides: Sides, report: Report) -> Iterator[SignatureEvidence]:
    """Give the platform's certification and every party's signature, in the order in which they were made."""
    for each in report.signatures:
        if each.kind == "certification":
            yield _certification(each, report.verdict)
        elif each.kind == "approval":
            party = next(one for one in sides.state.parties if one.signer.field == each.fields[0])
            yield _party(sides, party, each, report.verdict)


def _certification(found: SignatureReport, verdict: Verdict) -> SignatureEvidence:
    assert found.certificate is not None
    assert found.signed_at is not None
    return SignatureEvidence(
        side="platform",
        label=PLATFORM_LABEL,
        field=found.fields[0],
        mode="certification",
        organisation=PLATFORM,
        title="",
        person=None,
        certificate=_certificate(found.certificate),
        time_stamp_by=_authority(found),
        signed_at=found.signed_at,
        level=found.level or "B-T",
        verdict=verdict if found.valid else "invalid",
    )


def _party(sides: Sides, party: Party, found: SignatureReport, verdict: Verdict) -> SignatureEvidence:
    signer, instruction = party.signer, party.instruction
    assert found.certificate is not None
    assert party.signed is not None
    assert instruction is not None
    ours = signer.number == PREFECTURE
    mode: Mode = signer.mode
    return SignatureEvidence(
        side="prefecture" if ours else "counterparty",
        label=sides.label(signer),
        field=signer.field,
        mode=mode,
        organisation=sides.organisation(signer),
        title=(instruction.title or signer.title or "")
        if ours
        else (signer.person.title or "" if signer.person else ""),
        person=None if ours or signer.person is None else signer.person.name,
        certificate=_certificate(found.certificate),
        time_stamp_by=_authority(found),
        signed_at=party.signed.signed_at,
        level=party.signed.level,
        verdict=verdict if found.valid else "invalid",
        instructed_at=instruction.at,
        instruction_sha256=party.instruction_sha256,
        factors=tuple(ProvenFactor(kind=each.kind, at=each.at) for each in instruction.factors),
        shown=Shown(document=instruction.document, pages=instruction.pages),
    )


def _certificate(found: Certificate) -> CertificateShown:
    return CertificateShown(subject=found.subject, issuer=found.issuer, sha256=found.sha256)


def _authority(found: SignatureReport) -> str:
    return found.timestamp_certificate.subject if found.timestamp_certificate else ""
