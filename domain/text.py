"""Texts from outside: what a line and a longer text may contain, wherever they come from."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator

_ALLOWED_CONTROLS = "\n\t"


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
    return _clean(text, controls="").strip()


def _text(text: str) -> str:
    return _clean(text.replace("\r\n", "\n"), controls=_ALLOWED_CONTROLS)


Line = Annotated[str, AfterValidator(_line)]  # one line: no line break, outer blanks removed
Text = Annotated[str, AfterValidator(_text)]  # several lines: line feeds and tabs only
