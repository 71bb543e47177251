"""さがす: the list of cases, narrowed by a form that leads to an address one can keep and pass on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.pages.approval_cards import listed
from api.pages.cards import Card
from api.pages.desk import Reader, who
from api.pages.flash import behind
from api.pages.labels import STATES, kinds
from api.pages.page_route import add_page, page_router
from api.pages.reading_forms import Typed, amounts, dates
from api.pages.rendering import render
from api.parts import ApiParts, parts_of
from api.routes.case_filters import CaseFilters
from api.validation import FieldError
from domain.approval import RECORD
from projections.queries.cursors import BadCursor

PAGE_CASES = 20
WORDS_CHARACTERS_MAX = 200
MY_POSTS = "mine"
NAMES = ("q", "state", "kind", "unit", "waiting", "min", "max", "from", "to")


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of the list; `errors` say which filter could not be read, and then nothing was looked for."""

    cards: list[Card]
    next_cursor: str | None
    errors: Mapping[str, str]


class SearchPages:
    """`/approvals`: a GET form, its answer below it."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, "/approvals", self.search)

    async def search(self, request: Request) -> Response:
        """The cases this reader may see that meet every filter, newest first."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, RECORD.noun)
        query = request.query_params
        typed = Typed({name: query.getlist(name) for name in (*NAMES, "cursor") if name in query})
        found = await run_in_threadpool(_found, parts, reader, typed)
        kept = [(name, value) for name in NAMES for value in typed.all(name)]
        return render(
            request, "approval/list.html", status=400 if found.errors else 200, reader=reader, typed=typed,
            found=found, errors=found.errors, behind=late, offered=_offered(reader), filtered=bool(kept),
            first=not typed.text("cursor"),
            next_page=f"/approvals?{urlencode([*kept, ('cursor', found.next_cursor)])}" if found.next_cursor else None,
        )  # fmt: skip


def _offered(reader: Reader) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen from, code and name."""
    units = reader.directory.units(reader.today)
    posts = [post for post in reader.directory.posts(reader.today) if post.rank != "officer"]
    return {
        "state": [(code, label) for code, label in STATES.items() if code != "none"],
        "kind": list(kinds(reader.rules, reader.today).items()),
        "unit": [(unit.code, unit.name) for unit in units],
        "waiting": [(MY_POSTS, "自分の職"), *((post.code, post.title) for post in posts)],
    }


def _found(parts: ApiParts, reader: Reader, typed: Typed) -> Found:
    errors: list[FieldError] = []
    filters = _filters(reader, typed, errors)
    if errors:
        return Found(cards=[], next_cursor=None, errors={error.field: error.message for error in errors})
    wanted = filters.within(reader.directory, reader.now)
    cursor = typed.text("cursor") or None
    try:
        page = parts.approvals.list_cases(wanted, reader.scope, cursor=cursor, limit=PAGE_CASES)
    except BadCursor:
        return Found(
            cards=[], next_cursor=None, errors={"cursor": "続きの位置が正しくありません。最初から探してください。"}
        )
    return Found(cards=[listed(row, reader) for row in page.cases], next_cursor=page.next_cursor, errors={})


def _filters(reader: Reader, typed: Typed, errors: list[FieldError]) -> CaseFilters:
    yen, days = amounts(typed, ("min", "max"), errors), dates(typed, ("from", "to"), errors)
    chosen: dict[str, Any] = {name: typed.all(name) or None for name in ("state", "kind", "unit")}
    unknown = [value for value in chosen["state"] or () if value not in STATES]
    if unknown:
        errors.append(FieldError("state", "状態が正しくありません。"))
    words = typed.text("q").strip()
    if len(words) > WORDS_CHARACTERS_MAX or "\x00" in words:
        errors.append(FieldError("q", f"{WORDS_CHARACTERS_MAX}文字以内で入力してください。"))
    waiting = typed.all("waiting")
    posts = [code for each in waiting for code in (reader.post_codes if each == MY_POSTS else (each,))]
    return CaseFilters(
        **chosen,
        waiting_post=posts or None,
        amount_min=yen.get("min"),
        amount_max=yen.get("max"),
        drafted_from=date.fromisoformat(days["from"]) if "from" in days else None,
        drafted_to=date.fromisoformat(days["to"]) if "to" in days else None,
        q=words or None,
    )
