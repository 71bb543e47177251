"""Search in Japanese text without word boundaries: characters and pairs of characters in an array that Postgres can index by itself."""

import unicodedata
from itertools import pairwise

INDEXED_CHARACTERS_MAX = 4_000  # of a long body; a search for what comes later in it finds nothing


def normalised(text: str) -> str:
    """Give `text` as it is compared: NFKC (half and full width, ㈱, ｶﾞ and so on are the same), without case, blanks as one space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> str:
    """Give the characters and pairs of neighbours of a normalised text as a Postgres integer[] literal.

    A pair of the basic plane is its two code points side by side; rarer characters may share a number, which the comparison of the
    text itself settles. Numbers, because they index and load in half the time of strings.
    """
    points = [ord(character) for character in text]
    pairs = dict.fromkeys(_pair(one, two) for one, two in pairwise(points))
    return "{" + str([*dict.fromkeys(points), *pairs])[1:-1] + "}"


def wanted_grams(words: tuple[str, ...]) -> list[int]:
    """Give the numbers that a text containing all of the normalised `words` has: the pairs of each, or its one character."""
    found: dict[int, None] = {}
    for word in words:
        points = [ord(character) for character in word]
        pairs = [_pair(one, two) for one, two in pairwise(points)]
        found.update(dict.fromkeys(pairs or points))
    return list(found)


def _pair(one: int, two: int) -> int:
    number = ((one << 16) ^ two) & 0xFFFFFFFF
    return number - 0x1_0000_0000 if number > 0x7FFFFFFF else number
