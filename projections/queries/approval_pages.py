"""一頁の探し方: a page of cases is looked for among the newest first, then among more and more of the older ones.

Newest first means by the position of the first event, which never changes: a page is the same page however much happens
meanwhile. An index of texts gives what it finds in no order, all of it; of a frequent word that would be ten thousand
cases for a page of fifty. So one span of windows (texts.py) after the other is looked through, each some four times as
long as the one before, and the search ends with the page. What is rare costs a few questions that find next to nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from projections.approval.texts import WINDOW_POSITIONS, window_key, window_of

SPANS = (2, 6, 24, 96)  # windows; what is older comes in one last span

# The page's keys are found first, its rows fetched then.
CASES = """
SELECT {columns} FROM (
    SELECT c.opened FROM {schema}.rm_approval c WHERE {on_case} ORDER BY c.opened DESC LIMIT %(limit)s
) page JOIN {schema}.rm_approval c ON c.opened = page.opened ORDER BY c.opened DESC"""
# The order of the inner question is that of the outer one, so that cases are fetched one by one until the page is full.
TEXTS = """
SELECT {columns} FROM (
    SELECT t.opened FROM {schema}.rm_approval_text t WHERE {on_text} ORDER BY t.opened DESC OFFSET 0
) found CROSS JOIN LATERAL (
    SELECT * FROM {schema}.rm_approval c WHERE c.opened = found.opened AND {on_case} OFFSET 0
) c ORDER BY found.opened DESC LIMIT %(limit)s"""
BOTH = """
SELECT {columns} FROM {schema}.rm_approval c JOIN {schema}.rm_approval_text t ON t.opened = c.opened
WHERE {on_case} AND {on_text} ORDER BY c.opened DESC LIMIT %(limit)s"""


class Span(NamedTuple):
    """Cases that began before the position `before` and at or after `since`, which are all in `windows`; None: there
    are too many to name.
    """

    before: int
    since: int
    windows: tuple[int, ...] | None


def spans(before: int) -> Iterator[Span]:
    """Give the spans of everything before the position, newest first."""
    newest = window_of(max(before - 1, 0))
    for length in SPANS:
        oldest = max(newest - length + 1, 0)
        since = oldest * WINDOW_POSITIONS
        yield Span(before, since, tuple(range(newest, oldest - 1, -1)))
        if oldest == 0:
            return
        newest, before = oldest - 1, since
    yield Span(before, 0, None)


def looking(on_text: Sequence[str], on_case: Sequence[str], within: Span | None) -> tuple[str, dict[str, Any]]:
    """Give the statement that looks through one span, and its values; None: through all that `on_case` leaves."""
    on_text, on_case = list(on_text), list(on_case)
    text = (TEXTS if within else BOTH) if on_text else CASES
    wanted: dict[str, Any] = {}
    if within is not None:
        wanted = {"before": within.before, "since": within.since}
        table, conditions = ("t", on_text) if on_text else ("c", on_case)
        conditions += [f"{table}.opened < %(before)s", f"{table}.opened >= %(since)s"]
        if on_text and within.windows is not None:
            on_text.append("t.keys && %(windows)s::int[]")
            wanted["windows"] = [window_key(window) for window in within.windows]
    return _with(text, on_text, on_case), wanted


def _with(text: str, on_text: Sequence[str], on_case: Sequence[str]) -> str:
    text = text.replace("{on_text}", " AND ".join(on_text))
    return text.replace("{on_case}", " AND ".join(on_case) or "true")
