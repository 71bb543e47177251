"""代決と引上げ: who may stand in for whom by the demo's proxy order, and where a step goes when nobody may."""

import pytest

from domain.policies.approval import Plan
from domain.policies.proxies import (
    CaseActors,
    eligible_proxies,
    next_rank_up,
    require_proxy_allowed,
)
from domain.policies.route import PlannedStep
from domain.refusals import Refused
from tests.rules.organisations import AT, demo_directory, demo_rules
from tests.rules.route_questions import route

DRAFTED = CaseActors(drafted=frozenset({"0525"}))


def step_of(plan: Plan, action: str) -> PlannedStep:
    return next(step for step in plan.steps if step.action == action)


def proxies(plan: Plan, action: str, *away: str, unit: str, actors: CaseActors = DRAFTED) -> list[str]:
    found = eligible_proxies(
        step_of(plan, action), actors, unit=unit, directory=demo_directory(*away), at=AT, gate=plan.gate
    )
    return [holder.post for holder in found]


@pytest.mark.parametrize(
    ("kind", "amount", "away", "expected"),
    [
        ("goods", 600_000, ("!0521",), ["road-lead", "road-chief"]),  # for the division director
        ("goods", 600_000, ("!0521", "!0522"), ["road-chief"]),  # the first one present
        ("outsourcing", 12_000_000, ("!0502",), ["road-director"]),  # for the deputy director
        ("outsourcing", 30_000_000, ("!0501",), ["construction-deputy", "road-director"]),
        ("outsourcing", 60_000_000, ("!0003",), ["construction-director"]),  # a rank in the case's own line
        ("regulation", None, ("!0001",), ["vice-governor-1", "vice-governor-2"]),
        ("regulation", None, ("!0001", "!0002"), ["vice-governor-2"]),
        ("goods", 600_000, (), []),  # the decider is there
    ],
)
def test_a_decision_falls_to_the_first_of_the_proxy_order_who_is_present(
    kind: str, amount: int | None, away: tuple[str, ...], expected: list[str]
) -> None:
    assert proxies(route("road-officer", kind, amount), "decide", *away, unit="road") == expected


def test_the_drafter_is_no_proxy_and_a_reviewer_may_be_one() -> None:
    plan = route("road-officer", "goods", 600_000)
    drafted_by_lead = CaseActors(drafted=frozenset({"0522"}), took_part=frozenset({"0523"}))
    assert proxies(plan, "decide", "!0521", unit="road", actors=drafted_by_lead) == ["road-chief"]


def test_a_concurrence_falls_to_the_concurring_units_own_line() -> None:
    plan = route("road-officer", "outsourcing", 12_000_000)
    assert proxies(plan, "concur", "!0111", unit="road") == ["affairs-lead", "affairs-chief"]
    reviewed = CaseActors(drafted=frozenset({"0525"}), took_part=frozenset({"0112"}))
    assert proxies(plan, "concur", "!0111", unit="road", actors=reviewed) == ["affairs-chief"]


def test_an_examination_falls_to_nobody_who_took_part_and_follows_the_dutys_order() -> None:
    plan = route("road-officer", "payment_order", 500_000)
    assert proxies(plan, "examine", "!0701", unit="road") == ["treasury-deputy", "treasury-affairs-director"]
    reviewed = CaseActors(drafted=frozenset({"0525"}), took_part=frozenset({"0702"}))
    assert proxies(plan, "examine", "!0701", unit="road", actors=reviewed) == ["treasury-affairs-director"]
    stand_in = route("treasury-director", "payment_order", 500_000)  # the deputy examines, and is away on the day
    drafted = CaseActors(drafted=frozenset({"0701"}), took_part=frozenset({"0002"}))
    assert proxies(stand_in, "examine", "!0702", unit="treasury", actors=drafted) == ["treasury-affairs-director"]


@pytest.mark.parametrize(
    ("post", "unit", "away", "excluded", "above"),
    [
        ("road-chief", "road", (), (), "road-lead"),
        ("works-director", "works", (), (), "construction-director"),  # 0502 is the deputy director too
        ("affairs-director", "road", (), (), "general-deputy"),  # a concurring post has its own line
        ("treasury-director", "road", (), (), "vice-governor-1"),
        ("construction-deputy", "road", (), ("0501",), "vice-governor-2"),
        ("construction-deputy", "road", ("!0501",), (), "vice-governor-2"),
        ("construction-deputy", "road", ("construction-director=",), (), "vice-governor-2"),
        ("governor", "road", (), (), None),
        ("unknown", "road", (), (), None),
    ],
)
def test_the_next_rank_up_is_the_next_held_post_of_another_person(
    post: str, unit: str, away: tuple[str, ...], excluded: tuple[str, ...], above: str | None
) -> None:
    found = next_rank_up(post, unit=unit, directory=demo_directory(*away), at=AT, excluded=excluded, present_only=True)
    assert (found.post if found else None) == above


def test_an_escalation_also_informs_those_who_are_away() -> None:
    found = next_rank_up("construction-deputy", unit="road", directory=demo_directory("!0501"), at=AT)
    assert found is not None
    assert found.post == "construction-director"


@pytest.mark.parametrize("flag", ["important", "unprecedented", "disputed"])
def test_a_proxy_decision_is_forbidden_in_its_classes_without_instruction_or_urgency(flag: str) -> None:
    forbidden = demo_rules()[0].proxy_forbidden

    def ask(flags: tuple[str, ...], *, unresolved: bool = False, instruction: str = "", urgency: str = "") -> None:
        require_proxy_allowed(
            forbidden=forbidden,
            flags=flags,
            unresolved_concurrence=unresolved,
            prior_instruction=instruction,
            special_urgency=urgency,
        )

    for flags, unresolved in (((flag,), False), ((), True), (("assembly_related", flag), False)):
        with pytest.raises(Refused, match="proxy-forbidden"):
            ask(flags, unresolved=unresolved)
        with pytest.raises(Refused, match="proxy-forbidden"):
            ask(flags, unresolved=unresolved, instruction=" ", urgency="\u3000")
        ask(flags, unresolved=unresolved, instruction="出張前に指示あり")
        ask(flags, unresolved=unresolved, urgency="災害の応急対応")
    ask(("assembly_related", "precedent_setting"))
