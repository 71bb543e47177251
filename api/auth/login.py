"""`/login`, `/callback`, `/logout`, and choosing among one's posts: the pages around the session."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.auth.codes import AuthRefused
from api.auth.forms import FormGuard
from api.auth.next_path import safe_next
from api.auth.oidc import LoginFailed, OidcLogin
from api.auth.page_headers import PAGE_HEADERS
from api.auth.pages import PageRefused, notice
from api.auth.principal import Principal, choose_post
from api.auth.session import LoginSession
from domain.clock import Clock
from domain.directory import Directory

NEXT = "login_next"

log = structlog.get_logger(__name__)


class Login:
    """The login's routes. Only `/login` and `/callback` write on GET, and only the browser's own session."""

    def __init__(
        self,
        *,
        oidc: OidcLogin,
        session: LoginSession,
        form_guard: FormGuard,
        clock: Clock,
        directory: Callable[[], Awaitable[Directory]],
    ) -> None:
        self._oidc = oidc
        self._session = session
        self._clock = clock
        self._directory = directory
        guarded = [Depends(form_guard)]
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route("/login", self.start, methods=["GET"], response_model=None)
        self.router.add_api_route("/callback", self.finish, methods=["GET"], response_model=None)
        self.router.add_api_route("/logout", self.end, methods=["POST"], response_model=None, dependencies=guarded)
        self.router.add_api_route("/login/ended", self.ended, methods=["GET"], response_model=None)
        self.router.add_api_route(
            "/login/post", self.act_as, methods=["POST"], response_model=None, dependencies=guarded
        )

    async def start(self, request: Request) -> Response:
        """To the issuer; `?next=` says where to go afterwards, on this site only."""
        try:
            response = await self._oidc.start(request)
        except AuthRefused as refused:
            return notice(request, heading="ログインできません", message=refused.problem.title, refused=refused)
        request.session[NEXT] = safe_next(request.query_params.get("next"))
        response.headers.update(PAGE_HEADERS)
        return response

    async def finish(self, request: Request) -> Response:
        """Back from the issuer: begin the session and go on."""
        try:
            principal = await self._oidc.finish(request)
        except LoginFailed as failed:
            log.warning("login_failed", reason=failed.reason)
            message = "ログインを完了できませんでした。もう一度ログインしてください。"
            return notice(request, heading="ログインできません", message=message, status=400)
        except AuthRefused as refused:
            log.warning("login_refused", code=refused.code)
            return notice(request, heading="ログインできません", message=refused.problem.title, refused=refused)
        target = safe_next(request.session.get(NEXT))
        self._session.begin(request, principal)
        return RedirectResponse(target, status_code=303, headers=PAGE_HEADERS)

    async def end(self, request: Request) -> Response:
        """Log out of Kessai (the issuer's own session is the issuer's)."""
        self._session.end(request)
        return RedirectResponse("/login/ended", status_code=303, headers=PAGE_HEADERS)

    async def ended(self, request: Request) -> Response:
        """What one sees after logging out."""
        return notice(request, heading="ログアウトしました", message="画面を閉じてかまいません。")

    async def act_as(
        self, request: Request, post: Annotated[str, Form()], next: Annotated[str | None, Form()] = None
    ) -> Response:
        """Go on as another of one's posts (兼務, 事務取扱); refuses `login-needed` and `not-your-post`."""
        principal: Principal = await self._session(request)
        try:
            chosen = choose_post(principal, post, await self._directory(), self._clock.now())
        except AuthRefused as refused:
            raise PageRefused(refused.code) from refused
        if chosen is not None:
            self._session.act_as(request, chosen.code)
        return RedirectResponse(safe_next(next), status_code=303, headers=PAGE_HEADERS)
