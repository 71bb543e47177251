"""承認・命令簿: the register of one unit and month, as of any moment, as JSON, CSV or a PDF like the paper book."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api import telework_book
from api.answers import json_answer, time_text
from api.asking import Asker
from api.auth.principal import Principal
from api.errors import Problem, invalid
from api.listing import reader_scope
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, AsOf, Moment, known_query, read_models_reached
from api.routes.case_filters import PLAIN
from api.shapes.telework_register import TeleworkRegisterDocument
from api.spreadsheet import CSV, Encoding, csv_answer
from domain.clock import JST, civil_date
from domain.directory import Directory
from domain.eras import UnreadableDate, long_era_date
from projections.queries.telework_register import BookLine
from signing.typesetting.glyphs import glyphs
from signing.typesetting.press import PressBusy, set_document

PDF = "application/pdf"
JSON = "application/json"
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
FILES = {CSV: {"schema": {"type": "string"}}, PDF: {"schema": {"type": "string", "format": "binary"}}}

router = APIRouter(tags=["telework"], dependencies=[Depends(known_query)])


@dataclass(frozen=True, kw_only=True)
class Book:
    """The book as it is answered. `month_label` is 令和8年11月; `whole`: no line is kept from this reader."""

    unit: str
    unit_name: str
    month: str
    month_label: str
    moment: Moment
    whole: bool
    read_at: datetime
    lines: tuple[BookLine, ...]

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{telework_book.TITLE}_{self.unit_name}_{self.month}"


@router.get(
    "/v1/telework-register",
    operation_id="get_telework_register",
    summary="承認・命令簿(所属と月)。Accept により JSON、CSV、印刷用PDF",
    responses={
        200: {**gives(200, TeleworkRegisterDocument, "承認・命令簿")[200], "content": FILES},
        **READS,
    },
)
async def register(
    asker: Asker,
    parts: Parts,
    unit: Annotated[str, Query(max_length=64, pattern=PLAIN, description="所属の符号")],
    month: Annotated[str, Query(max_length=7, pattern=MONTH.pattern, description="実施日の月", examples=["2026-11"])],
    moment: AsOf,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    encoding: Annotated[Encoding, Query(description="CSVの文字コード。Shift_JISにない文字は〓になる")] = "utf-8",
    after: After = None,
) -> Response:
    """Every request and order of the unit and month, also those that were withdrawn or revoked; only lines that this
    reader may open.
    """
    await read_models_reached(parts, after, "telework", "entry")
    book = await _book(parts, asker, unit, month, moment)
    if PDF in accept:
        return await run_in_threadpool(_as_pdf, book)
    if CSV in accept:
        return await run_in_threadpool(_as_csv, book, encoding)
    return json_answer(_document(book))


async def _book(parts: ApiParts, asker: Principal, unit: str, month: str, moment: Moment) -> Book:
    directory, now = await parts.directory(), parts.clock.now()
    first = _first_day(month)
    label = _month_label(first)
    scope = await reader_scope(parts, asker, now)
    lines = await run_in_threadpool(
        parts.telework_register.lines, unit, month, scope, position=moment.position, at=moment.at
    )
    name = _unit_name(directory, unit, (first.replace(day=28), first, civil_date(now)), lines)
    if name is None:
        raise Problem("not-found", field="unit")
    return Book(
        unit=unit,
        unit_name=name,
        month=month,
        month_label=label,
        moment=moment,
        whole=scope.everything or (asker.kind == "person" and directory.in_line_above(asker.id, unit, now)),
        read_at=now,
        lines=lines,
    )


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise invalid("month", "月を 2026-11 の形で指定してください。") from error


def _month_label(first: date) -> str:
    """令和8年11月; the month in which an era begins has the name of the era of its last days."""
    try:
        return long_era_date(first.replace(day=28)).partition("月")[0] + "月"
    except UnreadableDate as error:
        raise invalid("month", "平成以後の月を指定してください。") from error


def _unit_name(directory: Directory, unit: str, days: Sequence[date], lines: Sequence[BookLine]) -> str | None:
    """The unit as it was called in the lines, else on the first of `days` on which there was one."""
    if lines:
        return lines[-1].state.person.unit_name
    return next((found.name for day in days if (found := directory.unit(unit, day)) is not None), None)


def _document(book: Book) -> dict[str, Any]:
    return {
        "title": telework_book.TITLE,
        "unit": book.unit,
        "unit_name": book.unit_name,
        "month": book.month,
        "month_label": book.month_label,
        "as_of": time_text(book.moment.at),
        "as_of_position": book.moment.position,
        "whole": book.whole,
        "columns": [{"name": column.name, "label": column.label} for column in telework_book.COLUMNS],
        "rows": [_row(line) for line in book.lines],
    }


def _row(line: BookLine) -> dict[str, Any]:
    state = line.state
    return {
        "number": line.number,
        "version": line.version,
        "state": state.status,
        "day": state.content.day,
        "person": state.person.person,
        "cells": _cells(line),
    }


def _cells(line: BookLine) -> list[str]:
    return [column.cell(line) for column in telework_book.COLUMNS]


def _as_csv(book: Book, encoding: Encoding) -> Response:
    heading = [column.label for column in telework_book.COLUMNS]
    return csv_answer(heading, map(_cells, book.lines), name=book.name, encoding=encoding)


def _as_pdf(book: Book) -> Response:
    """The book as paper. What the printed font lacks is printed as its code, and named below the table."""
    font = glyphs()
    texts = [_cells(line) for line in book.lines]
    missing = dict.fromkeys(code for cells in texts for cell in cells for code in font.unprintable(cell))
    data = {
        "title": telework_book.TITLE,
        "author": font.printable(book.unit_name),
        "unit": font.printable(book.unit_name),
        "month": book.month_label,
        "as_of": _as_of(book),
        "note": "" if book.whole else "閲覧できる行だけを印刷しています",
        "columns": [column.label for column in telework_book.COLUMNS],
        "widths": [column.width_mm for column in telework_book.COLUMNS],
        "rows": [
            {"cells": [font.printable(cell) for cell in cells], "void": telework_book.is_void(line)}
            for line, cells in zip(book.lines, texts, strict=True)
        ],
        "missing": list(missing),
    }
    try:
        pdf = set_document("telework_register", data, at=book.read_at)
    except PressBusy as error:
        raise Problem("busy") from error
    return Response(
        pdf,
        media_type=PDF,
        headers={
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(book.name)}.pdf",
            "Cache-Control": "private, no-store",
        },
    )


def _as_of(book: Book) -> str:
    moment = book.moment
    if moment.position is not None:
        return f"台帳の位置 {moment.position} の時点"
    at = moment.at or book.read_at
    local = at.astimezone(JST)
    return f"{long_era_date(civil_date(at))} {local.hour}:{local.minute:02} 現在"
