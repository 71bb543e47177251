"""当事者: a person in a post of a unit as displayed that day, and who answers for post and unit afterwards. The same
for every record; each has the struct for it among its own facts.
"""

from datetime import datetime
from typing import Protocol, TypeVar

from domain.clock import civil_date
from domain.directory import Directory


class Party(Protocol):
    """A person in a post of a unit, with name and title as displayed that day."""

    def __init__(self, *, person: str, name: str, post: str, title: str, unit: str, unit_name: str) -> None: ...

    @property
    def post(self) -> str: ...
    @property
    def unit(self) -> str: ...


P = TypeVar("P", bound=Party)


def party_at(shape: type[P], directory: Directory, person: str, post: str, at: datetime) -> P | None:
    """Give the person in that post as displayed that day; None where they neither hold nor act for it."""
    holder, described = directory.holder(post, at), directory.post(post, civil_date(at))
    if holder is None or described is None or holder.person != person:
        return None
    unit = directory.unit(described.unit, civil_date(at))
    return shape(
        person=person,
        name=holder.name,
        post=post,
        title=holder.title,
        unit=described.unit,
        unit_name=unit.name if unit else described.unit,
    )


def called(directory: Directory, post: str, at: datetime) -> str:
    """Give the post that answers for `post` on that day: itself, or what took over after its end; else the old code."""
    return directory.post_successor(post, civil_date(at)) or post


def unit_of(party: Party, directory: Directory, at: datetime) -> str:
    """Give the unit that answers for what the party made: that of the party's post, or what took the old unit over."""
    on = civil_date(at)
    post = directory.post(called(directory, party.post, at), on)
    if post is not None:
        return post.unit
    return next(iter(directory.unit_successors(party.unit, on)), party.unit)
