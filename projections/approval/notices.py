"""電子決裁のお知らせ: whom each fact of a case concerns, besides those whose desk it changes anyway."""

from collections.abc import Iterable, Mapping
from typing import cast

from domain.approval import facts
from domain.events import Event, Fact
from projections import terms
from projections.approval.fold import Case
from projections.folding import Told
from projections.notices import to_persons


def _had_a_part(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    """The drafter, everybody who acted, and who was asked last."""
    return to_persons(before.state.owner.person, *(person for _, person in (*before.acted, *before.asked)))


def _drafter(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    return to_persons(before.state.owner.person)


def _no_longer_stands(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    """Whose approval an amendment undid."""
    undone = {each.step for each in cast(facts.Amended, fact.event).invalidated}
    return to_persons(*(person for step, person in before.acted if step in undone))


def _passed_over(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    skipped = cast(facts.PulledUp, fact.event).skipped
    return to_persons(*(person for step, person in before.asked if step in skipped))


def _reported_to(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    to_post = cast(facts.Escalated, fact.event).to_post
    return (terms.post(to_post),) if to_post else ()


def _drafter_and_proxy(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    return to_persons(before.state.owner.person, before.proxy)


def _both_owners(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    return to_persons(before.state.owner.person, after.state.owner.person)


def _both_holders(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    moved = cast(facts.StepReassigned, fact.event)
    return to_persons(moved.from_person, moved.person)


TOLD: Mapping[type[Event], Told[Case]] = {
    facts.Withdrawn: _had_a_part,
    facts.Abandoned: _had_a_part,
    facts.Rejected: _had_a_part,
    facts.Decided: _drafter,
    facts.Amended: _no_longer_stands,
    facts.PulledUp: _passed_over,
    facts.Escalated: _reported_to,
    facts.PostReviewed: _drafter_and_proxy,
    facts.OwnershipTransferred: _both_owners,
    facts.StepReassigned: _both_holders,
}
