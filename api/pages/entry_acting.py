"""管理簿の記入と処理: what is particular to forms that are drawn from a register's definition."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.auth.forms import FormGuard
from api.pages.act_fields import ActForm
from api.pages.acting import Acting, form_page
from api.pages.desk import Reader, who
from api.pages.entry import Code, EntryLook, look_at, next_form, register_in, shown
from api.pages.entry_forms import PREFIX, act_form, entry_form, field_values, on_page
from api.pages.page_route import add_form, page_router
from api.pages.reading_forms import Typed, version_of
from api.pages.rendering import see
from api.pages.sending_forms import Filled, come_back, send_form
from api.parts import parts_of
from domain.entry import RECORD
from domain.entry.definitions import register_of


def _form(verb: str, entry: EntryLook) -> ActForm | None:
    register = register_of(entry.state, entry.reader.rules)
    transition = register.transitions.get(verb)
    return act_form(register, transition, entry.reader, verb=verb) if transition else None


def _values(form: ActForm, typed: Typed, entry: EntryLook) -> Mapping[str, Any]:
    return {"transition": form.verb, "fields": field_values(form, typed), **version_of(typed)}


def _onward(verb: str, entry: EntryLook) -> str | None:
    """Where the definition says so, the next entry's form follows."""
    opens = register_of(entry.state, entry.reader.rules).transitions[verb].opens
    following = next_form(entry.number, opens, entry.reader)
    return following[0] if following else None


ACTING = Acting(
    record=RECORD,
    template="entry/act.html",
    back="記録に戻る",
    lay=look_at,
    form_of=_form,
    is_open=lambda verb, entry: verb in entry.verbs,
    shown=lambda entry, seen: shown(entry),
    values=_values,
    command="move",
    on_page=on_page,
    onward=_onward,
)


class EntrySheetPages:
    """`/registers/{register}/new`: a new entry."""

    def __init__(self, form_guard: FormGuard) -> None:
        self.router = page_router()
        add_form(self.router, "/registers/{register}/new", self.blank, self.enter, form_guard)

    async def blank(self, request: Request, register: Code) -> Response:
        """An empty form; what the address names (`?carry_out=R8-000123`) is filled in."""
        _, reader = await who(request, parts_of(request))
        form = entry_form(register_in(reader, register), reader)
        query = request.query_params
        named = {each.name: [query[key]] for each in form.fields if (key := each.name.removeprefix(PREFIX)) in query}
        return _page(request, reader, register, form, Filled(typed=Typed(named)))

    async def enter(self, request: Request, register: Code) -> Response:
        """Make the entry. Refused, the form comes back with everything that was typed and one sentence why."""
        _, reader = await who(request, parts_of(request))
        form, typed = entry_form(register_in(reader, register), reader), Typed.of(await request.form())

        def values() -> dict[str, Any]:
            return {"register_code": register, "fields": field_values(form, typed)}

        sent = await send_form(request, typed, record=RECORD, number=None, verb="enter", values=values, label="記入")
        if isinstance(sent, str):
            return see(f"/{RECORD.plural}/{sent}")
        return _page(request, reader, register, form, come_back(typed, sent, on_page=on_page))


def _page(request: Request, reader: Reader, code: str, form: ActForm, filled: Filled) -> Response:
    return form_page(
        request, "entry/act.html", reader, form, filled, action=f"/registers/{code}/new", back=f"/registers/{code}",
        back_label="一覧に戻る", post=reader.post.code if reader.post else None, look=None, names={},
    )  # fmt: skip
