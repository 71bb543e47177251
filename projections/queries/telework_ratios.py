"""実施率: how many of a unit's staff were to work, and worked, elsewhere on each day, from the events.

Staff are the people appointed to posts of the unit on that day; whoever only acts for a post is staff elsewhere.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.directory import Directory
from domain.directory.structure import value_on
from projections.queries.telework import DayCount


class Counting(Protocol):
    """Whoever counts people: the read model as it stands, or the facts as they stood (`telework_past`)."""

    def counts(self, units: Sequence[str], first: date, last: date) -> dict[tuple[str, date], DayCount]: ...


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One unit and day. `planned` counts applications and orders, `ordered` standing orders, `actual` days begun."""

    unit: str
    day: date
    staff: int
    planned: int
    ordered: int
    actual: int

    def share(self, part: int) -> float | None:
        """Give `part` of the staff, to a tenth of a per mille; None for a unit without staff."""
        return round(part / self.staff, 4) if self.staff else None


def ratios(teleworks: Counting, directory: Directory, units: Sequence[str], days: Sequence[date]) -> Iterator[Ratio]:
    """Give the numbers of every unit on every one of `days`, ascending and not empty, day by day; a unit that has
    neither staff nor telework that day is left out.
    """
    counts = teleworks.counts(units, days[0], days[-1])
    staff = staff_of(directory, units, days)
    for day in days:
        for unit in units:
            none = DayCount(unit, day, 0, 0, 0)
            _, _, planned, ordered, actual = counts.get((unit, day), none)
            people = len(staff.get((unit, day), ()))
            if people or planned:
                yield Ratio(unit=unit, day=day, staff=people, planned=planned, ordered=ordered, actual=actual)


def staff_of(
    directory: Directory, units: Collection[str], days: Sequence[date]
) -> dict[tuple[str, date], frozenset[str]]:
    """Give the people appointed to posts of each unit on each day."""
    structure, wanted = directory.structure, set(units)
    found: dict[tuple[str, date], set[str]] = {}
    for code, timeline in structure.posts.items():
        if wanted.isdisjoint(post.unit for _, post in timeline if post is not None):
            continue
        spells = structure.appointments.get(code, ())
        for day in days:
            post = value_on(timeline, day)
            if post is not None and post.unit in wanted:
                found.setdefault((post.unit, day), set()).update(each.person for each in spells if each.covers(day))
    return {key: frozenset(people) for key, people in found.items()}
