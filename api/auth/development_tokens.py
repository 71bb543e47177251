"""Tokens of the development issuer: what a prefecture's identity provider would sign, signed with a development key."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from jwt import PyJWS
from jwt.algorithms import ECAlgorithm

from domain.clock import Clock

ALGORITHM = "ES256"
ACCESS_LIFETIME = timedelta(hours=12)
IDENTITY_LIFETIME = timedelta(minutes=5)


class DevelopmentTokens:
    """Signs access tokens (RFC 9068) for `audience` and identity tokens (OpenID Connect), by the injected clock."""

    def __init__(
        self, *, issuer: str, audience: str, key_id: str, private_key: EllipticCurvePrivateKey, clock: Clock
    ) -> None:
        self.issuer = issuer
        self._audience = audience
        self._key_id = key_id
        self._private_key = private_key
        self._clock = clock
        self._jws = PyJWS(algorithms=[ALGORITHM])

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public key as a JSON Web Key Set."""
        jwk = ECAlgorithm.to_jwk(self._private_key.public_key(), as_dict=True)
        return {"keys": [{**jwk, "kid": self._key_id, "use": "sig", "alg": ALGORITHM}]}

    def for_person(self, person: str, *, post: str | None, lifetime: timedelta = ACCESS_LIFETIME) -> str:
        """An access token for a person number, with the post as which they act unless `Kessai-Post` says otherwise."""
        claims = {"sub": person, "kind": "person", "post": post, "client_id": "kessai-development"}
        return self._sign({**claims, "aud": self._audience}, lifetime=lifetime, kind="at+jwt")

    def for_service(self, client_id: str, *, scope: str = "", lifetime: timedelta = ACCESS_LIFETIME) -> str:
        """An access token for a service account, a principal of its own that never approves."""
        claims = {"sub": client_id, "kind": "service", "client_id": client_id, "scope": scope}
        return self._sign({**claims, "aud": self._audience}, lifetime=lifetime, kind="at+jwt")

    def identity(self, person: str, *, post: str | None, client_id: str, nonce: str | None) -> str:
        """An identity token for the pages' login; its audience is the client, so it opens no API."""
        claims = {"sub": person, "post": post, "aud": client_id, "nonce": nonce}
        return self._sign(claims, lifetime=IDENTITY_LIFETIME, kind="JWT")

    def _sign(self, claims: Mapping[str, str | None], *, lifetime: timedelta, kind: str) -> str:
        now = int(self._clock.now().timestamp())
        times = {"iat": now, "nbf": now, "exp": now + int(lifetime.total_seconds())}
        given = {name: value for name, value in claims.items() if value is not None}
        payload = msgspec.json.encode({"iss": self.issuer, **given, **times, "jti": secrets.token_urlsafe(12)})
        headers = {"kid": self._key_id, "typ": kind}
        return self._jws.encode(payload, self._private_key, algorithm=ALGORITHM, headers=headers)
