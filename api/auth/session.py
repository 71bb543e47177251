"""The login session of pages: a signed cookie that holds who is logged in as which post, and nothing else of theirs."""

import secrets
from datetime import timedelta
from typing import Any

from fastapi import FastAPI, Request
from starlette.middleware.sessions import SessionMiddleware

from api.auth.pages import LoginNeeded
from api.auth.principal import Principal
from domain.clock import Clock

SESSION_LIFETIME = timedelta(hours=12)  # one working day; logging in again is the only way to prolong it


def add_session_cookie(app: FastAPI, *, secret: str, public_url: str) -> None:
    """Give the app its session cookie: signed, HttpOnly, SameSite=Lax; on https Secure and `__Host-` bound."""
    secure = public_url.startswith("https://")
    app.add_middleware(
        SessionMiddleware,
        secret_key=secret,
        session_cookie="__Host-kessai" if secure else "kessai",
        max_age=int(SESSION_LIFETIME.total_seconds()),
        same_site="lax",
        https_only=secure,
    )


class LoginSession:
    """Reads and writes the session; `Depends(session)` gives the `Principal` or raises `LoginNeeded`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, request: Request) -> Principal:
        principal = self.principal(request)
        if principal is None:
            raise LoginNeeded
        return principal

    def principal(self, request: Request) -> Principal | None:
        """Who is logged in, by the injected clock; None without a session or after its end."""
        held: dict[str, Any] = request.session
        if "person" not in held or held["until"] <= self._clock.now().timestamp():
            return None
        return Principal(kind="person", id=held["person"], default_post=held["post"])

    def begin(self, request: Request, principal: Principal) -> None:
        """Start a session. What an earlier one held is gone, so a cookie planted before the login is worth nothing."""
        until = (self._clock.now() + SESSION_LIFETIME).timestamp()
        request.session.clear()
        request.session.update(
            person=principal.id, post=principal.default_post, until=until, form_token=secrets.token_urlsafe(32)
        )

    def act_as(self, request: Request, post: str) -> None:
        """Make `post` (checked by the caller to be theirs) the post of the session."""
        request.session["post"] = post

    def end(self, request: Request) -> None:
        """End the session."""
        request.session.clear()
