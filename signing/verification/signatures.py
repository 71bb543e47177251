"""One signature judged: what it covers, whether it is right, what came after it, who made it and when."""

from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, core, x509
from pyhanko.sign.diff_analysis import DiffPolicy
from pyhanko.sign.validation.status import SignatureCoverageLevel

from signing.pades.cms import INSTRUCTION_RECORD
from signing.pades.objects import members, value
from signing.verification import uncovered
from signing.verification.chains import Chains, Proof, gen_time
from signing.verification.found import Found, signed_attribute
from signing.verification.modifications import fault
from signing.verification.report import Certificate, Level, Reason, SignatureReport, reason


@dataclass
class Outcome:
    """The report on one signature and what it adds to the reasons."""

    report: SignatureReport
    reasons: list[Reason] = field(default_factory=list)


async def judged(found: Found, chains: Chains, now: datetime, rules: DiffPolicy, *, own: bool) -> Outcome:
    """Judge one signature as of `now`. A parser's surprise is a damaged signature."""
    try:
        return await _judged(found, chains, now, rules, own)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001  # a library that stumbles over a signature has not found it good
        damaged = reason("signature-damaged", f"{type(error).__name__}: {error}", field=found.name)
        return Outcome(_report(found, [damaged], None, None), [*found.reasons, damaged])


async def _judged(found: Found, chains: Chains, now: datetime, rules: DiffPolicy, own: bool) -> Outcome:
    reasons, moment = list(found.reasons), found.existed_at or now
    embedded, name = found.embedded, found.name
    embedded.compute_integrity_info(diff_policy=rules, skip_diff=found.time_stamp)
    coverage: object = embedded.coverage  # declared as None before it is computed
    if coverage not in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION):
        reasons.append(reason("byte-range", f"coverage {coverage}", field=name))
    elif not found.time_stamp:
        reasons += _modifications(found)
    if found.time_stamp:
        proof, stamp = await chains.time_stamp(embedded.signed_data, embedded.compute_digest, at=moment), None
        reasons += _stamp_faults(proof, name, archive=True)
    else:
        stamp = await chains.signature_time_stamp(embedded.signer_info, at=moment)
        at = stamp.time if stamp is not None and stamp.trusted and stamp.time else moment
        proof = await chains.signature(embedded.signed_data, embedded.compute_digest(), at=at)
        reasons += _faults(proof, name, _digest_matches(found))
        if stamp is not None:
            reasons += _stamp_faults(stamp, name, archive=False)
        elif own or found.existed_at is None:
            reasons.append(reason("timestamp-missing" if own else "no-timestamp", field=name))
    known = [*proof.path, *(stamp.path if stamp else ()), *chains.roots]
    strange = list(uncovered.faults(embedded.pkcs7_content, found.digits, known, exact=own and proof.trusted))
    reasons += [reason("signature-altered", each, field=name) for each in strange]
    for each in (proof, stamp):
        if each is not None and each.trusted and not each.revocation_known:
            reasons.append(reason("revocation-unknown", _common_name(each.certificate), field=name))
    return Outcome(_report(found, reasons, proof, stamp, chains), reasons)


def _digest_matches(found: Found) -> bool:
    """Whether the signed bytes are those that the signature speaks of."""
    attributes = found.embedded.signer_info["signed_attrs"]
    if isinstance(attributes, core.Void):
        return True
    for attribute in attributes:
        if attribute["type"].native == "message_digest":
            return bool(attribute["values"][0].native == found.embedded.compute_digest())
    return False


def _modifications(found: Found) -> list[Reason]:
    """What came after this signature, by the rules and by the permissions of the signature itself."""
    embedded = found.embedded
    wrong = fault(embedded.diff_result)
    if wrong:
        return [reason("modified", wrong, field=found.name)]
    if embedded.summarise_integrity_info()["docmdp_ok"] is False:
        return [reason("modified", "beyond what the signature permits", field=found.name)]
    return []


def _faults(proof: Proof, name: str, digest_matches: bool) -> list[Reason]:
    if not digest_matches:
        return [reason("digest-mismatch", field=name)]
    if not proof.intact:
        return [reason("signature-wrong", field=name)]
    if proof.code:
        return [reason(proof.code, f"{proof.detail}: {_common_name(proof.certificate)}", field=name)]
    return []


def _stamp_faults(proof: Proof, name: str, *, archive: bool) -> list[Reason]:
    if not proof.intact:
        return [
            reason("digest-mismatch" if archive else "timestamp-wrong", "the time stamp is not over this", field=name)
        ]
    if proof.code == "certificate-expired" and archive:
        return [reason("archive-lapsed", _common_name(proof.certificate), field=name)]
    if proof.code:
        return [reason("timestamp-untrusted", f"{proof.code}: {_common_name(proof.certificate)}", field=name)]
    return []


def _report(
    found: Found, reasons: list[Reason], proof: Proof | None, stamp: Proof | None, chains: Chains | None = None
) -> SignatureReport:
    embedded, signature = found.embedded, found.embedded.sig_object
    intact = proof is not None and not any(each.effect in ("invalid", "changed") for each in reasons)
    trusted = intact and proof is not None and proof.trusted and not any(each.effect == "untrusted" for each in reasons)
    at = proof.time if found.time_stamp and proof else stamp.time if stamp and stamp.trusted else found.existed_at
    attribute = _instruction(embedded.signer_info)
    return SignatureReport(
        kind="timestamp" if found.time_stamp else "certification" if _certifies(found) else "approval",
        fields=found.fields,
        sub_filter=str(value(signature, "/SubFilter", "")).lstrip("/"),
        revision=embedded.signed_revision + 1,
        covers_bytes=found.covers_bytes,
        whole_file=embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        valid=trusted,
        intact=intact,
        trusted=trusted,
        level=None if found.time_stamp else _level(found, proof, stamp, chains),
        signed_at=at,
        claimed_at=_claimed(found),
        certificate=_certificate(proof.certificate) if proof else None,
        timestamp_certificate=_certificate(stamp.certificate) if stamp else None,
        digest_algorithm=embedded.external_md_algorithm,
        permissions=_permissions(found),
        locked=found.locked,
        name=_text(value(signature, "/Name")),
        reason=_text(value(signature, "/Reason")),
        location=_text(value(signature, "/Location")),
        instruction_sha256=attribute.hex() if attribute else None,
    )


def _level(found: Found, proof: Proof | None, stamp: Proof | None, chains: Chains | None) -> Level | None:
    """The level that the file itself has, without what was fetched: ETSI EN 319 142-1 names."""
    if proof is None or chains is None:
        return None
    if stamp is None and found.existed_at is None:
        return "B-B"
    chain = (*proof.path[:-1], *(stamp.path[:-1] if stamp else ()))
    if not chains.evidence.archive or not all(map(chains.evidence.knows, chain)):
        return "B-T"
    return "B-LTA" if found.stamped_later else "B-LT"


def _instruction(signer: cms.SignerInfo) -> bytes | None:
    return None if isinstance(signer["signed_attrs"], core.Void) else signed_attribute(signer, INSTRUCTION_RECORD)


def _certifies(found: Found) -> bool:
    return any(
        value(each, "/TransformMethod") == "/DocMDP"
        for each in members(value(found.embedded.sig_object, "/Reference", ()))
    )


def _permissions(found: Found) -> int | None:
    level = found.embedded.docmdp_level
    return None if level is None else int(level.value)


def _claimed(found: Found) -> datetime | None:
    """What the signer says; a time stamp says its own."""
    if found.time_stamp:
        return gen_time(found.embedded.signed_data)
    try:
        said = found.embedded.self_reported_timestamp
    except (ValueError, KeyError, TypeError):
        return None
    return said if isinstance(said, datetime) and said.tzinfo is not None else None


def _certificate(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=certificate.subject.human_friendly,
        issuer=certificate.issuer.human_friendly,
        serial_number=format(certificate.serial_number, "x"),
        sha256=certificate.sha256.hex(),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
    )


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))


def _text(value: object) -> str | None:
    return None if value is None else str(value)[:500]
