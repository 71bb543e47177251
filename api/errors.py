"""Refusals and failures as `application/problem+json` (RFC 9457), all of them through one function."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import psycopg
import structlog
from eventsourcing.persistence import InterfaceError, OperationalError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from api.auth.codes import AuthRefused
from api.gateway import Busy, OutcomeUnknown
from api.problems import PROBLEMS
from api.tracing import correlation_id
from api.validation import FieldError, field_errors
from domain.refusals import Refused

MEDIA_TYPE = "application/problem+json"
STATUS_CODES: Mapping[int, str] = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}
STORE_DOWN = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError, PoolTimeout)
log = structlog.get_logger(__name__)


class Problem(Exception):
    """An answer, not a failure: the request is refused with one of the codes of `PROBLEMS`.

    `field` names the one input that caused it, `errors` all of them; `detail` says more to the developer.
    """

    def __init__(
        self,
        code: str,
        *,
        field: str | None = None,
        detail: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.errors = tuple(errors)
        self.kind = PROBLEMS[code]
        self.detail = detail or self.kind.detail
        self.headers = dict(headers or {})


ANSWERS = (Problem, AuthRefused, Refused, RequestValidationError, Busy, OutcomeUnknown, HTTPException)
ProblemPage = Callable[[Request, Problem], Response | None]


def invalid(field: str, message: str) -> Problem:
    """Give the problem of one wrong input: `message` is the Japanese sentence for it."""
    return Problem("invalid", field=field, errors=[FieldError(field=field, message=message)])


def answer(scope: Scope, problem: Problem) -> Response:
    """Give the response of a problem: the members of RFC 9457, `code`, and where it applies `field` and `errors`."""
    correlation = correlation_id(scope)
    body: dict[str, Any] = {
        "type": f"urn:kessai:problem:{problem.code}",
        "title": problem.kind.title,
        "status": problem.kind.status,
        "code": problem.code,
        "detail": problem.detail,
        "instance": f"urn:kessai:request:{correlation}",
        "correlation_id": correlation,
    }
    if problem.field is not None:
        body["field"] = problem.field
    if problem.errors:
        body["errors"] = [{"field": each.field, "message": each.message} for each in problem.errors]
    headers = {"Cache-Control": "no-store", **problem.headers}
    if problem.kind.retry_after is not None:
        headers.setdefault("Retry-After", str(problem.kind.retry_after))
    return Response(msgspec.json.encode(body), problem.kind.status, headers=headers, media_type=MEDIA_TYPE)


async def send_problem(scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
    """Answer a problem from a middleware, where there is no route yet."""
    await answer(scope, problem)(scope, receive, send)


def problem_of(error: Exception) -> Problem:
    """Give the problem that an exception stands for; what nobody expected is `internal`, its traceback in the log."""
    match error:
        case Problem():
            return error
        case AuthRefused():
            return Problem(error.code, detail=error.detail, headers=error.problem.headers)
        case Refused():
            return Problem(error.code, field=error.field, detail=error.detail)
        case RequestValidationError():
            found = field_errors(error.errors())
            return Problem("invalid", field=found[0].field if found else None, errors=found)
        case Busy():
            return Problem("busy")
        case OutcomeUnknown():
            return Problem("outcome-unknown")
        case HTTPException():
            return _of_status(error)
    if isinstance(error, STORE_DOWN):
        log.warning("store_unavailable", reason=type(error).__name__)
        return Problem("unavailable")
    log.error("request_failed", exc_info=error)
    return Problem("internal")


def _of_status(error: HTTPException) -> Problem:
    """What the framework itself refuses: no such path, no such method, a form that cannot be read."""
    code = STATUS_CODES.get(error.status_code)
    if code is not None:
        return Problem(code, headers=error.headers)
    if error.status_code < 500:
        return Problem("invalid", detail=str(error.detail))
    log.error("request_failed", exc_info=error)
    return Problem("internal")


def install(app: FastAPI, problem_page: ProblemPage | None = None) -> None:
    """Answer every exception of a route as a problem: as a page where `problem_page` gives one, else as JSON.

    `PageRefused` keeps the handler of the pages.
    """

    async def handle(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        page = problem_page(request, problem) if problem_page else None
        return page or answer(request.scope, problem)

    for expected in (*ANSWERS, *STORE_DOWN):
        app.add_exception_handler(expected, handle)
