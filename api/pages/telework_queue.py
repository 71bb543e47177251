"""所属長の承認待ち: what waits for the reader as head or stand-in, several answered at once, each by a command."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.auth.forms import FormGuard
from api.auth.principal import Principal, choose_post
from api.cases import known_number
from api.errors import Problem, problem_of
from api.gateway import Sender
from api.pages import telework_labels
from api.pages.desk import Reader, who
from api.pages.flash import POSITION, behind
from api.pages.page_route import add_form, page_router
from api.pages.reading_forms import KEY, Typed, version_of
from api.pages.rendering import new_key, render
from api.pages.sending_forms import EXPECTED, UNSENT, message_of
from api.pages.telework_desk import href
from api.pages.telework_lists import LISTS, QUEUED_MAX, Awaiting, awaiting
from api.parts import ApiParts, parts_of
from api.sending import send
from api.strict_json import validated
from domain.telework import RECORD

PATH = "/telework/queue"
AT_ONCE_MAX = 8  # commands under way at the same moment
SEVERAL: Mapping[str, str] = {"approve": "承認・命令", "acknowledge": "確認"}  # what several may be answered with


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one row. `key` is given where the same must be sent again to know."""

    number: str
    label: str
    is_done: bool
    text: str
    position: int = 0
    key: str = ""

    @property
    def href(self) -> str:
        return href(self.number)


class QueuePages:
    """`/telework/queue`: GET shows, POST answers those that were ticked."""

    def __init__(self, form_guard: FormGuard) -> None:
        self.router = page_router()
        add_form(self.router, PATH, self.queue, self.answer, form_guard)

    async def queue(self, request: Request, all: Annotated[str, Query(max_length=20)] = "") -> Response:
        """What waits for the reader; `all` names the verb for which every row comes ticked."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, *LISTS)
        rows = await run_in_threadpool(awaiting, parts, reader)
        return _page(request, reader, rows, behind=late, ticked=all)

    async def answer(self, request: Request) -> Response:
        """Send one command a ticked row, each under the key of its row; say of each what became of it. Sending the page
        again does nothing twice.
        """
        parts = parts_of(request)
        principal, reader = await who(request, parts)
        typed = Typed.of(await request.form())
        verb = typed.text("verb")
        if verb not in SEVERAL:
            raise Problem("unknown-verb")
        numbers = list(dict.fromkeys(typed.all("number")))[:QUEUED_MAX]
        before = {one.row.number: one for one in await run_in_threadpool(awaiting, parts, reader)}
        turns = asyncio.Semaphore(AT_ONCE_MAX)

        async def one(number: str) -> Result:
            async with turns:
                label = before[number].label if number in before else number
                return await _answered(request, parts, principal, reader, typed, number, verb, label)

        results = await asyncio.gather(*map(one, numbers))
        done = {each.number for each in results if each.is_done}
        if done:
            request.session[POSITION] = max(each.position for each in results)
        late = await behind(request, parts, *LISTS)
        rows = [one for one in await run_in_threadpool(awaiting, parts, reader) if one.row.number not in done]
        message = "" if numbers else f"{SEVERAL[verb]}するものに印を付けてください。"
        return _page(request, reader, rows, behind=late, results=results, verb=verb, message=message)


async def _answered(
    request: Request, parts: ApiParts, principal: Principal, reader: Reader, typed: Typed, number: str, verb: str,
    label: str,
) -> Result:  # fmt: skip
    """Send one row's command; a refusal or a failure is that row's alone."""
    key = typed.text(f"key-{number}")
    try:
        if KEY.fullmatch(key) is None:
            raise Problem("key-missing", field="key")
        post = choose_post(principal, typed.text(f"post-{number}") or None, reader.directory, reader.now)
        sender = Sender(person=principal.id, post=post.code if post else None)
        body = validated(RECORD.commands[verb], version_of(typed, f"version-{number}"))
        known = known_number(number)
        answered = await send(request, parts, sender, key, noun=RECORD.noun, number=known, verb=verb, body=body)
    except EXPECTED as error:
        problem = problem_of(error)
        again = key if problem.code in UNSENT else ""
        return Result(number=number, label=label, is_done=False, text=message_of(problem), key=again)
    done = f"{SEVERAL[verb]}しました。"
    return Result(number=number, label=label, is_done=True, text=done, position=answered.outcome.position or 0)


def _page(
    request: Request, reader: Reader, rows: Sequence[Awaiting], *, results: Sequence[Result] = (), **more: Any
) -> Response:
    failed = {each.number: each for each in results if not each.is_done}
    groups = {task: [one for one in rows if one.task == task] for task in ("approve", "overtime", "acknowledge")}
    unsettled = {number: each.key for number, each in failed.items() if each.key}
    keys = {one.row.number: unsettled.get(one.row.number) or new_key() for one in rows}
    context: dict[str, Any] = {"ticked": "", "verb": "", "message": "", **more}
    return render(
        request, "telework/queue.html", status=200 if not context["message"] else 400, reader=reader,
        tele=telework_labels, groups=groups, results=results, failed=failed, keys=keys, several=SEVERAL,
        queued_max=QUEUED_MAX, **context,
    )  # fmt: skip
