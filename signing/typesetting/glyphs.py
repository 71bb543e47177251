"""字形: which characters the embedded fonts have; every other one is printed as its code or refused, never dropped or
swapped.

The font's own tables are read (OpenType `cmap`, formats 12 and 14): a setter that falls back to another font, or to the
plain form of a variant of a name's character, does not say so.
"""

import struct
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pylopdf_fonts_jp import sans_path, serif_path

Face = Literal["sans", "serif"]
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))  # variation selectors: 異体字
KEPT_CONTROLS = "\n"
UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # controls, invisible formats, private and unassigned


@dataclass(frozen=True)
class Glyphs:
    """The characters of one font, and which variants of which it has."""

    characters: frozenset[int]
    variants: Mapping[int, frozenset[int]]  # selector → characters

    def printable(self, text: str) -> str:
        """Give `text` with 〔U+XXXX〕 in place of whatever the font cannot print or the eye could not see."""
        return "".join(self._shown(text))

    def unprintable(self, text: str) -> tuple[str, ...]:
        """Give the codes of what `printable` replaces, each once."""
        plain = text.replace("\r\n", "\n").replace("\t", " ")
        missing = (each for each, before in _with_before(plain) if not self._has(each, before))
        return tuple(dict.fromkeys(map(character_code, missing)))

    def unsettable(self, text: str) -> tuple[str, ...]:
        """Give the characters that a document which is signed may not have, each once: those it cannot print, and
        combining marks, which would be set beside their letter or over another one.
        """
        return tuple(dict.fromkeys(each for each, before in _with_before(text) if not self._settable(each, before)))

    def _settable(self, character: str, before: str) -> bool:
        selects = any(ord(character) in block for block in SELECTORS)
        return self._has(character, before) and (selects or unicodedata.category(character)[0] != "M")

    def _shown(self, text: str) -> Iterator[str]:
        for each, before in _with_before(text.replace("\r\n", "\n").replace("\t", " ")):
            yield each if self._has(each, before) else f"〔{character_code(each)}〕"

    def _has(self, character: str, before: str) -> bool:
        if character in KEPT_CONTROLS:
            return True
        number = ord(character)
        if any(number in block for block in SELECTORS):
            return bool(before) and ord(before) in self.variants.get(number, frozenset())
        return number in self.characters and unicodedata.category(character) not in UNPRINTABLE


@cache
def glyphs(face: Face = "sans") -> Glyphs:
    """Give the glyphs of one of the fonts that are embedded in everything printed (Noto Sans JP, Noto Serif JP)."""
    return read_glyphs(sans_path() if face == "sans" else serif_path())


def read_glyphs(font: Path) -> Glyphs:
    """Read the `cmap` of an OpenType font. Raises ValueError where it has no table of all of Unicode."""
    cmap = _cmap(font.read_bytes())
    (count,) = struct.unpack_from(">H", cmap, 2)
    characters, variants = set[int](), dict[int, frozenset[int]]()
    for place in range(count):
        (offset,) = struct.unpack_from(">I", cmap, 4 + 8 * place + 4)
        (format_,) = struct.unpack_from(">H", cmap, offset)
        if format_ == 12:
            characters.update(_groups(cmap, offset))
        elif format_ == 14:
            variants |= _variants(cmap, offset)
    if not characters:
        raise ValueError(f"{font.name} has no cmap of format 12")
    return Glyphs(frozenset(characters), variants)


def _cmap(font: bytes) -> memoryview:
    (tables,) = struct.unpack_from(">H", font, 4)
    for place in range(tables):
        tag, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * place)
        if tag == b"cmap":
            return memoryview(font)[offset : offset + length]
    raise ValueError("not an OpenType font with a cmap")


def _groups(cmap: memoryview, offset: int) -> Iterator[int]:
    """Format 12: groups of first and last character, and the glyph of the first."""
    (count,) = struct.unpack_from(">I", cmap, offset + 12)
    for first, last, glyph in struct.iter_unpack(">III", cmap[offset + 16 : offset + 16 + 12 * count]):
        yield from range(first if glyph else first + 1, last + 1)  # glyph 0 is the empty box


def _variants(cmap: memoryview, offset: int) -> dict[int, frozenset[int]]:
    """Format 14: for each selector, characters whose plain glyph it is, and characters with a glyph of their own."""
    found: dict[int, frozenset[int]] = {}
    (count,) = struct.unpack_from(">I", cmap, offset + 6)
    for place in range(count):
        entry = offset + 10 + 11 * place
        selector = int.from_bytes(cmap[entry : entry + 3], "big")
        plain, own = struct.unpack_from(">II", cmap, entry + 3)
        characters = set[int]()
        if plain:
            characters.update(_ranges(cmap, offset + plain))
        if own:
            characters.update(_mapped(cmap, offset + own))
        found[selector] = frozenset(characters)
    return found


def _ranges(cmap: memoryview, offset: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", cmap, offset)
    for place in range(offset + 4, offset + 4 + 4 * count, 4):
        first = int.from_bytes(cmap[place : place + 3], "big")
        yield from range(first, first + cmap[place + 3] + 1)


def _mapped(cmap: memoryview, offset: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", cmap, offset)
    for place in range(offset + 4, offset + 4 + 5 * count, 5):
        yield int.from_bytes(cmap[place : place + 3], "big")


def _with_before(text: str) -> Iterator[tuple[str, str]]:
    return zip(text, f"\0{text}", strict=False)


def character_code(character: str) -> str:
    """Give U+2252 for ≒."""
    return f"U+{ord(character):04X}"
