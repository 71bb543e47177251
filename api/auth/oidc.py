"""Login through the issuer: the OpenID Connect code flow with PKCE by Authlib, the identity token by our own rules."""

import secrets
import warnings
from typing import Any

import httpx
import structlog
from authlib.deprecate import AuthlibDeprecationWarning
from fastapi import Request
from fastapi.responses import Response

from api.auth.codes import AuthRefused
from api.auth.keysets import TIMEOUT_SECONDS, is_loopback, require_trustworthy_url
from api.auth.principal import Principal
from api.auth.tokens import Claims, TokenVerifier, principal_of

with warnings.catch_warnings():  # Authlib asks for httpx2 at import; we keep one HTTP client, httpx
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.starlette_client import OAuth, OAuthError

log = structlog.get_logger(__name__)


class LoginFailed(Exception):
    """The issuer said no, or its answer belongs to no login of this browser. `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OidcLogin:
    """One issuer, one client. State, nonce and PKCE verifier travel in the session, for the newest login only."""

    def __init__(
        self,
        *,
        issuer: str,
        metadata_url: str,
        client_id: str,
        client_secret: str | None,
        redirect_uri: str,
        verifier: TokenVerifier,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        require_trustworthy_url(metadata_url)
        self._issuer = issuer
        self._client_id = client_id
        self._redirect_uri = redirect_uri
        self._verifier = verifier
        outgoing = {"timeout": TIMEOUT_SECONDS, "trust_env": not is_loopback(metadata_url), "transport": transport}
        self._authlib: Any = OAuth().register(
            "kessai",
            client_id=client_id,
            client_secret=client_secret,
            server_metadata_url=metadata_url,
            client_kwargs={"scope": "openid", "code_challenge_method": "S256", **outgoing},
        )

    async def start(self, request: Request) -> Response:
        """Send the browser to the issuer; raises `AuthRefused` if the issuer cannot be reached."""
        await self._require_issuer()
        response: Response = await self._authlib.authorize_redirect(request, self._redirect_uri)
        return response

    async def finish(self, request: Request) -> Principal:
        """The person the issuer vouches for in its answer; raises `LoginFailed` or `AuthRefused`.

        The state is used up before anything else, so an answer cannot be tried twice (RFC 9700 §4.7); the answer's
        `iss` is compared where the issuer sends one (RFC 9207).
        """
        await self._require_issuer()
        given = request.query_params
        state = await self._authlib.framework.get_state_data(request.session, given.get("state", ""))
        await self._authlib.framework.clear_state_data(request.session, given.get("state", ""))
        if not state:
            raise LoginFailed("no login of this session has this state")
        if given.get("iss", self._issuer) != self._issuer:
            raise LoginFailed("the answer comes from another issuer")
        if "error" in given or not given.get("code"):
            raise LoginFailed("the issuer refused")
        claims = await self._identity(given["code"], code_verifier=state["code_verifier"])
        if claims.nonce is None or not secrets.compare_digest(claims.nonce.encode(), state["nonce"].encode()):
            raise LoginFailed("the identity token answers another login")
        principal = principal_of(claims)
        if principal.kind != "person":
            raise LoginFailed("only persons log in to pages")
        return principal

    async def _identity(self, code: str, *, code_verifier: str) -> Claims:
        try:
            answer = await self._authlib.fetch_access_token(
                code=code, redirect_uri=self._redirect_uri, code_verifier=code_verifier
            )
        except (httpx.HTTPError, ValueError) as error:
            log.warning("code_not_redeemed", error=repr(error))
            raise AuthRefused("identity-unavailable") from error
        except OAuthError as error:
            raise LoginFailed(f"the issuer did not take the code: {error.error}") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise LoginFailed("the issuer gave no identity token")
        claims = await self._verifier.verify(token, audience=self._client_id)
        if claims.azp not in (None, self._client_id) or (len(claims.audiences) > 1 and claims.azp is None):
            raise LoginFailed("the identity token was issued to another client")
        return claims

    async def _require_issuer(self) -> None:
        """The metadata can be had and is the configured issuer's (OpenID Connect Discovery §4.3)."""
        try:
            metadata = await self._authlib.load_server_metadata()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("issuer_metadata_not_fetched", error=repr(error))
            raise AuthRefused("identity-unavailable") from error
        if metadata.get("issuer") != self._issuer:
            log.error("issuer_metadata_of_another_issuer", expected=self._issuer)
            raise AuthRefused("identity-unavailable")
