"""決裁の行為: deciding, rejecting, deciding by proxy, examining, reviewing afterwards."""

from domain.approval import commands, facts
from domain.approval.facts import Proxy
from domain.approval.reviewing import approve, give_concurrence, send_back
from domain.approval.standing import own_step, require_running
from domain.approval.state import Step
from domain.approval.story import Story
from domain.clock import civil_date
from domain.directory import rank_order
from domain.eras import fiscal_year
from domain.events import Actor
from domain.policies.deadlines import post_review_due
from domain.policies.proxies import is_unattended, require_proxy_allowed
from domain.refusals import Refused, require


def number_stream(symbol: str, year: int) -> str:
    """Give the guard stream that numbers the documents of one symbol in one fiscal year."""
    return f"document-number/{symbol}/{year}"


def symbol_of(story: Story) -> str:
    """Give the document symbol of the case: the drafting unit's, or of the unit above it that has one."""
    return story.state.document_symbol or story.state.owner.unit_name


def approve_or_decide(story: Story, command: commands.Approve) -> None:
    """承認: for the decider the same as 決裁."""
    step = own_step(story, "review", "decide")
    if step.action == "review":
        approve(story, command, step)
    else:
        take_decision(story, step, command.comment)


def decide_case(story: Story, command: commands.Decide) -> None:
    """決裁 by the decider."""
    take_decision(story, own_step(story, "decide"), command.comment)


def take_decision(
    story: Story, step: Step, comment: str | None, *, proxy: Proxy | None = None, behalf: Actor | None = None
) -> None:
    """Decide, unless another required act is outstanding or the authority, judged again now, lies higher: then the
    case goes up.
    """
    require_nothing_outstanding(story, step)
    plan = story.plan()
    if _lies_higher(story, plan.decider.post, step) and plan.decider.person != story.given.by.person:
        require(proxy is None, "authority-exceeded")
        story.reroute("決裁時の権限の見直し")
        story.tell(facts.StepApproved(step=step.number, comment=comment or None))
        story.go_on()
        return
    number, year = _document_number(story)
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
    require(all(each.state in ("done", "skipped") for each in others), "others-pending")


def _lies_higher(story: Story, planned: str, step: Step) -> bool:
    on = civil_date(story.given.now)
    post = story.given.directory.post(planned, on)
    return post is not None and rank_order(post.rank) > rank_order(step.plan.rank)


def _document_number(story: Story) -> tuple[str, int]:
    """The case's number: the one it has, else the next of its symbol and year, taken on the guard stream in the same
    transaction.
    """
    if story.state.document_number is not None and story.state.document_year is not None:
        return story.state.document_number, story.state.document_year
    year, symbol = fiscal_year(civil_date(story.given.now)), symbol_of(story)
    stream = number_stream(symbol, year)
    number = story.given.guards[stream].version + 1
    story.note(stream, facts.DocumentNumberAssigned(number=number, case=story.given.number))
    return f"{symbol}第{number}号", year


def _request_post_review(story: Story, proxy: Proxy) -> None:
    given = story.given
    back = given.directory.returns_at(proxy.for_person, given.now) or proxy.absent_until
    due = post_review_due(civil_date(back), rules=story.rules, calendars=given.calendars)
    story.tell(facts.PostReviewRequested(post=proxy.for_post, person=proxy.for_person, from_=back, due_at=due))


def reject(story: Story, command: commands.Reject) -> None:
    """否決 by the decider: the case ends."""
    step = own_step(story, "decide")
    require_nothing_outstanding(story, step)
    story.tell(facts.Rejected(step=step.number, reason=command.reason))


def examine(story: Story, command: commands.Examine) -> None:
    """会計管理者の審査: pass, or return with a reason. Whoever drafted, reviewed, concurred or decided may not
    examine.
    """
    step = own_step(story, "examine")
    require(story.given.by.person not in story.actors.barred_from("examine"), "no-eligible-examiner")
    if command.outcome == "return":
        require((command.reason or "").strip(), "reason-required", "reason")
        send_back(story, step, None, command.reason or "")
        return
    story.tell(facts.Examined(step=step.number))
    story.go_on()


def proxy_decide(story: Story, command: commands.ProxyDecide) -> None:
    """代決 (or examination or concurrence by proxy), once, by the first eligible person of the proxy order who is
    present.

    Refuses `not-absent`, `no-eligible-proxy`, `not-first-proxy`, `proxy-forbidden`, `self-approval`.
    """
    state, given = story.state, story.given
    require_running(state)
    require(given.by.kind == "person", "person-required")
    require(given.by.person not in story.drafters, "self-approval")
    away = [s for s in state.active if s.action != "review" and is_unattended(s.plan, given.directory, given.now)]
    require(away, "not-absent")
    step = _step_to_stand_in_for(story, away)
    proxy, behalf = _proxy(story, step, command)
    match step.action:
        case "decide":
            _require_allowed(story, command)
            take_decision(story, step, command.comment, proxy=proxy, behalf=behalf)
        case "concur":
            answer = facts.ConcurrenceGiven(
                step=step.number, outcome="agree", opinion=command.comment or None, on_behalf_of=behalf
            )
            give_concurrence(story, step, commands.Concur(outcome="agree"), behalf=answer)
        case "examine":
            story.tell(facts.Examined(step=step.number, proxy=proxy, on_behalf_of=behalf))
            story.go_on()
        case "review":
            raise Refused("not-absent")  # a review is pulled up over, never done by proxy


def _step_to_stand_in_for(story: Story, away: list[Step]) -> Step:
    orders = {step.number: story.proxies_for(step) for step in away}
    require(any(orders.values()), "no-eligible-proxy")
    for step in away:
        if orders[step.number] and orders[step.number][0].person == story.given.by.person:
            return step
    later = any(holder.person == story.given.by.person for order in orders.values() for holder in order)
    raise Refused("not-first-proxy" if later else "forbidden")


def _proxy(story: Story, step: Step, command: commands.ProxyDecide) -> tuple[Proxy, Actor]:
    given = story.given
    holder = given.directory.holder(step.plan.post, given.now)
    absence = given.directory.absence(holder.person, given.now) if holder else None
    if holder is None or absence is None:
        raise Refused("not-absent")
    behalf = Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)
    proxy = Proxy(
        for_post=step.plan.post,
        for_title=holder.title,
        for_person=holder.person,
        absence=absence.absence,
        absent_until=absence.away_until,
        urgency=command.urgency,
        prior_instruction=command.prior_instruction,
    )
    return proxy, behalf


def _require_allowed(story: Story, command: commands.ProxyDecide) -> None:
    table = story.given.rules.authority(civil_date(story.given.now))
    dissent = any(step.outcome == "dissent" for step in story.state.steps if step.action == "concur")
    require_proxy_allowed(
        forbidden=table.proxy_forbidden,
        flags=story.state.flags,
        unresolved_concurrence=dissent,
        prior_instruction=command.prior_instruction,
        special_urgency=command.urgency if command.special_urgency else None,
    )


def post_review(story: Story, command: commands.PostReview) -> None:
    """後閲 by the proper decider, once back. An objection needs its words; it does not undo the decision."""
    review, given = story.state.post_review, story.given
    if review is None:
        raise Refused("no-post-review")
    require(review.outcome is None, "already-reviewed")
    holder = given.directory.holder(review.post, given.now)
    require(given.by.person == review.person or (holder and holder.person == given.by.person), "forbidden")
    require(given.directory.absence(given.by.person, given.now) is None, "still-absent")
    require(command.outcome == "seen" or (command.comment or "").strip(), "comment-required", "comment")
    story.tell(facts.PostReviewed(outcome=command.outcome, comment=command.comment or None))
