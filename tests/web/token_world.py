"""A real API with bearer tokens, a real key server as its issuer, and hands to sign tokens with."""

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from api.auth.bearer import BearerAuthentication
from api.auth.codes import PROBLEMS, AuthRefused
from api.auth.development_tokens import DevelopmentTokens
from api.auth.keysets import KeySet
from api.auth.principal import Principal, choose_post, require_person
from api.auth.tokens import TokenVerifier
from domain.directory import Directory, fold
from domain.directory.facts import Appointed, PostEstablished, UnitEstablished

ISSUER, AUDIENCE = "https://issuer.example/", "kessai"
JWKS_URL = "https://issuer.example/jwks.json"
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SPRING = date(2026, 4, 1)

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_EC = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED_KEY = Ed25519PrivateKey.generate()


@dataclass
class SetClock:
    """A clock that stands where it is set."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Issuer:
    """An issuer's key server: a real ASGI app that counts how often it is asked, and can be down."""

    keys: list[dict[str, Any]]
    asked: int = 0
    status: int = 200
    body: bytes | None = None
    elapsed: float = 0.0
    app: FastAPI = field(default_factory=FastAPI)

    def __post_init__(self) -> None:
        self.app.add_api_route("/jwks.json", self.answer, response_model=None)

    async def answer(self) -> Response:
        self.asked += 1
        body = json.dumps({"keys": self.keys}).encode() if self.body is None else self.body
        return Response(body, status_code=self.status, headers={"Location": "https://elsewhere.example/jwks.json"})


def jwk(key: Any, key_id: str, **more: str) -> dict[str, Any]:
    public = key.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        described = ECAlgorithm.to_jwk(public, as_dict=True)
    elif isinstance(public, rsa.RSAPublicKey):
        described = RSAAlgorithm.to_jwk(public, as_dict=True)
    else:
        described = OKPAlgorithm.to_jwk(public, as_dict=True)
    return {**described, "kid": key_id, **more}


def directory() -> Directory:
    def post(code: str, title: str, rank: Any) -> PostEstablished:
        return PostEstablished(post=code, title=title, unit="road", rank=rank, oversees=(), valid_from=SPRING)

    def appointed(code: str, person: str, kind: Any = "regular", until: date | None = None) -> Appointed:
        name = f"職員{person}"
        return Appointed(post=code, person=person, name=name, kind=kind, valid_from=SPRING, valid_to=until)

    road = UnitEstablished(
        unit="road", name="道路課", kind="division", parent=None, document_symbol="道路", valid_from=SPRING
    )
    return fold(
        Directory(),
        (
            road,
            post("road-director", "道路課長", "division_director"),
            post("road-chief", "道路課道路係長", "chief"),
            post("road-officer", "道路課主事", "officer"),
            appointed("road-director", "0521"),
            appointed("road-chief", "0521", "concurrent"),
            appointed("road-officer", "0525", until=date(2027, 3, 31)),
        ),
    )


@dataclass
class World:
    """The API under test, its issuer, and the clock of both."""

    clock: SetClock
    issuer: Issuer
    tokens: DevelopmentTokens
    http: httpx.AsyncClient

    async def ask(self, token: str | bytes | None, **headers: str) -> httpx.Response:
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        if token is not None:
            sent.append((b"Authorization", b"Bearer " + (token.encode() if isinstance(token, str) else token)))
        return await self.http.get("/who", headers=sent)

    async def refused(self, token: str | bytes | None, code: str, **headers: str) -> httpx.Response:
        response = await self.ask(token, **headers)
        assert (response.json().get("code"), response.status_code) == (code, PROBLEMS[code].status)
        return response


def api(issuer: Issuer, clock: SetClock) -> FastAPI:
    app = FastAPI()
    keys = KeySet(JWKS_URL, transport=httpx.ASGITransport(issuer.app), elapsed=lambda: issuer.elapsed)
    bearer = BearerAuthentication(TokenVerifier(keys=keys, issuer=ISSUER, clock=clock), audience=AUDIENCE)

    @app.exception_handler(AuthRefused)
    async def problem(request: Request, refused: AuthRefused) -> JSONResponse:
        body = {"code": refused.code, "title": refused.problem.title, "detail": refused.detail}
        return JSONResponse(body, refused.problem.status, headers=dict(refused.problem.headers))

    @app.get("/who")
    async def who(
        principal: Annotated[Principal, Depends(bearer)], kessai_post: Annotated[str | None, Header()] = None
    ) -> dict[str, str | None]:
        post = choose_post(principal, kessai_post, directory(), clock.now())
        return {"kind": principal.kind, "id": principal.id, "post": post.code if post else None}

    @app.post("/approve")
    async def approve(principal: Annotated[Principal, Depends(bearer)]) -> None:
        require_person(principal)

    return app


@asynccontextmanager
async def opened() -> AsyncIterator[World]:
    """The API and its issuer, each a real application, over ASGI."""
    clock = SetClock()
    issuer = Issuer([jwk(KEY, "now"), jwk(RSA_KEY, "rsa"), jwk(ED_KEY, "ed")])
    tokens = DevelopmentTokens(issuer=ISSUER, audience=AUDIENCE, key_id="now", private_key=KEY, clock=clock)
    transport = httpx.ASGITransport(api(issuer, clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://kessai.test") as http:
        yield World(clock, issuer, tokens, http)


def claims(**changed: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "0525", "iat": now, "nbf": now, "exp": now + 600, **changed}
    return {name: value for name, value in whole.items() if value is not ...}


def signed(
    payload: Mapping[str, Any] | bytes, *, key: Any = KEY, alg: str = "ES256", kid: Any = "now", **header: Any
) -> str:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    headers = {name: value for name, value in {"kid": kid, **header}.items() if value is not ...}
    return jwt.PyJWS().encode(body, key, algorithm=alg, headers=headers)


def by_hand(header: Any, payload: Any, signature: bytes = b"x" * 64) -> str:
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload, signature)]
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
