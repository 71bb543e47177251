"""A signed file, and the last step to it: the CMS around a signature, stamped, in its place."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from asn1crypto import x509

from signing.keys.profile import check_validity
from signing.pades.cms import CmsBuilder, builder
from signing.pades.placeholder import Placeholder
from signing.pades.stamping import TimeStamps, stamped

DIGEST = "sha256"


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A file with one more signature. `signed_at` is the time stamp's (aware UTC)."""

    pdf: bytes
    field: str
    level: str
    signed_at: datetime
    certificate_sha256: str
    tsa_certificate_sha256: str


def builder_of(certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> CmsBuilder:
    """The CMS builder of a signer. The whole chain goes in, root included: validation in the future needs it."""
    return builder(certificate.dump(), tuple(each.dump() for each in chain), DIGEST)


async def finished(
    placeholder: Placeholder,
    *,
    field: str,
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    cms: CmsBuilder,
    attributes: bytes,
    signature: bytes,
    stamps: TimeStamps,
) -> Signed:
    """Have a signature stamped and put it in its place: level B-T.

    Raises what the time stamps and the place refuse, and KeyRefused `expired` where the stamp came too late.
    """
    stamp = await stamped(signature, stamps, algorithm=DIGEST)
    check_validity(certificate, chain, at=stamp.at)
    return Signed(
        pdf=placeholder.filled(cms.content_info(attributes, signature, time_stamp=stamp.token)),
        field=field,
        level="B-T",
        signed_at=stamp.at,
        certificate_sha256=sha256(certificate.dump()).hexdigest(),
        tsa_certificate_sha256=stamp.tsa_certificate_sha256,
    )
