"""RFC 3161 answers: what one generation of the time stamp authority says about a hash, and why it refuses."""

import hashlib
import secrets
from datetime import datetime

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing import der
from signing.development_pki import keys
from signing.development_pki.profiles import TIME_STAMP_POLICY
from signing.development_pki.register import Entity

SIGNED_DATA = der.identifier("1.2.840.113549.1.7.2")
TST_INFO = der.identifier("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE = der.identifier("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = der.identifier("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE_V2 = der.identifier("1.2.840.113549.1.9.16.2.47")
POLICY = der.identifier(TIME_STAMP_POLICY)
VERSION_1, VERSION_3 = der.integer(1), der.integer(3)
ACCURACY = der.sequence(der.integer(1))  # one second
GRANTED, REJECTION = der.integer(0), der.integer(2)
GENERALIZED_TIME = 0x18
FAILURES = {  # RFC 3161 2.4.2
    "bad_alg": 0,
    "bad_data_format": 5,
    "time_not_available": 14,
    "unaccepted_policy": 15,
    "unaccepted_extension": 16,
}


class Digest:
    """One hash algorithm as it stands in a token."""

    def __init__(self, algorithm: hashes.HashAlgorithm, identifier: str, ecdsa: str) -> None:
        self.hash = algorithm
        self.identifier = der.sequence(der.identifier(identifier))
        self.ecdsa = der.sequence(der.identifier(ecdsa))


DIGESTS = {
    "sha256": Digest(hashes.SHA256(), "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"),
    "sha384": Digest(hashes.SHA384(), "2.16.840.1.101.3.4.2.2", "1.2.840.10045.4.3.3"),
    "sha512": Digest(hashes.SHA512(), "2.16.840.1.101.3.4.2.3", "1.2.840.10045.4.3.4"),
}


class TimeStampAuthority:
    """One generation: one key and one certificate. A token is signed with the hash algorithm of what it stamps."""

    def __init__(self, entity: Entity) -> None:
        self.certificate = x509.load_der_x509_certificate(entity.certificate)
        self._der = entity.certificate
        self._key = keys.loaded_ec(entity.key)
        issuer = self.certificate.issuer.public_bytes()
        serial = der.integer(self.certificate.serial_number)
        self._signer = der.sequence(issuer, serial)
        self._issuer_serial = der.sequence(der.sequence(der.tlv(0xA4, issuer)), serial)
        self._name = der.tlv(0xA0, der.tlv(0xA4, self.certificate.subject.public_bytes()))

    def answer(self, request: bytes, now: datetime) -> bytes:
        """A TimeStampResp (DER): a token, or a rejection with the reason RFC 3161 has for it. No token is made while
        the certificate is not valid at `now`.
        """
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint = asked["message_imprint"]
            algorithm, hashed = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
            policy, extensions, nonce = asked["req_policy"].native, asked["extensions"].native, asked["nonce"]
            with_certificate = asked["cert_req"].native
        except (ValueError, TypeError, KeyError):
            return rejection("bad_data_format", "this is no time stamp request")
        digest = DIGESTS.get(algorithm)
        if digest is None or len(hashed) != digest.hash.digest_size:
            return rejection("bad_alg", f"no stamp over {algorithm}")
        if policy not in (None, TIME_STAMP_POLICY):
            return rejection("unaccepted_policy", f"this authority stamps under {TIME_STAMP_POLICY} only")
        if extensions:
            return rejection("unaccepted_extension", "no extension is known here")
        if not self.certificate.not_valid_before_utc <= now <= self.certificate.not_valid_after_utc:
            return rejection("time_not_available", "the authority's certificate is not valid at this time")
        encoded_nonce = b"" if nonce.native is None else nonce.dump()
        info = self._info(imprint.dump(), now, encoded_nonce)
        return der.sequence(der.sequence(GRANTED), self._token(info, digest, with_certificate=with_certificate))

    def _info(self, imprint: bytes, now: datetime, nonce: bytes) -> bytes:
        serial = der.integer(secrets.randbits(127))
        return der.sequence(VERSION_1, POLICY, imprint, serial, _time(now), ACCURACY, nonce, self._name)

    def _token(self, info: bytes, digest: Digest, *, with_certificate: bool) -> bytes:
        attributes = der.set_of(
            (
                _attribute(CONTENT_TYPE, TST_INFO),
                _attribute(MESSAGE_DIGEST, der.octets(_digest(digest, info))),
                _attribute(SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(self._certificate_id(digest)))),
            )
        )
        signer_info = der.sequence(
            VERSION_1,
            self._signer,
            digest.identifier,
            b"\xa0" + attributes[1:],  # the same set, under the tag it has inside
            digest.ecdsa,
            der.octets(self._key.sign(attributes, ec.ECDSA(digest.hash))),
        )
        signed_data = der.sequence(
            VERSION_3,
            der.set_of((digest.identifier,)),
            der.sequence(TST_INFO, der.tlv(0xA0, der.octets(info))),
            der.tlv(0xA0, self._der) if with_certificate else b"",
            der.set_of((signer_info,)),
        )
        return der.sequence(SIGNED_DATA, der.tlv(0xA0, signed_data))

    def _certificate_id(self, digest: Digest) -> bytes:
        """ESSCertIDv2 (RFC 5816): SHA-256 is meant where no algorithm is named."""
        algorithm = b"" if digest is DIGESTS["sha256"] else digest.identifier
        return der.sequence(algorithm, der.octets(_digest(digest, self._der)), self._issuer_serial)


def rejection(failure: str, text: str) -> bytes:
    """A TimeStampResp without a token."""
    status = der.sequence(
        REJECTION, der.sequence(der.tlv(der.UTF8_STRING, text.encode())), der.named_bit(FAILURES[failure])
    )
    return der.sequence(status)


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.sequence(kind, der.set_of((value,)))


def _digest(digest: Digest, data: bytes) -> bytes:
    return hashlib.new(digest.hash.name, data).digest()


def _time(at: datetime) -> bytes:
    """A GeneralizedTime with milliseconds, without trailing zeros (RFC 3161 2.4.2)."""
    fraction = f".{at.microsecond // 1000:03d}".rstrip("0").rstrip(".")
    return der.tlv(GENERALIZED_TIME, f"{at:%Y%m%d%H%M%S}{fraction}Z".encode())
