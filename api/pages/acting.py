"""Acting on a case: every act's own form, shown, sent and answered in one way for all processes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from fastapi import Request
from fastapi.responses import Response

from api.auth.forms import FormGuard
from api.errors import Problem
from api.pages.act_fields import ActForm
from api.pages.desk import Reader
from api.pages.page_route import Number, Verb, add_form, page_router
from api.pages.post_choice import choices
from api.pages.reading_forms import Typed, act_values, version_of
from api.pages.rendering import render, see
from api.pages.sending_forms import Filled, OnPage, come_back, send_form
from api.parts import ApiParts, parts_of
from domain.record import Record

CLOSED = "この操作は、今のあなたには開かれていません。"


class Laid(Protocol):
    """A case as it lies in front of a reader, who acts there as `acting_post`."""

    @property
    def number(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def reader(self) -> Reader: ...
    @property
    def acting_post(self) -> str | None: ...


L = TypeVar("L", bound=Laid)


@dataclass(frozen=True, kw_only=True)
class Acting(Generic[L]):
    """What is particular to the acts of one process.

    `lay` opens a case; `form_of` gives an act's form, None where there is no such act; `is_open` says whether the rules
    would take it now; `values` reads the command's body. `shown` is what `template` (which extends `act.html`) shows of
    the case besides the form; its second argument is the version the person has seen.
    """

    record: Record[Any]
    template: str
    back: str  # what the link back to the case says
    lay: Callable[[Request, ApiParts, str], Awaitable[L]]
    form_of: Callable[[str, L], ActForm | None]
    is_open: Callable[[str, L], bool]
    shown: Callable[[L, int], Mapping[str, Any]]
    values: Callable[[ActForm, Typed, L], Mapping[str, Any]] = lambda form, typed, case: act_values(form, typed)
    command: str = ""  # the one verb under which all acts are sent; empty: each is a verb
    on_page: OnPage = lambda name: name  # what a field of the command is called on the page
    onward: Callable[[str, L], str | None] = lambda verb, case: None  # where an act leads, if not to the case
    is_versioned: bool = True  # refused where the case has moved on since the page was made
    sends_to: Mapping[str, str] = field(default_factory=dict)  # acts whose form takes a file → where it is sent

    def href(self, number: str) -> str:
        return f"/{self.record.plural}/{number}"


class ActPages(Generic[L]):
    """`/{plural}/{number}/acts/{verb}` of one process: GET shows the form, POST sends it."""

    def __init__(self, form_guard: FormGuard, acting: Acting[L]) -> None:
        self._acting = acting
        self.router = page_router()
        add_form(self.router, f"{acting.href('{number}')}/acts/{{verb}}", self.ask, self.act, form_guard)

    async def ask(self, request: Request, number: Number, verb: Verb) -> Response:
        """The form of one act, whether or not it is open: a form kept in a tab says why it no longer is."""
        case = await self._acting.lay(request, parts_of(request), number)
        form = self._form(verb, case)
        message = "" if self._acting.is_open(verb, case) else CLOSED
        return self._page(request, case, form, Filled(version=self._version(case), message=message))

    async def act(self, request: Request, number: Number, verb: Verb) -> Response:
        """Send the act. Refused, the form comes back with everything that was typed and one sentence why."""
        return await self.take(request, number, verb, Typed.of(await request.form()))

    async def take(self, request: Request, number: str, verb: str, typed: Typed) -> Response:
        """As `act`, with what was typed already read."""
        acting = self._acting
        case = await acting.lay(request, parts_of(request), number)
        form = self._form(verb, case)
        if typed.text("step") == "search":
            return self._page(
                request, case, form, Filled(typed=typed, key=typed.text("key"), version=self._version(case))
            )
        command = acting.command or verb
        sent = await send_form(
            request, typed, record=acting.record, number=number, verb=command,
            values=lambda: acting.values(form, typed, case), label=form.heading if acting.command else "",
        )  # fmt: skip
        if isinstance(sent, str):
            return see(acting.onward(verb, case) or acting.href(number))
        now = await acting.lay(request, parts_of(request), number)
        filled = come_back(typed, sent, version=self._version(now), on_page=acting.on_page)
        seen = min(version_of(typed).get("version", now.version), now.version)
        return self._page(request, now, form if filled.again else self._form(verb, now), filled, seen=seen)

    def _version(self, case: L) -> int | None:
        return case.version if self._acting.is_versioned else None

    def _form(self, verb: str, case: L) -> ActForm:
        form = self._acting.form_of(verb, case)
        if form is None:
            raise Problem("not-found")
        return form

    def _page(self, request: Request, case: L, form: ActForm, filled: Filled, *, seen: int | None = None) -> Response:
        acting, href = self._acting, self._acting.href(case.number)
        action = acting.sends_to.get(form.verb, f"{href}/acts/{form.verb}")
        return form_page(
            request, acting.template, case.reader, form, filled, action=action, back=href,
            back_label=acting.back, post=case.acting_post,
            **acting.shown(case, case.version if seen is None else seen),
        )  # fmt: skip


def form_page(
    request: Request, template: str, reader: Reader, form: ActForm, filled: Filled, /, **context: Any
) -> Response:
    """Give the page of a form. `context` needs `action`, `back`, `back_label` and `post` (which of the reader's posts
    acts), and what the template shows besides.
    """
    asked = [field.name for field in form.fields if field.kind in ("post", "posts")]
    posts = {name: choices(reader, filled.typed.text(f"{name}_search"), filled.typed.all(name)) for name in asked}
    shown = {**context, **filled.shown, "reader": reader, "form": form, "posts": posts}
    return render(request, template, status=filled.status, **shown)
