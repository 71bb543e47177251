"""外部の処理: one attempt after the other, one outcome; what does not grow out of the contract's file is no outcome."""

from typing import Any

import pytest

from domain.contract import RECORD, facts
from domain.contract.work import Work
from domain.events import Event
from tests.records.contract_platform import sha
from tests.records.contract_story import (
    OFFICER,
    Deal,
)


@pytest.fixture
def deal() -> Deal:
    return Deal().created().consented().when("release", by=OFFICER)


def due(deal: Deal) -> Work:
    found = deal.work
    assert found is not None
    return found


def test_an_attempt_is_begun_once_and_again_after_its_lease(deal: Deal) -> None:
    found = due(deal)
    deal.begins(found).then(facts.StepBegun)
    assert due(deal).attempts == 1
    deal.begins(due(deal)).then()
    deal.later(minutes=5).begins(due(deal)).then(facts.StepBegun)
    assert deal.last(facts.StepBegun).attempt == 2
    deal.brings(due(deal)).then(facts.Certified, facts.Invited)


@pytest.mark.parametrize(
    "changes",
    [{"attempt": 2}, {"attempt": 0}, {"step": "certify/2"}, {"step": "conclude/1"}, {"base": sha("another file")}],
)
def test_nothing_begins_that_is_not_due(deal: Deal, changes: dict[str, Any]) -> None:
    body = {"step": "certify/1", "attempt": 1, "base": due(deal).base, "lease_until": deal.now.isoformat(), **changes}
    deal.rule("begin-step", "x", **body).then()


def test_an_outcome_comes_once(deal: Deal) -> None:
    found = due(deal)
    verb, body = deal.outcome(found)
    deal.rule(verb, "first", **body).then(facts.Certified, facts.Invited)
    deal.rule(verb, "second", **body).then()


def test_an_outcome_after_the_contract_was_stopped_adds_nothing(deal: Deal) -> None:
    found = due(deal)
    verb, body = deal.outcome(found)
    deal.begins(found).when("withdraw", by=OFFICER, reason="x").rule(verb, "late", **body).then()
    assert deal.state.document == deal.state.decided_document


def test_a_file_that_does_not_grow_out_of_the_decided_one_stops_for_the_officer(deal: Deal) -> None:
    verb, body = deal.outcome(due(deal))
    body["signature"] = {**body["signature"], "base": sha("another file")}
    deal.rule(verb, "x", **body).then(facts.StepRefused).then_state("sent", OFFICER)
    assert deal.work is None
    assert "確認を待っています" in RECORD.view(deal.state, 1).because


def test_a_signature_over_another_file_stops_for_the_officer(deal: Deal) -> None:
    deal.platform().opens().proves().agrees()
    verb, body = deal.outcome(due(deal))
    body["signature"] = {**body["signature"], "base": sha("another file")}
    deal.rule(verb, "x", **body).then(facts.StepRefused)
    assert deal.party(1).signed is None


def test_a_signature_for_another_instruction_is_not_the_outcome(deal: Deal) -> None:
    deal.platform().opens().proves().agrees()
    verb, body = deal.outcome(due(deal))
    deal.rule(verb, "x", **{**body, "instruction_sha256": sha("another")}).then()
    deal.rule(verb, "y", **{**body, "signer": 0}).then()
    deal.rule(verb, "z", **body).then(facts.Signed, facts.Invited)


def test_concluded_only_if_the_verification_found_every_signature(deal: Deal) -> None:
    deal.platform().signs().when("sign", by="property-director").platform(until="conclude")
    verb, body = deal.outcome(due(deal))
    deal.rule(verb, "x", **{**body, "signers": [1]}).then(facts.StepRefused).then_state("partially_signed", OFFICER)
    assert deal.last(facts.StepRefused).code == "signature-missing"
    deal.when("retry-step", by=OFFICER, reason="検証環境の復旧").then(facts.StepResumed)
    deal.rule(verb, "y", **{**body, "document": sha("another file")}).then(facts.StepRefused)
    deal.when("retry-step", by=OFFICER, reason="検証環境の復旧")
    deal.rule(verb, "z", **body).then(facts.Concluded)


def test_a_refused_step_comes_again_when_the_officer_says_so(deal: Deal) -> None:
    deal.then_refused("nothing-refused", "retry-step", by=OFFICER, reason="x")
    deal.begins(due(deal)).rule("refuse-step", "1", step="certify/1", code="glyph-missing", detail="髙")
    deal.then(facts.StepRefused)
    assert deal.document["refused"]["code"] == "glyph-missing"
    deal.when("retry-step", by=OFFICER, reason="字体を追加した").then(facts.StepResumed)
    assert (due(deal).name, due(deal).attempts) == ("certify/1", 1)
    deal.platform().then(facts.Certified, facts.Invited)


def test_a_refused_step_may_end_in_a_new_round(deal: Deal) -> None:
    deal.rule("refuse-step", "1", step="certify/1", code="broken", detail="x")
    deal.when("release", by=OFFICER).then(facts.Released)
    assert due(deal).name == "certify/2"


def test_only_the_step_in_hand_can_be_refused(deal: Deal) -> None:
    deal.rule("refuse-step", "1", step="conclude/1", code="broken", detail="x").then()


def test_a_second_round_signs_everything_anew(deal: Deal) -> None:
    deal.platform().signs().at(deal.now)
    assert deal.state.expires_at is not None
    deal.at(deal.state.expires_at).tick().then_state("expired", OFFICER)
    deal.when("release", by=OFFICER)
    assert all(each.signed is None and each.agreed_at is None for each in deal.state.parties)
    assert deal.state.document == deal.state.decided_document
    deal.platform().signs().concluded().then_state("concluded")
    assert sum(isinstance(event, facts.Certified) for event, _ in deal.history) == 2


def test_every_step_is_named_by_what_it_is_about(deal: Deal) -> None:
    deal.platform().signs().concluded().kept()
    begun: list[Event] = [event for event, _ in deal.history if isinstance(event, facts.StepBegun)]
    kinds = [each.step.partition("/")[0] for each in begun if isinstance(each, facts.StepBegun)]
    assert kinds == ["certify", "sign", "sign", "conclude", "deliver", "archive"]
    assert len({each.step for each in begun if isinstance(each, facts.StepBegun)}) == len(begun)
