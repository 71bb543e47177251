"""Refusals that a person sees on a page, with the way on: log in again, or reload."""

from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from api.auth.codes import AuthRefused
from api.auth.next_path import login_path
from api.auth.page_headers import PAGE_HEADERS

TEMPLATES = Jinja2Templates(directory=Path(__file__).parent.parent / "templates" / "login")


class PageRefused(AuthRefused):
    """An `AuthRefused` answered with a page instead of problem+json."""


class LoginNeeded(PageRefused):
    """The page needs a session and there is none (any more)."""

    def __init__(self) -> None:
        super().__init__("login-needed")


def answer_page_refused(request: Request, refused: Exception) -> Response:
    """The exception handler: a GET without session goes to the login and comes back, all else gets a page."""
    if not isinstance(refused, PageRefused):
        raise refused
    if isinstance(refused, LoginNeeded) and request.method in ("GET", "HEAD"):
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(login_path(here), status_code=303, headers=PAGE_HEADERS)
    done = "" if request.method in ("GET", "HEAD") else "操作は行われていません。"
    return notice(request, heading="手続きできません", message=refused.problem.title + done, refused=refused)


def notice(
    request: Request,
    *,
    heading: str,
    message: str,
    refused: AuthRefused | None = None,
    status: int = 200,
    link: tuple[str, str] = ("/login", "ログインする"),
) -> HTMLResponse:
    """A page with one sentence and one link; a refusal brings its own status and headers."""
    context = {
        "heading": heading,
        "message": message,
        "link": link[0],
        "link_label": link[1],
        "is_refusal": refused is not None or status >= 400,
    }
    headers = {**PAGE_HEADERS, **(refused.problem.headers if refused else {})}
    return TEMPLATES.TemplateResponse(
        request, "notice.html", context, status_code=refused.problem.status if refused else status, headers=headers
    )
