"""電子契約の規程: the packaged edition is sound, and one that is not is refused where it is loaded."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from domain.policies.contract_rules import CLASSES, ContractRules
from domain.rulebook import adopted
from kessai.rule_files import editions_from_yaml, packaged_editions
from kessai.rule_text import FaultyText


def text() -> dict[str, Any]:
    (edition,) = (each for each in packaged_editions() if each.subject == "contract")
    body: dict[str, Any] = json.loads(edition.body)
    return body


def test_the_packaged_edition_has_every_class_and_both_modes() -> None:
    rules = ContractRules.model_validate_json(json.dumps(text()))
    assert set(rules.classes) == set(CLASSES)
    assert rules.of("goods").counterparty.default == "witness"
    assert rules.of("works").prefecture.modes == ("party",)
    assert rules.of("works").construction_consent
    assert rules.of("amendment").amends
    assert rules.statement.ja in rules.statements
    assert rules.statement.en in rules.statements


def broken(**changes: Any) -> dict[str, Any]:
    return text() | changes


@pytest.mark.parametrize(
    "body",
    [
        broken(classes={name: rules for name, rules in text()["classes"].items() if name != "works"}),
        broken(excluded_kinds=["works"]),
        broken(invitations=text()["invitations"] | {"expires_days": 90, "expires_days_max": 60}),
        broken(codes=text()["codes"] | {"tries_max": 0}),
        broken(lease_minutes=0),
        broken(statement={"ja": "同意します。"}),
        broken(mail={"own": ["not a domain"], "public": []}),
        broken(colour="blue"),
    ],
)
def test_an_edition_that_is_not_sound_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        adopted("contract", body)


def test_the_file_names_the_line_of_a_fault() -> None:
    with pytest.raises(FaultyText) as refused:
        editions_from_yaml('edition: "x"\nvalid_from: 2026-04-01\ncontract:\n  lease_minutes: soon\n')
    assert any(fault.field == "contract.lease_minutes" and fault.line == 4 for fault in refused.value.faults)
