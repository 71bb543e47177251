"""Choosing among the posts of the prefecture without a script: all where they are few, else those found by a word."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from api.pages.desk import Reader

ALL_AT_ONCE_MAX = 80
FOUND_MAX = 50


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One post that can be chosen."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The posts offered, by unit. `more`: there were too many to show; a word is needed."""

    units: tuple[tuple[str, tuple[Seat, ...]], ...]
    searchable: bool
    more: bool
    search: str


def choices(reader: Reader, search: str, chosen: Collection[str]) -> Choices:
    """Give the held posts that contain every word of `search` (in any width and case), and those chosen before."""
    held = [post for post in reader.directory.posts(reader.today) if reader.directory.holder(post.code, reader.now)]
    words = _plain(search).split()
    searchable = len(held) > ALL_AT_ONCE_MAX
    found: dict[str, list[Seat]] = {}
    count = 0
    for post in held:
        holder = reader.directory.holder(post.code, reader.now)
        unit = reader.directory.unit(post.unit, reader.today)
        unit_name = unit.name if unit else post.unit
        label = f"{holder.title}（{holder.name}）" if holder else post.title
        text = _plain(f"{unit_name} {label} {post.code}")
        wanted = all(word in text for word in words) and (bool(words) or not searchable)
        count += wanted
        if post.code in chosen or (wanted and count <= FOUND_MAX) or (wanted and not searchable):
            found.setdefault(unit_name, []).append(Seat(code=post.code, label=label, chosen=post.code in chosen))
    return Choices(
        units=tuple((unit, tuple(seats)) for unit, seats in found.items()),
        searchable=searchable,
        more=searchable and count > FOUND_MAX,
        search=search,
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
