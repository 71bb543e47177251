"""The development PKI as an HTTP service: OCSP, CRL, CA certificates, time stamps; and, for this machine only and with
the token of its folder, new certificates.
"""

import base64
import binascii
import secrets
from datetime import timedelta
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from signing.development_pki.errors import PkiRefused
from signing.development_pki.pki import DevelopmentPki
from signing.development_pki.profiles import Subject

BODY_BYTES_MAX = 64 * 1024
LOOPBACK = ("127.0.0.1", "::1")
OCSP, TSQ = "application/ocsp-request", "application/timestamp-query"


class IssueRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked for at `POST /certificates`: a PKCS #10 request proves the key, the rest says what to write."""

    csr: str  # PEM; its subject is not looked at
    common_name: str
    organisation: str
    unit: str = ""
    lives_seconds: int


class RevokeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked for at `POST /revocations`."""

    certificate: str  # PEM
    reason: str = "keyCompromise"


class NotAllowed(Exception):
    """Somebody from another machine, or without the token."""


class PkiService:
    """The handlers; the app is made by `app_of`."""

    def __init__(self, pki: DevelopmentPki) -> None:
        self._pki = pki

    def routes(self) -> list[Route]:
        """Every address. `/tsa/{n}` is one generation, also when it no longer is the one of the day."""
        return [
            Route("/healthz", self.healthz),
            Route("/ocsp/{slug}", self.ocsp, methods=["POST"]),
            Route("/ocsp/{slug}/{encoded:path}", self.ocsp, methods=["GET"]),
            Route("/crl/{slug}.crl", self.crl),
            Route("/ca/{slug}.cer", self.ca),
            Route("/tsa", self.tsa, methods=["POST"]),
            Route("/tsa/{generation:int}", self.tsa, methods=["POST"]),
            Route("/certificates", self.issue, methods=["POST"]),
            Route("/revocations", self.revoke, methods=["POST"]),
            Route("/credentials/{name}.p12", self.credential),
        ]

    async def healthz(self, _: Request) -> Response:
        """Whether it can stamp now; this also makes what the day needs."""
        self._pki.refresh()
        return JSONResponse({"generation": self._pki.generation().number})

    async def ocsp(self, request: Request) -> Response:
        """RFC 6960, A.1: by POST, or by GET with the request in base64 in the path."""
        if request.method == "POST":
            _require_type(request, OCSP)
            asked = await _body(request)
        else:
            try:
                asked = base64.b64decode(request.path_params["encoded"], validate=True)
            except (binascii.Error, ValueError):
                asked = b""  # the responder says "malformed" itself
        answer = self._pki.ocsp(request.path_params["slug"], asked)
        return Response(answer, media_type="application/ocsp-response", headers={"Cache-Control": "no-store"})

    async def crl(self, request: Request) -> Response:
        """The standing CRL."""
        return Response(self._pki.crl(request.path_params["slug"]), media_type="application/pkix-crl")

    async def ca(self, request: Request) -> Response:
        """The authority's certificate."""
        return Response(self._pki.certificate(request.path_params["slug"]), media_type="application/pkix-cert")

    async def tsa(self, request: Request) -> Response:
        """RFC 3161, 3.4."""
        _require_type(request, TSQ)
        answer = self._pki.stamp(await _body(request), generation=request.path_params.get("generation"))
        return Response(answer, media_type="application/timestamp-reply")

    async def issue(self, request: Request) -> Response:
        """A certificate for a key whose owner proves it, and the chain above, as PEM."""
        self._require_owner(request)
        asked = msgspec.json.decode(await _body(request), type=IssueRequest)
        issued = self._pki.issue(
            _proven_key(asked.csr),
            subject=Subject(common_name=asked.common_name, organisation=asked.organisation, unit=asked.unit),
            lives=timedelta(seconds=asked.lives_seconds),
        )
        chain = [base64.b64encode(one).decode() for one in issued.chain]
        return JSONResponse({"certificate": base64.b64encode(issued.certificate).decode(), "chain": chain}, 201)

    async def revoke(self, request: Request) -> Response:
        """Revoke from now on."""
        self._require_owner(request)
        asked = msgspec.json.decode(await _body(request), type=RevokeRequest)
        try:
            certificate = x509.load_pem_x509_certificate(asked.certificate.encode())
        except ValueError as error:
            raise Unusable(400, f"no certificate: {error}") from error
        self._pki.revoke(certificate.public_bytes(Encoding.DER), reason=asked.reason)
        return Response(status_code=204)

    async def credential(self, request: Request) -> Response:
        """A named credential as PKCS #12, under the password in the folder."""
        self._require_owner(request)
        credential = self._pki.credential(request.path_params["name"])
        return Response(credential.pkcs12(self._pki.password), media_type="application/x-pkcs12")

    def _require_owner(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        here = request.client is not None and request.client.host in LOOPBACK
        if (
            not here
            or scheme.lower() != "bearer"
            or not secrets.compare_digest(given.encode(), self._pki.token.encode())
        ):
            raise NotAllowed


class Unusable(Exception):
    """A request that cannot be read; the text says why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


async def _body(request: Request) -> bytes:
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > BODY_BYTES_MAX:
            raise Unusable(413, f"more than {BODY_BYTES_MAX} bytes")
    return bytes(read)


def _require_type(request: Request, expected: str) -> None:
    if request.headers.get("content-type") != expected:
        raise Unusable(415, f"only {expected}")


def _proven_key(csr: str) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    try:
        request = x509.load_pem_x509_csr(csr.encode())
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unusable(400, f"no PKCS #10 request: {error}") from error
    if not request.is_signature_valid or not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise Unusable(400, "the request is not signed with its key, or with one of a kind we do not certify")
    return key


def app_of(pki: DevelopmentPki) -> Starlette:
    """The ASGI application."""
    handlers: dict[Any, Any] = {
        PkiRefused: lambda _, error: JSONResponse(
            {"code": error.code, "detail": str(error)}, 404 if error.code.startswith("unknown-") else 422
        ),
        NotAllowed: lambda _, __: JSONResponse({"code": "forbidden"}, 403),
        Unusable: lambda _, error: JSONResponse({"code": "unusable", "detail": str(error)}, error.status),
        msgspec.MsgspecError: lambda _, error: JSONResponse({"code": "unusable", "detail": str(error)}, 400),
    }
    return Starlette(routes=PkiService(pki).routes(), exception_handlers=handlers)
