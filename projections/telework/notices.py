"""テレワークのお知らせ: whom each fact concerns, besides those whose desk it changes anyway."""

from collections.abc import Iterable, Mapping
from typing import cast

from domain.events import Actor, Event, Fact
from domain.telework import facts
from projections import terms
from projections.folding import Told
from projections.notices import to_persons
from projections.telework.fold import Case


def _person(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    return to_persons(after.state.person.person)


def _head(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    return (terms.post(after.state.superior.post),)


def _superiors(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    """所属長等: the head, 総括補佐 and GL are told that the day has begun or ended (TW-04)."""
    return (terms.post(after.state.superior.post), terms.supervisors(after.staff))


def _person_and_head(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    """The person, and the head in whose absence somebody else decided (代決): it is shown to them afterwards (後閲),
    which for a matter of one day asks nothing of them (reference/domain.md §2.2).
    """
    return (*_person(before, fact, after), *_stood_in_for(before, fact, after))


def _stood_in_for(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    behalf: Actor | None = getattr(fact.event, "on_behalf_of", None)
    return to_persons(behalf.person if behalf else None)


def _reminded(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    event = cast(facts.Reminded, fact.event)
    return (terms.post(event.to_post),) if event.overdue == "approval" else to_persons(after.state.person.person)


def _told_head(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    return (terms.post(cast(facts.HeadTold, fact.event).to_post),)


def _both_heads(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    heads = (before.state.superior.person, after.state.superior.person)
    return to_persons(after.state.person.person, *(heads if heads[0] != heads[1] else ()))


TOLD: Mapping[type[Event], Told[Case]] = {
    facts.Approved: _person_and_head,
    facts.Ordered: _person_and_head,
    facts.Returned: _stood_in_for,
    facts.Rejected: _person_and_head,
    facts.Revoked: _person_and_head,
    facts.Withdrawn: _head,
    facts.Lapsed: _person,
    facts.Started: _superiors,
    facts.Ended: _superiors,
    facts.Acknowledged: _person_and_head,
    facts.OvertimeOrdered: _person_and_head,
    facts.OvertimeRefused: _person_and_head,
    facts.Reminded: _reminded,
    facts.HeadTold: _told_head,
    facts.Reassigned: _both_heads,
}
