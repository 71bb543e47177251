"""Copying: rows as the lines of a text COPY, made here in one go; several times faster than value by value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any

SPECIAL = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_lines(rows: Iterable[tuple[Any, ...]]) -> str:
    """Give the lines that COPY … FROM STDIN reads. Values are texts, numbers, truths, dates, aware times, lists of
    texts, or None; any other type is refused with KeyError.
    """
    field = _FIELDS
    lines = ["\t".join([field[type(value)](value) for value in row]) for row in rows]
    return "\n".join([*lines, ""])


def array_literal(values: Sequence[str]) -> str:
    """Give a Postgres text[] literal."""
    return "{" + ",".join([_quoted(value) for value in values]) + "}"


def _quoted(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


def _text(value: str) -> str:
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        return value.translate(SPECIAL)
    return value


_FIELDS: Mapping[type, Callable[[Any], str]] = {
    NoneType: lambda _: r"\N",
    str: _text,
    int: str,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
    date: date.isoformat,
    list: lambda values: _text(array_literal(values)),
}
