"""締結後: amendment and end of a contract that stands, and the review when its retention ends."""

from datetime import timedelta

from domain.contract import facts
from domain.contract.basis import same_parties
from domain.contract.commands import Amend, RetentionDue, ReviewRetention, Terminate
from domain.contract.creating import contract_stream, linked, require_near
from domain.contract.standing import require_officer
from domain.contract.state import CONCLUDED, STANDING
from domain.contract.story import Story
from domain.refusals import Refused, require


def amend(story: Story, command: Amend) -> None:
    """変更契約との結び付け by hand, written on both. Refuses `not-concluded` (also for the other one, field `by`),
    what `linked` refuses, `counterparty-differs`, `same-contract`, `already-linked`, `before-contract-date`.
    """
    require_officer(story)
    state, given = story.state, story.given
    require(state.status in STANDING, "not-concluded")
    require(command.by != given.number, "same-contract", "by")
    require(command.by not in state.amended_by, "already-linked", "by")
    other = linked(given, command.by, "by")
    require(other.status in STANDING, "not-concluded", "by")
    same = same_parties(state.content.counterparties, other.content.counterparties)
    require(same, "counterparty-differs", "by")
    require(state.concluded is None or command.on >= state.concluded.contract_date, "before-contract-date", "on")
    require_near(story, command.on, "on")
    story.tell(facts.Amended(by=command.by, on=command.on))
    story.note(contract_stream(command.by), facts.AmendmentLinked(amends=given.number))


def terminate(story: Story, command: Terminate) -> None:
    """解除・合意解約. Refuses `not-concluded`, `before-contract-date`."""
    require_officer(story)
    state = story.state
    require(state.status in STANDING, "not-concluded")
    require(state.concluded is None or command.on >= state.concluded.contract_date, "before-contract-date", "on")
    require_near(story, command.on, "on")
    story.tell(facts.Terminated(on=command.on, reason=command.reason, agreement=command.agreement))
    story.close_if_over()


def retention_due(story: Story, command: RetentionDue) -> None:
    """保存期間の満了が近い: the unit is asked to review."""
    state = story.state
    same = state.retained_until == command.retained_until and state.review_due is None
    if state.status in CONCLUDED and same and state.review_on is not None and state.review_on <= story.today:
        story.tell(facts.RetentionReviewDue(retained_until=command.retained_until))


def review_retention(story: Story, command: ReviewRetention) -> None:
    """満了時の措置. What is to be disposed of is disposed of by a process of its own, after the last day of its
    retention. Refuses `review-not-due`, `until-required`, `until-unwanted`,
    `date-out-of-range`.
    """
    require_officer(story)
    state = story.state
    ends = state.review_due
    if ends is None:
        raise Refused("review-not-due")
    extended, until, review_on = command.outcome == "extended", command.until, None
    require(extended or until is None, "until-unwanted", "until")
    if extended:
        if until is None or until <= ends:
            raise Refused("until-required", "until")
        require_near(story, until, "until")
        review_on = until - timedelta(days=story.rules_today.archiving.review_before_days)
    story.tell(
        facts.RetentionReviewed(outcome=command.outcome, until=until, reason=command.reason, review_on=review_on)
    )
