"""A signing key: a certificate, its chain to the root, and an act of signing, wherever the private half is kept."""

from collections.abc import Sequence
from typing import Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.keys.refusals import KeyRefused

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class SigningKey(Protocol):
    """What signing asks of a key. `chain` is issuer … root, without the certificate itself."""

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]: ...

    def sign(self, data: bytes, digest: str) -> bytes:
        """Sign `data` (the key hashes it): RSA PKCS#1 v1.5, or ECDSA in DER. Blocks. Raises KeyRefused."""
        ...


class LoadedKey:
    """A private key in memory: read and checked once, not at every signature."""

    def __init__(
        self,
        private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
    ) -> None:
        self._private = private
        self._certificate = certificate
        self._chain = tuple(chain)

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's certificate."""
        return self._certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Issuer … root."""
        return self._chain

    def sign(self, data: bytes, digest: str) -> bytes:
        """Sign `data`. Raises KeyRefused for a digest that is not SHA-256, SHA-384 or SHA-512."""
        if digest not in HASHES:
            raise KeyRefused("unsupported", f"digest {digest!r}")
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, padding.PKCS1v15(), HASHES[digest])
        return self._private.sign(data, ec.ECDSA(HASHES[digest]))
