"""電子契約のお知らせ: whom each fact of a contract concerns, besides those whose desk it changes anyway."""

from collections.abc import Iterable, Mapping

from domain.contract import facts
from domain.events import Event, Fact
from projections import terms
from projections.contract.fold import Case
from projections.folding import Told
from projections.notices import to_persons


def _officer(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    custody = after.state.content.custody
    return (terms.person(custody.person), terms.heir(custody.person, custody.post))


def _officer_and_signer(before: Case, fact: Fact, after: Case) -> Iterable[str]:
    """The officer, and whoever signed for the prefecture."""
    signed = (each.instruction.person for each in after.state.parties if each.is_prefecture and each.instruction)
    return (*_officer(before, fact, after), *to_persons(*signed))


TOLD: Mapping[type[Event], Told[Case]] = {
    facts.Declined: _officer,
    facts.ForwardProposed: _officer,
    facts.Forwarded: _officer,
    facts.Reminded: _officer,  # that it will soon run out
    facts.Expired: _officer,
    facts.StepRefused: _officer,
    facts.Concluded: _officer_and_signer,
    facts.ProvisionalFinalised: _officer,
    facts.ProvisionalLapsed: _officer,
    facts.RenewalFailed: _officer,
    facts.RetentionReviewDue: _officer,
}
