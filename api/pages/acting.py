"""Acting on a case: every act's own form, and its way through the same door as the API's commands."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.auth.codes import AuthRefused
from api.auth.forms import FormGuard
from api.auth.principal import choose_post
from api.errors import Problem, problem_of
from api.gateway import Busy, OutcomeUnknown, Sender
from api.pages.act_fields import ActForm
from api.pages.acts import open_acts
from api.pages.approval import Number
from api.pages.approval_acts import ACTS, act_form
from api.pages.desk import Look, Reader, look, who
from api.pages.flash import note_done
from api.pages.page_route import PageRoute
from api.pages.post_choice import choices
from api.pages.reading_forms import NOTHING, Typed, act_values, key_of
from api.pages.rendering import HEADERS, new_key, render
from api.pages.seen import news
from api.parts import ApiParts, parts_of
from api.sending import send
from api.strict_json import validated
from domain.approval import RECORD
from domain.record import Command

SENT_ALREADY = "この画面からはすでに一度送信されています。案件の今の状態を確かめて、必要ならもう一度送ってください。"
CLOSED = "この操作は、今のあなたには開かれていません。"
ON_PAGE = {"Kessai-Post": "post_as", "drafter_post": "post_as", "attachments": "files"}
UNSEEN = ("version", "key", "Idempotency-Key", "submit")
UNSENT = ("busy", "outcome-unknown", "unavailable")  # the same form, sent again under the same key, settles these


class ActPages:
    """`/approvals/{number}/acts/{verb}`: GET shows the form, POST sends it."""

    def __init__(self, form_guard: FormGuard) -> None:
        self.router = APIRouter(include_in_schema=False, route_class=PageRoute)
        path = "/approvals/{number}/acts/{verb}"
        self.router.add_api_route(path, self.ask, methods=["GET"], response_model=None)
        self.router.add_api_route(
            path, self.act, methods=["POST"], response_model=None, dependencies=[Depends(form_guard)]
        )

    async def ask(self, request: Request, number: Number, verb: str) -> Response:
        """The form of one act, whether or not it is open: a form kept in a tab says why it no longer is."""
        case = await look(request, parts_of(request), number)
        form = _form(verb, case)
        acts = open_acts((ACTS[verb],), RECORD, case.state, case.given)
        return _page(request, case, form, NOTHING, message="" if acts.open else CLOSED)

    async def act(self, request: Request, number: Number, verb: str) -> Response:
        """Send the act. Refused, the form comes back with everything that was typed and one sentence why."""
        parts = parts_of(request)
        case = await look(request, parts, number)
        form, typed = _form(verb, case), Typed.of(await request.form())
        if typed.text("step") == "search":
            return _page(request, case, form, typed, key=typed.text("key"))
        try:
            body = validated(RECORD.commands[verb], act_values(form, typed))
            await send_as(request, parts, typed, number=number, verb=verb, body=body)
        except (Problem, AuthRefused, Busy, OutcomeUnknown) as error:
            problem = problem_of(error)
            if problem.code == "not-found":
                raise problem from error
            return await self._refused(request, number, form, typed, problem)
        return RedirectResponse(f"/approvals/{number}", status_code=303, headers=dict(HEADERS))

    async def _refused(self, request: Request, number: str, form: ActForm, typed: Typed, problem: Problem) -> Response:
        """The form again. A refusal stands for ever under its key, so the next try gets a new one; what is not settled
        keeps its key.
        """
        case = await look(request, parts_of(request), number)
        settles = problem.code in UNSENT
        known = int(typed.text("version", "0")) if typed.text("version").isdecimal() else case.version
        return _page(
            request, case, form if settles else _form(form.verb, case), typed,
            key=typed.text("key") if settles else "",
            version=known if settles else case.version, seen=min(known, case.version),
            status=problem.kind.status, message=message_of(problem), errors=errors_of(problem), again=settles,
        )  # fmt: skip


async def send_as(
    request: Request, parts: ApiParts, typed: Typed, *, number: str | None, verb: str, body: Command
) -> str:
    """Send a command as the post that the form names, under its key; give the case's number. Raises as `send`."""
    principal, reader = await who(request, parts)
    post = choose_post(principal, typed.text("post_as") or None, reader.directory, reader.now)
    sender = Sender(person=principal.id, post=post.code if post else None)
    answered = await send(request, parts, sender, key_of(typed), noun=RECORD.noun, number=number, verb=verb, body=body)
    note_done(request, number=answered.number, verb=verb, position=answered.outcome.position)
    return answered.number


def message_of(problem: Problem) -> str:
    """The sentence at the top of the form."""
    return SENT_ALREADY if problem.code == "key-reused" else problem.kind.title


def errors_of(problem: Problem) -> dict[str, str]:
    """The sentence at each field that caused the problem, under the field's name on the page."""
    found = {error.field: error.message for error in problem.errors}
    if not found and problem.field:
        found[problem.field] = problem.kind.title
    named = {ON_PAGE.get(field.split(".")[0], field.split(".")[0]): message for field, message in found.items()}
    return {name: message for name, message in named.items() if name not in UNSEEN}


def _form(verb: str, case: Look) -> ActForm:
    form = act_form(verb, case)
    if form is None:
        raise Problem("not-found")
    return form


def _page(
    request: Request, case: Look, form: ActForm, typed: Typed, *, key: str = "", version: int | None = None,
    seen: int | None = None, status: int = 200, message: str = "", errors: Mapping[str, str] | None = None,
    again: bool = False,
) -> Response:  # fmt: skip
    since = news(case, seen if seen is not None else case.version)
    return render(
        request, "approval/act.html", status=status, reader=case.reader, look=case, state=case.state,
        draft=case.state.content, form=form, typed=typed, key=key or new_key(), version=version or case.version,
        message=message, errors=dict(errors or {}), again=again, posts=_posts(form, typed, case.reader), **since,
    )  # fmt: skip


def _posts(form: ActForm, typed: Typed, reader: Reader) -> dict[str, Any]:
    """What is offered where a post is to be chosen."""
    fields: Sequence[str] = [field.name for field in form.fields if field.kind in ("post", "posts")]
    return {name: choices(reader, typed.text(f"{name}_search"), typed.all(name)) for name in fields}
