"""承認・命令簿の画面: the book of one unit and month as of any day, and the ways to its CSV and PDF."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.errors import invalid
from api.pages import telework_labels
from api.pages.desk import Reader, who
from api.pages.flash import behind
from api.pages.page_route import add_page, page_router
from api.pages.reading_forms import Typed, dates
from api.pages.rendering import render
from api.pages.telework_lists import LISTS
from api.parts import ApiParts, parts_of
from api.reading import Moment
from api.routes.telework_register import PDF, register
from api.spreadsheet import CSV, Encoding
from api.telework_book import COLUMNS, TITLE, is_void
from api.validation import FieldError
from domain.clock import JST
from domain.eras import UnreadableDate, long_era_date
from projections.queries.telework_register import BookLine

PATH = "/telework/register"
MONTHS_BACK, MONTHS_AHEAD = 24, 2
Code = Annotated[str | None, Query(max_length=64)]
Short = Annotated[str | None, Query(max_length=32)]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which book is asked for: unit, month (YYYY-MM), and as of the end of which day (None: now)."""

    unit: str
    month: str
    as_of: date | None

    @property
    def at(self) -> datetime | None:
        """The first instant after that day in Japan."""
        if self.as_of is None:
            return None
        return datetime.combine(self.as_of + timedelta(days=1), time(0), JST).astimezone(UTC)

    @property
    def query(self) -> str:
        kept = {"unit": self.unit, "month": self.month}
        return urlencode(kept | ({"as_of": self.as_of.isoformat()} if self.as_of else {}))


class RegisterPages:
    """`/telework/register` and its two files. Nothing here changes anything."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, PATH, self.book)
        add_page(self.router, f"{PATH}/csv", self.csv)
        add_page(self.router, f"{PATH}/pdf", self.pdf)

    async def book(self, request: Request, unit: Code = None, month: Short = None, as_of: Short = None) -> Response:
        """The lines of the book, as far as the reader may see them."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, *LISTS)
        asked = _asked(reader, unit, month, as_of)
        lines = await run_in_threadpool(_lines, parts, reader, asked)
        named = reader.directory.unit(asked.unit, reader.today)
        return render(
            request, "telework/register.html", reader=reader, tele=telework_labels, asked=asked, lines=lines,
            columns=COLUMNS, month_label=month_label(asked.month), is_void=is_void, book=TITLE, behind=late,
            unit_name=named.name if named else asked.unit,
            whole=reader.scope.everything or reader.directory.in_line_above(reader.person, asked.unit, reader.now),
            units=reader.directory.units(reader.today), months=_months(reader.today, asked.month),
        )  # fmt: skip

    async def csv(
        self, request: Request, unit: Code = None, month: Short = None, as_of: Short = None,
        encoding: Annotated[Encoding, Query()] = "utf-8",
    ) -> Response:  # fmt: skip
        """The same lines for a spreadsheet."""
        return await _file(request, unit, month, as_of, accept=CSV, encoding=encoding)

    async def pdf(self, request: Request, unit: Code = None, month: Short = None, as_of: Short = None) -> Response:
        """The same lines as the paper book has them."""
        return await _file(request, unit, month, as_of, accept=PDF)


async def _file(
    request: Request, unit: str | None, month: str | None, as_of: str | None, *, accept: str,
    encoding: Encoding = "utf-8",
) -> Response:  # fmt: skip
    """The file as the API gives it to the same person."""
    parts = parts_of(request)
    principal, reader = await who(request, parts)
    asked = _asked(reader, unit, month, as_of)
    return await register(
        principal, parts, asked.unit, asked.month, Moment(at=asked.at), accept=accept, encoding=encoding
    )


def _lines(parts: ApiParts, reader: Reader, asked: Asked) -> tuple[BookLine, ...]:
    return parts.telework_register.lines(asked.unit, asked.month, reader.scope, at=asked.at)


def _asked(reader: Reader, unit: str | None, month: str | None, as_of: str | None) -> Asked:
    """Give which book is meant: the reader's own unit and this month where nothing else is said. Refuses `invalid`."""
    errors: list[FieldError] = []
    days = dates(Typed({"as_of": [as_of or ""]}), ("as_of",), errors)
    if errors:
        raise invalid("as_of", errors[0].message)
    month = month or f"{reader.today:%Y-%m}"
    try:
        month_label(month)
    except (ValueError, UnreadableDate) as error:
        raise invalid("month", "月は 2026-11 の形で指定してください。") from error
    own = reader.post.unit if reader.post else ""
    return Asked(unit=unit or own, month=month, as_of=date.fromisoformat(days["as_of"]) if days else None)


def _months(today: date, chosen: str) -> list[tuple[str, str]]:
    """Give the months to choose from, the newest first, each with its name."""
    serial = today.year * 12 + today.month - 1
    months = [divmod(each, 12) for each in range(serial + MONTHS_AHEAD, serial - MONTHS_BACK, -1)]
    values = [f"{year}-{month + 1:02}" for year, month in months]
    named = [(value, month_label(value)) for value in values]
    return named if any(value == chosen for value, _ in named) else [(chosen, month_label(chosen)), *named]


def month_label(month: str) -> str:
    """令和8年11月, of 2026-11."""
    return long_era_date(date.fromisoformat(f"{month}-01")).removesuffix("1日")
