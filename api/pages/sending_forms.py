"""A form on its way: as it is opened, sent under its key through the API's own door, and as it comes back when it was
refused: with everything that was typed and one sentence why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from api.auth.codes import AuthRefused
from api.auth.principal import choose_post
from api.errors import Problem, problem_of
from api.gateway import Busy, OutcomeUnknown, Sender
from api.pages.desk import who
from api.pages.flash import note_done
from api.pages.reading_forms import NOTHING, Typed, key_of, version_of
from api.pages.rendering import new_key
from api.parts import ApiParts, parts_of
from api.sending import send
from api.strict_json import validated
from domain.record import Command, Record
from domain.refusals import Refused

EXPECTED = (Problem, AuthRefused, Refused, Busy, OutcomeUnknown)  # what a form comes back with
UNSENT = ("busy", "outcome-unknown", "unavailable")  # the same form, sent again under the same key, settles these
SENT_ALREADY = "この画面からはすでに一度送信されています。今の状態を確かめて、必要ならもう一度送ってください。"
ON_PAGE = {"Kessai-Post": "post_as", "drafter_post": "post_as", "attachments": "files"}
UNSEEN = ("version", "key", "Idempotency-Key", "submit")
OnPage = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form as it stands on a page: what was typed, the key and version it will be sent with, and what was wrong.

    `again` says that what was sent is not settled: the same has to be sent again under the same key.
    """

    typed: Typed = NOTHING
    key: str = field(default_factory=new_key)
    version: int | None = None
    message: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    again: bool = False
    status: int = 200

    @property
    def shown(self) -> dict[str, Any]:
        """What templates call it."""
        return {
            "typed": self.typed, "key": self.key, "version": self.version, "message": self.message,
            "errors": dict(self.errors), "again": self.again,
        }  # fmt: skip


def come_back(
    typed: Typed, problem: Problem | None, *, version: int | None = None, on_page: OnPage = lambda name: name
) -> Filled:
    """Give the form as typed, with what was wrong; `version` is the newest.

    A refusal stands for ever under its key, so the next try gets a new key and the newest version; what is not settled
    keeps both.
    """
    if problem is None:
        return Filled(typed=typed, version=version)
    settles = problem.code in UNSENT
    return Filled(
        typed=typed, key=typed.text("key") if settles else new_key(), again=settles, status=problem.kind.status,
        version=version_of(typed).get("version", version) if settles else version, message=message_of(problem),
        errors=errors_of(problem, on_page),
    )  # fmt: skip


async def send_form(
    request: Request, typed: Typed, *, record: Record[Any], number: str | None, verb: str,
    values: Callable[[], Mapping[str, Any]], label: str = "",
) -> str | Problem:  # fmt: skip
    """Send what `values` reads from a form as the command `verb`; give the case's number, or what was refused.

    `label` is what the next page says was done, where it is not the verb. Raises the problem `not-found` of a case.
    """
    try:
        body = validated(record.commands[verb], dict(values()))
        return await send_as(
            request, parts_of(request), typed, record=record, number=number, verb=verb, body=body, label=label
        )
    except EXPECTED as error:
        problem = problem_of(error)
        if problem.code == "not-found" and number is not None:
            raise problem from error
        return problem


async def send_as(
    request: Request, parts: ApiParts, typed: Typed, *, record: Record[Any], number: str | None, verb: str,
    body: Command, label: str = "",
) -> str:  # fmt: skip
    """Send a command as the post that the form names, under its key; give the case's number. Raises as `send`."""
    principal, reader = await who(request, parts)
    post = choose_post(principal, typed.text("post_as") or None, reader.directory, reader.now)
    sender = Sender(person=principal.id, post=post.code if post else None)
    answered = await send(request, parts, sender, key_of(typed), noun=record.noun, number=number, verb=verb, body=body)
    note_done(request, number=answered.number, verb=label or record.labels[verb], position=answered.outcome.position)
    return answered.number


def message_of(problem: Problem) -> str:
    """The sentence at the top of the form."""
    return SENT_ALREADY if problem.code == "key-reused" else problem.kind.title


def errors_of(problem: Problem, on_page: OnPage = lambda name: name) -> dict[str, str]:
    """The sentence at each field that caused the problem, under the field's name on the page (`on_page`)."""
    found = {error.field: error.message for error in problem.errors}
    if not found and problem.field:
        found[problem.field] = problem.kind.title
    named = {_named(field, on_page): message for field, message in found.items()}
    return {name: message for name, message in named.items() if name not in UNSEEN}


def _named(field: str, on_page: OnPage) -> str:
    name = on_page(field).split(".")[0]
    return ON_PAGE.get(name, name)
