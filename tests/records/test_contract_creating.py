"""契約の準備: what is to be signed is what was decided, as data; each difference is refused and names its field."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.contract import RECORD, facts
from domain.events import Actor
from domain.refusals import Refused
from domain.rulebook import adopted
from kessai.rule_files import packaged_editions
from tests.records.approval_rules import rulebook_with
from tests.records.approval_story import draft
from tests.records.contract_platform import sha
from tests.records.contract_story import (
    APPROVAL,
    COMPANY,
    DECIDED,
    OFFICER,
    PERSON,
    SECOND,
    SIGNER,
    Deal,
    decided,
)

JV = "栃木・下野特定建設工事共同企業体"
MEMBERS = [{"name": "栃木", "members": [PERSON]}, {"name": "下野", "members": [SECOND]}]


@pytest.fixture
def deal() -> Deal:
    return Deal()


def refused(deal: Deal, code: str, field: str | None = None, **changes: Any) -> None:
    deal.then_refused(code, "create", by=OFFICER, field=field, **deal.creation(**changes))


def test_the_basis_is_what_was_decided(deal: Deal) -> None:
    basis = deal.created().state.content.basis
    assert (basis.approval, basis.kind, basis.amount_yen, basis.counterparty) == (
        APPROVAL,
        "outsourcing",
        12_000_000,
        COMPANY,
    )
    assert (basis.period_from, basis.period_to) == (date(2026, 12, 1), date(2027, 3, 31))
    assert basis.decided_by.endswith("次長")
    assert basis.document_number.startswith("道路第")
    assert basis.version == len(deal.streams["approval-R8-000001"])


def test_an_approval_that_is_not_decided_makes_no_contract(deal: Deal) -> None:
    deal.streams["approval-R8-000002"] = draft(contract_document=DECIDED).history
    refused(deal, "not-decided", "approval", approval="R8-000002")


@pytest.mark.parametrize("steps", [3, 5, -1])
def test_only_the_whole_approval_counts(deal: Deal, steps: int) -> None:
    deal.streams["approval-R8-000001"] = decided()[:steps]
    refused(deal, "not-decided", "approval")


def test_an_approval_that_is_not_there_or_not_for_the_asking_person(deal: Deal) -> None:
    refused(deal, "approval-not-found", "approval", approval="R8-000009")
    deal.then_refused("approval-not-found", "create", by="housing-officer", field="approval", **deal.creation())


def test_a_reader_of_the_approval_from_elsewhere_prepares_nothing(deal: Deal) -> None:
    deal.then_refused("forbidden", "create", by="affairs-director", **deal.creation())


def test_one_changed_byte_is_refused(deal: Deal) -> None:
    refused(deal, "document-differs", "document", document=sha("decided.pdf "))


def test_a_decision_without_a_contract_document_makes_none(deal: Deal) -> None:
    deal.approval("R8-000002", contract_document=None)
    refused(deal, "document-differs", "document", approval="R8-000002")


def test_amount_counterparty_and_period_are_the_decided_ones(deal: Deal) -> None:
    other = [{"name": "別会社", "members": [PERSON]}]
    refused(deal, "amount-differs", "amount_yen", amount_yen=12_000_001)
    refused(deal, "counterparty-differs", "counterparties", counterparties=other)
    refused(deal, "period-differs", "period", period={"from": "2026-12-01", "to": "2027-03-30"})
    refused(deal, "period-differs", "effective_from", effective_from="2027-04-01")
    refused(deal, "period-differs", "effective_from", effective_from="2026-11-30")
    deal.created(amount_yen=12_000_000, period={"from": "2026-12-01", "to": "2027-03-31"}, effective_from="2026-12-01")


def test_names_are_compared_as_people_read_them(deal: Deal) -> None:
    deal.created(counterparties=[{"name": "栃木橋梁点検 株式会社", "members": [PERSON]}])


def test_the_corporate_number_is_the_decided_one(deal: Deal) -> None:
    deal.approval("R8-000002", counterparty={"name": COMPANY, "corporate_number": "1234567890123"})
    parties = [{"name": COMPANY, "corporate_number": "1234567890124", "members": [PERSON]}]
    refused(deal, "counterparty-differs", "counterparties", approval="R8-000002", counterparties=parties)
    parties[0]["corporate_number"] = "1234567890123"
    deal.created(approval="R8-000002", counterparties=parties)


def test_a_joint_venture_signs_member_by_member(deal: Deal) -> None:
    deal.approval("R8-000002", counterparty={"name": JV})
    deal.created(approval="R8-000002", counterparties=MEMBERS)
    signers = deal.state.content.signers
    assert [(each.number, each.counterparty, each.group, each.field) for each in signers] == [
        (1, 1, 1, "Party1"),
        (2, 2, 2, "Party2"),
        (0, None, 3, "Prefecture"),
    ]


def test_a_joint_venture_under_a_name_of_its_own(deal: Deal) -> None:
    deal.approval("R8-000002", counterparty={"name": "青葉共同企業体"})
    refused(
        deal, "counterparty-differs", "joint_venture",
        approval="R8-000002", counterparties=MEMBERS, joint_venture="若葉共同企業体",
    )  # fmt: skip
    deal.created(approval="R8-000002", counterparties=MEMBERS, joint_venture="青葉共同企業体")


@pytest.mark.parametrize(
    ("decided_name", "names"),
    [
        (COMPANY, ["栃", "社"]),
        (COMPANY, [COMPANY, "別会社"]),
        (JV, ["栃木", "別会社"]),
        (JV, ["栃木", "栃木建設"]),
        (JV, ["栃木", "下野", "別会社"]),
        ("甲社・乙社", ["甲社", "乙"]),
        ("甲社・乙社", ["甲社", "甲社"]),
    ],
)
def test_several_counterparties_are_those_that_the_decision_names(
    deal: Deal, decided_name: str, names: list[str]
) -> None:
    deal.approval("R8-000002", counterparty={"name": decided_name})
    parties = [{"name": name, "members": [{**PERSON, "email": f"a@{nth}.example"}]} for nth, name in enumerate(names)]
    refused(deal, "counterparty-differs", "counterparties", approval="R8-000002", counterparties=parties)


@pytest.mark.parametrize(
    ("decided_name", "names"),
    [
        (JV, ["株式会社栃木建設", "下野工業"]),
        ("甲社・乙社", ["乙社", "甲社"]),
        ("甲社及び乙社", ["甲社", "乙社"]),
    ],
)
def test_they_may_be_named_in_full(deal: Deal, decided_name: str, names: list[str]) -> None:
    deal.approval("R8-000002", counterparty={"name": decided_name})
    parties = [{"name": name, "members": [{**PERSON, "email": f"a@{nth}.example"}]} for nth, name in enumerate(names)]
    deal.created(approval="R8-000002", counterparties=parties)
    assert deal.state.content.joint_venture == decided_name


def test_another_company_is_no_joint_venture(deal: Deal) -> None:
    other = [{"name": "全く別の会社", "members": [PERSON]}]
    refused(deal, "counterparty-differs", "joint_venture", counterparties=other, joint_venture=COMPANY)


def test_days_that_no_contract_has_to_do_with(deal: Deal) -> None:
    refused(deal, "date-out-of-range", "written_date", written_date="9999-12-31")
    refused(deal, "date-out-of-range", "written_date", written_date="0001-01-01")
    deal.approval("R8-000002", period=None)
    refused(deal, "date-out-of-range", "effective_from", approval="R8-000002", effective_from="0001-01-01")
    deal.created().then_refused("date-out-of-range", "consent", by=OFFICER, received_on="0001-01-01")


def test_a_period_without_end_is_kept_as_long_as_there_are_dates(deal: Deal) -> None:
    deal.approval("R8-000002", period={"from": "2026-12-01", "to": "9999-12-31"})
    deal.out(approval="R8-000002").signs().concluded().then_state("concluded")
    assert deal.state.retained_until == date(9999, 3, 31)


def test_a_replacement_that_is_given_up_leaves_the_decision_with_the_one_before(deal: Deal) -> None:
    deal.out().signs().concluded().contract("R8-000002").created(supersedes="R8-000001")
    deal.when("withdraw", by=OFFICER, reason="x").contract("R8-000003")
    refused(deal, "already-contracted", "approval")
    deal.created(supersedes="R8-000001")


def test_at_most_five_counterparties() -> None:
    body = Deal().creation(counterparties=[MEMBERS[0]] * 6)
    with pytest.raises(ValueError, match="at most 5"):
        RECORD.commands["create"].model_validate(body, strict=False)


def test_orders(deal: Deal) -> None:
    parties = [{"name": COMPANY, "members": [PERSON, SECOND, {**PERSON, "email": "c@x.example", "role": "copy"}]}]
    for number, order, groups in (("R8-000011", "sequential", [1, 2, 3]), ("R8-000012", "parallel", [1, 1, 2])):
        one = Deal(number=number).created(counterparties=parties, order=order)
        assert [each.group for each in one.state.content.signers] == groups
    named = [{"name": COMPANY, "members": [{**PERSON, "group": 7}, {**SECOND, "group": 3}]}]
    deal.created(counterparties=named, order="groups")
    assert [each.group for each in deal.state.content.signers] == [2, 1, 3]
    assert [each.person.email for each in Deal().created(counterparties=parties).state.content.copied] == [
        "c@x.example"
    ]


@pytest.mark.parametrize(
    ("members", "changes", "code"),
    [
        ([{**PERSON, "role": "copy"}], {}, "signer-required"),
        ([PERSON, SECOND], {"order": "groups"}, "group-required"),
        ([PERSON, {**SECOND, "email": "SIGN@bridge.example"}], {}, "mailbox-repeated"),
        ([{**PERSON, "email": "x@pref.example.lg.jp"}], {}, "own-mailbox"),
        ([{**PERSON, "email": "x@soumu.pref.example.lg.jp"}], {}, "own-mailbox"),
    ],
)
def test_signers_have_to_be_sound(deal: Deal, members: list[Any], changes: dict[str, Any], code: str) -> None:
    refused(deal, code, "counterparties", counterparties=[{"name": COMPANY, "members": members}], **changes)


def test_the_class_fits_the_kind_and_the_rules(deal: Deal) -> None:
    refused(deal, "class-not-for-kind", "class", **{"class": "goods"})
    deal.approval("R8-000002", kind="subsidy", title="補助金", amount_yen=1_000_000)
    refused(deal, "excluded-kind", "approval", approval="R8-000002")


def test_modes_follow_the_class(deal: Deal) -> None:
    deal.created(prefecture_mode="party")
    assert [each.mode for each in deal.state.content.signers] == ["witness", "party"]
    works = Deal().approval("R8-000002", kind="works", title="工事", amount_yen=20_000_000)
    body: dict[str, Any] = {"approval": "R8-000002", "class": "works"}
    refused(works, "mode-not-allowed", "prefecture_mode", prefecture_mode="witness", **body)
    works.created(**body, counterparties=[{"name": COMPANY, "members": [{**PERSON, "mode": "party"}]}])
    assert [each.mode for each in works.state.content.signers] == ["party", "party"]


def test_one_contract_carries_out_a_decision(deal: Deal) -> None:
    deal.created()
    deal.contract("R8-000002")
    refused(deal, "already-contracted", "approval")
    deal.contract("R8-000001").then_refused("already-created", "create", by=OFFICER, **deal.creation())
    deal.when("withdraw", by=OFFICER, reason="誤り").contract("R8-000002").created()


def test_dates_before_today_need_a_reason(deal: Deal) -> None:
    deal.approval("R8-000002", period={"from": "2026-04-01", "to": "2027-03-31"})
    body: dict[str, Any] = {"approval": "R8-000002", "effective_from": "2026-11-01"}
    refused(deal, "retroactive-needs-reason", "retroactive_reason", **body)
    deal.created(**body, retroactive_reason="年度当初からの履行")
    deal.consented().released().signs().concluded()
    assert deal.document["dates_differ"] is True
    assert deal.document["retroactive_reason"] == "年度当初からの履行"


def test_a_performance_that_began_before_the_signature_is_flagged(deal: Deal) -> None:
    deal.approval("R8-000002", period={"from": "2026-04-01", "to": "2027-03-31"})
    deal.out(approval="R8-000002").signs().concluded()
    assert deal.document["dates_differ"] is True


def test_a_written_date(deal: Deal) -> None:
    refused(deal, "written-date-required", "written_date", contract_date_rule="written")
    refused(
        deal, "written-date-unwanted", "written_date", contract_date_rule="last_signature", written_date="2026-11-10"
    )
    refused(deal, "dated-before-decision", "written_date", written_date="2026-11-08")
    deal.created(written_date="2026-11-09").consented().later(days=2)
    deal.then_refused("retroactive-needs-reason", "release", by=OFFICER)
    deal.released(reason="相手方の押印手続に時間を要した").signs().concluded()
    document = deal.document
    assert (document["contract_date"], document["dates_differ"]) == ("2026-11-09", True)
    assert document["last_signature_at"] > "2026-11-11"


def test_a_rule_edition_may_leave_a_date_rule_out() -> None:
    (edition,) = (each for each in packaged_editions() if each.subject == "contract")
    body = json.loads(edition.body) | {"edition": "2026-11", "valid_from": "2026-11-09"}
    body["classes"]["services"]["date_rules"] = ["last_signature"]
    deal = Deal(rules=rulebook_with(adopted("contract", body)))
    refused(deal, "date-rule-not-allowed", "contract_date_rule", written_date="2026-11-10")
    deal.created()
    assert deal.document["edition"] == "2026-11"


def test_somebody_has_to_sign_for_the_prefecture(deal: Deal) -> None:
    deal.vacate(SIGNER, date(2026, 11, 8))
    refused(deal, "nobody-to-sign", "prefecture_post")
    deal.created(prefecture_post="road-director")


def test_a_written_date_lets_the_last_signature_lag_for_some_days_only(deal: Deal) -> None:
    deal.created(written_date="2026-11-09", expires_in_days=30).consented().later(days=3)
    deal.when("release", by=OFFICER, reason="x")
    assert deal.state.expires_at is not None
    assert deal.state.expires_at.date() == date(2026, 11, 16)
    late = Deal().created(written_date="2026-11-09").consented().later(days=8)
    late.then_refused("written-date-passed", "release", by=OFFICER, reason="x")


def test_what_needs_a_vote_is_provisional(deal: Deal) -> None:
    deal.approval("R8-000002", kind="works", title="工事", amount_yen=600_000_000)
    body: dict[str, Any] = {"approval": "R8-000002", "class": "works"}
    refused(deal, "provisional-needed", "provisional", **body)
    deal.created(**body, provisional=True)
    assert deal.document["provisional"] is True


def test_stamp_duty_saved(deal: Deal) -> None:
    deal.created(taxed_amount_yen=10_000_000)
    assert deal.document["stamp_duty"]["saved_yen"] == 10_000
    assert Deal().created(legal_type="mandate").document["stamp_duty"]["saved_yen"] == 0
    refused(Deal(), "taxed-amount-differs", "taxed_amount_yen", taxed_amount_yen=12_000_001)


def test_an_amendment_names_what_it_changes(deal: Deal) -> None:
    deal.approval("R8-000002").approval("R8-000003")
    body: dict[str, Any] = {"approval": "R8-000002", "class": "amendment"}
    refused(deal, "amends-required", "amends", **body)
    refused(deal, "contract-not-found", "amends", amends="R8-000009", **body)
    deal.created().contract("R8-000002")
    refused(deal, "not-concluded", "amends", amends="R8-000001", **body)
    refused(deal, "one-link-only", "supersedes", amends="R8-000001", supersedes="R8-000003", **body)


def test_a_person_prepares_never_a_service(deal: Deal) -> None:
    service = Actor(kind="service", person="svc-bulk", name="svc-bulk")
    with pytest.raises(Refused, match="person-required"):
        deal.settle(deal.command("create", deal.creation()), service, UUID(int=1))


def test_the_contract_officer_prepares_for_any_unit(deal: Deal) -> None:
    deal.approval("R8-000002", kind="goods", title="物品", amount_yen=2_000_000)
    deal.when("create", by=SIGNER, **deal.creation(approval="R8-000002", **{"class": "goods"}))
    assert deal.state.content.custody.post == SIGNER
    assert isinstance(deal.noted[0].event, facts.DecisionTaken)
