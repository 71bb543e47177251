"""Time stamps on signatures: what signing asks of a time-stamping authority, and what it looks at in the answer."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import new, sha256
from typing import Protocol

from asn1crypto import cms

from signing.pades.refusals import PadesRefused


class TimeStamps(Protocol):
    """A time-stamping authority (RFC 3161): gives a token over `digest` or raises its own refusal, no substitute."""

    async def stamp(self, digest: bytes, algorithm: str) -> cms.ContentInfo: ...


@dataclass(frozen=True, kw_only=True)
class StampedAt:
    """A token, its time (aware UTC), and whose it is."""

    token: bytes
    at: datetime
    tsa_certificate_sha256: str


async def stamped(signature: bytes, stamps: TimeStamps, *, algorithm: str) -> StampedAt:
    """Have a signature stamped. Raises PadesRefused `time-stamp`: the token is about other bytes, or nobody's."""
    digest = new(algorithm, signature, usedforsecurity=True).digest()
    token = (await stamps.stamp(digest, algorithm)).dump()  # before it is read: asn1crypto encodes it anew
    data = cms.ContentInfo.load(token)["content"]
    said = data["encap_content_info"]["content"].parsed
    if said["message_imprint"]["hashed_message"].native != digest:
        raise PadesRefused("time-stamp", "the token is about other bytes")
    return StampedAt(
        token=token, at=said["gen_time"].native, tsa_certificate_sha256=sha256(_authority(data)).hexdigest()
    )


def _authority(data: cms.SignedData) -> bytes:
    """The certificate that the token names as its signer's, in DER."""
    signer = data["signer_infos"][0]["sid"].chosen
    for choice in data["certificates"]:
        certificate = choice.chosen
        same_issuer = certificate.issuer.dump() == signer["issuer"].dump()
        if same_issuer and certificate.serial_number == signer["serial_number"].native:
            found: bytes = certificate.dump()
            return found
    raise PadesRefused("time-stamp", "the token does not hold its signer's certificate")
