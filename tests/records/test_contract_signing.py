"""署名: orders, forwarding, own keys in two phases; nobody signs in another's name."""

from datetime import timedelta
from typing import Any

import pytest

from domain.contract import facts
from tests.records.contract_platform import sha
from tests.records.contract_story import (
    CERTIFICATE,
    COMPANY,
    DECIDED,
    OFFICER,
    PERSON,
    SECOND,
    SIGNER,
    STATEMENT,
    Deal,
)

HERE: dict[str, Any] = {"session": sha("phone")}
AGREE: dict[str, Any] = {**HERE, "document": DECIDED, "statement": STATEMENT}
TWO = [{"name": COMPANY, "members": [PERSON, SECOND]}]
PARTY = [{"name": COMPANY, "members": [{**PERSON, "mode": "party"}]}]
BOTH_PARTY = [{"name": COMPANY, "members": [{**PERSON, "mode": "party"}, {**SECOND, "mode": "party"}]}]
MIXED = [{"name": COMPANY, "members": [{**PERSON, "mode": "party"}, SECOND]}]


@pytest.fixture
def deal() -> Deal:
    return Deal().out()


# order


def test_in_sequence_each_waits_for_the_one_before() -> None:
    deal = Deal().out(counterparties=TWO)
    assert deal.party(2).invited_at is None
    deal.signs(1).then(facts.Signed, facts.Invited).signs(2)
    assert [each.number for each in deal.state.awaited] == [0]


def test_in_parallel_everybody_is_asked_and_signatures_come_one_by_one() -> None:
    deal = Deal().out(counterparties=TWO, order="parallel")
    deal.opens(1).proves(1).opens(2).proves(2).agrees(2).agrees(1)
    assert [each.signer for each in deal.state.queue] == [2, 1]
    deal.platform()
    assert [each.signer for each in (e for e, _ in deal.history) if isinstance(each, facts.Signed)] == [2, 1]
    deal.concluded().then_state("concluded")


def test_in_groups() -> None:
    third = {"name": "職員9003", "email": "third@bridge.example", "phone": "+81-90-0000-0003", "group": 2}
    members = [{**PERSON, "group": 1}, {**SECOND, "group": 1}, third]
    deal = Deal().out(counterparties=[{"name": COMPANY, "members": members}], order="groups")
    assert [each.number for each in deal.state.awaited] == [1, 2]
    deal.signs(2).signs(1)
    assert [each.number for each in deal.state.awaited] == [3]
    deal.signs(3).concluded().then_state("concluded")


# forwarding and changing the signer


def test_forwarded_inside_the_own_mail_domain(deal: Deal) -> None:
    to = {"name": "職員9002", "email": "second@bridge.example"}
    deal.then_refuses("link-not-opened", "forward", 1, to=to, reason="担当は支店長")
    deal.opens().asks("forward", 1, to=to, reason="担当は支店長").then(facts.Forwarded, facts.Invited)
    person = deal.party(1).signer.person
    assert person is not None
    assert (person.email, person.phone) == ("second@bridge.example", PERSON["phone"])
    deal.then_refuses("wrong-session", "agree", 1, **AGREE)
    deal.signs().concluded()


def test_another_telephone_number_needs_a_proof_or_the_officer(deal: Deal) -> None:
    deal.opens().asks("forward", 1, to=SECOND, reason="担当は支店長").then(facts.ForwardProposed)
    assert deal.document["waiting_on"] == [OFFICER]
    deal.proves().asks("forward", 1, to=SECOND, reason="担当は支店長").then(facts.Forwarded, facts.Invited)


def test_a_proposal_is_answered_by_sending_again_or_by_signing(deal: Deal) -> None:
    deal.opens().asks("forward", 1, to=SECOND, reason="x").when("resend", by=OFFICER, signer=1)
    assert deal.party(1).proposal is None
    deal.opens().asks("forward", 1, to=SECOND, reason="x").asks("reissue", 1)
    assert deal.party(1).proposal is not None
    deal.signs()
    assert deal.party(1).proposal is None
    assert deal.document["waiting_on"] == [SIGNER]


@pytest.mark.parametrize("email", ["x@elsewhere.example", "x@sub.bridge.example"])
def test_elsewhere_the_officer_has_to_agree(deal: Deal, email: str) -> None:
    to = {**SECOND, "email": email}
    deal.opens().proves().asks("forward", 1, to=to, reason="転籍").then(facts.ForwardProposed)
    proposal = deal.party(1).proposal
    assert proposal is not None
    assert not proposal.same_domain
    deal.when("change-signer", by=OFFICER, signer=1, to=to, reason="申出による").then(
        facts.SignerChanged, facts.Invited
    )
    assert deal.party(1).proposal is None


def test_a_public_mail_provider_is_no_company() -> None:
    person = {**PERSON, "email": "a@gmail.com"}
    deal = Deal().out(counterparties=[{"name": COMPANY, "members": [person]}]).opens().proves()
    deal.asks("forward", 1, to={**SECOND, "email": "b@gmail.com"}, reason="x").then(facts.ForwardProposed)


def test_whom_one_cannot_forward_to() -> None:
    deal = Deal().out(counterparties=TWO).opens()
    deal.then_refuses("forward-to-oneself", "forward", 1, to=PERSON, reason="x")
    deal.then_refuses("mailbox-repeated", "forward", 1, to=SECOND, reason="x")
    deal.then_refuses("own-mailbox", "forward", 1, to={**SECOND, "email": "x@pref.example.lg.jp"}, reason="x")


def test_changing_the_signer(deal: Deal) -> None:
    deal.opens().proves().when("change-signer", by=OFFICER, signer=1, to=SECOND, reason="代表者の交代")
    deal.then(facts.SignerChanged, facts.Invited)
    deal.then_refuses("wrong-session", "agree", 1, **AGREE)
    deal.then_refused("person-of-signer-required", "change-signer", by=OFFICER, signer=1, reason="x")
    deal.then_refused("person-of-signer-required", "change-signer", by=OFFICER, signer=1, post=SIGNER, reason="x")
    deal.then_refused("post-required", "change-signer", by=OFFICER, signer=0, to=PERSON, reason="x")
    deal.then_refused("post-required", "change-signer", by=OFFICER, signer=0, reason="x")
    deal.then_refused("unknown-signer", "change-signer", by=OFFICER, signer=3, to=PERSON, reason="x")
    deal.signs().then_refused("already-agreed", "change-signer", by=OFFICER, signer=1, to=PERSON, reason="x")


def test_before_release_changing_the_signer_sends_nothing() -> None:
    deal = Deal().created().when("change-signer", by=OFFICER, signer=1, to=SECOND, reason="x")
    deal.then(facts.SignerChanged)


# 当事者型


def prepares(deal: Deal, signer: int = 1) -> Deal:
    return deal.opens(signer).proves(signer).asks("prepare", signer, certificates=[CERTIFICATE])


def test_the_signers_own_key_signs_in_two_phases() -> None:
    deal = prepares(Deal().out(counterparties=PARTY)).then(facts.PreparationAsked)
    assert deal.work is not None
    assert deal.work.name == "prepare/1/1"
    deal.platform().then(facts.PreparedForSigner)
    assert deal.document["signers"][0]["preparation"]["to_sign"] == "AAAA"
    deal.asks("complete", 1, nth=1, signature="AAAA").then(facts.SignatureGiven)
    assert deal.document["step"]["name"] == "complete/1/1"
    deal.platform().then(facts.Signed, facts.Invited).concluded().then_state("concluded")


def test_each_mode_has_its_own_way(deal: Deal) -> None:
    deal.opens().proves().then_refuses("wrong-mode", "prepare", 1, certificates=[CERTIFICATE])
    party = Deal().out(counterparties=PARTY).opens().proves()
    party.then_refuses("wrong-mode", "agree", 1, **AGREE)


def test_preparing_needs_a_second_factor_too() -> None:
    deal = Deal().out(counterparties=PARTY).opens()
    deal.then_refuses("second-factor-required", "prepare", 1, certificates=[CERTIFICATE])


def test_nobody_elses_signature_comes_between_the_phases() -> None:
    deal = prepares(Deal().out(counterparties=MIXED, order="parallel")).platform()
    deal.opens(2).proves(2).agrees(2)
    assert deal.work is None, "the file is held"
    deal.then_refuses("being-prepared", "prepare", 1, certificates=[CERTIFICATE])
    deal.asks("complete", 1, nth=1, signature="AAAA").platform(until="none")
    assert [each.status for each in deal.state.parties] == ["signed", "signed", "invited"]


def test_a_lease_runs_out_and_others_go_on() -> None:
    deal = prepares(Deal().out(counterparties=MIXED, order="parallel")).platform()
    deal.opens(2).proves(2).agrees(2).later(minutes=31)
    deal.proves(1).then_refuses("lease-expired", "complete", 1, nth=1, signature="AAAA")
    deal.tick().then(facts.LeaseExpired)
    deal.then_refuses("no-preparation", "complete", 1, nth=1, signature="AAAA").platform()
    assert deal.party(2).status == "signed"
    deal.asks("prepare", 1, certificates=[CERTIFICATE]).platform()
    deal.asks("complete", 1, nth=2, signature="AAAA").platform().concluded().then_state("concluded")


def test_a_wrong_signature_value_lets_the_signer_begin_again() -> None:
    deal = prepares(Deal().out(counterparties=PARTY)).platform().asks("complete", 1, nth=1, signature="AAAA")
    deal.rule("refuse-step", "complete/1/1/1", step="complete/1/1", code="signature-wrong", detail="x")
    deal.then(facts.StepRefused)
    assert deal.document["signers"][0]["refusal"]["code"] == "signature-wrong"
    deal.asks("prepare", 1, certificates=[CERTIFICATE]).platform().asks(
        "complete", 1, nth=2, signature="AAAA"
    ).platform()
    assert deal.party(1).status == "signed"


def test_the_prefectures_signer_may_use_an_own_token() -> None:
    deal = Deal().out(prefecture_mode="party").signs()
    deal.then_refused("not-contract-officer", "prepare", by=OFFICER, certificates=[CERTIFICATE])
    deal.when("prepare", by=SIGNER, certificates=[CERTIFICATE]).platform()
    deal.when("complete", by=SIGNER, nth=1, signature="AAAA").platform().then_state("concluded")


def test_two_own_keys_in_parallel_take_turns() -> None:
    deal = Deal().out(counterparties=BOTH_PARTY, order="parallel")
    prepares(prepares(deal, 1), 2).platform()
    assert [each.prepared is not None for each in deal.state.queue] == [True, False]
    deal.asks("complete", 1, nth=1, signature="AAAA").platform()
    deal.asks("complete", 2, nth=1, signature="AAAA").platform().concluded().then_state("concluded")


# who acts


def test_no_official_acts_for_a_counterparty(deal: Deal) -> None:
    deal.opens().proves()
    for verb, body in (("agree", AGREE), ("open", {"generation": 1, **HERE}), ("reissue", {})):
        deal.then_refused("counterparty-only", verb, by=SIGNER, **body)
        deal.then_refused("counterparty-only", verb, by=OFFICER, **body)
    deal.then_refused("counterparty-only", "forward", by=OFFICER, to=SECOND, reason="x")
    deal.then_refused("not-your-turn", "decline", by=SIGNER, reason="x")


def test_no_counterparty_acts_for_the_prefecture_or_another(deal: Deal) -> None:
    deal.opens().proves()
    deal.then_refuses("officials-only", "sign", 1)
    deal.then_refuses("officials-only", "withdraw", 1, reason="x")
    deal.then_refuses("not-found", "agree", 2, **AGREE)
    deal.then_refuses("not-found", "agree", 0, **AGREE)
    deal.then_refuses("not-found", "decline", 0, reason="x")


def test_signing_late_in_the_lease_is_in_time() -> None:
    deal = prepares(Deal().out(counterparties=PARTY)).platform().later(minutes=29)
    assert deal.now + timedelta(minutes=1) == deal.state.queue[0].prepared.lease_until  # type: ignore[union-attr]  # it is prepared
    deal.asks("complete", 1, nth=1, signature="AAAA").platform()
