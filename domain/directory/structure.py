"""The organisation over time: what holds from which day on, and who was appointed when."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from domain.directory.day import Day
from domain.directory.organisation import Acting, Appointment, Post, ProxyRule, Unit

V = TypeVar("V")
Timeline = tuple[tuple[date, V], ...]  # ascending by day: what holds from that day until the next one

DAYS_KEPT = 64


def value_on(timeline: Timeline[V], day: date) -> V | None:
    """What holds on `day`; None before the first day."""
    for since, value in reversed(timeline):
        if since <= day:
            return value
    return None


def placed(timeline: Timeline[V], since: date, value: V) -> Timeline[V]:
    """The timeline with `value` holding from `since` until its next known change, which stays as it is."""
    kept = [entry for entry in timeline if entry[0] != since]
    return tuple(sorted([*kept, (since, value)], key=lambda entry: entry[0]))


@dataclass(frozen=True, kw_only=True)
class Structure:
    """Everything dated by whole days. Its dictionaries are changed only by the fold that has just copied them."""

    prefecture: tuple[str, str] | None = None  # code, name
    units: dict[str, Timeline[Unit | None]] = field(default_factory=dict)
    posts: dict[str, Timeline[Post | None]] = field(default_factory=dict)
    roles: dict[tuple[str, str], Timeline[bool]] = field(default_factory=dict)  # (post, role)
    duties: dict[tuple[str, str], Timeline[bool]] = field(default_factory=dict)  # (post, duty)
    appointments: dict[str, tuple[Appointment, ...]] = field(default_factory=dict)  # by post
    careers: dict[str, tuple[Appointment, ...]] = field(default_factory=dict)  # the same, by person
    actings: dict[str, tuple[Acting, ...]] = field(default_factory=dict)  # by vacant post
    proxy_order: Timeline[tuple[ProxyRule, ...]] = ()
    names: dict[str, str] = field(default_factory=dict)  # by person
    unit_successors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    post_successors: dict[str, str] = field(default_factory=dict)
    handovers: dict[tuple[str, str], tuple[tuple[date, str], ...]] = field(default_factory=dict)  # (person, post left)
    _days: dict[date, Day] = field(default_factory=dict, compare=False, repr=False)

    def copied(self) -> "Structure":
        """The same facts in dictionaries of its own, with no day worked out yet."""
        return replace(
            self,
            units=dict(self.units),
            posts=dict(self.posts),
            roles=dict(self.roles),
            duties=dict(self.duties),
            appointments=dict(self.appointments),
            careers=dict(self.careers),
            actings=dict(self.actings),
            names=dict(self.names),
            unit_successors=dict(self.unit_successors),
            post_successors=dict(self.post_successors),
            handovers=dict(self.handovers),
            _days={},
        )

    def day(self, on: date) -> Day:
        """The organisation on one civil day, worked out once and kept."""
        known = self._days.get(on)
        if known is None:
            if len(self._days) >= DAYS_KEPT:
                self._days.clear()
            known = self._days[on] = self._worked_out(on)
        return known

    def _worked_out(self, on: date) -> Day:
        units = {code: unit for code, line in self.units.items() if (unit := value_on(line, on)) is not None}
        roles, duties = _granted(self.roles, on), _granted(self.duties, on)
        held = {post: one for post, spells in self.appointments.items() for one in spells if one.covers(on)}
        actings = {post: one.acting_post for post, spells in self.actings.items() for one in spells if one.covers(on)}
        posts = {
            code: replace(post, roles=roles.get(code, ()), duties=duties.get(code, ()), acting=actings.get(code))
            for code, line in self.posts.items()
            if (post := value_on(line, on)) is not None
        }
        return Day(units=units, posts=posts, held=held, names=self.names, rules=value_on(self.proxy_order, on) or ())

    def change_days(self, since: date) -> tuple[date, ...]:
        """Every day from `since` on, itself included, on which something about the organisation changes; ascending."""
        days = {since} | {day for day, _ in self.proxy_order}
        for described in (self.units, self.posts, self.roles, self.duties):
            days.update(day for timeline in described.values() for day, _ in timeline)
        spells = [(one.valid_from, one.valid_to) for each in self.appointments.values() for one in each]
        spells += [(one.valid_from, one.valid_to) for each in self.actings.values() for one in each]
        for first, last in spells:
            days.add(first)
            if last is not None:
                days.add(last + timedelta(days=1))
        return tuple(sorted(day for day in days if day >= since))


def _granted(grants: dict[tuple[str, str], Timeline[bool]], on: date) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for (post, grant), timeline in grants.items():
        if value_on(timeline, on):
            found[post] = (*found.get(post, ()), grant)
    return found
