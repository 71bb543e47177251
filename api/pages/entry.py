"""管理簿の画面: the registers, the entries of one, and one entry with the acts open to whoever looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.cases import open_case
from api.errors import Problem
from api.pages.act_fields import Tone
from api.pages.desk import Reader, who
from api.pages.flash import behind, take_flash
from api.pages.page_route import Number, add_page, page_router
from api.pages.reading_forms import Typed, dates
from api.pages.rendering import render
from api.parts import ApiParts, parts_of
from api.routes.entry_list import all_entries, as_csv, with_lower
from api.spreadsheet import Encoding
from api.validation import FieldError
from domain.entry import RECORD
from domain.entry.definitions import in_force
from domain.entry.moving import open_verbs
from domain.entry.state import Entry
from domain.entry.view import because
from domain.policies.entry import Register, Transition
from domain.record import Given
from domain.refusals import Refused
from projections.entry import EntryRow
from projections.queries.cursors import BadCursor
from projections.queries.entry import EntryFilters

PAGE_ENTRIES = 20
NAMES = ("text", "state", "unit", "from", "to")
Code = Annotated[str, Path(max_length=64)]


@dataclass(frozen=True, kw_only=True)
class EntryLook:
    """One entry as a reader sees it. `verbs` are the acts open to them."""

    number: str
    state: Entry
    version: int
    reader: Reader
    given: Given
    verbs: Mapping[str, Transition]

    @property
    def acting_post(self) -> str | None:
        return self.given.by.post


async def look_at(request: Request, parts: ApiParts, number: str) -> EntryLook:
    """Give the entry as the one logged in sees it; raises `LoginNeeded` and the problem `not-found`."""
    principal, reader = await who(request, parts)
    found = await open_case(parts, RECORD, number, principal)
    mine = [post for post in found.state.standing.posts if post in reader.post_codes]
    if found.state.entrant.person == reader.person and found.state.entrant.post in reader.post_codes:
        mine.append(found.state.entrant.post)
    given = reader.given(number, mine[0] if mine else None)
    return EntryLook(
        number=number, state=found.state, version=found.version, reader=reader, given=given,
        verbs=open_verbs(found.state, given),
    )  # fmt: skip


def registers(reader: Reader) -> Mapping[str, Register]:
    """Give the registers in force today; none where no edition is."""
    try:
        return in_force(reader.rules, reader.today).definitions
    except Refused:
        return {}


def register_in(reader: Reader, code: str) -> Register:
    """Give one register in force today; refuses `unknown-register`."""
    found = registers(reader).get(code)
    if found is None:
        raise Problem("unknown-register")
    return found


def tone_of(*, closed: bool, overdue: bool) -> str:
    """The colour of a state."""
    return "ended" if overdue and not closed else "good" if closed else "moving"


class EntryPages:
    """`/registers`, `/registers/{register}` and `/register-entries/{number}`. Nothing here changes an entry."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, "/registers", self.all)
        add_page(self.router, "/registers/{register}", self.entries)
        add_page(self.router, "/registers/{register}/csv", self.file)
        add_page(self.router, f"/{RECORD.plural}/{{number}}", self.entry)

    async def all(self, request: Request) -> Response:
        """Every register, with what it is for."""
        _, reader = await who(request, parts_of(request))
        return render(request, "entry/registers.html", reader=reader, registers=registers(reader))

    async def entries(self, request: Request, register: Code) -> Response:
        """The entries of one register that this reader may see and that meet every filter, newest first."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        definition = register_in(reader, register)
        late = await behind(request, parts, RECORD.noun)
        typed, errors = _asked(request), list[FieldError]()
        filters, rows, following = _filters(register, reader, typed, errors), list[EntryRow](), None
        if not errors:
            try:
                found = await run_in_threadpool(
                    parts.entries.list_entries, filters, reader.scope, cursor=typed.text("cursor") or None,
                    limit=PAGE_ENTRIES,
                )  # fmt: skip
                rows, following = list(found.entries), found.next_cursor
            except BadCursor:
                errors.append(FieldError("cursor", "続きの位置が正しくありません。最初から探してください。"))
        kept = [(name, value) for name in NAMES for value in typed.all(name)]
        return render(
            request, "entry/list.html", status=400 if errors else 200, reader=reader, code=register,
            register=definition, rows=rows, typed=typed, errors={error.field: error.message for error in errors},
            behind=late, kept=urlencode(kept), units=reader.directory.units(reader.today), tone_of=tone_of,
            next_page=urlencode([*kept, ("cursor", following)]) if following else None,
        )  # fmt: skip

    async def file(
        self, request: Request, register: Code, encoding: Annotated[Encoding, Query()] = "utf-8"
    ) -> Response:
        """The same entries, all of them, for a spreadsheet."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        definition, errors = register_in(reader, register), list[FieldError]()
        filters = _filters(register, reader, _asked(request), errors)
        if errors:
            raise Problem("invalid", field=errors[0].field, errors=errors)
        rows = await run_in_threadpool(lambda: list(all_entries(parts, filters, reader.scope)))
        return as_csv(definition, rows, encoding)

    async def entry(self, request: Request, number: Number) -> Response:
        """One entry: what it says, for whom it waits, who was told, its timeline, and what the reader may do."""
        entry = await look_at(request, parts_of(request), number)
        definition = registers(entry.reader).get(entry.state.register)
        opens = None if entry.state.closed else next_form(number, entry.state.opens, entry.reader)
        return render(
            request, "entry/entry.html", **shown(entry), notice=definition.notice if definition else "",
            acts=offered(entry.verbs), flash=take_flash(request), opens=opens,
        )  # fmt: skip


def shown(entry: EntryLook) -> dict[str, Any]:
    """Everything of an entry that its pages show."""
    state = entry.state
    return {
        "reader": entry.reader,
        "look": entry,
        "state": state,
        "names": {},
        "waits": because(state),
        "tone": tone_of(closed=state.closed, overdue=state.overdue),
    }


def offered(verbs: Mapping[str, Transition]) -> list[tuple[str, Transition]]:
    """The acts in the order of a page: what leads on first, what ends it last."""
    order: tuple[Tone, ...] = ("go", "plain", "back", "end")
    return sorted(verbs.items(), key=lambda item: order.index(item[1].tone))


def next_form(number: str, code: str | None, reader: Reader) -> tuple[str, str] | None:
    """Where the entry that is to follow entry `number` is made, with its number in the first link that takes it; and
    what that register is called. None: nothing is to follow.
    """
    following = registers(reader).get(code or "")
    if following is None:
        return None
    links = [name for name in following.at_entry if following.fields[name].of == RECORD.noun]
    return f"/registers/{code}/new" + (f"?{links[0]}={number}" if links else ""), following.label


def _asked(request: Request) -> Typed:
    query = request.query_params
    return Typed({name: query.getlist(name) for name in (*NAMES, "cursor") if name in query})


def _filters(register: str, reader: Reader, typed: Typed, errors: list[FieldError]) -> EntryFilters:
    days = dates(typed, ("from", "to"), errors)
    text = typed.text("text").strip()
    if len(text) > 200 or "\x00" in text:
        errors.append(FieldError("text", "200文字以内で入力してください。"))
    return EntryFilters(
        register=register,
        states=tuple(typed.all("state")) or None,
        units=with_lower(typed.all("unit"), reader.directory, reader.now),
        entered_from=date.fromisoformat(days["from"]) if "from" in days else None,
        entered_to=date.fromisoformat(days["to"]) if "to" in days else None,
        text=text or None,
    )
