"""The prefecture as stories change it: who is away, who comes, who goes; and a clock that can be set."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Self

from domain.clock import JST, civil_date
from domain.directory import Directory, fold
from domain.directory.facts import AbsenceCancelled, AbsenceRecorded, Appointed, AppointmentEnded, Change
from domain.directory.organisation import AppointmentKind
from domain.events import Actor
from tests.records.directory_story import demo


def jst(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """An instant in Japan, as the clock gives it."""
    return datetime.combine(date(year, month, day), time(hour, minute), JST).astimezone(UTC)


MORNING = jst(2026, 11, 9)  # a Monday; vice-governor-1 is abroad from the 16th to the 27th


@dataclass(repr=False)
class Office:
    """The demo prefecture at the instant `now`."""

    now: datetime = MORNING
    directory: Directory = field(default_factory=demo)

    def directory_says(self, *changes: Change) -> Self:
        """Something changes in the organisation."""
        self.directory = fold(self.directory, changes)
        return self

    def away(self, post: str, since: datetime, until: datetime) -> Self:
        """The holder of `post` is away from `since` up to, not including, `until`."""
        person = self.holder_of(post)
        return self.directory_says(
            AbsenceRecorded(
                absence=f"absence-{self.directory.version + 1}",
                person=person,
                begins_at=since,
                ends_at=until,
                reason="出張",
                entered_by=person,
            )
        )

    def back(self, post: str) -> Self:
        """The holder of `post` is back earlier than was said."""
        absence = self.directory.absence(self.holder_of(post), self.now)
        assert absence is not None
        return self.directory_says(AbsenceCancelled(absence=absence.absence, cancelled_at=self.now, reason="早期帰庁"))

    def vacate(self, post: str, last: date) -> Self:
        """The appointment to `post` ends with the day `last`."""
        person = self.holder_of(post)
        today = civil_date(self.now)
        spells = self.directory.structure.appointments[post]
        held = [one for one in spells if one.person == person and one.covers(today)][-1]
        return self.directory_says(
            AppointmentEnded(post=post, person=person, valid_from=held.valid_from, valid_to=last)
        )

    def appoint(self, post: str, person: str, since: date, *, concurrent: bool = False) -> Self:
        """`person` is appointed to `post` from the day `since`."""
        kind: AppointmentKind = "concurrent" if concurrent else "regular"
        return self.directory_says(
            Appointed(post=post, person=person, name=f"職員{person}", kind=kind, valid_from=since, valid_to=None)
        )

    def replace_holder(self, post: str, person: str, since: date) -> Self:
        """人事異動: from `since` on `person` holds `post`, and whoever held it does not."""
        return self.vacate(post, date.fromordinal(since.toordinal() - 1)).appoint(post, person, since)

    def holder_of(self, post: str) -> str:
        holder = self.directory.holder(post, self.now)
        assert holder is not None, f"{post} is vacant"
        return holder.person

    def actor(self, by: str) -> Actor:
        """Whoever holds the post now, as the person who acts."""
        holder = self.directory.holder(by, self.now)
        assert holder is not None, f"{by} is vacant"
        return Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)
