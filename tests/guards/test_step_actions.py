"""The one table of step actions names what exists: states, verbs, refusals; and nothing else has to be asked."""

from typing import get_args

from api.problems import PROBLEMS
from domain.approval import RECORD
from domain.approval.state import RUNNING, Status
from domain.policies.actions import TRAITS, Action, Waiting


def test_every_action_has_its_row_and_a_state_of_its_own() -> None:
    assert set(TRAITS) == set(get_args(Action))
    assert sorted(traits.state for traits in TRAITS.values()) == sorted(get_args(Waiting))
    assert set(get_args(Status)) >= RUNNING == set(get_args(Waiting))


def test_every_action_is_acted_on_by_verbs_of_persons() -> None:
    for action, traits in TRAITS.items():
        assert traits.verbs, action
        assert set(traits.verbs) <= set(RECORD.verbs) - RECORD.system - RECORD.creates, action


def test_every_refusal_of_the_table_is_a_known_problem() -> None:
    assert {traits.nobody_left for traits in TRAITS.values()} - {None} <= set(PROBLEMS)


def test_there_is_one_decision_and_what_nobody_stands_in_for_may_be_passed_over() -> None:
    assert [action for action, traits in TRAITS.items() if traits.place == "decision"] == ["decide"]
    for action, traits in TRAITS.items():
        passed_over = traits.unattended == "passed-over"
        assert passed_over == (traits.nobody_left is None) == (traits.proxy_order is None), action
