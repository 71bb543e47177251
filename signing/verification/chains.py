"""Who signed, and could they: chains judged at the time that is proven for each signature.

Time slides backwards. The last document time stamp is judged now; if it holds, everything under it existed at its time
and is judged then, and so on down to the time stamp inside a signature, whose time is that of the signer's chain
(EN 319 102-1 §5.6, without its demand that old revocation data be fresh).
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import cms, tsp, x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation.generic_cms import (
    cms_basic_validation,
    extract_tst_data_iter,
    message_imprint_checker,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    AlgorithmUsagePolicy,
    CertRevTrustPolicy,
    FreshnessReqType,
    RevocationCheckingPolicy,
)

from signing.verification.evidence import Evidence

TOLERANCE = timedelta(minutes=5)
SIGNING_USAGES = frozenset({"non_repudiation", "digital_signature"})
CODES = {
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "certificate-expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "certificate-expired",
    AdESIndeterminate.REVOKED_NO_POE: "certificate-revoked",
    AdESIndeterminate.REVOKED_CA_NO_POE: "certificate-revoked",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "certificate-usage",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "algorithm-weak",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "algorithm-weak",
}
STRICT = CertRevTrustPolicy(
    RevocationCheckingPolicy.from_legacy("hard-fail"),
    retroactive_revinfo=True,  # said later of an earlier time: what an archive is made of
)
LENIENT = CertRevTrustPolicy(  # a revocation counts however old the list is that tells of it
    RevocationCheckingPolicy.from_legacy("soft-fail"),
    freshness=timedelta(days=36_500),
    freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
)
Outcome = dict[str, object]


@dataclass(frozen=True)
class Proof:
    """What was found about one CMS signature and its chain at one moment. `code` is empty where it is trusted."""

    intact: bool
    code: str
    detail: str
    certificate: x509.Certificate
    time: datetime | None = None  # of a time stamp
    path: tuple[x509.Certificate, ...] = ()  # from the signer up to the trust anchor
    revocation_known: bool = True

    @property
    def trusted(self) -> bool:
        return self.intact and not self.code


@dataclass
class Chains:
    """Judges signatures and time stamps by roots, algorithms and evidence."""

    signer_roots: list[x509.Certificate]
    tsa_roots: list[x509.Certificate]
    algorithms: AlgorithmUsagePolicy
    evidence: Evidence
    wanted: dict[bytes, tuple[x509.Certificate, x509.Certificate]] = field(default_factory=dict)

    @property
    def roots(self) -> list[x509.Certificate]:
        """All trust anchors."""
        return [*self.signer_roots, *self.tsa_roots]

    async def signature(self, signed: cms.SignedData, digest: bytes, *, at: datetime) -> Proof:
        """Judge a detached signature over `digest`, its chain as of `at`."""

        async def attempt(context: ValidationContext) -> Outcome:
            return await cms_basic_validation(
                signed, raw_digest=digest, validation_context=context, key_usage_settings=_usages(signed)
            )

        return await self._judged(attempt, self.signer_roots, at)

    async def time_stamp(self, token: cms.SignedData, imprint: Callable[[str], bytes], *, at: datetime) -> Proof:
        """Judge a time stamp token over what `imprint` gives for a digest's name, its chain as of `at`."""

        async def attempt(context: ValidationContext) -> Outcome:
            found: Outcome = await validate_tst_signed_data(token, context, imprint)
            return found

        return await self._judged(attempt, self.tsa_roots, at)

    async def signature_time_stamp(self, signer: cms.SignerInfo, *, at: datetime) -> Proof | None:
        """Judge the time stamps inside a signature: the first trusted one, else the first; None where there is none."""
        found: list[Proof] = []
        for token in extract_tst_data_iter(signer, signed=False):
            proof = await self.time_stamp(token, message_imprint_checker(signer), at=at)
            if proof.trusted:
                return proof
            found.append(proof)
        return found[0] if found else None

    async def _judged(
        self, attempt: Callable[[ValidationContext], Awaitable[Outcome]], roots: list[x509.Certificate], at: datetime
    ) -> Proof:
        """First with good revocation data required where a certificate names any; then with old data or none, and
        saying so.
        """
        strict = await attempt(self._context(roots, at, STRICT))
        known = strict["trust_problem_indic"] is None
        outcome = strict
        if not known and strict["revocation_details"] is None and strict["intact"] and strict["valid"]:
            outcome = await attempt(self._context(roots, at, LENIENT))
        proof = _proof(outcome, known)
        if proof.trusted and not known:
            for certificate, issuer in zip(proof.path, proof.path[1:], strict=False):
                self.wanted[certificate.sha256] = (certificate, issuer)
        return proof

    def _context(
        self, roots: list[x509.Certificate], at: datetime, revocation: CertRevTrustPolicy
    ) -> ValidationContext:
        return ValidationContext(
            trust_roots=roots,
            other_certs=self.evidence.certificates,
            moment=at,
            crls=[*self.evidence.crls, *self.evidence.fetched_crls],
            ocsps=[*self.evidence.ocsps, *self.evidence.fetched_ocsps],
            revinfo_policy=revocation,
            time_tolerance=TOLERANCE,
            algorithm_usage_policy=self.algorithms,
        )


def gen_time(token: cms.SignedData) -> datetime | None:
    """Give the time a token states, believed or not."""
    info = token["encap_content_info"]["content"].parsed
    time: datetime | None = info["gen_time"].native if isinstance(info, tsp.TSTInfo) else None
    return time


def _usages(signed: cms.SignedData) -> KeyUsageConstraints:
    """A certificate that limits its uses must allow signing; one that says nothing allows everything (RFC 5280)."""
    limits = any(
        each.chosen.key_usage_value is not None for each in signed["certificates"] if each.name == "certificate"
    )
    return KeyUsageConstraints(key_usage=set(SIGNING_USAGES) if limits else set())


def _proof(outcome: Outcome, known: bool) -> Proof:
    problem, certificate = outcome["trust_problem_indic"], outcome["signing_cert"]
    assert isinstance(certificate, x509.Certificate)
    code = ""
    if outcome["revocation_details"] is not None:
        code = "certificate-revoked"
    elif problem is not None or outcome["validation_path"] is None:
        code = CODES.get(problem, "chain-unknown")  # type: ignore[call-overload]  # an AdES indication or nothing
    path = outcome["validation_path"]
    time = outcome.get("timestamp")
    return Proof(
        intact=bool(outcome["intact"] and outcome["valid"]),
        code=code,
        detail=str(getattr(problem, "name", problem or "")),
        certificate=certificate,
        time=time if isinstance(time, datetime) else None,
        path=_certificates(path) if isinstance(path, ValidationPath) else (certificate,),
        revocation_known=known,
    )


def _certificates(path: ValidationPath) -> tuple[x509.Certificate, ...]:
    found = [each for each in path.iter_certs(include_root=True) if isinstance(each, x509.Certificate)]
    return tuple(reversed(found))


def quiet() -> None:
    """What the library says of files it cannot validate is in the report, not in a log."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
