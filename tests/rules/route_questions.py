"""Asking for routes in the demo prefecture, short enough to read in a test."""

from typing import Any

import pytest

from domain.policies.approval import Plan, RouteQuestion, plan_route
from domain.refusals import Refused
from tests.rules.organisations import AT, demo_directory, demo_rules


def route(post: str, kind: str, amount: int | None = None, *, changes: tuple[str, ...] = (), **more: Any) -> Plan:
    directory = demo_directory(*changes)
    authority, rules = demo_rules()
    drafter = directory.holder(post, AT)
    assert drafter is not None
    asked = RouteQuestion(kind=kind, amount_yen=amount, drafter_post=post, drafter_person=drafter.person, **more)
    return plan_route(asked, directory=directory, authority=authority, rules=rules, at=AT)


def acts(plan: Plan) -> list[str]:
    return [f"{'skip' if step.skipped else step.action} {step.post}" for step in plan.steps]


def refusal(post: str, kind: str, amount: int | None = None, **more: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        route(post, kind, amount, **more)
    return refused.value.code, refused.value.field
