"""The directory as folded from its facts, and every question that is asked of it. Nothing here decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from domain.clock import civil_date
from domain.directory.facts import Change
from domain.directory.organisation import Absence, Holder, Post, Unit
from domain.directory.structure import Structure


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A change that waits for (or got) its second person."""

    proposal: str
    facts: tuple[Change, ...]
    proposed_by: str
    concerned: tuple[str, ...]
    state: Literal["pending", "confirmed", "refused"] = "pending"


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Who is who on which day. Days (`on`) are civil days in Japan; instants (`at`) are aware datetimes."""

    version: int = 0
    structure: Structure = field(default_factory=Structure)
    absences: Mapping[str, Absence] = field(default_factory=dict)  # by id; only confirmed ones, cancelled ones kept
    absences_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # ids by person
    proposals: Mapping[str, Proposal] = field(default_factory=dict)

    def unit(self, code: str, on: date) -> Unit | None:
        """The unit as it is on that day; None if it does not exist then."""
        return self.structure.day(on).units.get(code)

    def units(self, on: date) -> tuple[Unit, ...]:
        """Every unit of that day, in the order they were entered."""
        return tuple(self.structure.day(on).units.values())

    def post(self, code: str, on: date) -> Post | None:
        """The post as it is on that day; None if it does not exist then."""
        return self.structure.day(on).posts.get(code)

    def posts(self, on: date) -> tuple[Post, ...]:
        """Every post of that day, in the order they were entered."""
        return tuple(self.structure.day(on).posts.values())

    def name(self, person: str) -> str | None:
        """The person's display name; None if the directory has never heard of them."""
        return self.structure.names.get(person)

    def holder(self, post: str, at: datetime) -> Holder | None:
        """The appointed person, else the acting one, else None: the post is vacant (欠員) or does not exist."""
        return self.structure.day(civil_date(at)).holder(post)

    def posts_of(self, person: str, at: datetime) -> tuple[Post, ...]:
        """The posts a person holds or acts for, highest rank first."""
        return self.structure.day(civil_date(at)).posts_of(person)

    def roles(self, person: str, at: datetime) -> frozenset[str]:
        """The roles of the posts a person holds. Acting for a post does not lend its roles."""
        held = self.structure.day(civil_date(at)).posts_held(person)
        return frozenset(role for post in held for role in post.roles)

    def with_duty(self, duty: str, at: datetime) -> tuple[Post, ...]:
        """The posts that carry a duty."""
        return self.structure.day(civil_date(at)).with_duty(duty)

    def head(self, unit: str, on: date) -> Post | None:
        """所属長: the highest post of the unit itself; None for a unit without posts."""
        return self.structure.day(on).head(unit)

    def heads(self, person: str, unit: str, at: datetime) -> bool:
        """Whether the person holds, or acts for, the unit's highest post."""
        day = self.structure.day(civil_date(at))
        head = day.head(unit)
        holder = day.holder(head.code) if head else None
        return holder is not None and holder.person == person

    def line(self, unit: str, on: date) -> tuple[Post, ...]:
        """The unit's own posts, its department's, the overseeing vice-governor and the governor; low → high rank."""
        return self.structure.day(on).line(unit)

    def in_line_above(self, person: str, unit: str, at: datetime) -> bool:
        """Whether the person heads the unit or holds (or acts for) a post of its line that stands over it."""
        day = self.structure.day(civil_date(at))
        above = {post.code for post in day.above(unit)}
        return any(post.code in above for post in day.posts_of(person))

    def unit_path(self, unit: str, on: date) -> tuple[str, ...]:
        """The unit, its parent and so on up to the prefecture."""
        return self.structure.day(on).unit_path(unit)

    def absence(self, person: str, at: datetime) -> Absence | None:
        """The confirmed absence that covers the instant; of several, the one that ends last."""
        all_of = (self.absences[absence] for absence in self.absences_of.get(person, ()))
        covering = [absence for absence in all_of if absence.covers(at)]
        return max(covering, key=lambda absence: absence.away_until, default=None)

    def returns_at(self, person: str, at: datetime) -> datetime | None:
        """When someone away at `at` is back, over absences that follow each other without a gap; None if not away."""
        back: datetime | None = None
        absence = self.absence(person, at)
        while absence is not None:
            back = absence.away_until
            absence = self.absence(person, back)
        return back

    def proxies(self, post: str, at: datetime, *, line_of: str) -> tuple[Holder, ...]:
        """代決順位: who may stand in for the post in a case of the unit `line_of`, first the first.

        Left out are the vacant, those away themselves and the absent holder in another post; nobody comes twice.
        """
        day = self.structure.day(civil_date(at))
        described = day.posts.get(post)
        if described is None:
            return ()
        absent = day.holder(post)
        seen = {absent.person} if absent else set()
        found: list[Holder] = []
        for candidate in day.proxy_posts(described, line_of=line_of):
            holder = day.holder(candidate.code)
            if holder is None or holder.person in seen or self.absence(holder.person, at) is not None:
                continue
            seen.add(holder.person)
            found.append(holder)
        return tuple(found)

    def vacant_posts(self, on: date) -> tuple[Post, ...]:
        """欠員: the posts of that day behind which there is nobody, appointed or acting."""
        day = self.structure.day(on)
        return tuple(post for post in day.posts.values() if day.holder(post.code) is None)

    def unit_successors(self, unit: str, on: date) -> tuple[str, ...]:
        """Which units answer for `unit` on that day: itself, or after its end those that took over."""
        return self._followed(unit, on, frozenset())

    def _followed(self, unit: str, on: date, seen: frozenset[str]) -> tuple[str, ...]:
        if self.unit(unit, on) is not None or unit in seen:
            return (unit,) if unit not in seen else ()
        after = self.structure.unit_successors.get(unit, ())
        found = [last for each in after for last in self._followed(each, on, seen | {unit})]
        return tuple(dict.fromkeys(found))

    def post_successor(self, post: str, on: date) -> str | None:
        """Which post answers for `post` on that day: itself, or after its end the one that took over."""
        seen: set[str] = set()
        at: str | None = post
        while at is not None and at not in seen:
            if self.post(at, on) is not None:
                return at
            seen.add(at)
            at = self.structure.post_successors.get(at)
        return None

    def takes_over(self, person: str, post: str, at: datetime) -> Holder | None:
        """事務引継: who answers at that instant for the drafts `person` made as `post`.

        The person while they hold the post; after a transfer the successor named then; else the post's holder.
        """
        on = civil_date(at)
        day = self.structure.day(on)
        current = self.post_successor(post, on)
        holder = day.holder(current) if current else None
        if holder is not None and holder.person == person:
            return holder
        named = [successor for since, successor in self.structure.handovers.get((person, post), ()) if since <= on]
        served = day.posts_of(named[-1]) if named else ()
        return day.holder(served[0].code) if served else holder

    def pending(self) -> tuple[Proposal, ...]:
        """The proposals that still wait for a second person."""
        return tuple(proposal for proposal in self.proposals.values() if proposal.state == "pending")
