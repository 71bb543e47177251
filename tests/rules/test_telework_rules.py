"""テレワークの規程: the demo's edition as it stands, both rule sets, and what a faulty edition is refused for."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from domain.policies.telework_rules import TeleworkRules
from kessai.rule_files import editions_from_yaml, packaged_editions
from kessai.rule_text import FaultyText

DAY = date(2026, 11, 11)
RULES = (Path(__file__).parents[2] / "kessai" / "demo" / "rules.yaml").read_text("utf-8")


@cache
def text() -> str:
    (edition,) = (each for each in packaged_editions() if each.subject == "telework")
    return edition.body


def body() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text())
    return found


def rules(**changes: Any) -> TeleworkRules:
    return TeleworkRules.model_validate_json(json.dumps(body() | changes))


def test_the_demo_edition_is_read_as_it_is_written() -> None:
    demo = rules()
    assert (demo.rule_set, demo.apply_until_rule) == ("tochigi_like", "17:15 of the previous office day")
    assert (demo.start_overdue_minutes, demo.end_overdue_minutes, demo.report_due_office_days) == (15, 30, 3)
    assert [(each.code, each.from_time, each.to_time) for each in demo.patterns("home")] == [
        ("standard", "08:30", "17:15"),
        ("early", "07:30", "16:15"),
        ("late", "09:30", "18:15"),
    ]
    assert [(each.code, each.capacity) for each in demo.satellite_offices] == [("training-3f", 10), ("tokachi-1f", 4)]
    assert demo.overtime_categories == ("temporary", "urgent")
    assert demo.satellite_office("training-3f", date(2026, 3, 31)) is None


def test_the_two_rule_sets_are_data() -> None:
    tochigi, hokkaido = rules(), rules(rule_set="hokkaido_like")
    assert tochigi.places_allowed == ("home", "satellite_office")
    assert hokkaido.places_allowed == ("home", "satellite_office", "visiting")
    assert hokkaido.apply_until_rule == "the start of the day"
    assert hokkaido.patterns("visiting") == tochigi.patterns("home")


def test_what_the_demo_does_not_say_has_a_value() -> None:
    demo = rules()
    assert (demo.weekly_limit_days, demo.monthly_limit_days) == (None, None)
    assert (demo.excluded_posts, demo.excluded_roles) == ((), ())
    assert (demo.allows_flextime, demo.smallest_unit, demo.service_rules_version) == (True, "minutes", "2022-09")


def test_a_set_says_what_it_has_otherwise() -> None:
    found = rules(rule_set="hokkaido_like", hokkaido_like={"flextime": False, "unit_of_day": "half_day"})
    assert (found.allows_flextime, found.smallest_unit) == (False, "half_day")
    assert found.places_allowed == ("home", "satellite_office")
    assert found.apply_until_rule == "17:15 of the previous office day"


OFFICE = {"code": "a", "name": "A", "capacity": 1, "valid_from": "2026-04-01"}


@pytest.mark.parametrize(
    "changes",
    [
        {"rule_set": "osaka_like"},
        {"apply_until": "sometime"},
        {"approver": "anybody"},
        {"closed_days": "allowed"},
        {"report_due_office_days": 0},
        {"hours": {}},
        {"hours": {"home": [{"code": "a", "from": "17:15", "to": "08:30"}]}},
        {"hours": {"home": [{"code": "a", "from": "08:30", "to": "17:15"}] * 2}},
        {"hours": {"home": [{"code": "a", "from": "08:30", "to": "17:15"}]}},
        {"satellite_offices": [OFFICE | {"capacity": 0}]},
        {"satellite_offices": [OFFICE, OFFICE]},
        {"satellite_offices": [OFFICE | {"valid_to": "2026-03-31"}]},
        {"weekly_limit_days": 0},
        {"hokkaido_like": {"places": ["cafe"]}},
        {"unknown": True},
    ],
)
def test_an_edition_that_says_something_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rules(**changes)


def test_a_fault_is_told_in_japanese_with_its_line() -> None:
    faulty_text = RULES.replace('apply_until: "17:15 of the previous office day"', 'apply_until: "いつでも"')
    with pytest.raises(FaultyText) as faulty:
        editions_from_yaml(faulty_text, edition="2026-04", valid_from=date(2026, 4, 1))
    assert "telework.apply_until" in str(faulty.value)
