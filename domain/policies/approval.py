"""事務決裁規程: the route of a case, by the authority table's `rules`; preview and submission both ask it."""

from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory, rank_order
from domain.policies.acts import Act, Wanted, gather, in_order
from domain.policies.approval_rules import ApprovalRules
from domain.policies.authority import AuthorityTable
from domain.policies.concurrence import call, demands
from domain.policies.decider import Decider, choose_decider
from domain.policies.examination import choose_examiner
from domain.policies.line import Line, line_above, titles_of
from domain.policies.line_review import activation, reviewing, reviews
from domain.policies.matter import Matter, RouteQuestion, understood
from domain.policies.route import AppliedRule, Notice, Plan, PlannedDecider
from domain.policies.split_order import SPLIT_ORDER_DAYS, split_order_suspected

__all__ = ["Plan", "RouteQuestion", "plan_route"]


def plan_route(
    question: RouteQuestion, *, directory: Directory, authority: AuthorityTable, rules: ApprovalRules, at: datetime
) -> Plan:
    """The route of the case, as the directory and the rule editions stand at the instant `at`.

    Refuses with `unknown-kind`, `amount-required`, `amount-negative`, `unknown-flag`, `unknown-post`,
    `drafter-not-in-line`, `no-decider-above`, `concurrence-vacant`, `no-eligible-examiner`. Source: authority
    table, `rules`.
    Left open by the table: an amount given for a kind that needs none is kept and judges nothing. What else it
    leaves open is said where it is decided: `choose_decider`, `reviewing`, `activation`, `call`, `choose_examiner`.
    """
    matter = understood(question, directory=directory, authority=authority, at=at)
    line = line_above(directory, matter.drafter.unit, matter.drafter.rank, at)
    decider = choose_decider(matter, line)
    below = reviewing(line, decider.seat, authority.line_review.ranks)
    called = call(demands(question, matter), directory, at, drafters=matter.drafters)
    acts = gather(
        (
            Wanted("decide", decider.seat, decider.reason),
            *reviews(below, line, decider.seat, drafters=matter.drafters),
            *(each.wanted() for each in called),
        )
    )
    groups = activation(below, line, decider.seat, acts)
    if matter.row.gate is not None:
        examiner = choose_examiner(matter, matter.row.gate, directory, at, involved=matter.drafters | acts.keys())
        groups.append([Act(examiner.action, (examiner.seat,), examiner.reason)])
    concurring = sum(act.action == "concur" for act in acts.values())
    return Plan(
        steps=in_order(groups),
        decider=_decider(acts[decider.seat.person]),
        rule=_rule(question, matter, decider, authority),
        concurrence=tuple(each.planned(acts) for each in called),
        concurrence_required=rules.concurrence_mode_for(question.kind).required(concurring),
        rules=rules.edition,
        gate=matter.row.gate,
        warnings=_warnings(question, matter, at),
        notes=_notes(line, decider, matter),
    )


def _decider(act: Act) -> PlannedDecider:
    return PlannedDecider(
        post=act.post.code,
        title=titles_of(act.seats),
        rank=act.post.rank,
        person=act.person,
        name=act.seats[0].holder.name,
    )


def _rule(question: RouteQuestion, matter: Matter, decider: Decider, authority: AuthorityTable) -> AppliedRule:
    return AppliedRule(
        edition=authority.edition,
        kind=question.kind,
        rank=decider.seat.rank,
        limit_yen=decider.limit_yen,
        amount_yen=matter.amount_yen,
        reason=decider.reason,
    )


def _warnings(question: RouteQuestion, matter: Matter, at: datetime) -> tuple[Notice, ...]:
    found: list[Notice] = []
    vote = matter.row.assembly_from_yen
    if vote is not None and (matter.amount_yen or 0) >= vote:
        found.append(
            Notice(code="assembly-vote", text=f"{matter.subject}は{vote:,}円以上のため、議会の議決が必要です。")
        )
    near = split_order_suspected(question.counterparty, question.kind, civil_date(at), question.recent)
    if near:
        cases = f"同じ相手方に対する同じ種類の案件が{SPLIT_ORDER_DAYS}日以内にあり({'、'.join(near)})"
        found.append(Notice(code="split-order", text=f"{cases}、分割発注の疑いがあります。"))
    return tuple(found)


def _notes(line: Line, decider: Decider, matter: Matter) -> tuple[Notice, ...]:
    """Which posts up to the decider's rank were left out because a drafter holds them (rule `drafter`)."""
    top = rank_order(decider.seat.rank)
    own = (seat.post.title for seat in line.seats if seat.person in matter.drafters and rank_order(seat.rank) <= top)
    return tuple(
        Notice(code="drafter-left-out", text=f"{title}は起案者本人の職のため、回議と決裁に加えません。")
        for title in own
    )
