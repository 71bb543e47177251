"""Texts from outside: what a line and a longer text may contain, wherever they come from, and the same as patterns for
schemas.
"""

import unicodedata
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator

_ALLOWED_CONTROLS = "\n\t"
_BLANKS = r"\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # with U+0020 and U+00A0: what `str.strip` removes
_IN_LINE, _IN_TEXT = r"[^\x00-\x1f\x7f-\x9f]", r"(?:[^\x00-\x08\x0b-\x1f\x7f-\x9f]|\r\n)"
_VISIBLE = rf"[^\x00-\x20\x7f-\xa0{_BLANKS}]"
LINE_PATTERN = f"^(?:{_IN_LINE}*{_VISIBLE}{_IN_LINE}*)?$"
TEXT_PATTERN = f"^{_IN_TEXT}*$"
SAID_PATTERN = f"^(?:{_IN_TEXT}*{_VISIBLE}{_IN_TEXT}*)?$"


class Shown:
    """Shows a validator's rule in JSON schemas, as a pattern over the text as it is sent."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __repr__(self) -> str:
        return f"Shown({self.pattern!r})"

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}


def _clean(text: str, *, controls: str) -> str:
    """Give `text` unchanged; refuse NUL, lone surrogates and control characters other than `controls` (they hide or
    break things).
    """
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in controls):
            raise ValueError(f"character U+{ord(character):04X} is not allowed")
    return text


def _line(text: str) -> str:
    bare = _clean(text, controls="").strip()
    if text and not bare:
        raise ValueError("blank")
    return bare


def _text(text: str) -> str:
    return _clean(text.replace("\r\n", "\n"), controls=_ALLOWED_CONTROLS)


def _said(text: str) -> str:
    if text and not text.strip():
        raise ValueError("blank")
    return text


Line = Annotated[str, AfterValidator(_line), Shown(LINE_PATTERN)]  # one line: no line break, outer blanks removed
Text = Annotated[str, AfterValidator(_text), Shown(TEXT_PATTERN)]  # several lines: line feeds and tabs only
Said = Annotated[str, AfterValidator(_text), AfterValidator(_said), Shown(SAID_PATTERN)]  # more than blanks
