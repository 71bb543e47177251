"""文書番号と分割発注: what cases know of each other."""

from typing import Any

from domain.approval import facts
from domain.directory.facts import UnitChanged
from tests.records.approval_story import Desk, draft, jst


def decided(desk: Desk, number: int, by: str = "road-officer", **body: Any) -> str:
    draft(by, desk=desk.case(f"R8-{number:06}"), **({"kind": "routine_reply", "title": "照会"} | body)).pass_on()
    return str(desk.document["document_number"])


def test_numbers_run_without_holes_per_symbol() -> None:
    desk = Desk()
    given = [
        decided(desk, number, by) for number, by in enumerate(["road-officer", "road-senior", "reform-officer"] * 2)
    ]
    assert given == ["道路第1号", "道路第2号", "改革第1号", "道路第3号", "道路第4号", "改革第2号"]
    assert [
        event.case
        for event, _ in desk.streams["document-number/道路/2026"]
        if isinstance(event, facts.DocumentNumberAssigned)
    ] == [
        "R8-000000",
        "R8-000001",
        "R8-000003",
        "R8-000004",
    ]


def test_a_number_is_taken_at_the_decision_not_before() -> None:
    desk = draft().pass_on(until="construction-deputy")
    assert decided(desk, 2) == "道路第1号"
    desk.case("R8-000001").when("return", by="construction-deputy", reason="不備").when(
        "withdraw", by="road-officer", reason="不要"
    )
    assert decided(desk, 3) == "道路第2号"


def test_the_first_of_april_begins_at_one_again_with_the_symbol_of_that_day() -> None:
    desk = Desk(now=jst(2027, 3, 31, 16))
    assert decided(desk, 1) == "道路第1号"
    draft(desk=desk.case("R8-000002"), kind="routine_reply", title="照会").pass_on(until="road-lead")
    assert decided(desk.at(jst(2027, 4, 1, 9)), 3) == "道路第1号"
    desk.case("R8-000002").when("decide", by="road-lead")
    assert desk.document["document_number"] == "道路第2号"
    assert desk.document["fiscal_year"] == 2026
    renamed = UnitChanged(
        unit="road",
        name="道路整備課",
        kind="division",
        parent="construction",
        document_symbol="道整",
        valid_from=jst(2027, 4, 1).date(),
    )
    assert decided(desk.directory_says(renamed), 4) == "道整第1号"
    assert sorted(name for name in desk.streams if name.startswith("document-number")) == [
        "document-number/道整/2027",
        "document-number/道路/2026",
        "document-number/道路/2027",
    ]


def test_a_unit_without_a_symbol_numbers_under_its_name() -> None:
    desk = (
        draft("vice-governor-1", kind="regulation", title="規則")
        .pass_on(until="governor")
        .when("decide", by="governor")
    )
    assert desk.document["document_number"] == "県第1号"


COMPANY = {"name": "株式会社 十勝測量", "corporate_number": "1234567890123"}


def warned(desk: Desk, number: int, **body: Any) -> bool:
    draft(desk=desk.case(f"R8-{number:06}"), **body)
    return "split-order" in [warning["code"] for warning in desk.document["warnings"]]


def test_a_second_case_for_the_same_counterparty_and_kind_within_thirty_days_is_flagged() -> None:
    desk = Desk()
    assert not warned(desk, 1, counterparty=COMPANY)
    assert warned(desk.at(jst(2026, 12, 9)), 2, counterparty=COMPANY)
    assert "R8-000001" in desk.document["warnings"][0]["message"]
    assert not warned(desk, 3, counterparty=COMPANY, kind="goods", amount_yen=1)
    assert not warned(desk, 4, counterparty=None)


def test_a_case_more_than_thirty_days_ago_is_not() -> None:
    desk = Desk()
    assert not warned(desk, 1, counterparty=COMPANY)
    assert not warned(desk.at(jst(2026, 12, 10)), 2, counterparty=COMPANY)


def test_a_counterparty_is_the_same_by_number_or_without_one_by_name() -> None:
    desk = Desk()
    assert not warned(desk, 1, counterparty=COMPANY)
    assert warned(desk, 2, counterparty={"name": "（株）十勝測量", "corporate_number": COMPANY["corporate_number"]})
    assert warned(desk, 3, counterparty={"name": "株式会社十勝測量"})
    assert not warned(desk, 4, counterparty={"name": COMPANY["name"], "corporate_number": "9" * 13}) or (
        "R8-000003" in desk.document["warnings"][0]["message"]  # which has no number to tell them apart
        and "R8-000001" not in desk.document["warnings"][0]["message"]
    )


def test_a_draft_is_no_case_yet_and_a_resubmission_is_no_second_one() -> None:
    desk = draft(submit=False, counterparty=COMPANY)
    assert not warned(desk, 2, counterparty=COMPANY)
    desk.when("return", by="road-chief", reason="不備").when("submit", by="road-officer")
    assert desk.document["warnings"] == []
    assert warned(desk, 3, counterparty=COMPANY)


def test_a_warning_stays_when_the_route_is_planned_again_and_follows_the_counterparty() -> None:
    desk = Desk()
    assert not warned(desk, 1, counterparty=COMPANY)
    assert warned(desk, 2, counterparty=COMPANY)
    desk.when("reserve", by="road-chief", flag="important", reason="重要")
    assert [warning["code"] for warning in desk.document["warnings"]] == ["split-order"]
    desk.when("amend", by="road-officer", reason="相手方の変更", counterparty={"name": "乙社"})
    assert desk.document["warnings"] == []
    assert warned(desk, 3, counterparty={"name": "乙社"})


def test_a_change_case_is_no_split_order_of_what_it_changes() -> None:
    desk = draft(counterparty=COMPANY).pass_on()
    assert not warned(desk, 2, counterparty=COMPANY, amends="R8-000001")


def test_stream_names_say_nothing_about_the_counterparty() -> None:
    desk = draft(counterparty=COMPANY)
    streams = [name for name in desk.streams if name.startswith("split-order/")]
    assert len(streams) == 2
    assert all("測量" not in name and "1234567890123" not in name for name in streams)
    assert all(isinstance(event, facts.CaseNoted) for name in streams for event, _ in desk.streams[name])
