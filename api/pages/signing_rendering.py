"""Rendering the signers' pages: in two languages, with nothing of the officials' pages around them."""

from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.requests import Request

from api.errors import Problem
from api.pages.rendering import HEADERS, environment
from api.pages.signing_words import COOKIE, Words, language_of

LANGUAGE_KEPT_SECONDS = 90 * 24 * 3600


def show(request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Give a page. A language chosen in the address is remembered in this browser."""
    words = Words(language_of(request))
    found = environment().get_template(f"signing/{template}.html")
    text = found.render({"t": words, "path": "", **context})
    response = HTMLResponse(text, status, headers={**HEADERS, "Content-Language": words.language})
    if request.query_params.get("lang") == words.language:
        response.set_cookie(
            COOKIE, words.language, max_age=LANGUAGE_KEPT_SECONDS, httponly=True, samesite="lax", path="/sign",
            secure=request.url.scheme == "https",
        )  # fmt: skip
    return response


def onward(path: str) -> RedirectResponse:
    """Give the answer to a form that was sent and done."""
    return RedirectResponse(path, status_code=303, headers=dict(HEADERS))


def calm(request: Request, problem: Problem) -> HTMLResponse:
    """Give the one page for whatever does not lead to a contract: it says nothing about any."""
    is_link = problem.kind.status in (401, 404)
    response = show(
        request, "calm", status=problem.kind.status, heading=None if is_link else Words(language_of(request))("error"),
        message=None if is_link else Words(language_of(request)).refusal(problem),
    )  # fmt: skip
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response
