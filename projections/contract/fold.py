"""What is remembered of one contract: its state as the record folds it, and what its rows need beside that."""

from datetime import UTC, datetime

import msgspec

from domain.contract import RECORD, facts
from domain.contract.state import Contract
from domain.events import Fact
from domain.streams import prefix_of
from projections.terms import Origin

LONG_AGO = datetime.min.replace(tzinfo=UTC)
PREFIX = prefix_of(RECORD.noun)


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A contract as far as its facts go. `opened` is the ledger's position of the first; `since` is when it began to
    stand as it stands; `postponed` says why its archiving was put off last.
    """

    state: Contract = RECORD.initial
    number: str = ""
    opened: int = 0
    since: datetime = LONG_AGO
    postponed: str | None = None

    @property
    def origin(self) -> Origin:
        """Whose contract it is."""
        custody = self.state.content.custody
        return Origin(custody.post, custody.unit)


def evolve(case: Case, fact: Fact) -> Case:
    """Give the contract after one more fact."""
    event = fact.event
    state = RECORD.evolve(case.state, event, fact.meta)
    since = fact.meta.at if _stands(state) != _stands(case.state) else case.since
    if not case.opened:
        return Case(state=state, number=fact.stream.removeprefix(PREFIX), opened=fact.position, since=since)
    postponed = case.postponed
    if isinstance(event, facts.ArchivingPostponed):
        postponed = event.reason
    elif isinstance(event, facts.Archived):
        postponed = None
    return msgspec.structs.replace(case, state=state, since=since, postponed=postponed)


def _stands(state: Contract) -> tuple[object, ...]:
    """What has to change for something new to wait for somebody."""
    awaited = tuple(each.number for each in state.awaited)
    proposed = tuple(each.number for each in state.parties if each.proposal is not None)
    return state.status, awaited, proposed, state.refused, state.failure, state.review_due, state.paper
