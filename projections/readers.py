"""Readers: which terms are a person's own at one instant, from the directory; the same for the rows of every process.

Together with the `readers` of a row this is the reading rule of its record (`may_read`) as one index can answer it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.clock import civil_date
from domain.directory import Directory
from projections import terms
from projections.organisation import Origins, Unattended, stand_ins, unattended
from projections.staff import StaffOfDay, StaffScope, Standing, nobody, standing_in
from projections.terms import Origin

SCOPES_MAX = 5_000


@dataclass(frozen=True, kw_only=True)
class ReaderScope:
    """What one person may read at one instant: rows that carry any of `terms`, or everything (auditors).

    `staff` says it of rows that belong to a person wherever that person works now; worked out only where it is asked.
    """

    terms: tuple[str, ...] = ()
    everything: bool = False
    staff: Callable[[], StaffScope] = field(default=nobody, compare=False)

    def of_units(self, units: Iterable[str]) -> tuple[str, ...]:
        """Give the terms that rows of these units can carry; leaving out the others helps to see how few rows those
        are.
        """
        return terms.of_units(self.terms, frozenset(units))


@dataclass(kw_only=True)
class _Moment:
    """What holds for everybody on one day between two comings or goings of absent people."""

    day: date
    turn: int
    origins: Origins
    missing: tuple[Unattended, ...]
    offers: dict[str, tuple[str, ...]]  # person → what they may decide for somebody away
    stand_ins: dict[str, tuple[str, ...]]  # person → what they may read for somebody away or for a vacant post
    scopes: dict[str, ReaderScope]
    staff: StaffOfDay
    standings: dict[str, Standing]
    heads_away: dict[str, tuple[str, ...]] | None = None  # person → the staff for whose absent head they stand in


class Readers:
    """Answers for one directory; what was worked out is kept while it stays true."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        absences = directory.absences.values()
        self._turns = sorted({turn for each in absences for turn in (each.begins_at, each.away_until)})
        self._kept: _Moment | None = None

    def scope(self, person: str, at: datetime) -> ReaderScope:
        """Give what `person` may read: own cases, those of posts held, acted for or inherited, of units stood over,
        of own units where a row says so, those that wait for somebody whose place they may take, and what their roles
        open (design.md §7).
        """
        moment = self._moment(at)
        kept = moment.scopes.get(person)
        if kept is None:
            if len(moment.scopes) >= SCOPES_MAX:
                moment.scopes.clear()
            kept = moment.scopes[person] = self._scope(moment, person, at)
        return kept

    def desk(self, person: str, at: datetime, *, post: str | None = None) -> tuple[str, ...]:
        """Give the terms under which tasks come to `person`, as all of their posts or as one of them; what they may do
        for others comes to the person, not to a post.
        """
        moment = self._moment(at)
        held = [each.code for each in self._directory.posts_of(person, at)] if post is None else [post]
        supervised = self._standing(moment, person, at).supervised
        words = [*self._own(moment, person, held, at)]
        words += [terms.supervisors(each.word) for each in supervised if each.supervisor in held]
        if post is None:
            words += moment.offers.get(person, ())
            words += map(terms.head_stand_ins, self._heads_away(moment, at).get(person, ()))
        return tuple(dict.fromkeys(words))

    def _scope(self, moment: _Moment, person: str, at: datetime) -> ReaderScope:
        directory = self._directory
        roles = directory.roles(person, at)
        if "auditor" in roles:
            return ReaderScope(everything=True)
        held = directory.posts_of(person, at)
        below = {unit.code for unit in directory.units(moment.day) if directory.in_line_above(person, unit.code, at)}
        words = (
            *self._own(moment, person, [post.code for post in held], at),
            *moment.origins.words(terms.above, below),
            *moment.origins.words(terms.colleagues, {post.unit for post in held}),
            *_may_pull_up(moment, below),
            *moment.stand_ins.get(person, ()),
            *map(terms.role, sorted(roles)),
            *map(terms.duty, sorted({duty for post in held for duty in post.duties})),
        )
        return ReaderScope(
            terms=tuple(dict.fromkeys(words)), staff=lambda: self._staff_scope(moment, person, frozenset(below), at)
        )

    def _staff_scope(self, moment: _Moment, person: str, below: Set[str], at: datetime) -> StaffScope:
        standing = self._standing(moment, person, at)
        over = (*(each.word for each in moment.staff.of_units(below)), *standing.words)
        return StaffScope(
            person=person,
            over=tuple(dict.fromkeys(over)),
            standing_in=self._heads_away(moment, at).get(person, ()),
        )

    def _standing(self, moment: _Moment, person: str, at: datetime) -> Standing:
        known = moment.standings.get(person)
        if known is None:
            if len(moment.standings) >= SCOPES_MAX:
                moment.standings.clear()
            known = moment.standings[person] = moment.staff.standing(person, at)
        return known

    def _heads_away(self, moment: _Moment, at: datetime) -> dict[str, tuple[str, ...]]:
        if moment.heads_away is None:
            moment.heads_away = standing_in(self._directory, moment.staff, at)
        return moment.heads_away

    def _own(self, moment: _Moment, person: str, posts: Iterable[str], at: datetime) -> Iterator[str]:
        """The person's own words, those of the posts, and of what was left to them."""
        yield terms.person(person)
        codes = [code for post in posts for code in moment.origins.codes(post)]
        yield from map(terms.post, codes)
        structure = self._directory.structure
        left = {(was, code) for code in codes for was in self._ever_in(code)}
        left |= {pair for pair, named in structure.handovers.items() if any(heir == person for _, heir in named)}
        for was, code in sorted(left):
            heir = self._directory.takes_over(was, code, at)
            if heir is not None and heir.person == person != was:
                yield terms.heir(was, code)

    def _ever_in(self, post: str) -> set[str]:
        """Whoever held the post or acted for it at any time."""
        structure = self._directory.structure
        acting = (spell.acting_post for spell in structure.actings.get(post, ()))
        return {one.person for code in (post, *acting) for one in structure.appointments.get(code, ())}

    def _moment(self, at: datetime) -> _Moment:
        day, turn = civil_date(at), bisect_right(self._turns, at)
        kept = self._kept
        if kept is None or (kept.day, kept.turn) != (day, turn):
            same_day = kept is not None and kept.day == day
            origins = kept.origins if kept is not None and same_day else Origins(self._directory, day)
            staff = kept.staff if kept is not None and same_day else StaffOfDay(self._directory, day)
            missing = unattended(self._directory, at)
            away = stand_ins(self._directory, origins, [each.post for each in missing if each.away], at)
            vacant = stand_ins(self._directory, origins, [each.post for each in missing if not each.away], at)
            both = {person: (*away.get(person, ()), *vacant.get(person, ())) for person in {**away, **vacant}}
            kept = self._kept = _Moment(
                day=day, turn=turn, origins=origins, missing=missing, offers=away, stand_ins=both, scopes={},
                staff=staff, standings={},
            )  # fmt: skip
        return kept


def _may_pull_up(moment: _Moment, below: Set[str]) -> Iterator[str]:
    """The words of what waits for somebody who is not there, in units stood over."""
    for post in (each.post for each in moment.missing if each.post.unit in below):
        for code in moment.origins.codes(post.code):
            yield terms.stand_ins(code, Origin("", ""))[0]
