"""Who decides in the demo prefecture: limits, raise, drafter and refusals, reasoned from the authority table."""

import pytest

from domain.policies.approval import RouteQuestion, plan_route
from domain.refusals import Refused
from tests.rules.organisations import AT, demo_directory, demo_rules
from tests.rules.route_questions import acts, refusal, route

# --- decider ---------------------------------------------------------------------------------------------------------

LIMITS = [  # kind, exclusive limit, who decides below it, who decides from it on
    ("works", 30_000_000, "road-director", "construction-deputy"),
    ("works", 70_000_000, "construction-deputy", "construction-director"),
    ("works", 300_000_000, "construction-director", "vice-governor-2"),
    ("works", 500_000_000, "vice-governor-2", "governor"),
    ("outsourcing", 10_000_000, "road-director", "construction-deputy"),
    ("outsourcing", 20_000_000, "construction-deputy", "construction-director"),
    ("outsourcing", 50_000_000, "construction-director", "vice-governor-2"),
    ("outsourcing", 100_000_000, "vice-governor-2", "governor"),
    ("goods", 500_000, "road-lead", "road-director"),
    ("goods", 5_000_000, "road-director", "construction-deputy"),
    ("goods", 10_000_000, "construction-deputy", "construction-director"),
    ("goods", 30_000_000, "construction-director", "vice-governor-2"),
    ("goods", 70_000_000, "vice-governor-2", "governor"),
    ("lease", 5_000_000, "road-director", "construction-deputy"),
    ("lease", 10_000_000, "construction-deputy", "construction-director"),
    ("lease", 30_000_000, "construction-director", "vice-governor-2"),
    ("lease", 70_000_000, "vice-governor-2", "governor"),
    ("subsidy", 5_000_000, "road-director", "construction-deputy"),
    ("subsidy", 10_000_000, "construction-deputy", "construction-director"),
    ("subsidy", 50_000_000, "construction-director", "vice-governor-2"),
    ("subsidy", 100_000_000, "vice-governor-2", "governor"),
    ("payment_order", 1_000_000, "road-lead", "road-director"),
    ("refund", 5_000_000, "road-director", "construction-director"),
    ("write_off", 500_000, "construction-deputy", "construction-director"),
    ("write_off", 5_000_000, "construction-director", "vice-governor-2"),
    ("write_off", 10_000_000, "vice-governor-2", "governor"),
]


@pytest.mark.parametrize(("kind", "limit", "below", "above"), LIMITS)
def test_a_limit_is_exclusive_to_the_yen(kind: str, limit: int, below: str, above: str) -> None:
    assert route("road-officer", kind, limit - 1).decider.post == below
    assert route("road-officer", kind, limit).decider.post == above
    assert route("road-officer", kind, limit + 1).decider.post == above


@pytest.mark.parametrize(
    ("kind", "half", "above"),
    [
        ("works", 15_000_000, "tokachi-deputy"),
        ("outsourcing", 5_000_000, "tokachi-deputy"),
        ("goods", 2_500_000, "tokachi-deputy"),
        ("lease", 2_500_000, "tokachi-deputy"),
        ("subsidy", 2_500_000, "tokachi-deputy"),
        ("refund", 2_500_000, "tokachi-director"),  # its row knows no deputy director
    ],
)
def test_a_bureaus_division_director_has_half_the_limit(kind: str, half: int, above: str) -> None:
    assert route("tokachi-affairs-officer", kind, half - 1).decider.post == "tokachi-affairs-director"
    assert route("tokachi-affairs-officer", kind, half).decider.post == above


def test_only_the_division_directors_limit_is_divided_and_the_bureau_director_is_a_department_director() -> None:
    assert route("tokachi-affairs-officer", "works", 69_999_999).decider.post == "tokachi-deputy"
    assert route("tokachi-affairs-officer", "works", 299_999_999).decider.post == "tokachi-director"
    assert route("tokachi-affairs-officer", "works", 300_000_000).decider.post == "vice-governor-2"
    assert route("tokachi-affairs-officer", "works", 14_999_999).rule.limit_yen == 15_000_000


def test_the_rule_names_edition_row_limit_and_says_why_in_one_sentence() -> None:
    rule = route("road-officer", "outsourcing", 12_000_000).rule
    assert (rule.edition, rule.kind, rule.rank, rule.limit_yen) == (
        "2026-04",
        "outsourcing",
        "deputy_director",
        20_000_000,
    )
    assert rule.reason == (
        "委託料 12,000,000円は、課長の専決限度額(10,000,000円未満)に収まらず、"
        "次長の専決(20,000,000円未満)に当たるため、建設部次長が決裁します。"
    )


def test_a_rank_that_the_line_does_not_have_is_skipped_upward_with_the_reason_shown() -> None:
    plan = route("welfare-officer", "outsourcing", 12_000_000)
    assert (plan.decider.post, plan.rule.rank, plan.rule.limit_yen) == (
        "health-director",
        "department_director",
        50_000_000,
    )
    assert "次長はこの系統に置かれていないため部長の専決(50,000,000円未満)とし" in plan.rule.reason
    assert route("audit-senior", "outsourcing", 60_000_000).decider.post == "governor"  # no vice-governor oversees it


def test_a_vacant_rank_is_skipped_upward_and_its_review_passed_over() -> None:
    plan = route("road-officer", "outsourcing", 5_000_000, changes=("road-director=",))
    assert acts(plan) == ["review road-chief", "review road-lead", "skip road-director", "decide construction-deputy"]
    assert "課長は欠員で事務取扱も置かれていないため" in plan.rule.reason
    vacant = plan.steps[2]
    assert (vacant.person, vacant.reason) == (None, "道路課長は欠員で事務取扱も置かれていないため、回議を省略します。")


def test_above_the_last_row_the_next_rank_of_the_line_decides() -> None:
    plan = route("road-officer", "payment_order", 5_000_000, changes=("road-director=",))
    assert (plan.decider.post, plan.rule.rank, plan.rule.limit_yen) == ("construction-deputy", "deputy_director", None)
    assert route("road-director", "assessment").decider.post == "construction-deputy"
    assert route("vice-governor-2", "routine_reply").decider.post == "governor"


# --- raise -----------------------------------------------------------------------------------------------------------

ALL_FLAGS = ("important", "unprecedented", "precedent_setting", "disputed", "assembly_related")


@pytest.mark.parametrize("flags", [(flag,) for flag in ALL_FLAGS] + [ALL_FLAGS, ("important", "important")])
def test_any_number_of_flags_raises_the_decider_once(flags: tuple[str, ...]) -> None:
    assert route("road-officer", "outsourcing", 5_000_000, flags=flags).decider.post == "construction-deputy"


@pytest.mark.parametrize(
    ("kind", "amount", "raised"),
    [
        ("goods", 400_000, "road-director"),
        ("refund", 4_000_000, "construction-director"),  # one step up the row, which knows no deputy director
        ("refund", 5_000_000, "vice-governor-2"),  # above the last row, the next rank of the line
        ("payment_order", 5_000_000, "construction-deputy"),
        ("outsourcing", 60_000_000, "governor"),
        ("outsourcing", 100_000_000, "governor"),  # nobody above
        ("regulation", None, "governor"),
    ],
)
def test_a_raise_goes_one_step_up_the_row_then_up_the_line(kind: str, amount: int | None, raised: str) -> None:
    assert route("road-officer", kind, amount, flags=("disputed",)).decider.post == raised


def test_a_raise_goes_on_until_the_person_changes() -> None:
    concurrent = route("works-officer", "outsourcing", 5_000_000, flags=("important",))
    assert (concurrent.decider.post, concurrent.decider.person) == ("construction-director", "0501")
    acting = route("farming-officer", "outsourcing", 5_000_000, flags=("important",))
    assert (acting.decider.post, acting.decider.person) == ("vice-governor-2", "0003")


@pytest.mark.parametrize(
    ("drafter", "route_of_12_million"),
    [
        (
            "road-chief",
            ["review road-lead", "review road-director", "concur affairs-director", "decide construction-deputy"],
        ),
        ("road-lead", ["review road-director", "concur affairs-director", "decide construction-deputy"]),
        ("road-director", ["concur affairs-director", "decide construction-deputy"]),
        ("construction-deputy", ["concur affairs-director", "decide construction-director"]),
        ("construction-director", ["concur affairs-director", "decide vice-governor-2"]),
        ("vice-governor-2", ["concur affairs-director", "decide governor"]),
    ],
)
def test_only_ranks_above_the_drafters_own_act(drafter: str, route_of_12_million: list[str]) -> None:
    assert acts(route(drafter, "outsourcing", 12_000_000)) == route_of_12_million


def test_nobody_decides_their_own_draft_under_another_hat() -> None:
    plan = route("works-director", "outsourcing", 5_000_000)  # 0502 is also the deputy director, who would decide next
    assert acts(plan) == ["decide construction-director"]
    assert "建設部次長は起案者本人のため部長とし" in plan.rule.reason
    assert [note.code for note in plan.notes] == ["drafter-left-out"]
    assert route("farming-director", "outsourcing", 5_000_000).decider.post == "vice-governor-2"  # 0401 holds both
    former = route(
        "road-officer", "outsourcing", 5_000_000, excluded=frozenset({"0521"})
    )  # a former owner of the draft
    assert former.decider.post == "construction-deputy"


def test_no_one_above_is_refused() -> None:
    assert refusal("governor", "regulation") == ("no-decider-above", None)
    assert refusal("vice-governor-2", "goods", 1, changes=("governor=",)) == ("no-decider-above", None)
    assert refusal("vice-governor-1", "goods", 1, changes=("governor~vice-governor-1",)) == ("no-decider-above", None)


def test_what_cannot_be_judged_is_refused_with_its_field() -> None:
    assert refusal("road-officer", "unknown", 1) == ("unknown-kind", "kind")
    assert refusal("road-officer", "outsourcing") == ("amount-required", "amount_yen")
    assert refusal("road-officer", "outsourcing", -1) == ("amount-negative", "amount_yen")
    assert refusal("road-officer", "outsourcing", 1, flags=("urgent",)) == ("unknown-flag", "flags")
    authority, rules = demo_rules()
    nobody = RouteQuestion(kind="goods", amount_yen=1, drafter_post="nobody", drafter_person="0525")
    with pytest.raises(Refused, match="unknown-post"):
        plan_route(nobody, directory=demo_directory(), authority=authority, rules=rules, at=AT)
