"""Further editions of the demo's rules, in force from 9 November 2026: for what the packaged edition does not have."""

import json
from datetime import date
from typing import Any

from domain.rulebook import Rulebook, RulesAdopted, adopted
from kessai.rule_files import packaged_editions
from tests.records.approval_story import rulebook

SINCE = date(2026, 11, 9)


def _body(subject: str) -> dict[str, Any]:
    (edition,) = (each for each in packaged_editions() if each.subject == subject)
    body: dict[str, Any] = json.loads(edition.body)
    return body | {"edition": "2026-11", "valid_from": SINCE.isoformat()}


def authority_with(kind: str, **row: Any) -> RulesAdopted:
    """The authority table with something else in the row of a kind."""
    body = _body("authority")
    body["kinds"][kind] |= row
    return adopted("authority", body)


def approval_with(**changes: Any) -> RulesAdopted:
    """The rules for approvals with something else."""
    return adopted("approval", _body("approval") | changes)


def rulebook_with(*editions: RulesAdopted) -> Rulebook:
    """The demo's rules with these editions from 9 November 2026 on."""
    return rulebook(editions)


def lowered(deputy: int = 12_000_000, budget_from: int = 50_000_000) -> Rulebook:
    """The demo's rules, but the deputy director decides less, and the budget director is asked from less."""
    limits = {
        "division_director": 10_000_000,
        "deputy_director": deputy,
        "department_director": 50_000_000,
        "vice_governor": 100_000_000,
        "governor": None,
    }
    asked = [{"from": 10_000_000, "post": "affairs-director"}, {"from": budget_from, "post": "budget-director"}]
    return rulebook_with(authority_with("outsourcing", limits=limits, concurrence=asked))
