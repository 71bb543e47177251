"""Terms: the words in which a row says who may read it and on whose desk it lies, whatever the directory says later.

A row is written once; posts change hands, units are merged and people fall ill without any event of the case. So a
row names the post, unit or person it means, as of its own day, and `readers.py` says which of these words are a
person's own at the moment of reading. What a case was drafted from is an origin: the drafter's post and its unit then.
A unit's word stands for all its posts, so that most readers need one word a unit; where posts of one unit have gone
different ways since, a reader has the words of single origins instead.
"""

from collections.abc import Iterable, Set
from typing import NamedTuple

OF_A_UNIT = ("above:", "unit:")


class Origin(NamedTuple):
    """The drafter's (applicant's, owner's) post, and the unit it belonged to then."""

    post: str
    unit: str

    @property
    def within(self) -> tuple[str, str]:
        """The unit, and the origin itself: whoever may see a whole unit has the first, others perhaps the second."""
        return self.unit, f"{self.post}@{self.unit}"


def person(number: str) -> str:
    """A person, for good: whoever took part."""
    return f"person:{number}"


def post(code: str) -> str:
    """Whoever holds or acts for the post, or for what took its place."""
    return f"post:{code}"


def heir(number: str, code: str) -> str:
    """Whoever takes over what the person left in the post (事務引継)."""
    return f"heir:{number}@{code}"


def above(origin: Origin) -> tuple[str, ...]:
    """The head of the unit that answers for the origin, and the line over it."""
    return tuple(f"above:{within}" for within in origin.within)


def colleagues(origin: Origin) -> tuple[str, ...]:
    """Everybody of the unit that answers for the origin."""
    return tuple(f"unit:{within}" for within in origin.within)


def stand_ins(code: str, origin: Origin) -> tuple[str, ...]:
    """Whoever may stand in for the post's holder in a case of the origin, while the holder is away."""
    return (f"for:{code}", *(f"for:{code}/{within}" for within in origin.within))


def staff(number: str, code: str) -> str:
    """A person in a post, as recorded: not a word by itself, but what the words of their superiors are made of."""
    return f"{number}@{code}"


def supervisors(of: str) -> str:
    """総括補佐 and GL over the staff `of`, wherever that person works now."""
    return f"supervises:{of}"


def head_stand_ins(of: str) -> str:
    """Whoever may stand in for the head of the staff `of`, while that head is away."""
    return f"head-for:{of}"


def role(name: str) -> str:
    """Whoever holds a post with the role."""
    return f"role:{name}"


def duty(name: str) -> str:
    """Whoever holds or acts for a post with the duty."""
    return f"duty:{name}"


def of_units(words: Iterable[str], units: Set[str]) -> tuple[str, ...]:
    """Leave out what is said of other units as a whole, or of origins in them."""
    return tuple(word for word in words if not word.startswith(OF_A_UNIT) or _unit(word) in units)


def _unit(word: str) -> str:
    within = word.partition(":")[2]
    return within.rpartition("@")[2]
