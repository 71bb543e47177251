"""OCSP answers by hand: the libraries at hand put the machine's clock into `producedAt`, and here time is injected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing import der
from signing.development_pki.register import Revocation

MALFORMED = bytes((0x30, 3, 0x0A, 1, 1))
UNAUTHORIZED = bytes((0x30, 3, 0x0A, 1, 6))
BASIC = der.identifier("1.3.6.1.5.5.7.48.1.1")
ECDSA_SHA384 = der.sequence(der.identifier("1.2.840.10045.4.3.3"))
ENUMERATED, GENERALIZED_TIME = 0x0A, 0x18
REASON_NUMBERS = {  # RFC 5280 5.3.1
    "unspecified": 0,
    "keyCompromise": 1,
    "cACompromise": 2,
    "affiliationChanged": 3,
    "superseded": 4,
    "cessationOfOperation": 5,
    "certificateHold": 6,
    "removeFromCRL": 8,
    "privilegeWithdrawn": 9,
    "aACompromise": 10,
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One certificate that is asked about; `encoded` is its CertID as it came."""

    algorithm: str
    name_hash: bytes
    key_hash: bytes
    serial: int
    encoded: bytes


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a request asks; `nonce` is the extension's value as it came."""

    certificates: tuple[Asked, ...]
    nonce: bytes | None


def read(request: bytes) -> Question:
    """Read a request. Raises ValueError where it is none."""
    try:
        asked = ocsp.OCSPRequest.load(request, strict=True)["tbs_request"]
        certificates = tuple(_asked(one["req_cert"]) for one in asked["request_list"])
        nonces = [
            one["extn_value"].contents for one in asked["request_extensions"] or () if one["extn_id"].native == "nonce"
        ]
    except (TypeError, KeyError) as error:  # what the library raises on some malformed input
        raise ValueError("not an OCSP request") from error
    return Question(certificates=certificates, nonce=nonces[0] if nonces else None)


def _asked(certificate: ocsp.CertId) -> Asked:
    return Asked(
        algorithm=certificate["hash_algorithm"]["algorithm"].native,
        name_hash=certificate["issuer_name_hash"].native,
        key_hash=certificate["issuer_key_hash"].native,
        serial=certificate["serial_number"].native,
        encoded=certificate.dump(),
    )


def status(
    asked: Asked,
    revocation: Revocation | None,
    reasons: Mapping[str, x509.ReasonFlags],
    *,
    as_of: datetime,
    good_until: datetime,
) -> bytes:
    """A SingleResponse: good, or revoked since when and why."""
    if revocation is None:
        said = der.tlv(0x80)
    else:
        assert revocation.reason in reasons
        number = REASON_NUMBERS[revocation.reason]
        reason = der.tlv(0xA0, der.tlv(ENUMERATED, bytes((number,)))) if number else b""
        said = der.tlv(0xA1, time(revocation.at), reason)
    return der.sequence(asked.encoded, said, time(as_of), der.tlv(0xA0, time(good_until)))


def answered(
    statuses: Iterable[bytes],
    *,
    at: datetime,
    nonce: bytes | None,
    responder_id: bytes,
    responder: bytes,
    key: ec.EllipticCurvePrivateKey,
) -> bytes:
    """The whole response, with the responder's certificate and the nonce that was asked with."""
    extensions = b""
    if nonce is not None:
        extension = der.sequence(der.identifier("1.3.6.1.5.5.7.48.1.2"), der.octets(nonce))
        extensions = der.tlv(0xA1, der.sequence(extension))
    data = der.sequence(
        der.tlv(0xA2, der.octets(responder_id)), time(at.replace(microsecond=0)), der.sequence(*statuses), extensions
    )
    signature = key.sign(data, ec.ECDSA(hashes.SHA384()))
    basic = der.sequence(
        data,
        ECDSA_SHA384,
        der.tlv(der.BIT_STRING, b"\0", signature),
        der.tlv(0xA0, der.sequence(responder)),
    )
    return der.sequence(der.tlv(ENUMERATED, b"\0"), der.tlv(0xA0, der.sequence(BASIC, der.octets(basic))))


def time(at: datetime) -> bytes:
    """A GeneralizedTime in whole seconds of UTC, as RFC 6960 asks for."""
    return der.tlv(GENERALIZED_TIME, f"{at:%Y%m%d%H%M%S}Z".encode())
