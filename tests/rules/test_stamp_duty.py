"""印紙税: the vectors of the tax table, and what is not taxed at all."""

import json
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.policies.stamp_duty import LegalType, StampDutyTable, stamp_duty
from domain.rulebook import adopted
from kessai.rule_files import packaged_editions

TODAY, LAST_REDUCED, LAPSED = date(2026, 11, 9), date(2027, 3, 31), date(2027, 4, 1)
LARGEST = 5_000_000_000


def text() -> dict[str, Any]:
    (edition,) = (each for each in packaged_editions() if each.subject == "stamp_duty")
    body: dict[str, Any] = json.loads(edition.body)
    return body


def table() -> StampDutyTable:
    return StampDutyTable.model_validate_json(json.dumps(text()))


def saved(amount: int | None, *, works: bool = False, on: date = TODAY, legal_type: LegalType = "work") -> int:
    return stamp_duty(table(), legal_type=legal_type, works=works, taxed_amount_yen=amount, on=on).saved_yen


@pytest.mark.parametrize(
    ("amount", "ordinary", "reduced"),
    [
        (0, 0, 0),
        (9_999, 0, 0),
        (10_000, 200, 200),
        (1_000_000, 200, 200),
        (1_000_001, 400, 200),
        (2_000_000, 400, 200),
        (2_000_001, 1_000, 500),
        (3_000_000, 1_000, 500),
        (3_000_001, 2_000, 1_000),
        (5_000_000, 2_000, 1_000),
        (5_000_001, 10_000, 5_000),
        (10_000_000, 10_000, 5_000),
        (10_000_001, 20_000, 10_000),
        (50_000_000, 20_000, 10_000),
        (50_000_001, 60_000, 30_000),
        (100_000_000, 60_000, 30_000),
        (100_000_001, 100_000, 60_000),
        (500_000_000, 100_000, 60_000),
        (500_000_001, 200_000, 160_000),
        (1_000_000_000, 200_000, 160_000),
        (1_000_000_001, 400_000, 320_000),
        (LARGEST, 400_000, 320_000),
        (LARGEST + 1, 600_000, 480_000),
        (None, 200, 200),
    ],
)
def test_each_row_to_the_yen(amount: int | None, ordinary: int, reduced: int) -> None:
    assert saved(amount) == ordinary
    assert saved(amount, works=True) == reduced


def test_the_amount_is_without_consumption_tax_where_it_stands_apart() -> None:
    apart, together = 5_000_000, 5_500_000
    assert (saved(apart), saved(apart, works=True)) == (2_000, 1_000)
    assert (saved(together), saved(together, works=True)) == (10_000, 5_000)


@pytest.mark.parametrize("legal_type", ["sale", "mandate", "lease", "other"])
def test_only_contracts_for_work_are_taxed(legal_type: LegalType) -> None:
    assert saved(80_000_000, legal_type=legal_type) == 0


def test_the_reduction_for_works_has_a_last_day() -> None:
    amount = 20_000_000
    assert saved(amount, works=True, on=LAST_REDUCED) == 10_000
    after = stamp_duty(table(), legal_type="work", works=True, taxed_amount_yen=amount, on=LAPSED)
    assert after.saved_yen == 20_000
    assert after.warning is not None
    assert "2027-03-31" in after.warning
    assert stamp_duty(table(), legal_type="work", works=False, taxed_amount_yen=amount, on=LAPSED).warning is None


def test_every_answer_names_its_ground() -> None:
    reduced = stamp_duty(table(), legal_type="work", works=True, taxed_amount_yen=20_000, on=TODAY)
    ordinary = stamp_duty(table(), legal_type="work", works=False, taxed_amount_yen=20_000, on=TODAY)
    untaxed = stamp_duty(table(), legal_type="sale", works=False, taxed_amount_yen=20_000, on=TODAY)
    assert len({reduced.basis, ordinary.basis, untaxed.basis}) == len((reduced, ordinary, untaxed))


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": [{"up_to_yen": 100, "ordinary_yen": 1, "reduced_yen": 1}]},
        {
            "rows": [
                {"up_to_yen": 200, "ordinary_yen": 1, "reduced_yen": 1},
                {"up_to_yen": 100, "ordinary_yen": 1, "reduced_yen": 1},
                {"up_to_yen": None, "ordinary_yen": 1, "reduced_yen": 1},
            ]
        },
        {"rows": [{"up_to_yen": None, "ordinary_yen": 1, "reduced_yen": 2}]},
        {"rows": []},
    ],
)
def test_a_table_that_is_not_sound_is_not_adopted(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        adopted("stamp_duty", text() | changes)
