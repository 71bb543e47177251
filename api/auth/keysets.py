"""The issuer's public keys (JWKS), fetched by URL and kept for a while."""

import asyncio
import ipaddress
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from api.auth.codes import AuthRefused

KEY_TYPES: Mapping[str, tuple[str, str | None]] = {  # algorithm → key type and curve it may be used with
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "EdDSA": ("OKP", "Ed25519"),
    "PS256": ("RSA", None),
    "RS256": ("RSA", None),
}

FRESH_SECONDS = 900.0
TRUSTED_SECONDS_MAX = 86_400.0  # without reaching the issuer
ASK_AGAIN_SECONDS = 30.0  # an unknown key id makes us ask again, but not oftener than this
RETRY_SECONDS = 2.0  # while we have no keys at all
TIMEOUT_SECONDS = 5.0
RESPONSE_BYTES_MAX = 256 * 1024

log = structlog.get_logger(__name__)


class Jwks(msgspec.Struct):
    """A JSON Web Key Set (RFC 7517 §5)."""

    keys: list[dict[str, Any]]


class KeySet:
    """The keys at one URL. The URL comes from the settings only, never from a token; redirects are not followed.

    While the issuer cannot be reached the keys last seen stay trusted for a day; without any, `identity-unavailable`.
    `elapsed` counts seconds and only decides how long keys are kept; no claim is ever judged by it.
    """

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        require_trustworthy_url(url)
        self._url = url
        self._transport = transport
        self._elapsed = elapsed
        self._keys: dict[tuple[str, str], PyJWK] = {}
        self._fetched_at = -TRUSTED_SECONDS_MAX
        self._ask_from = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, key_id: str, algorithm: str) -> PyJWK | None:
        """The public key of this id, bound to this algorithm; None if the issuer has no such key for it."""
        if self._should_ask(key_id):
            async with self._lock:
                if self._should_ask(key_id):
                    await self._fetch()
        if not self._keys or self._age() > TRUSTED_SECONDS_MAX:
            raise AuthRefused("identity-unavailable")
        return self._keys.get((key_id, algorithm))

    def _age(self) -> float:
        return self._elapsed() - self._fetched_at

    def _should_ask(self, key_id: str) -> bool:
        known = self._age() < FRESH_SECONDS and any(known == key_id for known, _ in self._keys)
        return not known and self._elapsed() >= self._ask_from

    async def _fetch(self) -> None:
        try:
            self._keys = _usable_keys(await self._get())
            self._fetched_at = self._elapsed()
        except (httpx.HTTPError, msgspec.MsgspecError, ValueError) as error:
            log.warning("jwks_not_fetched", url=self._url, error=repr(error))
        self._ask_from = self._elapsed() + (ASK_AGAIN_SECONDS if self._keys else RETRY_SECONDS)

    async def _get(self) -> Jwks:
        client = httpx.AsyncClient(
            transport=self._transport, timeout=TIMEOUT_SECONDS, trust_env=not is_loopback(self._url)
        )
        async with client, client.stream("GET", self._url, headers={"Accept": "application/json"}) as response:
            if response.status_code != httpx.codes.OK:
                raise ValueError(f"status {response.status_code}")
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > RESPONSE_BYTES_MAX:
                    raise ValueError(f"more than {RESPONSE_BYTES_MAX} bytes")
        return msgspec.json.decode(body, type=Jwks)


def require_trustworthy_url(url: str) -> None:
    """Refuse (ValueError) an issuer's URL that is not https, unless it is on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url)):
        raise ValueError(f"{url} must be https")


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine itself, where no proxy of the environment belongs in between."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, not an address
        return False


def _usable_keys(jwks: Jwks) -> dict[tuple[str, str], PyJWK]:
    """Public signature keys by id and algorithm; of two with one id the first.

    A symmetric key, or one whose private half was published with it, is never used.
    """
    keys: dict[tuple[str, str], PyJWK] = {}
    for jwk in jwks.keys:
        key_id = jwk.get("kid")
        if not isinstance(key_id, str) or jwk.get("use", "sig") != "sig" or "d" in jwk:
            continue
        for algorithm, (key_type, curve) in KEY_TYPES.items():
            fits = jwk.get("kty") == key_type and curve in (None, jwk.get("crv"))
            if fits and jwk.get("alg", algorithm) == algorithm:
                try:
                    keys.setdefault((key_id, algorithm), PyJWK(jwk, algorithm=algorithm))
                except PyJWTError as error:
                    log.warning("jwk_not_usable", key_id=key_id, error=str(error))
    return keys
