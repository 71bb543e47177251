"""本人の証明書: whether a certificate that a signer brings leads to an authority that is trusted, before anybody counts
on its signature.
"""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from signing.network.fetchers import Backend
from workflows.activities.contract.task import StepImpossible
from workflows.activities.contract.tools import Tools

SIGNS = {"non_repudiation"}
UNKNOWN = "certificate-untrusted"


async def require_trusted(
    certificate: x509.Certificate, chain: Sequence[x509.Certificate], tools: Tools, at: datetime
) -> None:
    """Refuse a certificate of an authority nobody here trusts, one that is over or revoked as far as anybody says, and
    one that is not for signatures. What cannot be asked now is asked again before the contract is concluded.
    """
    context = ValidationContext(
        trust_roots=list(tools.trust().signers),
        other_certs=list(chain),
        moment=at,
        allow_fetching=True,
        fetchers=Backend(tools.revocation).get_fetchers(),
        revocation_mode="soft-fail",
    )
    validator = CertificateValidator(certificate, intermediate_certs=list(chain), validation_context=context)
    try:
        await validator.async_validate_usage(SIGNS)  # type: ignore[no-untyped-call]  # the library does not type it
    except (PathError, ValidationError) as error:
        raise StepImpossible(UNKNOWN, str(error)) from error
