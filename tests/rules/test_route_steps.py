"""Who acts besides the decider: review, concurrence, gate, change cases and warnings, reasoned from the table."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.policies.split_order import Counterparty, RecentCase, split_order_suspected
from tests.rules.route_questions import acts, refusal, route

ROAD = ("road-chief", "road-lead", "road-director", "construction-deputy", "construction-director", "vice-governor-2")


def test_every_post_from_chief_up_to_just_below_the_decider_reviews() -> None:
    plan = route("road-officer", "lease", 70_000_000)
    assert acts(plan) == [*(f"review {post}" for post in ROAD), "decide governor"]
    assert [step.group for step in plan.steps] == list(range(1, 8))


def test_a_person_acts_once_in_the_highest_step_with_all_titles() -> None:
    plan = route("works-officer", "outsourcing", 20_000_000)
    assert acts(plan) == ["review construction-deputy", "concur affairs-director", "decide construction-director"]
    assert plan.steps[0].posts == ("construction-deputy", "works-director")
    assert plan.steps[0].title == "建設部次長兼建設管理課長"
    deciding = route("works-officer", "outsourcing", 10_000_000)
    assert acts(deciding) == ["concur affairs-director", "decide construction-deputy"]
    assert deciding.decider.title == "建設部次長兼建設管理課長"


def test_an_acting_holder_does_the_step_of_the_vacant_post() -> None:
    plan = route("farming-officer", "outsourcing", 5_000_000)
    assert (plan.decider.post, plan.decider.person) == ("farming-director", "0401")
    assert plan.decider.title == "農政課長事務取扱 農政部長"
    merged = route("farming-officer", "outsourcing", 12_000_000)
    assert (merged.decider.post, merged.decider.title) == ("agriculture-director", "農政部長兼農政課長事務取扱")


@pytest.mark.parametrize(
    ("kind", "amount", "marks", "asked"),
    [
        ("works", 29_999_999, {}, []),
        ("works", 30_000_000, {}, ["affairs-director"]),
        ("works", 99_999_999, {}, ["affairs-director"]),
        ("works", 100_000_000, {}, ["affairs-director", "budget-director"]),
        ("goods", 1_599_999, {}, []),
        ("goods", 1_600_000, {}, ["property-director"]),
        ("outsourcing", 0, {"information_system": True}, ["ict-director"]),
        (
            "outsourcing",
            50_000_000,
            {"information_system": True},
            ["affairs-director", "budget-director", "ict-director"],
        ),
        ("works", 1, {"information_system": True}, []),
        ("lease", 1, {"multi_year": True}, ["budget-director"]),
        ("lease", 1, {}, []),
        ("refund", 0, {}, ["treasury-affairs-director"]),
        ("regulation", None, {}, ["archives-director"]),
    ],
)
def test_concurrence_is_asked_from_its_amount_on(
    kind: str, amount: int | None, marks: dict[str, Any], asked: list[str]
) -> None:
    plan = route("road-officer", kind, amount, **marks)
    assert [step.post for step in plan.steps if step.action == "concur"] == asked
    assert plan.concurrence_required == len(asked)
    assert len({step.group for step in plan.steps if step.action == "concur"}) == min(1, len(asked))  # in parallel


def test_concurrence_comes_after_the_division_director_and_always_before_the_decider() -> None:
    after = acts(route("road-officer", "works", 70_000_000))
    assert after[2:5] == ["review road-director", "concur affairs-director", "review construction-deputy"]
    before = acts(route("road-officer", "refund", 10_000))
    assert before[-2:] == ["concur treasury-affairs-director", "decide road-director"]
    first = acts(route("road-director", "works", 70_000_000))
    assert first == ["concur affairs-director", "review construction-deputy", "decide construction-director"]


def test_a_concurring_post_already_in_the_route_is_not_asked_twice_and_says_so() -> None:
    plan = route("affairs-officer", "outsourcing", 12_000_000)
    assert [step.action for step in plan.steps] == ["review", "review", "review", "decide"]
    (told,) = plan.concurrence
    assert (told.post, told.through, told.asked) == ("affairs-director", "affairs-director", False)
    assert "総務課長は既に経路にあるため、重ねて合議しません。" in told.reason
    other_hat = route("road-officer", "outsourcing", 12_000_000, changes=("affairs-director=0521",))
    assert (other_hat.concurrence[0].through, other_hat.concurrence[0].asked) == ("road-director", False)


@pytest.mark.parametrize(
    ("drafter", "changes", "through"),
    [
        ("road-officer", ("affairs-director=",), "general-deputy"),
        ("road-officer", ("affairs-director=", "general-deputy="), "general-director"),
        ("road-officer", ("affairs-director=0525",), "general-deputy"),  # its holder is the drafter
        ("road-officer", ("affairs-director~general-deputy",), "affairs-director"),
    ],
)
def test_a_required_concurrence_never_vanishes(drafter: str, changes: tuple[str, ...], through: str) -> None:
    plan = route(drafter, "outsourcing", 12_000_000, changes=changes)
    assert f"concur {through}" in acts(plan)
    (told,) = plan.concurrence
    assert (told.post, told.through, told.asked) == ("affairs-director", through, True)


def test_a_concurrence_that_nobody_can_give_is_refused() -> None:
    nobody = ("treasury-affairs-director=", "treasury-deputy=", "treasury-director=", "vice-governor-1=", "governor=")
    assert refusal("road-officer", "refund", 10_000, changes=nobody) == ("concurrence-vacant", None)


@pytest.mark.parametrize(
    ("drafter", "examiner"),
    [
        ("road-officer", "treasury-director"),
        ("treasury-officer", "treasury-director"),
        ("treasury-deputy", "treasury-affairs-director"),  # the manager decides, the first stand-in drafted
        ("treasury-director", "treasury-deputy"),  # the manager drafted
    ],
)
def test_the_examiner_took_no_other_part(drafter: str, examiner: str) -> None:
    plan = route(drafter, "payment_order", 500_000)
    assert acts(plan)[-1] == f"examine {examiner}"
    assert plan.gate == "accounting_manager"


def test_nobody_eligible_to_examine_is_refused() -> None:
    flagged = {"flags": ("important",)}  # the deputy reviews, the manager decides, the second stand-in drafted
    assert refusal("treasury-affairs-director", "payment_order", 500_000, **flagged) == ("no-eligible-examiner", None)


def test_a_change_case_is_judged_by_the_new_total_or_for_a_reduction_by_the_old_one() -> None:
    increase = route("road-officer", "outsourcing", 12_000_000, amends_total_yen=9_000_000)
    reduction = route("road-officer", "outsourcing", 9_000_000, amends_total_yen=12_000_000)
    assert increase.decider.post == reduction.decider.post == "construction-deputy"
    assert acts(increase) == acts(reduction)  # the same concurrence too
    assert reduction.rule.amount_yen == 12_000_000
    assert "12,000,000円(変更前の総額)" in reduction.rule.reason


def test_an_amendment_never_brings_the_decider_below_a_rank_that_has_acted() -> None:
    lowered = route("road-officer", "outsourcing", 5_000_000, acted_floor="deputy_director")
    assert lowered.decider.post == "construction-deputy"
    assert "既に次長まで処理が済んでいるため" in lowered.rule.reason
    raised = route("road-officer", "outsourcing", 60_000_000, acted_floor="deputy_director")
    assert raised.decider.post == "vice-governor-2"


def test_what_the_assembly_must_vote_on_is_said() -> None:
    assert route("road-officer", "works", 499_999_999).warnings == ()
    (vote,) = route("road-officer", "works", 500_000_000).warnings
    assert (vote.code, vote.text) == (
        "assembly-vote",
        "工事請負費 500,000,000円は500,000,000円以上のため、議会の議決が必要です。",
    )


@pytest.mark.parametrize(
    ("days", "kind", "name", "number", "suspected"),
    [
        (30, "outsourcing", "受注者A社", None, True),
        (31, "outsourcing", "受注者A社", None, False),
        (0, "works", "受注者A社", None, False),
        (0, "outsourcing", "受注者B社", None, False),
        (5, "outsourcing", "受注者　Ａ社", None, True),  # full width and spaces do not matter
        (5, "outsourcing", "名称変更後", "1234567890123", True),
        (5, "outsourcing", "受注者A社", "9999999999999", False),  # the same name, another company
    ],
)
def test_the_same_counterparty_and_kind_within_thirty_days_may_be_a_split_order(
    days: int, kind: str, name: str, number: str | None, suspected: bool
) -> None:
    on = date(2026, 11, 9)
    other = Counterparty(name=name, corporate_number=number)
    recent = (RecentCase(number="R8-000001", kind=kind, counterparty=other, on=on - timedelta(days=days)),)
    mine = Counterparty(name="受注者A社", corporate_number="1234567890123")
    assert split_order_suspected(mine, "outsourcing", on, recent) == (("R8-000001",) if suspected else ())
    plan = route("road-officer", "outsourcing", 5_000_000, counterparty=mine, recent=recent)
    assert [warning.code for warning in plan.warnings] == (["split-order"] if suspected else [])
