"""経路の立案: the case as the authority table is asked about it; preview, submission and every later look ask here."""

from datetime import datetime

import msgspec

from domain.approval.facts import Party
from domain.approval.split_orders import counterparty_of, recent_cases, streams_of
from domain.approval.state import Approval
from domain.clock import civil_date
from domain.directory import Directory, Rank, rank_order
from domain.policies.approval import RouteQuestion, plan_route
from domain.policies.route import Plan
from domain.record import Given
from domain.refusals import Refused

SPLIT_ORDER = "split-order"


def planned(state: Approval, given: Given) -> Plan:
    """The route of the case as directory, rules and content stand now. Refuses what `plan_route` refuses.

    The draft counts as made in the post that answers for the drafter's post today. Whoever owned the draft before is
    left out like the drafter.
    """
    draft, on = state.content, civil_date(given.now)
    question = RouteQuestion(
        kind=draft.kind,
        amount_yen=draft.amount_yen,
        drafter_person=state.owner.person,
        drafter_post=called(given.directory, state.owner.post, given.now),
        flags=state.flags,
        information_system=draft.information_system,
        multi_year=draft.multi_year,
        counterparty=counterparty_of(draft),
        amends_total_yen=state.amends_total_yen,
        acted_floor=_floor(state, given),
        excluded=frozenset(state.former_drafters),
        recent=recent_cases(given, draft),
    )
    plan = plan_route(
        question,
        directory=given.directory,
        authority=given.rules.authority(on),
        rules=given.rules.approval(on),
        at=given.now,
    )
    return plan if set(streams_of(draft)) <= given.guards.keys() else _warned_as_before(plan, state.route)


def _warned_as_before(plan: Plan, before: Plan | None) -> Plan:
    """Without the guard streams nothing new is known of other cases: what was said of them stays said."""
    kept = tuple(each for each in plan.warnings if each.code != SPLIT_ORDER)
    known = tuple(each for each in before.warnings if each.code == SPLIT_ORDER) if before else ()
    return msgspec.structs.replace(plan, warnings=(*kept, *known))


def _floor(state: Approval, given: Given) -> Rank | None:
    """The highest rank that has acted in the line, whether or not its approval still stands."""
    directory, on = given.directory, civil_date(given.now)
    posts = [directory.post(called(directory, code, given.now), on) for code in state.acted_rank_posts]
    in_line = {post.code for post in directory.line(unit_of(state, directory, given.now), on)}
    ranks = [post.rank for post in posts if post and post.code in in_line]
    return max(ranks, key=rank_order, default=None)


def called(directory: Directory, post: str, at: datetime) -> str:
    """The post that answers for `post` on that day: itself or, after its end, what took over; else its old code."""
    return directory.post_successor(post, civil_date(at)) or post


def unit_of(state: Approval, directory: Directory, at: datetime) -> str:
    """The unit that answers for the draft on that day: that of the drafter's post, or what took the old unit over."""
    on = civil_date(at)
    post = directory.post(called(directory, state.owner.post, at), on)
    if post is not None:
        return post.unit
    return next(iter(directory.unit_successors(state.owner.unit, on)), state.owner.unit)


def party(person: str, post: str, given: Given) -> Party:
    """The person in that post as displayed today; refuse `not-your-post` if they neither hold nor act for it."""
    holder = given.directory.holder(post, given.now)
    described = given.directory.post(post, civil_date(given.now))
    if holder is None or described is None or holder.person != person:
        raise Refused("not-your-post", "Kessai-Post")
    unit = given.directory.unit(described.unit, civil_date(given.now))
    return Party(
        person=person,
        name=holder.name,
        post=post,
        title=holder.title,
        unit=described.unit,
        unit_name=unit.name if unit else described.unit,
    )
