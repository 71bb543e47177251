"""Every verb that a person may send to a case is on its pages and has its example; each form asks for what its command
takes.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from api.pages.act_fields import ActForm
from api.pages.approval_acts import ACTS
from api.routes import approval_examples, campaign_examples, contract_examples, telework_examples
from domain import campaign, contract, telework
from domain.approval import RECORD
from domain.contract.verbs import OF_COUNTERPARTIES
from domain.record import Command, Record

API_EXAMPLES = [
    (RECORD, approval_examples.EXAMPLES),
    (telework.RECORD, telework_examples.EXAMPLES),
    (campaign.RECORD, campaign_examples.EXAMPLES),
    (contract.RECORD, contract_examples.EXAMPLES),
]
IN_FORM = {verb: act.form for verb, act in ACTS.items() if isinstance(act.form, ActForm)}


def test_every_verb_of_a_person_is_offered_somewhere() -> None:
    assert set(ACTS) == set(RECORD.verbs) - RECORD.system - RECORD.creates


@pytest.mark.parametrize(("record", "examples"), API_EXAMPLES, ids=lambda given: getattr(given, "noun", ""))
def test_every_verb_of_a_person_has_an_example_in_the_api(record: Record[Any], examples: Mapping[str, Any]) -> None:
    elsewhere = OF_COUNTERPARTIES if record is contract.RECORD else frozenset()
    assert set(examples) == set(record.verbs) - record.system - elsewhere
    for verb, body in examples.items():
        record.commands[verb].model_validate(body, strict=False)


def test_every_act_is_tried_out_with_its_own_command() -> None:
    for verb, act in ACTS.items():
        if isinstance(act.probe, Command):
            assert type(act.probe) is RECORD.commands[verb], verb
        assert not act.covers or act.covers in ACTS, verb
        assert not (act.when and act.said), verb


@pytest.mark.parametrize("verb", sorted(IN_FORM))
def test_a_form_asks_for_what_the_command_takes_and_for_all_it_needs(verb: str) -> None:
    form, fields = IN_FORM[verb], RECORD.commands[verb].model_fields
    named = {field.name for field in form.fields} | set(form.fixed)
    assert named <= set(fields)
    assert {name for name, field in fields.items() if field.is_required()} <= named
