"""Judging a file's signatures, now and in the future, with pyHanko's long-term validation (ETSI EN 319 102-1)."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta

from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import (
    AdESLTAValidationResult,
    ades_lta_validation,
    simulate_future_ades_lta_validation,
)
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

from domain.clock import Clock
from signing import pyhanko_overrides
from signing.archive.reading import opened, readable, signatures
from signing.network.errors import RevocationUnknown
from signing.network.fetchers import Backend
from signing.network.revocation import RevocationFetcher
from signing.trust import Trust

TOLERANCE = timedelta(minutes=5)
EITHER = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
REVOCATION_REQUIRED = CertRevTrustPolicy(RevocationCheckingPolicy(EITHER, EITHER))


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What validation says of one signature. `code` is pyHanko's sub-indication where it did not pass; `signed_by`
    the earliest time at which the signature is shown to have existed. `unanswered`: who could not be asked; where the
    signature did not pass that may be all there is to it.
    """

    field: str
    passed: bool
    code: str
    detail: str
    signed_by: datetime | None
    unanswered: tuple[RevocationUnknown, ...] = ()


def validation_spec(trust: Trust, backend: Backend | None) -> PdfSignatureValidationSpec:
    """The policy of validation: our anchors apart for signers and for time stamps, dated algorithms, revocation data
    required; nothing fetched but through `backend`, and no certificate ever.
    """
    rule = RevinfoOnlineFetchingRule.NO_HISTORICAL_FETCH if backend else RevinfoOnlineFetchingRule.LOCAL_ONLY
    gathering = RevocationInfoGatheringSpec(rule, backend, CertificateFetchingRule.NEVER_FETCH)
    signers, tsas = (
        CertValidationPolicySpec(
            SimpleTrustManager.build(trust_roots=list(roots)),
            REVOCATION_REQUIRED,
            time_tolerance=TOLERANCE,
            algorithm_usage_policy=trust.sunsets.usage_policy,
        )
        for roots in (trust.signers, trust.tsas)
    )
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(signers, ts_cert_validation_policy=tsas, revinfo_gathering_policy=gathering)
    )


async def judge(
    pdf: bytes, *, trust: Trust, revocation: RevocationFetcher | None, clock: Clock
) -> tuple[Judgement, ...]:
    """Validate every signature as of the clock's time; without `revocation` nobody is asked. Raises ArchiveRefused:
    `unreadable`, `unsigned`.
    """
    pyhanko_overrides.require(clock)
    reader = opened(pdf)
    found = []
    for one in signatures(reader):
        backend = Backend(revocation) if revocation else None
        with readable():
            result = await ades_lta_validation(one, validation_spec(trust, backend))
        found.append(_judgement(one.field_name, result, tuple(backend.failures) if backend else ()))
    return tuple(found)


async def judge_future(pdf: bytes, *, trust: Trust, at: datetime, clock: Clock) -> tuple[Judgement, ...]:
    """Validate every signature as it would be at `at` with what the file holds now, if its time stamps are renewed in
    time until then. Raises ArchiveRefused: `unreadable`, `unsigned`.
    """
    pyhanko_overrides.require(clock)
    reader = opened(pdf)
    later = dataclasses.replace(trust, sunsets=dataclasses.replace(trust.sunsets, entries=()))
    found = []
    for one in signatures(reader):
        with readable():
            result = await simulate_future_ades_lta_validation(one, validation_spec(later, None), at, clock.now())
        found.append(_judgement(one.field_name, result))
    return tuple(found)


def _judgement(
    field: str, result: AdESLTAValidationResult, unanswered: tuple[RevocationUnknown, ...] = ()
) -> Judgement:
    passed = result.ades_subindic is AdESPassed.OK
    return Judgement(
        field=field,
        passed=passed,
        code="" if passed else str(getattr(result.ades_subindic, "name", result.ades_subindic)),
        detail=result.failure_msg or "",
        signed_by=result.best_signature_time,
        unanswered=unanswered,
    )
