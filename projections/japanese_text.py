"""Search in Japanese text without word boundaries: characters and pairs of characters in an array that Postgres can
index by itself.
"""

import unicodedata

INDEXED_CHARACTERS_MAX = 4_000  # of a long body; a search for what comes later in it finds nothing


def normalised(text: str) -> str:
    """Give `text` as it is compared: NFKC (half and full width, ㈱, ｶﾞ and so on are the same), without case, blanks
    as one space, without what Postgres cannot hold (NUL, lone surrogates).
    """
    holdable = text.replace("\0", " ").encode(errors="ignore").decode()
    return " ".join(unicodedata.normalize("NFKC", holdable).casefold().split())


def grams(heading: str, text: str) -> str:
    """Give the characters of a normalised heading and the pairs of neighbours of a normalised text as a Postgres
    integer[] literal.
    """
    return "{" + str([*dict.fromkeys((*_characters(heading), *_pairs(text)))])[1:-1] + "}"


def wanted_grams(words: tuple[str, ...]) -> list[int]:
    """Give the numbers that a text with all of the normalised `words` in it has: the pairs of each, or its one
    character.
    """
    return list(dict.fromkeys(number for word in words for number in (_pairs(word) or _characters(word))))


def _characters(text: str) -> list[int]:
    """The UTF-16 code units, which are never 0, so that no character has the number of a pair."""
    return memoryview(text.encode("utf-16-le")).cast("H").tolist()


def _pairs(text: str) -> list[int]:
    """Two neighbouring code units as one 32-bit number: what an integer column of Postgres holds, and indexes faster
    than text.
    """
    units = text.encode("utf-16-le")
    even, odd = len(units) // 4 * 4, (len(units) - 2) // 4 * 4 if units else 0
    return [*memoryview(units[:even]).cast("i"), *memoryview(units[2 : 2 + odd]).cast("i")]
