"""The development issuer's half of the code flow: which requests it accepts, and codes that work once."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.clock import Clock

CODE_LIFETIME = timedelta(seconds=60)
OPEN_CODES_MAX = 1000
PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
OPAQUE = re.compile(r"[\x20-\x7e]{1,512}")


class GrantRefused(Exception):
    """`error` is an OAuth error code (RFC 6749 §4.1.2.1, §5.2)."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, kw_only=True)
class Client:
    """The one client the issuer knows: the pages. It is public, so PKCE stands in for a secret."""

    client_id: str
    redirect_uri: str


@dataclass(frozen=True, kw_only=True)
class AuthorizationRequest:
    """A request for a code that passed every check."""

    redirect_uri: str
    state: str
    nonce: str
    code_challenge: str


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Who logged in as which post, answering which request, and until when the code works."""

    request: AuthorizationRequest
    person: str
    post: str
    until: datetime


def read_authorization_request(parameters: Iterable[tuple[str, str]], client: Client) -> AuthorizationRequest:
    """Check the parameters of an authorization request and raise `GrantRefused` for anything missing or doubled.

    Wanted: this client, exactly its redirect URI, the code flow with PKCE S256, state and nonce.
    """
    pairs = [(name, value) for name, value in parameters if name in PARAMETERS]
    given = dict(pairs)
    if len(pairs) != len(given):
        raise GrantRefused("invalid_request")
    if given.get("client_id") != client.client_id or given.get("redirect_uri") != client.redirect_uri:
        raise GrantRefused("unauthorized_client")
    if given.get("response_type") != "code":
        raise GrantRefused("unsupported_response_type")
    if "openid" not in given.get("scope", "").split():
        raise GrantRefused("invalid_scope")
    state, nonce, challenge = given.get("state", ""), given.get("nonce", ""), given.get("code_challenge", "")
    if given.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        raise GrantRefused("invalid_request")
    if not OPAQUE.fullmatch(state) or not OPAQUE.fullmatch(nonce):
        raise GrantRefused("invalid_request")
    return AuthorizationRequest(redirect_uri=client.redirect_uri, state=state, nonce=nonce, code_challenge=challenge)


class Grants:
    """The codes that are out. They live in the memory of one process: the development issuer runs in exactly one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Grant] = {}

    def issue(self, request: AuthorizationRequest, *, person: str, post: str) -> str:
        """A new code for the person who chose the post."""
        now = self._clock.now()
        self._open = {code: grant for code, grant in self._open.items() if grant.until > now}
        while len(self._open) >= OPEN_CODES_MAX:
            del self._open[next(iter(self._open))]
        code = secrets.token_urlsafe(32)
        self._open[code] = Grant(request=request, person=person, post=post, until=now + CODE_LIFETIME)
        return code

    def redeem(self, code: str, *, redirect_uri: str, code_verifier: str) -> Grant:
        """The grant behind a code, which every attempt uses up; a wrong verifier is `invalid_grant` too."""
        grant = self._open.pop(code, None)
        if grant is None or grant.until <= self._clock.now() or redirect_uri != grant.request.redirect_uri:
            raise GrantRefused("invalid_grant")
        if not VERIFIER.fullmatch(code_verifier):
            raise GrantRefused("invalid_grant")
        challenge = urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        if not secrets.compare_digest(challenge, grant.request.code_challenge):
            raise GrantRefused("invalid_grant")
        return grant
