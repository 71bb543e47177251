"""変更の記録: what an auditor reads of a change is the difference between the request as it stood and as it stands."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.refusals import Refused
from domain.telework import facts
from domain.telework.facts import Request
from tests.records.telework_story import Workday, home, satellite

HALF = [{"kind": "telework", "from": "08:30", "to": "12:00"}, {"kind": "leave", "from": "13:00", "to": "17:15"}]
HALF_TEXT = "telework 08:30-12:00, leave 13:00-17:15"


def diff(day: Workday) -> dict[str, tuple[str, str]]:
    return {each.field: (each.before, each.after) for each in day.last(facts.Changed).changes}


def test_another_kind_drops_the_slots_and_the_record_says_what_came_in_their_place() -> None:
    day = satellite(slots=HALF).when("change", by="road-officer", kind="home", tasks="集計")
    assert diff(day) == {
        "kind": ("satellite_office", "home"),
        "tasks": ("橋梁点検の報告書作成", "集計"),
        "place": ("tokachi-1f", ""),
        "slots": (HALF_TEXT, "telework 08:30-17:15"),
    }


def test_another_pattern_drops_the_slots_for_its_own_hours() -> None:
    day = home(slots=HALF).when("change", by="road-officer", work_pattern="early")
    assert diff(day) == {"work_pattern": ("standard", "early"), "slots": (HALF_TEXT, "telework 07:30-16:15")}


def test_a_whole_day_instead_of_slots_is_written_out() -> None:
    assert diff(home(slots=HALF).when("change", by="road-officer", slots=[])) == {
        "slots": (HALF_TEXT, "telework 08:30-17:15")
    }


@pytest.mark.parametrize(
    "typed",
    [
        {"slots": []},
        {"slots": [{"kind": "telework", "from": "08:30", "to": "17:15"}]},
        {"kind": "home"},
        {"work_pattern": "standard"},
        {"late_reason": "急用"},
    ],
)
def test_what_leaves_the_request_as_it_stands_is_no_change(typed: dict[str, Any]) -> None:
    home().then_refused("nothing-changed", "change", by="road-officer", **typed)


def test_a_returned_request_may_be_handed_in_again_as_it_is() -> None:
    day = home().when("return", by="road-director", reason="確認のため").when("change", by="road-officer")
    assert diff(day) == {}


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(("home", "satellite_office")),
        "day": st.sampled_from(("2026-11-11", "2026-11-12")),
        "tasks": st.sampled_from(("起案", "集計")),
        "reachable_by": st.sampled_from(("内線", "携帯")),
        "place": st.sampled_from(("tokachi-1f", "training-3f", None)),
        "work_pattern": st.sampled_from(("standard", "early", "late")),
        "slots": st.sampled_from(([], HALF)),
    },
)


@settings(deadline=None, max_examples=150)
@given(st.booleans(), st.lists(CHANGES, min_size=1, max_size=4))
def test_the_record_of_a_change_names_exactly_what_differs(divided: bool, changes: list[dict[str, Any]]) -> None:
    day = home(slots=HALF if divided else [])
    for change in changes:
        before = day.state.content
        try:
            day.when("change", by="road-officer", **change)
        except Refused:
            assert day.state.content == before
            continue
        after = day.state.content
        differs = {field for field in (*facts_of(before),) if facts_of(before)[field] != facts_of(after)[field]}
        assert set(diff(day)) == differs
        assert differs
        for field, (old, new) in diff(day).items():
            assert old != new
            assert new or field == "place"


def facts_of(request: Request) -> dict[str, Any]:
    plan = request.plan
    return {
        "kind": request.kind,
        "day": request.day,
        "tasks": request.tasks,
        "reachable_by": request.reachable_by,
        "place": request.place,
        "work_pattern": plan.work_pattern,
        "slots": plan.slots,
    }
