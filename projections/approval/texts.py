"""案件の検索: the text of each case, normalised, with what an index needs to find it."""

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from domain.approval import facts
from projections.approval.fold import Case
from projections.folding import Change, Row
from projections.japanese_text import INDEXED_CHARACTERS_MAX, grams, normalised
from projections.projection import Table

WINDOW_POSITIONS = 32_768  # some thousand cases: as many as a search looks at first, newest first

TEXTS = """
    opened bigint PRIMARY KEY,
    text   text   NOT NULL,   -- normalised, for comparing
    grams  int[]  NOT NULL,   -- its characters and pairs, for finding
    keys   int[]  NOT NULL    -- its window of positions, unit, kind and fiscal year: what a search is narrowed to"""
TEXT_INDEXES = ("USING gin (grams, keys)",)
REWRITING = (facts.Drafted, facts.Amended, facts.Decided, facts.OwnershipTransferred)


class TextRow(NamedTuple):
    """A case's searchable text; `grams` and `keys` as array literals."""

    opened: int
    text: str
    grams: str
    keys: str


def text_rows(change: Change[Case]) -> Sequence[Row]:
    """Give the case's text where something in it is new: title, counterparty, numbers, body; or whose it is."""
    if not any(isinstance(fact.event, REWRITING) for fact in change.facts):
        return ()
    case, state, draft = change.after, change.after.state, change.after.state.content
    named = (case.number, state.document_number, draft.title, draft.counterparty and draft.counterparty.name)
    heading = normalised(" ".join(part for part in named if part))
    text = f"{heading} {normalised(draft.body[:INDEXED_CHARACTERS_MAX])}"
    keys = (
        window_key(window_of(case.opened)), unit_key(state.owner.unit), kind_key(draft.kind),
        year_key(state.fiscal_year),
    )  # fmt: skip
    return (TextRow(case.opened, text, grams(heading, text), "{" + ",".join(map(str, keys)) + "}"),)


def window_of(position: int) -> int:
    """Give the window that a position lies in."""
    return position // WINDOW_POSITIONS


def window_key(window: int) -> int:
    """Give the key of a window; every other key is above zero."""
    return -1 - window


def unit_key(unit: str) -> int:
    """Give the key of the drafter's unit. Two units may share one: a search compares the unit itself, too."""
    return _key(f"unit:{unit}")


def kind_key(kind: str) -> int:
    """Give the key of a kind of case."""
    return _key(f"kind:{kind}")


def year_key(fiscal_year: int) -> int:
    """Give the key of a fiscal year."""
    return _key(f"year:{fiscal_year}")


def _key(text: str) -> int:
    return crc32(text.encode()) >> 1 | 1


TEXT_TABLE = Table(name="rm_approval_text", columns=TEXTS, indexes=TEXT_INDEXES, row=TextRow, key=("opened",))
