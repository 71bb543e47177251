"""Texts from outside: what validation takes is what the schemas show, to the character."""

import re
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.text import LINE_PATTERN, SAID_PATTERN, TEXT_PATTERN, Line, Said, Text

KINDS = [(Line, LINE_PATTERN), (Text, TEXT_PATTERN), (Said, SAID_PATTERN)]
by_kind = pytest.mark.parametrize(("kind", "pattern"), KINDS, ids=["line", "text", "said"])
ADAPTERS = {kind: TypeAdapter(kind) for kind, _ in KINDS}
EDGES = "\x00\t\n\r\x1f \x7f\x85\x9f\xa0\u1680\u200a\u200b\u2028\u202f\u205f\u3000\ufeffあa𠮷"


def taken(kind: Any, text: str) -> bool:
    try:
        ADAPTERS[kind].validate_python(text)
    except ValidationError:
        return False
    return True


def shown(pattern: str, text: str) -> bool:
    """As ECMAScript reads the pattern: `$` is the end of the text alone."""
    return re.search(pattern.removesuffix("$") + r"\Z", text) is not None


@by_kind
def test_every_single_character_is_taken_where_the_schema_says_so(kind: Any, pattern: str) -> None:
    characters = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    assert [f"U+{ord(each):04X}" for each in characters if taken(kind, each) != shown(pattern, each)] == []


@by_kind
@given(text=st.text(st.sampled_from(EDGES), max_size=8))
@example(text="\r\n")
@example(text="a\r")
@example(text="")
def test_texts_are_taken_where_the_schema_says_so(kind: Any, pattern: str, text: str) -> None:
    assert taken(kind, text) == shown(pattern, text)


@by_kind
def test_the_schema_shows_the_pattern(kind: Any, pattern: str) -> None:
    assert TypeAdapter(kind).json_schema() == {"type": "string", "pattern": pattern}


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
@by_kind
def test_half_a_character_is_never_taken(kind: Any, pattern: str, text: str) -> None:
    assert not taken(kind, text)
