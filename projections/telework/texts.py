"""申請・命令の検索: the text of each, normalised, with what an index needs to find it."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.telework import facts
from projections.folding import Change, Row
from projections.japanese_text import INDEXED_CHARACTERS_MAX, grams, normalised
from projections.projection import Table
from projections.telework.fold import Case

TEXTS = """
    opened bigint PRIMARY KEY,
    text   text   NOT NULL,   -- normalised, for comparing
    grams  int[]  NOT NULL    -- its characters and pairs, for finding"""
TEXT_INDEXES = ("USING gin (grams)",)
REWRITING = (facts.Submitted, facts.Changed, facts.Ordered, facts.Reported, facts.Reassigned)


class TextRow(NamedTuple):
    """A request's searchable text; `grams` as an array literal."""

    opened: int
    text: str
    grams: str


def text_rows(change: Change[Case]) -> Sequence[Row]:
    """Give the text where something in it is new: whose it is, where, the tasks, what was reported."""
    if not any(isinstance(fact.event, REWRITING) for fact in change.facts):
        return ()
    case, state = change.after, change.after.state
    person, request = state.person, state.content
    heading = normalised(" ".join((case.number, person.name, person.title, person.unit_name, request.place_name or "")))
    said = normalised(f"{request.tasks} {state.report or ''}"[:INDEXED_CHARACTERS_MAX])
    text = f"{heading} {said}"
    return (TextRow(case.opened, text, grams(heading, text)),)


TEXT_TABLE = Table(name="rm_telework_text", columns=TEXTS, indexes=TEXT_INDEXES, row=TextRow, key=("opened",))
