"""The organisation as reading rights ask about it: which post answers for which, where origins belong today, who is not
there, and who may stand in.
"""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from domain.clock import civil_date
from domain.directory import Directory, Post
from projections import terms
from projections.terms import Origin


class Origins:
    """Every post and unit that a case can ever have been drafted from, as they stand on one day."""

    def __init__(self, directory: Directory, on: date) -> None:
        self._directory, self._on = directory, on
        self._codes: dict[str, list[str]] = {}
        self._of_unit: dict[str, set[Origin]] = {}  # by the unit as of then
        self._today: dict[str, set[Origin]] = {}  # by the unit that answers for them today
        for code, timeline in directory.structure.posts.items():
            successor = directory.post_successor(code, on) or code
            self._codes.setdefault(successor, []).append(code)
            for origin in {Origin(code, was.unit) for _, was in timeline if was is not None}:
                self._of_unit.setdefault(origin.unit, set()).add(origin)
                self._today.setdefault(self._unit(origin, successor), set()).add(origin)

    def codes(self, post: str) -> tuple[str, ...]:
        """The codes of every post that `post` answers for: its own, and those of posts it took the place of."""
        return tuple(self._codes.get(post, (post,)))

    def words(self, of_origin: Callable[[Origin], tuple[str, ...]], units: Set[str]) -> Iterator[str]:
        """Give the words for all that belongs to `units` today. The last two words of an origin are its unit's and its
        own: the unit's is given where all of its origins belong there.
        """
        mine = {origin for unit in units for origin in self._today.get(unit, ())}
        for unit in sorted({origin.unit for origin in mine}):
            whole = self._of_unit[unit]
            if whole <= mine:
                yield of_origin(next(iter(whole)))[-2]
            else:
                yield from sorted(of_origin(origin)[-1] for origin in whole & mine)

    @property
    def units(self) -> Set[str]:
        """Every unit that answers for some origin today."""
        return self._today.keys()

    def _unit(self, origin: Origin, successor: str) -> str:
        """As `domain.parties.unit_of` says: that of the post, or what took the old unit over."""
        post = self._directory.post(successor, self._on)
        if post is not None:
            return post.unit
        return next(iter(self._directory.unit_successors(origin.unit, self._on)), origin.unit)


@dataclass(frozen=True, kw_only=True)
class Unattended:
    """A post behind which nobody is at the moment: vacant, or its holder is `away`."""

    post: Post
    away: bool


def unattended(directory: Directory, at: datetime) -> tuple[Unattended, ...]:
    """Give every post whose holder is away, and every one that is vacant with nobody acting for it."""
    away = [person for person in directory.absences_of if directory.absence(person, at) is not None]
    left = [Unattended(post=post, away=True) for person in away for post in directory.posts_of(person, at)]
    return (*left, *(Unattended(post=post, away=False) for post in directory.vacant_posts(civil_date(at))))


def stand_ins(
    directory: Directory, origins: Origins, missing: Iterable[Post], at: datetime
) -> dict[str, tuple[str, ...]]:
    """Give the words of everybody who is in the proxy order of one of the `missing` posts.

    The order can depend on the unit whose case it is: only for units in whose line the post stands.
    """
    below = _units_below(directory, civil_date(at))
    found: dict[str, list[str]] = {}
    for post in missing:
        usual = _order(directory, post, at, post.unit)
        special = {unit: _order(directory, post, at, unit) for unit in below.get(post.code, ())}
        for person in usual.union(*special.values()):
            units = {unit for unit, order in special.items() if person in order}
            if person in usual:
                units |= origins.units - special.keys()
            everywhere = person in usual and units >= special.keys()
            for code in origins.codes(post.code):
                words = [terms.stand_ins(code, Origin("", ""))[0]] if everywhere else []
                words += [] if everywhere else origins.words(partial(terms.stand_ins, code), units)
                found.setdefault(person, []).extend(words)
    return {person: tuple(words) for person, words in found.items()}


def _order(directory: Directory, post: Post, at: datetime, unit: str) -> set[str]:
    return {holder.person for holder in directory.proxies(post.code, at, line_of=unit)}


def _units_below(directory: Directory, on: date) -> dict[str, list[str]]:
    """The units in whose line a post stands."""
    found: dict[str, list[str]] = {}
    for unit in directory.units(on):
        for post in directory.line(unit.code, on):
            found.setdefault(post.code, []).append(unit.code)
    return found
