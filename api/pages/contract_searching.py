"""電子契約の一覧の画面: the list of contracts, narrowed by a form that leads to an address one can keep, and as CSV."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.errors import Problem
from api.pages import contract_labels
from api.pages.cards import Card
from api.pages.contract_cards import listed
from api.pages.desk import Reader, who
from api.pages.flash import behind
from api.pages.page_route import add_page, page_router
from api.pages.reading_forms import Typed, amounts, dates
from api.pages.rendering import render
from api.parts import parts_of
from api.routes.contract_list import as_csv
from api.routes.entry_list import with_lower
from api.spreadsheet import Encoding
from api.validation import FieldError
from domain.contract import RECORD
from projections.queries.contract import ContractFilters
from projections.queries.cursors import BadCursor

PAGE_CONTRACTS = 20
WORDS_CHARACTERS_MAX = 200
MY_POSTS = "mine"
NARROWING = ("counterparty", "corporate_number", "from", "to", "min", "max", "state", "class", "unit", "waiting")
NAMES = ("q", *NARROWING)


class ContractSearchPages:
    """`/contracts` and `/contracts/csv`: a GET form, its answer below it or as a file."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, f"/{RECORD.plural}", self.search)
        add_page(self.router, f"/{RECORD.plural}/csv", self.file)

    async def search(self, request: Request) -> Response:
        """The contracts this reader may see that meet every filter, newest first."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, RECORD.noun)
        typed, errors = _asked(request), list[FieldError]()
        filters, cards, following = filters_of(reader, typed, errors), list[Card](), None
        if not errors:
            try:
                found = await run_in_threadpool(
                    parts.contracts.list_contracts, filters, reader.scope, cursor=typed.text("cursor") or None,
                    limit=PAGE_CONTRACTS,
                )  # fmt: skip
                cards, following = [listed(row) for row in found.contracts], found.next_cursor
            except BadCursor:
                errors.append(FieldError("cursor", "続きの位置が正しくありません。最初から探してください。"))
        kept = [(name, value) for name in NAMES for value in typed.all(name)]
        return render(
            request, "contract/list.html", status=400 if errors else 200, reader=reader, cards=cards, typed=typed,
            errors={error.field: error.message for error in errors}, behind=late, kept=urlencode(kept),
            narrowed=any(typed.all(name) for name in NARROWING), words=contract_labels,
            units=[(unit.code, unit.name) for unit in reader.directory.units(reader.today)],
            next_page=urlencode([*kept, ("cursor", following)]) if following else None,
        )  # fmt: skip

    async def file(self, request: Request, encoding: Annotated[Encoding, Query()] = "utf-8") -> Response:
        """The same contracts, all of them, for a spreadsheet."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        errors = list[FieldError]()
        filters = filters_of(reader, _asked(request), errors)
        if errors:
            raise Problem("invalid", field=errors[0].field, errors=errors)
        rows = await run_in_threadpool(lambda: list(parts.contracts.all_contracts(filters, reader.scope)))
        return as_csv(rows, encoding)


def _asked(request: Request) -> Typed:
    query = request.query_params
    return Typed({name: query.getlist(name) for name in (*NAMES, "cursor") if name in query})


def filters_of(reader: Reader, typed: Typed, errors: list[FieldError]) -> ContractFilters:
    """Give what was typed as filters; what cannot be read is added to `errors`."""
    yen, days = amounts(typed, ("min", "max"), errors), dates(typed, ("from", "to"), errors)
    chosen: dict[str, Any] = {name: tuple(typed.all(name)) or None for name in ("state", "class")}
    for name, known in (("state", contract_labels.STATES), ("class", contract_labels.CLASSES)):
        if any(value not in known for value in chosen[name] or ()):
            errors.append(FieldError(name, "選べない値です。"))
    corporate = "".join(typed.text("corporate_number").split())
    if corporate and not (corporate.isascii() and corporate.isdecimal() and len(corporate) == 13):
        errors.append(FieldError("corporate_number", "法人番号は13桁の数字です。"))
    for name in ("q", "counterparty"):
        if len(typed.text(name)) > WORDS_CHARACTERS_MAX or "\x00" in typed.text(name):
            errors.append(FieldError(name, f"{WORDS_CHARACTERS_MAX}文字以内で入力してください。"))
    waiting = [code for each in typed.all("waiting") for code in (reader.post_codes if each == MY_POSTS else (each,))]
    return ContractFilters(
        states=chosen["state"],
        classes=chosen["class"],
        units=with_lower(typed.all("unit"), reader.directory, reader.now),
        waiting_posts=tuple(waiting) or None,
        contract_from=date.fromisoformat(days["from"]) if "from" in days else None,
        contract_to=date.fromisoformat(days["to"]) if "to" in days else None,
        amount_from_yen=yen.get("min"),
        amount_to_yen=yen.get("max"),
        counterparty=typed.text("counterparty").strip() or None,
        corporate_number=corporate or None,
        text=typed.text("q").strip() or None,
    )
