"""A problem as a person sees it: one sentence, what to do next, and the number by which support finds it."""

from fastapi import Request
from fastapi.responses import Response

from api.errors import Problem
from api.pages.rendering import render
from api.pages.signing_rendering import calm
from api.signing.links import PATH
from api.tracing import correlation_id

SIGNERS = f"{PATH}/"  # people without an account: nothing there leads to the officials' pages
NOT_PAGES = ("/v1/", "/codec", "/healthz", "/readyz", "/metrics", "/static/")


def problem_page(request: Request, problem: Problem) -> Response | None:
    """Give the page for a problem; None where no browser asks for a page, so that it is answered as JSON."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if not wants_page or request.url.path.startswith(NOT_PAGES):
        return None
    if request.url.path.startswith(SIGNERS):
        return calm(request, problem)
    response = render(
        request, "problem.html", status=problem.kind.status, problem=problem,
        correlation=correlation_id(request.scope), nothing_done=request.method == "POST" and problem.kind.status < 500,
    )  # fmt: skip
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response
