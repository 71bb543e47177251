"""決裁の後と周辺: circulation, enforcement with its date, completion and retention."""

from datetime import date, datetime

import pytest

from domain.approval import facts
from tests.records.approval_rules import approval_with, rulebook_with
from tests.records.approval_story import Desk, draft, jst

LETTER = {"method": "郵送", "seal_mode": "physical"}


def test_the_drafters_unit_enforces_from_the_day_of_the_decision_to_today() -> None:
    desk = draft().pass_on().at(jst(2026, 11, 12))
    desk.then_refused("before-decision", "enforce", by="road-officer", on="2026-11-08", **LETTER)
    desk.then_refused("in-the-future", "enforce", by="road-officer", on="2026-11-13", **LETTER)
    desk.then_refused("forbidden", "enforce", by="construction-deputy", **LETTER)
    desk.then_refused("not-found", "enforce", by="housing-officer", **LETTER)
    desk.when("enforce", by="road-senior", on="2026-11-09", **LETTER).then("enforced")
    assert (desk.document["enforced_on"], desk.document["seal_mode"]) == ("2026-11-09", "physical")
    desk.then_refused("already-enforced", "enforce", by="road-officer", **LETTER)


def test_the_days_are_those_of_japan() -> None:
    desk = draft(desk=Desk(now=jst(2026, 11, 9, 0, 30))).pass_on()
    desk.then_refused("before-decision", "enforce", by="road-officer", on="2026-11-08", **LETTER)
    desk.when("enforce", by="road-officer", **LETTER)
    assert desk.document["enforced_on"] == "2026-11-09"


def test_only_a_decided_case_is_enforced_and_only_an_enforced_one_completed() -> None:
    desk = draft()
    desk.then_refused("not-decided", "enforce", by="road-officer", **LETTER)
    desk.pass_on().then_refused("not-enforced", "complete", by="road-officer")
    desk.when("enforce", by="road-officer", **LETTER).then_refused("forbidden", "complete", by="construction-deputy")
    desk.when("complete", by="road-director").then("completed")
    desk.then_refused("already-closed", "complete", by="road-officer")


@pytest.mark.parametrize(
    ("completed_at", "kept_until"),
    [(jst(2027, 3, 31, 23), "2037-03-31"), (jst(2027, 4, 1, 0), "2038-03-31")],
)
def test_retention_runs_from_the_april_after_the_fiscal_year_of_completion(
    completed_at: datetime, kept_until: str
) -> None:
    desk = draft().pass_on().when("enforce", by="road-officer", **LETTER).at(completed_at)
    desk.when("complete", by="road-officer")
    completed = desk.last(facts.Completed)
    assert desk.document["retained_until"] == kept_until
    assert completed.retention_years == 10
    assert completed.retained_until == date(completed.completion_fiscal_year + 11, 3, 31)


def test_a_kind_without_a_retention_rule_is_not_completed() -> None:
    desk = Desk(rules=rulebook_with(approval_with(retention_years={"works": 10})))
    draft(desk=desk).pass_on().when("enforce", by="road-officer", **LETTER)
    desk.then_refused("unknown-kind", "complete", by="road-officer")


def test_drafter_and_decider_show_the_case_to_readers_who_confirm() -> None:
    desk = draft().when("circulate", by="road-officer", posts=["housing-director", "works-officer"])
    desk.then_refused("forbidden", "circulate", by="road-chief", posts=["dx-director"])
    desk.then_refused("unknown-post", "circulate", by="road-officer", posts=["dx-chief"])
    desk.then_refused("already-circulated", "circulate", by="road-officer", posts=["housing-director"])
    desk.when("circulate", by="road-officer", posts=["housing-director", "dx-director"])
    assert [event.post for event in desk.last(facts.CirculationRequested).readers] == ["dx-director"]
    desk.pass_on(until="construction-deputy").when("circulate", by="construction-deputy", posts=["audit-head"])
    desk.when("decide", by="construction-deputy").when("circulate", by="construction-deputy", posts=["ict-director"])
    desk.when("confirm", by="housing-director").then_refused("already-confirmed", "confirm", by="housing-director")
    desk.then_refused("forbidden", "confirm", by="road-chief")
    desk.then_refused("not-found", "confirm", by="budget-director")
    confirmed = {reader["post"] for reader in desk.document["circulation"] if reader["confirmed"]}
    assert confirmed == {"housing-director"}


def test_a_completed_case_may_still_be_shown_and_read_a_withdrawn_one_not() -> None:
    desk = draft().pass_on().when("enforce", by="road-officer", **LETTER).when("complete", by="road-officer")
    desk.when("circulate", by="road-officer", posts=["dx-director"]).when("confirm", by="dx-director")
    withdrawn = draft().when("withdraw", by="road-officer", reason="不要")
    withdrawn.then_refused("already-closed", "circulate", by="road-officer", posts=["dx-director"])


def test_whoever_holds_the_post_by_then_confirms_too() -> None:
    desk = draft().when("circulate", by="road-officer", posts=["dx-director"])
    desk.replace_holder("dx-director", "0999", date(2026, 12, 1)).at(jst(2026, 12, 1))
    desk.when("confirm", by="0999@dx-director")
