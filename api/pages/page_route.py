"""Routes of pages: what fails inside one is a page too, never a document for programs."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from api.auth.codes import AuthRefused
from api.errors import problem_of
from api.pages.problem_page import problem_page


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
