"""The table: all rows, aligned for a terminal, with wide characters counted as two."""

import unicodedata
from collections.abc import Iterator, Sequence
from statistics import median

from kessai.bench.rows import Row

HEADINGS = ("項目", "当方", "比較対象", "比(最小–最大)", "目標", "達成")
MET = {True: "○", False: "×", None: "―"}


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Give the table line by line: name, ours, baseline, ratio with its spread, goal, met or not; notes below."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(HEADINGS))]
    for row in cells:
        yield "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
    notes = [f"{row.measure} {row.name}: {row.note}" for row in rows if row.note]
    if notes:
        yield ""
        yield from notes
    judged = [row.met for row in rows if row.met is not None]
    yield ""
    yield f"目標 {len(judged)} 件のうち {sum(judged)} 件を達成"


def _cells(row: Row) -> tuple[str, ...]:
    return (
        f"{row.measure} {row.name}",
        f"{_number(median(row.ours))} {row.unit}",
        f"{_number(median(row.baseline))} {row.unit} ({row.against})" if row.baseline else "―",
        _spread(row),
        str(row.goal) if row.goal else "―",
        MET[row.met],
    )


def _spread(row: Row) -> str:
    values = row.judged or row.ours
    return f"{_number(median(values))} ({_number(min(values))}–{_number(max(values))})"


def _number(value: float) -> str:
    """Three significant digits, and all of them before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
