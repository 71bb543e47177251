"""経路の立案: the case as the authority table is asked about it; preview, submission and every later look ask here."""

import msgspec

from domain.approval.facts import Party
from domain.approval.split_orders import counterparty_of, recent_cases, streams_of
from domain.approval.state import Approval
from domain.clock import civil_date
from domain.directory import Rank, rank_order
from domain.parties import called, party_at, unit_of
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
    in_line = {post.code for post in directory.line(unit_of(state.owner, directory, given.now), on)}
    ranks = [post.rank for post in posts if post and post.code in in_line]
    return max(ranks, key=rank_order, default=None)


def party(person: str, post: str, given: Given) -> Party:
    """The person in that post as displayed today; refuse `not-your-post` if they neither hold nor act for it."""
    found = party_at(Party, given.directory, person, post, given.now)
    if found is None:
        raise Refused("not-your-post", "Kessai-Post")
    return found
