"""What is remembered of one request or order: its state as the record folds it, and what its rows need beside that."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from domain.events import Event, Fact
from domain.streams import prefix_of
from domain.telework import RECORD, facts
from domain.telework.state import Telework
from projections import terms

LONG_AGO = datetime.min.replace(tzinfo=UTC)
FOR_ATTENDANCE: tuple[type[Event], ...] = (  # what changes when somebody is or was to work, or worked
    facts.Approved,
    facts.Ordered,
    facts.Changed,
    facts.Revoked,
    facts.Started,
    facts.Ended,
    facts.OvertimeOrdered,
    facts.Reassigned,
)


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request or order as far as its facts go. Positions are the ledger's; `since` is when its present status began,
    `asked_at` when overtime was last asked for. `units`, `months` and `ordered_days` are all that ever were its own.

    `attended` is the position of the last fact that attendance knows, 0 while it was never ordered.
    """

    state: Telework = RECORD.initial
    number: str = ""
    opened: int = 0
    since: datetime = LONG_AGO
    asked_at: datetime = LONG_AGO
    units: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    ordered_days: tuple[date, ...] = ()
    attended: int = 0

    @property
    def staff(self) -> str:
        """Whose it is, in the terms of reading rights."""
        return terms.staff(self.state.person.person, self.state.person.post)


def evolve(case: Case, fact: Fact) -> Case:
    """Give the case after one more fact."""
    event, before = fact.event, case.state
    state = RECORD.evolve(before, event, fact.meta)
    more: dict[str, Any] = {"state": state}
    if state.status != before.status:
        more["since"] = fact.meta.at
    if before.request is None:
        more |= {"number": fact.stream.removeprefix(prefix_of(RECORD.noun)), "opened": fact.position}
    if state.request is not before.request:
        more["months"] = _with(case.months, f"{state.content.day:%Y-%m}")
    if state.applicant is not before.applicant:
        more["units"] = _with(case.units, state.person.unit)
    if isinstance(event, facts.OvertimeRequested):
        more["asked_at"] = fact.meta.at
    if state.order is not None and state.order is not before.order:
        more["ordered_days"] = _with(case.ordered_days, state.order.day)
    if isinstance(event, FOR_ATTENDANCE) and (case.ordered_days or state.order is not None):
        more["attended"] = fact.position
    return msgspec.structs.replace(case, **more)


def _with(known: tuple[Any, ...], more: Any) -> tuple[Any, ...]:
    return known if more in known else (*known, more)
