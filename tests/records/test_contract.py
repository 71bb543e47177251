"""電子契約: from the decided approval over consent, release and signatures to the contract that is kept."""

from datetime import date, timedelta

import pytest

from domain.contract import facts
from tests.records.contract_platform import sha
from tests.records.contract_story import (
    CONTRACT,
    DECIDED,
    OFFICER,
    SIGNER,
    Deal,
)
from tests.records.office import jst


@pytest.fixture
def deal() -> Deal:
    return Deal()


def test_the_straight_road(deal: Deal) -> None:
    deal.created().then(facts.Prepared).then_state("consent_missing", OFFICER)
    deal.consented().then(facts.ConsentRecorded).then_state("ready", OFFICER)
    deal.when("release", by=OFFICER).then(facts.Released).then_state("sent")
    assert deal.work is not None
    assert deal.work.name == "certify/1"
    deal.platform().then(facts.Certified, facts.Invited).then_state("sent")
    deal.opens().then(facts.Opened)
    deal.proves().then(facts.Authenticated)
    deal.agrees().then(facts.Agreed)
    deal.platform().then(facts.Signed, facts.Invited).then_state("partially_signed", SIGNER)
    deal.when("sign", by=SIGNER).then(facts.Agreed)
    deal.platform(until="conclude").then(facts.Signed)
    deal.platform(until="deliver").then(facts.Concluded).then_state("concluded")
    deal.platform().then(facts.CopiesDelivered).then_state("concluded")
    assert not deal.state.closed
    deal.kept().then(facts.Archived, facts.Closed)
    assert deal.state.closed


def test_three_dates_are_three_facts(deal: Deal) -> None:
    deal.out(effective_from="2026-12-01").signs().concluded()
    document = deal.document
    assert document["contract_date"] == "2026-11-09"
    assert document["last_signature_at"] == deal.now.isoformat().replace("+00:00", "Z")
    assert document["effective_from"] == "2026-12-01"
    assert document["dates_differ"] is False


def test_the_document_shows_signers_consents_files_and_keeping(deal: Deal) -> None:
    deal.out().signs().concluded().kept()
    document = deal.document
    assert [each["status"] for each in document["signers"]] == ["signed", "signed"]
    assert document["documents"]["decided"] == DECIDED
    assert document["documents"]["current"] == deal.state.document != DECIDED
    assert document["consents"][0]["received_on"] == "2026-11-09"
    assert document["stamp_duty"]["saved_yen"] == 20_000
    assert (
        document["retained_until"] == "2037-03-31"
    )  # ten years for outsourcing after the fiscal year it was performed
    assert document["archive"]["generation"] == 1
    assert document["number"] == CONTRACT


def test_the_counterparty_signs_first_and_the_prefecture_last(deal: Deal) -> None:
    deal.out().then_refused("not-your-turn", "sign", by=SIGNER)
    deal.signs()
    assert [each.number for each in deal.state.awaited] == [0]


def test_only_the_post_that_signs_signs(deal: Deal) -> None:
    deal.out().signs()
    for post in (OFFICER, "road-director", "governor"):
        deal.then_refused("not-contract-officer", "sign", by=post)


def test_authority_to_sign_is_not_exercised_by_proxy(deal: Deal) -> None:
    deal.out().signs().away(SIGNER, deal.now, deal.now + timedelta(days=2))
    deal.then_refused("not-contract-officer", "sign", by="road-director")
    deal.then_refused("not-found", "sign", by="property-officer")


def test_the_prefectures_signer_may_be_named_and_changed(deal: Deal) -> None:
    deal.created(prefecture_post="road-director").consented().released()
    assert deal.party(0).signer.post == "road-director"
    deal.when("change-signer", by=OFFICER, signer=0, post=SIGNER, reason="契約担当者に改める")
    deal.then(facts.PrefectureSignerChanged).signs().when("sign", by=SIGNER).then(facts.Agreed)


@pytest.mark.parametrize(
    ("post", "code"),
    [("nowhere", "unknown-post"), ("road-officer", "not-signing-post"), ("road-chief", "not-signing-post")],
)
def test_a_post_without_authority_does_not_sign(deal: Deal, post: str, code: str) -> None:
    deal.then_refused(code, "create", by=OFFICER, field="prefecture_post", **deal.creation(prefecture_post=post))


def test_what_the_prefecture_signs_says_who_and_what(deal: Deal) -> None:
    deal.out().signs().when("sign", by=SIGNER, document=DECIDED)
    agreed = deal.last(facts.Agreed)
    assert agreed.instruction.title == "管財課長"
    assert [each.kind for each in agreed.instruction.factors] == ["login"]
    assert agreed.instruction.pages == (sha("page 1"), sha("page 2"))


def test_the_prefecture_signs_no_other_bytes(deal: Deal) -> None:
    deal.out().signs().then_refused("document-differs", "sign", by=SIGNER, document=sha("other"))


def test_consent_has_to_be_there_and_valid(deal: Deal) -> None:
    deal.created().then_refused("consent-missing", "release", by=OFFICER)
    deal.consented(valid_until="2026-11-10").at(jst(2026, 11, 11))
    deal.then_refused("consent-expired", "release", by=OFFICER)
    deal.then_refused("unknown-counterparty", "consent", by=OFFICER, counterparty=2, received_on="2026-11-11")
    deal.then_refused("in-the-future", "consent", by=OFFICER, received_on="2026-11-12")
    deal.then_refused("dates-reversed", "consent", by=OFFICER, received_on="2026-11-11", valid_until="2026-11-10")
    deal.when("consent", by=OFFICER, received_on="2026-11-11").when("release", by=OFFICER)


def test_a_decision_that_was_given_up_carries_no_contract(deal: Deal) -> None:
    deal.created().consented().gives_up_the_decision().then_refused("not-decided", "release", by=OFFICER)
    signed = Deal().out().signs().gives_up_the_decision()
    signed.then_refused("not-decided", "sign", by=SIGNER)
    last = Deal().out().signs().when("sign", by=SIGNER).gives_up_the_decision().platform()
    last.then(facts.StepRefused).then_state("partially_signed", OFFICER)
    assert last.document["refused"]["code"] == "not-decided"


def test_nobody_signs_after_a_consent_has_run_out(deal: Deal) -> None:
    deal.created().consented(valid_until="2026-11-11").when("release", by=OFFICER)
    assert deal.state.expires_at == jst(2026, 11, 11, 17, 15)


def test_works_need_the_consent_of_the_construction_business_act() -> None:
    deal = works()
    deal.when("consent", by=OFFICER, received_on="2026-11-09").then_state("consent_missing", OFFICER)
    deal.then_refused("construction-consent-missing", "release", by=OFFICER)
    deal.when("consent", by=OFFICER, received_on="2026-11-09", construction=True).then_state("ready", OFFICER)


def works() -> Deal:
    deal = Deal().approval("R8-000002", kind="works", title="橋梁補修工事", amount_yen=20_000_000)
    return deal.created(approval="R8-000002", **{"class": "works"})


def test_the_signature_falls_due_on_an_office_day(deal: Deal) -> None:
    deal.created(expires_in_days=5).consented().when("release", by=OFFICER)  # 14 November is a Saturday
    assert deal.state.expires_at == jst(2026, 11, 16, 17, 15)


def test_a_release_is_only_once(deal: Deal) -> None:
    deal.out().then_refused("already-sent", "release", by=OFFICER)
    deal.signs().concluded().then_refused("already-concluded", "release", by=OFFICER)


def test_no_more_days_than_the_rules_allow(deal: Deal) -> None:
    deal.then_refused("expiry-too-long", "create", by=OFFICER, **deal.creation(expires_in_days=61))
    deal.created().consented().then_refused("expiry-too-long", "release", by=OFFICER, expires_in_days=61)


def test_withdrawn_before_it_is_concluded_and_the_decision_is_free_again(deal: Deal) -> None:
    deal.out().when("withdraw", by=OFFICER, reason="入札無効").then(facts.Withdrawn, facts.Closed)
    deal.then_refused("already-closed", "release", by=OFFICER)
    deal.contract("R8-000002").created()


def test_switched_to_paper_it_waits_for_the_scan(deal: Deal) -> None:
    deal.then_refused("not-found", "file-paper", by=OFFICER, document=sha("scan"), contract_date="2026-11-09")
    deal.out().then_refused("not-on-paper", "file-paper", by=OFFICER, document=sha("s"), contract_date="2026-11-09")
    deal.when("switch-to-paper", by=OFFICER, reason="相手方の希望").then_state("switched_to_paper", OFFICER)
    deal.then_refused("in-the-future", "file-paper", by=OFFICER, document=sha("s"), contract_date="2026-11-10")
    deal.then_refused("dated-before-decision", "file-paper", by=OFFICER, document=sha("s"), contract_date="2020-01-01")
    deal.when("file-paper", by=OFFICER, document=sha("scan"), contract_date="2026-11-09")
    deal.then(facts.PaperFiled, facts.Closed)
    deal.then_refused("already-closed", "file-paper", by=OFFICER, document=sha("s"), contract_date="2026-11-09")


def test_a_contract_on_paper_that_does_not_come_about_frees_the_decision(deal: Deal) -> None:
    deal.out().when("switch-to-paper", by=OFFICER, reason="x").when("withdraw", by=OFFICER, reason="不調")
    deal.then(facts.Withdrawn, facts.Closed).contract("R8-000002").created()


def test_declined_it_waits_for_the_officer_who_may_send_it_again(deal: Deal) -> None:
    deal.out().opens().then_refuses("second-factor-required", "decline", 1, reason="条件が違う")
    deal.proves().asks("decline", 1, reason="条件が違う").then_state("declined", OFFICER)
    assert deal.work is None
    deal.released().then_state("sent")
    assert deal.state.round == 2
    assert deal.party(1).generation == 2
    deal.signs().concluded().then_state("concluded")


def test_the_prefectures_signer_may_decline(deal: Deal) -> None:
    deal.out().signs().then_refused("not-contract-officer", "decline", by=OFFICER, reason="x")
    deal.when("decline", by=SIGNER, reason="契約保証が未了").then_state("declined", OFFICER)


def test_nobody_else_prepares_or_sends(deal: Deal) -> None:
    for post in ("housing-officer", "treasury-officer"):
        deal.then_refused("approval-not-found", "create", by=post, field="approval", **deal.creation())
    deal.created()
    deal.then_refused("not-found", "release", by="housing-officer")


def test_a_contract_officer_may_prepare(deal: Deal) -> None:
    deal.created()
    deal.when("consent", by=SIGNER, received_on="2026-11-09")


def test_retention_is_kept_for_years_after_the_performance(deal: Deal) -> None:
    deal.out().signs().concluded()
    assert deal.state.retained_until == date(2037, 3, 31)
