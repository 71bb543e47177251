"""Forms that only our own pages can send: a token of the session, and the browser's word for the sender."""

import secrets
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import HTTPConnection

from api.auth.pages import PageRefused

FIELD = "form_token"
HEADER = "x-form-token"


def form_token(connection: HTTPConnection) -> str:
    """The token for `<input type="hidden" name="form_token" value="…">` in every form of a page of this session.

    Empty without a session: such a form cannot be sent.
    """
    return str(connection.session.get(FIELD, ""))


class FormGuard:
    """`Depends(form_guard)` on every POST of a page; refuses with `forged-form`.

    The token comes in the form field `form_token` or, from scripts, in the header `X-Form-Token`. Where the browser
    says from which site the request comes (Sec-Fetch-Site, Origin), that must be this one.
    """

    def __init__(self, *, public_url: str) -> None:
        self._origin = public_url.rstrip("/").lower()

    async def __call__(self, request: Request) -> AsyncIterator[None]:
        """Check before the route runs; afterwards close what was uploaded with the form."""
        try:
            await self._require_own_form(request)
            yield
        finally:
            await request.close()

    async def _require_own_form(self, request: Request) -> None:
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site not in (None, "same-origin") or (origin is not None and origin.lower() != self._origin):
            raise PageRefused("forged-form", "The request comes from another site.")
        expected = form_token(request)
        if not expected:
            raise PageRefused("forged-form", "There is no session to which the form could belong.")
        given = request.headers.get(HEADER) or (await request.form()).get(FIELD)
        if not isinstance(given, str) or not secrets.compare_digest(_bytes(given), _bytes(expected)):
            raise PageRefused("forged-form", "The form token is missing or belongs to another session.")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # a multipart form may claim a charset that yields lone surrogates
