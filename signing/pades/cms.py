"""CMS SignedData for PAdES baseline signatures, encoded directly; what is constant for a signer is encoded once."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from asn1crypto import x509

from signing.der import NULL, identifier, integer, octets, sequence, set_of, tlv
from signing.pades.refusals import PadesRefused

PROOF_OF_APPROVAL = "1.2.840.113549.1.9.16.6.5"
INSTRUCTION_RECORD = "1.2.392.200110.1.999.10"
"""Our own signed attribute: OCTET STRING, the SHA-256 of the signer's instruction record (ADR 0019)."""

DIGEST_BYTES_MAX = 64
SIGNATURE_BYTES_MAX = 1024
TIME_STAMP_BYTES_MAX = 8 * 1024

_VERSION_1 = integer(1)
_NONE = tlv(NULL)
_CONTEXT_0, _CONTEXT_1, _DIRECTORY_NAME = 0xA0, 0xA1, 0xA4
_DATA = identifier("1.2.840.113549.1.7.1")
_SIGNED_DATA = identifier("1.2.840.113549.1.7.2")
_CONTENT_TYPE = identifier("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = identifier("1.2.840.113549.1.9.4")
_ALGORITHM_PROTECTION = identifier("1.2.840.113549.1.9.52")
_SIGNATURE_TIME_STAMP = identifier("1.2.840.113549.1.9.16.2.14")
_COMMITMENT_TYPE = identifier("1.2.840.113549.1.9.16.2.16")
_SIGNING_CERTIFICATE_V2 = identifier("1.2.840.113549.1.9.16.2.47")

_DIGESTS = {  # with NULL, as pyHanko and most others write it; RFC 5754 §2 has readers accept both
    "sha256": sequence(identifier("2.16.840.1.101.3.4.2.1"), _NONE),
    "sha384": sequence(identifier("2.16.840.1.101.3.4.2.2"), _NONE),
    "sha512": sequence(identifier("2.16.840.1.101.3.4.2.3"), _NONE),
}
_SIGNATURES = {
    ("rsa", "sha256"): sequence(identifier("1.2.840.113549.1.1.11"), _NONE),
    ("rsa", "sha384"): sequence(identifier("1.2.840.113549.1.1.12"), _NONE),
    ("rsa", "sha512"): sequence(identifier("1.2.840.113549.1.1.13"), _NONE),
    ("ec", "sha256"): sequence(identifier("1.2.840.10045.4.3.2")),
    ("ec", "sha384"): sequence(identifier("1.2.840.10045.4.3.3")),
    ("ec", "sha512"): sequence(identifier("1.2.840.10045.4.3.4")),
}


class CmsBuilder:
    """The CMS of one signer: RSA PKCS#1 v1.5 or ECDSA over SHA-256, SHA-384 or SHA-512 (RFC 5652, EN 319 142-1)."""

    def __init__(self, certificate: bytes, chain: Sequence[bytes], digest: str) -> None:
        """Take the signer's certificate and its chain (issuer … root), in DER. Raises PadesRefused `algorithm`."""
        loaded = x509.Certificate.load(certificate)
        algorithm = (loaded.public_key.algorithm, digest)
        if algorithm not in _SIGNATURES:
            raise PadesRefused("algorithm", f"no signature algorithm is known for {algorithm}")
        issuer = loaded["tbs_certificate"]["issuer"].dump()
        serial = loaded["tbs_certificate"]["serial_number"].dump()
        self._digest = _DIGESTS[digest]
        self._signature = _SIGNATURES[algorithm]
        self._signer = sequence(issuer, serial)
        self._certificates = tlv(_CONTEXT_0, *sorted((certificate, *chain)))
        issued_by = sequence(sequence(tlv(_DIRECTORY_NAME, issuer)), serial)
        identified = sequence(octets(sha256(certificate).digest()), issued_by)  # SHA-256 is the default: not named
        self._constant = (
            _attribute(_CONTENT_TYPE, _DATA),
            _attribute(_SIGNING_CERTIFICATE_V2, sequence(sequence(identified))),
            _attribute(_ALGORITHM_PROTECTION, sequence(self._digest, bytes((_CONTEXT_1,)) + self._signature[1:])),
            _attribute(_COMMITMENT_TYPE, sequence(identifier(PROOF_OF_APPROVAL))),
        )

    @property
    def bytes_max(self) -> int:
        """How large the CMS can become: everything of this signer, and room for a time stamp with its certificates."""
        attributes = self.signed_attributes(bytes(DIGEST_BYTES_MAX), instruction_sha256=bytes(DIGEST_BYTES_MAX))
        return len(self.content_info(attributes, bytes(SIGNATURE_BYTES_MAX))) + TIME_STAMP_BYTES_MAX

    def signed_attributes(self, document_digest: bytes, *, instruction_sha256: bytes | None) -> bytes:
        """Give the DER of the signed attributes, a SET OF: exactly the bytes that the key signs.

        No signing time: in PAdES the time is /M and the time stamp (EN 319 142-1 §5.3).
        """
        attributes = [*self._constant, _attribute(_MESSAGE_DIGEST, octets(document_digest))]
        if instruction_sha256 is not None:
            attributes.append(_attribute(identifier(INSTRUCTION_RECORD), octets(instruction_sha256)))
        return set_of(attributes)

    def content_info(self, attributes: bytes, signature: bytes, *, time_stamp: bytes | None = None) -> bytes:
        """Give the whole ContentInfo. `time_stamp` is the DER of the token over `signature`: B-T, else B-B."""
        unsigned = tlv(_CONTEXT_1, _attribute(_SIGNATURE_TIME_STAMP, time_stamp)) if time_stamp else b""
        signer = sequence(
            _VERSION_1,
            self._signer,
            self._digest,
            bytes((_CONTEXT_0,)) + attributes[1:],
            self._signature,
            octets(signature),
            unsigned,
        )
        data = sequence(_VERSION_1, set_of((self._digest,)), sequence(_DATA), self._certificates, set_of((signer,)))
        return sequence(_SIGNED_DATA, tlv(_CONTEXT_0, data))


@lru_cache(maxsize=256)
def builder(certificate: bytes, chain: tuple[bytes, ...], digest: str) -> CmsBuilder:
    """The builder of a signer, made once for each certificate and digest: it is nothing but its arguments."""
    return CmsBuilder(certificate, chain, digest)


def _attribute(kind: bytes, value: bytes) -> bytes:
    return sequence(kind, set_of((value,)))
