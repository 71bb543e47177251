"""長期保管: the archive time stamp and its renewals, in time and never too late, until the retention ends."""

from domain.clock import civil_date
from domain.contract import facts
from domain.contract.commands import ArchiveDone, ArchivingDueNow, FailRenewal, PostponeArchiving
from domain.contract.state import CONCLUDED, Contract
from domain.contract.steps import OTHER_BASE
from domain.contract.story import Story
from domain.policies.contract import renewal_due

TOO_LATE = "renewed-too-late"


def next_generation(state: Contract) -> int:
    """The archive time stamp that comes next, from 1."""
    return state.archive.generation + 1 if state.archive else 1


def due_now(story: Story, command: ArchivingDueNow) -> None:
    """長期保管の時期: the first some time after the last signature, each next before the one before runs out. One that
    ran out already is reported: no time stamp mends it.
    """
    state, now = story.state, story.given.now
    if not _is_open(story, command.generation) or state.archiving is not None:
        return
    if state.archive_at is not None and state.archive_at > now:
        return
    archive = state.archive
    if archive is None:
        story.tell(facts.ArchivingDue(generation=command.generation))
        return
    if archive.tsa_expires_at <= now:
        _report_late(story, command.generation)
        return
    due_at, rules = archive.renew_at or archive.tsa_expires_at, story.rules_today.archiving
    if renewal_due(renew_at=due_at, algorithm=archive.algorithm, now=now, rules=rules):
        story.tell(facts.ArchivingDue(generation=command.generation))


def postpone(story: Story, command: PostponeArchiving) -> None:
    """長期保管の延期, while there are no newer revocation data."""
    if story.state.archiving == command.generation and command.until > story.given.now:
        story.tell(facts.ArchivingPostponed(generation=command.generation, until=command.until, reason=command.reason))


def done(story: Story, command: ArchiveDone) -> None:
    """長期署名 or its renewal. A time stamp that came after the one before had run out proves nothing, and is
    reported.
    """
    state = story.state
    if state.archiving != command.generation:
        return
    if command.base != state.document:
        detail = f"the result's base is {command.base}, the contract's file is {state.document}"
        story.tell(facts.RenewalFailed(generation=command.generation, code=OTHER_BASE, detail=detail))
        return
    if state.archive is not None and state.archive.tsa_expires_at <= command.stamped_at:
        _report_late(story, command.generation)
        return
    story.tell(
        facts.Archived(
            generation=command.generation,
            level=command.level,
            algorithm=command.algorithm,
            document=command.document,
            base=command.base,
            stamped_at=command.stamped_at,
            tsa_certificate=command.tsa_certificate,
            tsa_expires_at=command.tsa_expires_at,
            renew_at=command.renew_at,
        )
    )
    story.close_if_over()


def fail(story: Story, command: FailRenewal) -> None:
    """延長の失敗 that no retry mends, reported once."""
    if story.state.archiving == command.generation:
        story.tell(facts.RenewalFailed(generation=command.generation, code=command.code, detail=command.detail))


def _is_open(story: Story, generation: int) -> bool:
    """Whether that generation may come at all: the next one of a contract that is kept, its failure not yet known."""
    state = story.state
    if state.status not in CONCLUDED or generation != next_generation(state):
        return False
    if state.retained_until is None or state.retained_until < civil_date(story.given.now):
        return False
    return state.failure is None or state.failure.generation != generation or state.failure.code != TOO_LATE


def _report_late(story: Story, generation: int) -> None:
    archive = story.state.archive
    ended = archive.tsa_expires_at.isoformat() if archive else ""
    detail = f"the archive time stamp before it could no longer be verified from {ended} on"
    story.tell(facts.RenewalFailed(generation=generation, code=TOO_LATE, detail=detail))
