"""部下: the staff a person stands over on one day, and those for whose absent head they may stand in.

A row that belongs to a person follows that person: whoever stands over them now reads what they did in the post they
left. So such a row names person and post as recorded (`terms.staff`), and here it is said which post answers for it
today, and who stands above that.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from domain.clock import civil_date
from domain.directory import Directory, Post, rank_order
from domain.policies.telework_head import head_for, stand_ins, supervises
from projections import terms


@dataclass(frozen=True, kw_only=True)
class StaffScope:
    """What one person may read of rows that belong to people: their own, those of the staff they stand `over`, and,
    while such a row is open, those of the staff for whose head they stand in.
    """

    person: str
    over: tuple[str, ...] = ()
    standing_in: tuple[str, ...] = ()


def nobody() -> StaffScope:
    """The scope of who is not a person of the directory: nothing."""
    return StaffScope(person="")


class Member(NamedTuple):
    """What `person` did as the post `recorded` belongs to the post `now` today."""

    person: str
    recorded: str
    now: Post

    @property
    def word(self) -> str:
        """How a row names it."""
        return terms.staff(self.person, self.recorded)


class Supervised(NamedTuple):
    """Staff under one who is 総括補佐 or GL over them as the post `supervisor`."""

    word: str
    supervisor: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Over whom one stands within the units of one's own posts: as their head, or as 総括補佐 or GL."""

    words: tuple[str, ...]
    supervised: tuple[Supervised, ...]


class StaffOfDay:
    """Everybody and every post they ever were in, as they belong to the units of one day."""

    def __init__(self, directory: Directory, on: date) -> None:
        self._directory, self._on = directory, on

    @cached_property
    def by_unit(self) -> Mapping[str, tuple[Member, ...]]:
        """The members by the unit they belong to today."""
        found: dict[str, list[Member]] = {}
        for member in _members(self._directory, self._on):
            found.setdefault(member.now.unit, []).append(member)
        return {unit: tuple(members) for unit, members in found.items()}

    def of_units(self, units: Iterable[str]) -> Iterator[Member]:
        """Give the members of these units."""
        for unit in sorted(units):
            yield from self.by_unit.get(unit, ())

    def standing(self, person: str, at: datetime) -> Standing:
        """Give over whom `person` stands at the instant `at`, which lies on this day, in the units of their posts."""
        directory = self._directory
        posts = directory.posts_of(person, at)
        words, supervised = list[str](), list[Supervised]()
        for member in self.of_units({post.unit for post in posts}):
            seat = head_for(directory, post=member.now.code, person=member.person, at=at)
            mine = supervises(directory, person, post=member.now.code, person=member.person, at=at)
            if mine:
                senior = (each for each in posts if each.unit == member.now.unit and _over(each, member.now))
                supervised += [Supervised(member.word, each.code) for each in senior]
            if mine or (seat is not None and seat.person == person):
                words.append(member.word)
        return Standing(words=tuple(words), supervised=tuple(supervised))


def standing_in(directory: Directory, staff: StaffOfDay, at: datetime) -> dict[str, tuple[str, ...]]:
    """Give, for everybody who may stand in for an absent head at the instant `at`, the staff of that head."""
    away = {person for person in directory.absences_of if directory.absence(person, at) is not None}
    found: dict[str, list[str]] = {}
    usual: dict[str, tuple[str, ...]] = {}  # who stands in for a seat, whoever asks
    for member in _under_somebody_away(directory, staff, away, at):
        seat = head_for(directory, post=member.now.code, person=member.person, at=at)
        if seat is None or seat.person not in away:
            continue
        code = seat.post.code
        if code not in usual:
            usual[code] = tuple(one.person for one in stand_ins(directory, seat, person="", at=at))
        persons = usual[code]
        if member.person in persons:
            persons = tuple(one.person for one in stand_ins(directory, seat, person=member.person, at=at))
        for person in persons:
            found.setdefault(person, []).append(member.word)
    return {person: tuple(words) for person, words in found.items()}


def _under_somebody_away(directory: Directory, staff: StaffOfDay, away: Set[str], at: datetime) -> Iterator[Member]:
    """Members whose head may be away: where the unit's own head is there, only those who have another head."""
    if not away:
        return
    on = civil_date(at)
    for unit, members in staff.by_unit.items():
        head = directory.head(unit, on)
        holder = directory.holder(head.code, at) if head else None
        if head is None or holder is None or holder.person in away:
            yield from members
        else:
            yield from (each for each in members if each.person == holder.person or not _over(head, each.now))


def _over(post: Post, other: Post) -> bool:
    return rank_order(post.rank) > rank_order(other.rank)


def _members(directory: Directory, on: date) -> Iterator[Member]:
    """As `domain.telework.standing.post_of` says: the post of then while the person has it, else their highest one."""
    structure, day = directory.structure, directory.structure.day(on)
    acted: dict[str, set[str]] = {}  # what whoever is in a post ever acted for
    for code, spells in structure.actings.items():
        for spell in spells:
            acted.setdefault(spell.acting_post, set()).add(code)
    for person, career in structure.careers.items():
        held = {post.code: post for post in day.posts_of(person)}
        highest = next(iter(held.values()), None)
        codes = {spell.post for spell in career}
        for code in sorted(codes.union(*(acted.get(each, ()) for each in codes))):
            answers = directory.post_successor(code, on) or code
            now = held.get(answers) or highest or day.posts.get(answers)
            if now is not None:
                yield Member(person, code, now)
