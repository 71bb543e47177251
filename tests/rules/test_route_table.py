"""The committed table of routes (routes.txt): what is asked, and which route with which reason is the answer.

After a change of rules on purpose: `REWRITE_ROUTES=1 python -m pytest tests/rules/test_route_table.py`, then read the
diff. A line whose answer changed loses its star (verified by hand) until somebody has reasoned it through again.
"""

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import cast

from domain.directory import Rank
from domain.policies.actions import TRAITS
from domain.policies.approval import Plan, RouteQuestion, plan_route
from domain.policies.route import PlannedStep
from domain.refusals import Refused
from tests.rules.organisations import AT, demo_directory, demo_rules

TABLE = Path(__file__).with_name("routes.txt")
VERBS = {action: traits.label[0] for action, traits in TRAITS.items()}  # 回 合 決 審


def test_every_committed_route_is_planned_as_written() -> None:
    written = TABLE.read_text(encoding="utf-8")
    planned = "".join(f"{line}\n" for line in _answered(written))
    if os.environ.get("REWRITE_ROUTES"):
        TABLE.write_text(planned, encoding="utf-8")
    assert planned.splitlines() == TABLE.read_text(encoding="utf-8").splitlines()


def test_the_table_has_two_hundred_routes_and_forty_verified_by_hand() -> None:
    routes = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    questions = [line.removeprefix("*").split("|")[0].strip() for line in routes]
    assert len(set(questions)) == len(questions) >= 200
    assert sum(line.startswith("*") for line in routes) >= 40


def _answered(table: str) -> Iterator[str]:
    for line in table.splitlines():
        if not line or line.startswith("#"):
            yield line
            continue
        starred = line.startswith("*")
        question = line.removeprefix("*").split("|")[0].strip()
        answer = " | ".join((question, *_answer(question)))
        kept = starred and line.removeprefix("*").strip() == answer
        yield f"{'*' if kept else ' '} {answer}"


def _answer(question: str) -> tuple[str, ...]:
    post, kind, amount, *words = question.split()
    given = dict(word.split("=", 1) for word in words if "=" in word)
    directory = demo_directory(*filter(None, given.get("with", "").split(",")))
    authority, rules = demo_rules()
    drafter = directory.holder(post, AT)
    asked = RouteQuestion(
        kind=kind,
        amount_yen=None if amount == "-" else int(amount.replace(",", "")),
        drafter_person=drafter.person if drafter else "nobody",
        drafter_post=post,
        flags=tuple(filter(None, given.get("flags", "").split(","))),
        information_system="system" in words,
        multi_year="multi-year" in words,
        amends_total_yen=int(given["earlier"].replace(",", "")) if "earlier" in given else None,
        acted_floor=cast(Rank | None, given.get("floor")),
    )
    try:
        plan = plan_route(asked, directory=directory, authority=authority, rules=rules, at=AT)
    except Refused as refused:
        return (f"拒否 {refused.code}" + (f" ({refused.field})" if refused.field else ""),)
    return _decider(plan), _steps(plan), _also(plan), plan.rule.reason


def _decider(plan: Plan) -> str:
    limit = "金額の限度なし" if plan.rule.limit_yen is None else f"{plan.rule.limit_yen:,}円未満"
    return f"{plan.decider.title} ({plan.rule.rank}, {limit})"


def _steps(plan: Plan) -> str:
    groups = groupby(plan.steps, key=lambda step: step.group)
    return " → ".join(" & ".join(_step(step) for step in steps) for _, steps in groups)


def _step(step: PlannedStep) -> str:
    if step.skipped:
        return f"欠 {step.post}"
    return f"{VERBS[step.action]} {'+'.join(step.posts)} {step.person}"


def _also(plan: Plan) -> str:
    """What is not a step: concurrence obtained through another step, warnings, notes, the gate."""
    answers = ((each.post, each.through, each.asked) for each in plan.concurrence)
    elsewhere = [f"合議 {post}={through}" for post, through, asked in answers if post != through or not asked]
    notices = [notice.code for notice in (*plan.warnings, *plan.notes)]
    return ", ".join([*elsewhere, *notices, *([plan.gate] if plan.gate else [])]) or "-"
