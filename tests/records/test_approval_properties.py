"""電子決裁 under random people: whatever is tried in whatever order, the rules of reference §2.4, I15, I16 and I17
hold.
"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from domain.approval import facts
from domain.directory.facts import AbsenceRecorded
from domain.refusals import Refused
from tests.records.case_story import Case, Desk, legal

DRAFTERS = ("road-officer", "dx-officer", "works-officer", "farming-officer", "tokachi-affairs-officer", "road-lead")
KINDS = ("outsourcing", "goods", "works", "payment_order", "routine_reply", "regulation", "write_off")
ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("approve", {}),
    ("approve", {"comment": "よい"}),
    ("decide", {}),
    ("concur", {"outcome": "agree"}),
    ("concur", {"outcome": "dissent", "opinion": "異議"}),
    ("concur", {"outcome": "request_change", "opinion": "修正"}),
    ("examine", {"outcome": "pass"}),
    ("examine", {"outcome": "return", "reason": "不備"}),
    ("return", {"reason": "差戻し"}),
    ("return", {"reason": "差戻し", "to_step": 1}),
    ("reject", {"reason": "否決"}),
    ("hold", {"reason": "保留"}),
    ("resume", {}),
    ("reserve", {"flag": "important", "reason": "重要"}),
    ("reserve", {"flag": "disputed", "reason": "紛議"}),
    ("add-reviewer", {"post": "housing-director", "position": "before"}),
    ("add-reviewer", {"post": "ict-director", "position": "parallel"}),
    ("add-reviewer", {"post": "welfare-director", "position": "after"}),
    ("proxy-decide", {"urgency": "急ぐため", "prior_instruction": "了承済み"}),
    ("pull-up", {"reason": "不在のため"}),
    ("submit", {}),
    ("amend", {"reason": "増額", "amount_yen": 60_000_000}),
    ("amend", {"reason": "件名", "title": "件名を改めた"}),
    ("post-review", {"outcome": "seen"}),
    ("withdraw", {"reason": "取下げ"}),
)
WAITED_ON, DRAFTER = "waited-on", "drafter"  # most random acts are tried by those who may do something

whom = st.sampled_from(
    (WAITED_ON, WAITED_ON, WAITED_ON, DRAFTER, "policy-director", "construction-deputy", "affairs-lead")
)
happening = st.one_of(
    st.tuples(st.just("act"), whom, st.sampled_from(ACTS)),
    st.tuples(st.just("wait"), st.integers(1, 96), st.none()),
    st.tuples(st.just("away"), whom, st.none()),
)


def person_of(case: Case, whom: str) -> str:
    if whom == DRAFTER:
        return case.state.owner.post
    if whom == WAITED_ON:
        return case.state.active[0].plan.post if case.state.active else case.state.owner.post
    return whom


def happens(case: Case, what: str, who: Any, act: Any) -> None:
    desk = case.desk
    if what == "wait":
        desk.waits(hours=who)
        case.time_acts()
        return
    post = person_of(case, who)
    holder = desk.directory.holder(post, desk.now)
    if holder is None:
        return
    if what == "away":
        absence = AbsenceRecorded(
            absence=f"a{desk.directory.version}",
            person=holder.person,
            begins_at=desk.now,
            ends_at=desk.now + timedelta(days=2),
            reason="出張",
            entered_by=holder.person,
        )
        desk.learns(absence)
        return
    try:
        case.does(post, act[0], **act[1])
    except Refused:
        case.check()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    drafter=st.sampled_from(DRAFTERS),
    kind=st.sampled_from(KINDS),
    amount=st.sampled_from((0, 499_999, 4_800_000, 12_000_000, 80_000_000, 600_000_000)),
    story=st.lists(happening, max_size=25),
)
def test_no_story_breaks_the_rules(drafter: str, kind: str, amount: int, story: list[tuple[str, Any, Any]]) -> None:
    try:
        case = Desk().drafts(drafter, kind=kind, amount_yen=amount)
    except Refused:
        return
    for what, who, act in story:
        note(f"{what} {who} {act}, then {case.state.status} waiting on {case.waiting_on}")
        happens(case, what, who, act)
    told = [event for event, _ in case.stream]
    _acts_were_by_holders_or_stand_ins(case)
    _escalations_are_once_per_step_and_round(told)
    if case.state.decided_at is not None:
        _every_required_concurrence_was_asked(case)
    assert sum(isinstance(event, facts.Decided) for event in told) <= 1 + sum(
        isinstance(event, facts.Returned) for event in told
    )


def _acts_were_by_holders_or_stand_ins(case: Case) -> None:
    """I15: a done step was done by its post's holder, or on behalf of them; never by a drafter."""
    for step in case.state.steps:
        if step.state != "done" or step.acted is None:
            continue
        assert step.acted.person not in {case.state.owner.person, *case.state.former_drafters}
        own = [
            event for event, meta in case.stream if meta.by == step.acted and getattr(event, "step", 0) == step.number
        ]
        behalf = [event for event in own if getattr(event, "on_behalf_of", None)]
        assert step.acted.person == step.person or behalf, f"{step.title} was done by {step.acted.person}"


def _escalations_are_once_per_step_and_round(told: list[Any]) -> None:
    """I16: at most one report per step and round."""
    escalated = [(event.step, event.round) for event in told if isinstance(event, facts.Escalated)]
    assert len(escalated) == len(set(escalated))


def _every_required_concurrence_was_asked(case: Case) -> None:
    """Each post the table demands has answered, or the route says through whom, or why nobody had to."""
    route = case.state.route
    assert route is not None
    answered = {post for step in case.state.steps if step.state in ("done", "skipped") for post in step.plan.posts}
    for demanded in route.concurrence:
        assert demanded.through in answered or demanded.post in answered, demanded


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from((1, 7, 23, 49, 120)), min_size=1, max_size=8))
def test_time_alone_never_decides_and_always_comes_to_rest(hours: list[int]) -> None:
    case = Desk().drafts("road-officer", kind="outsourcing", amount_yen=12_000_000)
    for span in hours:
        case.desk.waits(hours=span)
        case.time_acts()
        legal(case.state)
    assert case.waiting_on == ["road-chief"]


@pytest.mark.parametrize("drafter", DRAFTERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_route_of_every_drafter_can_be_walked_to_its_decision(drafter: str, kind: str) -> None:
    try:
        case = Desk().drafts(drafter, kind=kind, amount_yen=12_000_000)
    except Refused:
        return
    assert case.all_approve().state.document_number
