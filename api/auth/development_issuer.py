"""The development issuer: a small OpenID provider, so that pages log in the same way in development and production.

It asks for no password: whoever opens its page chooses whose post to log in as. Its key does not exist in production.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import QueryParams
from starlette.templating import Jinja2Templates

from api.auth.development_grants import (
    PARAMETERS,
    AuthorizationRequest,
    Client,
    GrantRefused,
    Grants,
    read_authorization_request,
)
from api.auth.development_roster import departments
from api.auth.development_tokens import ACCESS_LIFETIME, ALGORITHM, DevelopmentTokens
from api.auth.page_headers import PAGE_HEADERS
from domain.clock import Clock
from domain.directory import Directory

PATH = "/development/issuer"
SEARCH_CHARACTERS_MAX = 100
FORM_FIELDS_MAX = 20
TEMPLATES = Path(__file__).parent.parent / "templates" / "development"


class DevelopmentIssuer:
    """The issuer's routes under `/development/issuer`.

    Browsers reach it at `public_url`; the API itself, which redeems codes and fetches keys, at `internal_url` (the
    address it listens on, which is another one when people come through a forwarded port or another host name).
    """

    def __init__(
        self,
        *,
        public_url: str,
        internal_url: str,
        client: Client,
        tokens: DevelopmentTokens,
        clock: Clock,
        directory: Callable[[], Awaitable[Directory]],
    ) -> None:
        self._public = public_url.rstrip("/") + PATH
        self._internal = internal_url.rstrip("/") + PATH
        self._client = client
        self._tokens = tokens
        self._clock = clock
        self._directory = directory
        self._grants = Grants(clock)
        self._templates = Jinja2Templates(directory=TEMPLATES)
        self.router = APIRouter(prefix=PATH, include_in_schema=False)
        self.router.add_api_route("/.well-known/openid-configuration", self.configuration)
        self.router.add_api_route("/jwks.json", self.jwks)
        self.router.add_api_route("/authorize", self.show_posts, methods=["GET"], response_model=None)
        self.router.add_api_route("/authorize", self.choose_post, methods=["POST"], response_model=None)
        self.router.add_api_route("/token", self.token, methods=["POST"], response_model=None)

    async def configuration(self) -> dict[str, object]:
        """The provider's metadata (OpenID Connect Discovery §3)."""
        return {
            "issuer": self._tokens.issuer,
            "authorization_endpoint": f"{self._public}/authorize",
            "token_endpoint": f"{self._internal}/token",
            "jwks_uri": f"{self._internal}/jwks.json",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": ["openid"],
            "authorization_response_iss_parameter_supported": True,
        }

    async def jwks(self) -> dict[str, object]:
        """The issuer's public keys."""
        return dict(self._tokens.jwks())

    async def show_posts(self, request: Request) -> Response:
        """The login page: the demo posts by department, with a search box. Changes nothing."""
        try:
            read_authorization_request(request.query_params.multi_items(), self._client)
        except GrantRefused as refused:
            return self._refusal(request, refused)
        return await self._page(request, request.query_params)

    async def choose_post(self, request: Request) -> Response:
        """One post was pressed: back to the client with a code for its holder; a vacant post shows the page again."""
        form = await _form(request)
        try:
            asked = read_authorization_request(form.multi_items(), self._client)
        except GrantRefused as refused:
            return self._refusal(request, refused)
        post = form.get("post")
        holder = (await self._directory()).holder(post, self._clock.now()) if post is not None else None
        if holder is None:
            return await self._page(request, form, vacant=True)
        return self._redirect(asked, self._grants.issue(asked, person=holder.person, post=holder.post))

    async def token(self, request: Request) -> Response:
        """Redeem a code (RFC 6749 §4.1.3, RFC 7636 §4.5)."""
        given = dict(await _form(request))
        try:
            if given.get("grant_type") != "authorization_code":
                raise GrantRefused("unsupported_grant_type")
            if given.get("client_id") != self._client.client_id:
                raise GrantRefused("invalid_client")
            grant = self._grants.redeem(
                given.get("code", ""),
                redirect_uri=given.get("redirect_uri", ""),
                code_verifier=given.get("code_verifier", ""),
            )
        except GrantRefused as refused:
            return JSONResponse({"error": refused.error}, status_code=400, headers={"Cache-Control": "no-store"})
        answer = {
            "token_type": "Bearer",
            "access_token": self._tokens.for_person(grant.person, post=grant.post),
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "id_token": self._tokens.identity(
                grant.person, post=grant.post, client_id=self._client.client_id, nonce=grant.request.nonce
            ),
            "scope": "openid",
        }
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    def _redirect(self, asked: AuthorizationRequest, code: str) -> Response:
        answer = urlencode({"code": code, "state": asked.state, "iss": self._tokens.issuer})
        return RedirectResponse(f"{asked.redirect_uri}?{answer}", status_code=303, headers=PAGE_HEADERS)

    async def _page(self, request: Request, given: QueryParams, *, vacant: bool = False) -> HTMLResponse:
        search = str(given.get("q", ""))[:SEARCH_CHARACTERS_MAX]
        context = {
            "action": f"{PATH}/authorize",
            "asked": {name: given[name] for name in PARAMETERS if name in given},
            "departments": departments(await self._directory(), self._clock.now(), search=search),
            "search": search,
            "vacant": vacant,
        }
        status = 422 if vacant else 200
        return self._templates.TemplateResponse(
            request, "login.html", context, status_code=status, headers=PAGE_HEADERS
        )

    def _refusal(self, request: Request, refused: GrantRefused) -> HTMLResponse:
        """Shown here, never sent on: the address to send it to is part of what is refused."""
        context = {"error": refused.error}
        return self._templates.TemplateResponse(request, "refused.html", context, status_code=400, headers=PAGE_HEADERS)


async def _form(request: Request) -> QueryParams:
    """The texts of a form; one with files or too many fields is a 400."""
    async with request.form(max_files=0, max_fields=FORM_FIELDS_MAX) as form:
        texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    # a multipart form may claim a charset that yields lone surrogates, which no page can show
    return QueryParams([(name, value.encode("utf-8", "replace").decode()) for name, value in texts])
