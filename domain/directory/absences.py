"""不在: who may enter whose absence, from when until when it counts, and who is told."""

from datetime import UTC, date, datetime, time, timedelta

from domain.clock import JST, civil_date
from domain.directory.commands import CancelAbsence, RecordAbsence
from domain.directory.facts import AbsenceCancelled, AbsenceRecorded
from domain.directory.organisation import Absence
from domain.directory.state import Directory
from domain.record import Given
from domain.refusals import Refused, require


def recorded(directory: Directory, command: RecordAbsence, given: Given) -> AbsenceRecorded:
    """The absence as a fact: whole days run from midnight to midnight in Japan. Refuses what is over or known."""
    begins_at, ends_at = begin_of(command.from_), end_of(command.to)
    require(begins_at < ends_at, "dates-reversed", "to")
    require(ends_at > given.now, "absence-over", "to")
    person = _absentee(directory, command, max(begins_at, given.now))
    require(may_enter(directory, given.by.person, person, given.now), "not-for-this-person", "person")
    known = (directory.absences[absence] for absence in directory.absences_of.get(person, ()))
    require(
        not any(one.begins_at <= begins_at and ends_at <= one.away_until for one in known), "already-absent", "from"
    )
    return AbsenceRecorded(
        absence=f"absence-{directory.version + 1}",
        person=person,
        begins_at=begins_at,
        ends_at=ends_at,
        reason=command.reason,
        entered_by=given.by.person,
    )


def cancelled(directory: Directory, command: CancelAbsence, given: Given) -> AbsenceCancelled:
    """The person is back now, or was never away. Refuses an absence that is over."""
    absence: Absence | None = directory.absences.get(command.absence)
    if absence is None:
        raise Refused("unknown-absence", "absence")
    require(may_enter(directory, given.by.person, absence.person, given.now), "not-for-this-person", "absence")
    cancelled_at = max(given.now, absence.begins_at)
    require(cancelled_at < absence.away_until, "absence-over", "absence")
    return AbsenceCancelled(absence=command.absence, cancelled_at=cancelled_at, reason=command.reason)


def may_enter(directory: Directory, entering: str, absentee: str, at: datetime) -> bool:
    """Whether it is the person, a colleague of the same unit, someone of the line above, or an administrator."""
    units = {post.unit for post in directory.posts_of(absentee, at)}
    return (
        entering == absentee
        or any(post.unit in units for post in directory.posts_of(entering, at))
        or any(directory.in_line_above(entering, unit, at) for unit in units)
        or "directory-admin" in directory.roles(entering, at)
    )


def begin_of(day_or_instant: date) -> datetime:
    """The first instant of an absence: midnight in Japan for a day."""
    if isinstance(day_or_instant, datetime):
        return day_or_instant.astimezone(UTC)
    return datetime.combine(day_or_instant, time.min, tzinfo=JST).astimezone(UTC)


def end_of(day_or_instant: date) -> datetime:
    """The first instant after an absence: the midnight that ends the day in Japan."""
    if isinstance(day_or_instant, datetime):
        return day_or_instant.astimezone(UTC)
    return datetime.combine(day_or_instant + timedelta(days=1), time.min, tzinfo=JST).astimezone(UTC)


def _absentee(directory: Directory, command: RecordAbsence, at: datetime) -> str:
    require((command.person is None) != (command.post is None), "person-or-post", "person")
    if command.person is not None:
        require(directory.name(command.person) is not None, "unknown-person", "person")
        return command.person
    assert command.post is not None
    require(directory.post(command.post, civil_date(at)) is not None, "unknown-post", "post")
    holder = directory.holder(command.post, at)
    if holder is None:
        raise Refused("vacant-post", "post")
    return holder.person
