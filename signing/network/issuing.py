"""The client of the development PKI's guarded half: certificates for keys that never leave their owner."""

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signing.network.errors import IssueRefused, NetworkRefused
from signing.network.session import Network


@dataclass(frozen=True, kw_only=True)
class IssuedCertificate:
    """A certificate and the chain above it, issuer first and root last."""

    certificate: asn1.Certificate
    chain: tuple[asn1.Certificate, ...]


class _Answer(msgspec.Struct, frozen=True):
    certificate: str
    chain: list[str]


class CertificateIssuer:
    """Asks the development PKI at `url` with the token of its folder."""

    def __init__(self, url: str, *, token: str, network: Network) -> None:
        self._url = url.rstrip("/")
        self._authorization = {"Authorization": f"Bearer {token}"}
        self._network = network

    async def issue(
        self,
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
        *,
        common_name: str,
        organisation: str,
        unit: str = "",
        lives: timedelta,
    ) -> IssuedCertificate:
        """A signer's certificate for `key`. Asking twice gives two certificates. Raises IssueRefused."""
        body = {
            "csr": _request(key).decode(),
            "common_name": common_name,
            "organisation": organisation,
            "unit": unit,
            "lives_seconds": int(lives.total_seconds()),
        }
        answer = await self._post("certificates", msgspec.json.encode(body), answers=(201,))
        try:
            issued = msgspec.json.decode(answer, type=_Answer)
            certificate, *chain = (_certificate(one) for one in (issued.certificate, *issued.chain))
        except (msgspec.MsgspecError, binascii.Error, ValueError) as error:
            raise IssueRefused("malformed", f"the PKI's answer cannot be read: {error}") from error
        return IssuedCertificate(certificate=certificate, chain=tuple(chain))

    async def credential(self, name: str) -> bytes:
        """The named credential of today as PKCS #12. Raises IssueRefused."""
        try:
            return await self._network.fetch(
                "GET",
                f"{self._url}/credentials/{name}.p12",
                accept="application/x-pkcs12",
                bytes_max=self._network.limits.certificate_bytes_max,
                headers=self._authorization,
            )
        except NetworkRefused as refused:
            raise IssueRefused(refused.code, str(refused)) from refused

    async def _post(self, path: str, body: bytes, *, answers: tuple[int, ...]) -> bytes:
        try:
            return await self._network.fetch(
                "POST",
                f"{self._url}/{path}",
                accept="application/json",
                bytes_max=self._network.limits.certificate_bytes_max,
                content=body,
                content_type="application/json",
                headers=self._authorization,
                answers=answers,
            )
        except NetworkRefused as refused:
            raise IssueRefused(refused.code, str(refused)) from refused


def _request(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """A PKCS #10 request that says nothing but the key, and proves that it is there."""
    return x509.CertificateSigningRequestBuilder(x509.Name([])).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _certificate(encoded: str) -> asn1.Certificate:
    return asn1.Certificate.load(base64.b64decode(encoded, validate=True), strict=True)
