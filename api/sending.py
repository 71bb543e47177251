"""Sending a command: the body as the verb wants it, through the gateway, and back as a document or a problem."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import versioned
from api.errors import Problem, invalid
from api.gateway import Answered, Sender
from api.parts import ApiParts
from api.strict_json import read_object, validated
from api.tracing import traceparent
from domain.record import Command, Record

C = TypeVar("C", bound=Command)


async def read_command(request: Request, shape: type[C], *, if_match: int | None = None, **from_path: str) -> C:
    """Give the request's body as a command of `shape`; fields `from_path` are not for the body to name.

    Refuses `unsupported-media-type` and `invalid` (also where If-Match and the body's version differ).
    """
    value = await read_object(request)
    for name, given in from_path.items():
        if name in value:
            raise invalid(name, "この項目はURLで指定します。")
        value[name] = given
    command = validated(shape, value)
    if if_match is None or command.version == if_match:
        return command
    if command.version is not None:
        raise invalid("If-Match", "本文の version と異なります。")
    return validated(shape, {**value, "version": if_match})


async def send(
    request: Request,
    parts: ApiParts,
    sender: Sender,
    key: str,
    *,
    noun: str,
    number: str | None,
    verb: str,
    body: Command,
) -> Answered:
    """Send a command and give its accepted outcome; a refusal is raised as the problem of its code."""
    if sender.kind == "person" and sender.post is None:
        raise Problem("not-your-post", field="Kessai-Post")
    answered = await parts.gateway.send(
        noun=noun,
        number=number,
        verb=verb,
        body=body,
        sender=sender,
        method=request.method,
        path=request.scope["path"],
        key=key,
        traceparent=traceparent(request.scope),
    )
    outcome = answered.outcome
    if outcome.result == "refused":
        raise Problem(str(outcome.code), field=outcome.field)
    return answered


async def case_answer(parts: ApiParts, record: Record[Any], answered: Answered, *, status: int) -> Response:
    """Give the case as it stood when the command was done: a repeated command gets the same answer for ever."""
    number, outcome = answered.number, answered.outcome

    def folded() -> dict[str, Any]:
        state, version = parts.reader.fold(record, number, version=outcome.version)
        return record.document(state, version, number)

    return versioned(await run_in_threadpool(folded), status=status, position=outcome.position)


BeforeSending = Callable[[ApiParts, Command], Awaitable[None]]
