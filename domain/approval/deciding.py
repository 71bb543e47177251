"""決裁の行為: deciding, rejecting, examining, reviewing a proxy's decision afterwards."""

from domain.approval import commands, facts
from domain.approval.facts import Proxy
from domain.approval.laying import still_to_ask
from domain.approval.numbering import document_number
from domain.approval.reviewing import approve, send_back
from domain.approval.standing import own_step
from domain.approval.state import Step
from domain.approval.story import Story
from domain.clock import civil_date
from domain.directory import rank_order
from domain.events import Actor
from domain.policies.deadlines import post_review_due
from domain.policies.route import Plan
from domain.refusals import Refused, require


def approve_or_decide(story: Story, command: commands.Approve) -> None:
    """承認 of a step that is approved; for the decider the same as 決裁."""
    step = own_step(story, "approve")
    if step.traits.place == "decision":
        take_decision(story, step, command.comment)
    else:
        approve(story, command, step)


def decide_case(story: Story, command: commands.Decide) -> None:
    """決裁 by the decider."""
    take_decision(story, own_step(story, "decide"), command.comment)


def take_decision(
    story: Story, step: Step, comment: str | None, *, proxy: Proxy | None = None, behalf: Actor | None = None
) -> None:
    """Decide, unless another required act is outstanding, or the case as it stands now is not this decider's.

    The route is judged again at this moment. Where it asks for an act that nobody has done (another edition of the
    rules, another organisation), that is asked first and the decision waits; where the authority lies higher, the case
    goes up with the decider's approval (a proxy's is none: the absent decider is then a reviewer who may be pulled up
    over). A decider above the authority needed decides.
    """
    require_nothing_outstanding(story, step)
    plan = story.plan()
    higher = _lies_higher(story, plan, step)
    if higher or _asks_first(story, plan):
        if higher and proxy is None:
            story.tell(facts.StepApproved(step=step.number, comment=comment or None))
        story.reroute("決裁時の権限と経路の見直し", plan)
        story.go_on()
        return
    number, year = document_number(story)
    story.tell(
        facts.Decided(
            step=step.number,
            rule=plan.rule,
            comment=comment or None,
            document_number=number,
            document_year=year,
            proxy=proxy,
            on_behalf_of=behalf,
        )
    )
    if proxy is not None:
        _request_post_review(story, proxy)
    story.go_on()


def require_nothing_outstanding(story: Story, step: Step) -> None:
    """Refuse `others-pending` while a step that comes before or beside the decision has not been done (no path around
    a required act).
    """
    others = [each for each in story.state.steps if each.number != step.number and each.plan.group <= step.plan.group]
    require(not any(each.is_open for each in others), "others-pending")


def _asks_first(story: Story, plan: Plan) -> bool:
    """Whether the plan asks for an act before the decision (a review, a concurrence) that nobody has done."""
    ahead = still_to_ask(plan, story.state, story.called)
    return any(step.traits.place == "before" and not step.skipped for group in ahead for step in group)


def _lies_higher(story: Story, plan: Plan, step: Step) -> bool:
    """Whether the plan's decider ranks above the post of `step` and is somebody else than whoever decides."""
    if plan.decider.person == story.given.by.person:
        return False
    return rank_order(plan.decider.rank) > rank_order(step.plan.rank)


def _request_post_review(story: Story, proxy: Proxy) -> None:
    given = story.given
    back = given.directory.returns_at(proxy.for_person, given.now) or proxy.absent_until
    due = post_review_due(civil_date(back), rules=story.rules, calendars=given.calendars)
    story.tell(facts.PostReviewRequested(post=proxy.for_post, person=proxy.for_person, from_=back, due_at=due))


def reject(story: Story, command: commands.Reject) -> None:
    """否決 by the decider: the case ends."""
    step = own_step(story, "reject")
    require_nothing_outstanding(story, step)
    story.tell(facts.Rejected(step=step.number, reason=command.reason))


def examine(story: Story, command: commands.Examine) -> None:
    """会計管理者の審査: pass, or return with a reason. Whoever drafted, reviewed, concurred or decided may not examine
    (`forbidden`).
    """
    step = own_step(story, "examine")
    require(story.given.by.person not in story.actors.barred_from(step.action), "forbidden")
    if command.outcome == "return":
        require((command.reason or "").strip(), "reason-required", "reason")
        send_back(story, step, None, command.reason or "")
        return
    story.tell(facts.Examined(step=step.number))
    story.go_on()


def post_review(story: Story, command: commands.PostReview) -> None:
    """後閲 by the proper decider, once back, or by whoever holds the post by then; never by who decided or drafted. An
    objection needs its words; it does not undo the decision.
    """
    review, given = story.state.post_review, story.given
    if review is None:
        raise Refused("no-post-review")
    require(review.outcome is None, "already-reviewed")
    holder = story.holder(review.post)
    require(given.by.person == review.person or (holder and holder.person == given.by.person), "forbidden")
    decided = {step.acted.person for step in story.state.steps if step.acted and step.action == "decide"}
    require(given.by.person not in story.state.drafters | decided, "forbidden")
    require(given.directory.absence(given.by.person, given.now) is None, "still-absent")
    require(command.outcome == "seen" or (command.comment or "").strip(), "comment-required", "comment")
    story.tell(facts.PostReviewed(outcome=command.outcome, comment=command.comment or None))
