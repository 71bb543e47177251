"""The posts on the development login page: grouped by department, found by title, unit, holder or code."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A post as the page shows it. `person` is None for a vacant post (欠員), which nobody can log in as."""

    post: str
    title: str
    unit: str
    person: str | None
    name: str
    acting: bool
    absent: bool


@dataclass(frozen=True, kw_only=True)
class Department:
    """The seats of a department and everything below it."""

    name: str
    seats: tuple[Seat, ...]


def departments(directory: Directory, at: datetime, *, search: str = "") -> tuple[Department, ...]:
    """By department, the seats at the instant `at` that contain every word of `search` (in any width and case)."""
    words = _plain(search).split()
    found: dict[str, list[Seat]] = {}
    for post in directory.posts(civil_date(at)):
        department, unit = _where(directory, post.unit, at)
        seat = _seat(directory, post.code, post.title, unit, at)
        text = _plain(f"{department} {unit} {seat.title} {seat.name} {post.code} {seat.person or ''}")
        if all(word in text for word in words):
            found.setdefault(department, []).append(seat)
    return tuple(Department(name=name, seats=tuple(seats)) for name, seats in found.items())


def _seat(directory: Directory, post: str, title: str, unit: str, at: datetime) -> Seat:
    holder = directory.holder(post, at)
    if holder is None:
        return Seat(post=post, title=title, unit=unit, person=None, name="欠員", acting=False, absent=False)
    absent = directory.absence(holder.person, at) is not None
    return Seat(
        post=post,
        title=holder.title,
        unit=unit,
        person=holder.person,
        name=holder.name,
        acting=holder.acting,
        absent=absent,
    )


def _where(directory: Directory, unit: str, at: datetime) -> tuple[str, str]:
    """The names of the department (the unit just below the prefecture, or the prefecture itself) and of the unit."""
    path = directory.unit_path(unit, civil_date(at))
    department = path[-2] if len(path) > 1 else unit
    names = [
        described.name if (described := directory.unit(code, civil_date(at))) else code for code in (department, unit)
    ]
    return names[0], names[1]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
