"""宛先: which person a recipient's term means at one instant: the holder of a post, the heir of a desk, the first proxy
of somebody away.
"""

from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory


def person_of(term: str, directory: Directory, at: datetime) -> str | None:
    """Give the person whom a letter to `term` (projections/terms.py) goes to, or None: nobody now, or a term that
    names many.

    `for:post/unit` is whoever may stand in: the first in the proxy order, and only while the holder is not there.
    """
    kind, _, named = term.partition(":")
    match kind:
        case "person":
            return named
        case "post":
            return _holder(named, directory, at)
        case "heir":
            person, _, post = named.partition("@")
            heir = directory.takes_over(person, post, at)
            return heir.person if heir else None
        case "for" if "/" in named and "@" not in named:
            post, _, unit = named.partition("/")
            return _first_proxy(post, unit, directory, at)
    return None


def _holder(post: str, directory: Directory, at: datetime) -> str | None:
    current = directory.post_successor(post, civil_date(at))
    holder = directory.holder(current, at) if current else None
    return holder.person if holder else None


def _first_proxy(post: str, unit: str, directory: Directory, at: datetime) -> str | None:
    holder = _holder(post, directory, at)
    if holder is not None and directory.absence(holder, at) is None:
        return None
    current = directory.post_successor(post, civil_date(at))
    units = directory.unit_successors(unit, civil_date(at))
    if current is None or not units:
        return None
    proxies = directory.proxies(current, at, line_of=units[0])
    return proxies[0].person if proxies else None
