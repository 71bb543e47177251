"""期限: what time alone brings about: reminders, expiry, the end of a lease, archiving, the end of the retention.

Every occasion that `due` names adds one fact when it is taken up as named, and its name never comes again.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from domain.clock import JST, civil_date
from domain.contract import facts
from domain.contract.archiving import next_generation
from domain.contract.commands import ArchivingDueNow, Expire, ExpireLease, Remind, RetentionDue
from domain.contract.state import CONCLUDED, OUT, Contract, Party, Request
from domain.contract.story import Story
from domain.directory import Directory
from domain.record import Occasion

DEADLINES, CUSTODY = "期限管理", "長期保管"


def due(state: Contract, now: datetime, directory: Directory) -> tuple[Occasion, ...]:
    """What is to be done at `now`, the first first. (The directory has no part in a contract's deadlines.)"""
    if state.status in OUT:
        return (*_expiry(state, now), *_lease(state, now), *_reminders(state, now))
    if state.status in CONCLUDED:
        return (*_archiving(state, now), *_retention(state, now))
    return ()


def wake_at(state: Contract) -> datetime | None:
    """The next instant at which time alone gives `due` something, or None. What is closed is looked at by custody."""
    if state.closed:
        return None
    times: list[datetime | None] = []
    if state.status in OUT:
        held = lease(state)
        times += [state.deadline, held.prepared.lease_until if held and held.prepared else None]
        times += [_next_reminder(each) for each in state.awaited]
    if state.status in CONCLUDED:
        times += [state.archive_at if state.archiving is None else None, _review_at(state)]
    return min((at for at in times if at is not None), default=None)


def lease(state: Contract) -> Request | None:
    """The two-phase signature whose signer holds the file now."""
    first = state.queue[0] if state.queue else None
    return first if first is not None and first.prepared is not None and first.signature is None else None


def remind(story: Story, command: Remind) -> None:
    """催促 of a signer who has not agreed."""
    state = story.state
    party = next((each for each in state.awaited if each.number == command.signer), None)
    at = _next_reminder(party) if party else None
    if party is not None and at is not None and at <= story.given.now and party.reminders + 1 == command.nth:
        story.tell(facts.Reminded(signer=command.signer, nth=command.nth))


def expire(story: Story, command: Expire) -> None:
    """期限切れ: not everybody agreed in time."""
    state, at = story.state, story.state.deadline
    if state.status not in OUT or state.round != command.round or at is None or at > story.given.now:
        return
    waiting = tuple(sorted(each.number for each in state.parties if each.agreed_at is None))
    story.tell(facts.Expired(waiting_for=waiting))


def _expiry(state: Contract, now: datetime) -> Iterator[Occasion]:
    at = state.deadline
    if at is not None and at <= now:
        command = Expire(round=state.round)
        yield Occasion(verb="expire", rule=DEADLINES, occasion=f"expire/{state.round}", command=command)


def _lease(state: Contract, now: datetime) -> Iterator[Occasion]:
    held = lease(state)
    if held is None or held.prepared is None or held.nth is None or held.prepared.lease_until > now:
        return
    command, occasion = ExpireLease(signer=held.signer, nth=held.nth), f"lease/{held.signer}/{held.nth}"
    yield Occasion(verb="expire-lease", rule=DEADLINES, occasion=occasion, command=command)


def _reminders(state: Contract, now: datetime) -> Iterator[Occasion]:
    for party in state.awaited:
        at = _next_reminder(party)
        if at is not None and at <= now:
            nth = party.reminders + 1
            occasion = f"remind/{state.round}/{party.number}/{party.generation}/{nth}"
            command = Remind(signer=party.number, nth=nth)
            yield Occasion(verb="remind", rule=DEADLINES, occasion=occasion, command=command)


def _archiving(state: Contract, now: datetime) -> Iterator[Occasion]:
    at = state.archive_at
    if at is None or at > now or state.archiving is not None:
        return
    generation = next_generation(state)
    occasion, command = f"archiving/{generation}/{at.isoformat()}", ArchivingDueNow(generation=generation)
    yield Occasion(verb="archiving-due", rule=CUSTODY, occasion=occasion, command=command)


def _retention(state: Contract, now: datetime) -> Iterator[Occasion]:
    ends, on = state.retained_until, state.review_on
    if ends is None or on is None or state.review_due is not None or on > civil_date(now):
        return
    command, occasion = RetentionDue(retained_until=ends), f"retention/{ends.isoformat()}"
    yield Occasion(verb="retention-due", rule=CUSTODY, occasion=occasion, command=command)


def _next_reminder(party: Party) -> datetime | None:
    return party.remind_at[party.reminders] if party.reminders < len(party.remind_at) else None


def _review_at(state: Contract) -> datetime | None:
    on: date | None = state.review_on if state.review_due is None else None
    return None if on is None else datetime.combine(on, time(0), JST).astimezone(UTC)
