"""What is remembered of one case: its state as the record folds it, and what its rows need beside that."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

import msgspec

from domain.approval import RECORD, facts
from domain.approval.state import Approval
from domain.clock import civil_date
from domain.events import Event, Fact
from projections.terms import Origin

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A case as far as its facts go. Positions are the ledger's; `since` is when its present status began, `shown_at`
    when it was last put into circulation; `acted` and `asked` are who acted on which step, and who was asked last.
    """

    state: Approval = RECORD.initial
    number: str = ""
    opened: int = 0
    drafted_on: date = date.min
    submitted_on: date | None = None
    since: datetime = LONG_AGO
    shown_at: datetime = LONG_AGO
    acted: tuple[tuple[int, str], ...] = ()
    asked: tuple[tuple[int, str], ...] = ()
    proxy: str | None = None

    @property
    def origin(self) -> Origin:
        """What the case is drafted from."""
        return Origin(self.state.owner.post, self.state.owner.unit)


def evolve(case: Case, fact: Fact) -> Case:
    """Give the case after one more fact."""
    event, meta = fact.event, fact.meta
    state = RECORD.evolve(case.state, event, meta)
    since = meta.at if state.status != case.state.status else case.since
    if isinstance(event, facts.Drafted):
        return Case(
            state=state, number=fact.stream.removeprefix("approval-"), opened=fact.position,
            drafted_on=civil_date(meta.at), since=since,
        )  # fmt: skip
    remembered = REMEMBERED.get(type(event))
    more = remembered(case, fact) if remembered is not None else {}
    return msgspec.structs.replace(case, state=state, since=since, **more)


def _submitted(case: Case, fact: Fact) -> dict[str, Any]:
    return {"submitted_on": civil_date(fact.meta.at)}


def _asked(case: Case, fact: Fact) -> dict[str, Any]:
    event = cast(facts.StepsActivated | facts.Resumed, fact.event)
    return {"asked": tuple([(each.step, each.person) for each in event.activations])}


def _acted(case: Case, fact: Fact) -> dict[str, Any]:
    event = cast(facts.StepApproved | facts.ConcurrenceGiven | facts.Examined | facts.Decided, fact.event)
    return {"acted": (*case.acted, (event.step, fact.meta.by.person))}


def _decided(case: Case, fact: Fact) -> dict[str, Any]:
    event = cast(facts.Decided, fact.event)
    return {**_acted(case, fact), "proxy": fact.meta.by.person if event.proxy else None}


def _shown(case: Case, fact: Fact) -> dict[str, Any]:
    return {"shown_at": fact.meta.at}


REMEMBERED: Mapping[type[Event], Callable[[Case, Fact], dict[str, Any]]] = {
    facts.Submitted: _submitted,
    facts.StepsActivated: _asked,
    facts.Resumed: _asked,
    facts.StepApproved: _acted,
    facts.ConcurrenceGiven: _acted,
    facts.Examined: _acted,
    facts.Decided: _decided,
    facts.CirculationRequested: _shown,
}
