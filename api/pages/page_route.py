"""Routes of pages: what fails inside one is a page too, never a document for programs."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from api.auth.codes import AuthRefused
from api.auth.forms import FormGuard
from api.errors import problem_of
from api.pages.problem_page import problem_page

Handler = Callable[..., Coroutine[Any, Any, Response]]
Number = Annotated[str, Path(max_length=64)]
Verb = Annotated[str, Path(max_length=64)]


class PageRoute(APIRoute):
    """`APIRouter(route_class=PageRoute)`. Refusals of identity keep their own pages (the way to the login)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except (AuthRefused, ClientDisconnect):
                raise
            except Exception as error:  # answered as a problem; problem_of logs what nobody expected
                page = problem_page(request, problem_of(error))
                if page is None:
                    raise
                return page

        return answer


def page_router() -> APIRouter:
    """Give a router for pages, which no OpenAPI document lists."""
    return APIRouter(include_in_schema=False, route_class=PageRoute)


def add_page(router: APIRouter, path: str, show: Handler) -> None:
    """Add a page that is only read."""
    router.add_api_route(path, show, methods=["GET"], response_model=None)


def add_form(router: APIRouter, path: str, show: Handler, send: Handler, form_guard: FormGuard) -> None:
    """Add a form: GET shows it, POST, guarded against other sites, sends it."""
    add_page(router, path, show)
    add_send(router, path, send, form_guard)


def add_send(router: APIRouter, path: str, send: Handler, form_guard: FormGuard) -> None:
    """Add where a form is sent to."""
    router.add_api_route(path, send, methods=["POST"], response_model=None, dependencies=[Depends(form_guard)])
