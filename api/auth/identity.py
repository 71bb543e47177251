"""Everything about who is asking, put together from settings: what the application installs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI

from api.auth.bearer import BearerAuthentication
from api.auth.development_issuer import PATH as DEVELOPMENT_PATH
from api.auth.forms import FormGuard
from api.auth.keysets import KeySet
from api.auth.login import Login
from api.auth.oidc import OidcLogin
from api.auth.pages import PageRefused, answer_page_refused
from api.auth.session import LoginSession, add_session_cookie
from api.auth.tokens import TokenVerifier
from domain.clock import Clock
from domain.directory import Directory


@dataclass(frozen=True, kw_only=True)
class IdentitySettings:
    """Which issuer we trust and who we are to it; no URL ever comes from a request.

    `public_url` is how browsers reach us.
    """

    public_url: str
    issuer: str
    jwks_url: str
    metadata_url: str
    audience: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    session_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if self.audience == self.client_id:
            raise ValueError("audience and client_id must differ, or a page's identity token would open the API")

    @property
    def redirect_uri(self) -> str:
        """Where the issuer sends the browser back to."""
        return self.public_url.rstrip("/") + "/callback"


def metadata_url(issuer: str) -> str:
    """Where an issuer publishes its metadata (OpenID Connect Discovery §4)."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def development_settings(*, public_url: str, internal_url: str, session_secret: str) -> IdentitySettings:
    """The settings for the development issuer inside this API, which asks itself at `internal_url`."""
    inside = internal_url.rstrip("/") + DEVELOPMENT_PATH
    return IdentitySettings(
        public_url=public_url,
        issuer=development_issuer_name(public_url),
        jwks_url=f"{inside}/jwks.json",
        metadata_url=metadata_url(inside),
        audience="kessai",
        client_id="kessai-pages",
        session_secret=session_secret,
    )


def development_issuer_name(public_url: str) -> str:
    """The development issuer's `iss`."""
    return public_url.rstrip("/") + DEVELOPMENT_PATH


class Identity:
    """`bearer` and `session` are dependencies that give a `Principal`; `form_guard` belongs on every POST of a page."""

    def __init__(
        self,
        settings: IdentitySettings,
        *,
        clock: Clock,
        directory: Callable[[], Awaitable[Directory]],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        keys = KeySet(settings.jwks_url, transport=transport)
        verifier = TokenVerifier(keys=keys, issuer=settings.issuer, clock=clock)
        oidc = OidcLogin(
            issuer=settings.issuer,
            metadata_url=settings.metadata_url,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            redirect_uri=settings.redirect_uri,
            verifier=verifier,
            transport=transport,
        )
        self.bearer = BearerAuthentication(verifier, audience=settings.audience)
        self.session = LoginSession(clock)
        self.form_guard = FormGuard(public_url=settings.public_url)
        self._login = Login(
            oidc=oidc, session=self.session, form_guard=self.form_guard, clock=clock, directory=directory
        )

    def install(self, app: FastAPI) -> None:
        """Add the session cookie, the login pages and the pages for refusals. `AuthRefused` itself is left to the app's
        own table of problems."""
        add_session_cookie(app, secret=self._settings.session_secret, public_url=self._settings.public_url)
        app.include_router(self._login.router)
        app.add_exception_handler(PageRefused, answer_page_refused)
