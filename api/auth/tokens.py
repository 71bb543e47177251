"""Bearer tokens: strict verification of signed JWTs, judged by the injected clock."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Literal, NamedTuple

import msgspec
from jwt import PyJWK, PyJWS
from jwt.exceptions import InvalidAlgorithmError, InvalidKeyError, InvalidSignatureError, PyJWTError

from api.auth.codes import AuthRefused
from api.auth.keysets import KEY_TYPES, KeySet
from api.auth.principal import Principal
from domain.clock import Clock

TOKEN_CHARACTERS_MAX = 8192
LEEWAY = timedelta(seconds=30)
KNOWN_MAX = 10_000  # tokens whose signature need not be checked again

Name = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x20\x7f]{1,128}\Z")]


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """The claims we read (RFC 9068, OpenID Connect Core §2), required unless they have a default; epoch seconds."""

    iss: str
    sub: Name
    aud: str | tuple[str, ...]
    exp: float
    iat: float
    nbf: float | None = None
    kind: Literal["person", "service"] = "person"
    post: Name | None = None
    client_id: Name | None = None
    azp: str | None = None
    scope: str = ""
    nonce: str | None = None

    @property
    def audiences(self) -> tuple[str, ...]:
        """`aud` as a tuple, whichever of its two forms was sent."""
        return (self.aud,) if isinstance(self.aud, str) else self.aud


class _Known(NamedTuple):
    """A token whose signature was right under `key`, and what it said."""

    key_id: str
    algorithm: str
    key: PyJWK
    claims: Claims


class TokenVerifier:
    """Verifies tokens of one issuer. `none` and symmetric algorithms cannot be allowed, whatever is asked for.

    Nobody's browser changes its token between two requests, and checking a signature costs more than reading a case:
    the same text is checked once under one key. Issuer, audience and times are looked at every time, and a key that
    the issuer has withdrawn or renewed takes what was known under it along.
    """

    def __init__(
        self, *, keys: KeySet, issuer: str, clock: Clock, algorithms: Iterable[str] = tuple(KEY_TYPES)
    ) -> None:
        self._algorithms = frozenset(algorithms)
        if not self._algorithms or not self._algorithms <= set(KEY_TYPES):
            raise ValueError(f"algorithms must be among {', '.join(KEY_TYPES)}")
        self._keys = keys
        self._issuer = issuer
        self._clock = clock
        self._known: dict[bytes, _Known] = {}  # by the token's digest: the token itself is nobody's to keep
        self._jws = PyJWS(algorithms=sorted(self._algorithms), options={"enforce_minimum_key_length": True})

    async def verify(self, token: str, *, audience: str) -> Claims:
        """The claims of a token that is ours, for this audience and valid now; else `AuthRefused` (token-…).

        The signature is checked before anything in the claims is looked at (RFC 8725 §3).
        """
        claims = await self._signed_claims(token)
        if claims.iss != self._issuer:
            raise AuthRefused("token-issuer")
        if audience not in claims.audiences:
            raise AuthRefused("token-audience")
        self._require_valid_now(claims)
        return claims

    async def _signed_claims(self, token: str) -> Claims:
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        known = self._known.get(digest)
        if known is not None and await self._keys.find(known.key_id, known.algorithm) is known.key:
            return known.claims
        key_id, algorithm = self._header(token)
        key = await self._keys.find(key_id, algorithm)
        if key is None:
            raise AuthRefused("token-forged", "The issuer has no such key for this algorithm.")
        claims = _read_claims(self._signed_payload(token, key, algorithm))
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[digest] = _Known(key_id, algorithm, key, claims)
        return claims

    def _signed_payload(self, token: str, key: PyJWK, algorithm: str) -> bytes:
        try:
            payload: bytes = self._jws.decode_complete(token, key, algorithms=[algorithm])["payload"]
        except (InvalidSignatureError, InvalidAlgorithmError, InvalidKeyError) as error:
            raise AuthRefused("token-forged") from error
        except PyJWTError as error:
            raise AuthRefused("token-malformed") from error
        return payload

    def _header(self, token: str) -> tuple[str, str]:
        """Key id and algorithm; any other header that points at a key (jwk, jku, x5u) is ignored, `crit` is refused."""
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise AuthRefused("token-malformed", f"A token has at most {TOKEN_CHARACTERS_MAX} characters.")
        try:
            header = self._jws.get_unverified_header(token)
        except (PyJWTError, ValueError) as error:
            raise AuthRefused("token-malformed") from error
        algorithm, key_id = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in self._algorithms:
            raise AuthRefused("token-forged", "The algorithm is not allowed.")
        if not isinstance(key_id, str) or "crit" in header or "b64" in header:
            raise AuthRefused("token-malformed", "The header needs a kid and may have neither crit nor b64.")
        return key_id, algorithm

    def _require_valid_now(self, claims: Claims) -> None:
        now, leeway = self._clock.now().timestamp(), LEEWAY.total_seconds()
        if claims.exp <= now - leeway:
            raise AuthRefused("token-expired")
        if max(claims.iat, claims.iat if claims.nbf is None else claims.nbf) > now + leeway:
            raise AuthRefused("token-not-yet-valid")


def principal_of(claims: Claims) -> Principal:
    """The person, or the service account (`kind: service`, known by its `client_id`), for whom the token was issued."""
    scopes = frozenset(claims.scope.split())
    if claims.kind == "person":
        return Principal(kind="person", id=claims.sub, default_post=claims.post, scopes=scopes)
    if claims.client_id is None:
        raise AuthRefused("token-malformed", "A service token needs a client_id.")
    return Principal(kind="service", id=claims.client_id, scopes=scopes)


def _read_claims(payload: bytes) -> Claims:
    try:
        return msgspec.json.decode(payload, type=Claims)
    except (msgspec.MsgspecError, ValueError) as error:
        raise AuthRefused("token-malformed", "A required claim is missing or has the wrong type.") from error
