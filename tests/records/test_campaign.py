"""テレワークデイズ: opened by whoever organises, units choose their days until the day, and the result is fixed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.campaign import RECORD, facts
from domain.campaign.commands import FigureIn, FixResult
from domain.campaign.state import Campaign
from domain.policies.campaign import CampaignRules
from domain.rulebook import adopted
from tests.records.approval_rules import rulebook_with
from tests.records.campaign_story import DAYS, Autumn, counted
from tests.records.office import jst

DECEMBER, JANUARY, FEBRUARY = jst(2026, 12, 16), jst(2027, 1, 18), jst(2027, 2, 1)
EVERY_DIVISION = 20


def says(figures: tuple[FigureIn, ...]) -> Callable[[Campaign], FixResult]:
    """Read models that count these."""
    return lambda state: FixResult(position=1, figures=figures)


@pytest.fixture
def autumn() -> Autumn:
    return Autumn()


@pytest.fixture
def opened(autumn: Autumn) -> Autumn:
    return autumn.opened()


def test_the_organiser_opens_and_every_division_is_asked(opened: Autumn) -> None:
    opened.then(facts.Opened)
    document = opened.document
    assert (document["state"], document["target_percent"]) == ("open", 33)
    assert len(document["units"]) > EVERY_DIVISION
    assert {"road", "housing", "farming"} <= {each["unit"] for each in document["units"]}
    assert {each["answer"] for each in document["units"]} == {"none"}
    assert "road-director" in document["waiting_on"]
    assert "改革推進課" in document["organiser"]["unit_name"]


def test_a_unit_whose_head_is_vacant_is_answered_for_by_whoever_acts(opened: Autumn) -> None:
    """農政課長 is vacant: the department director acts for the post."""
    opened.joins("agriculture-director", unit="farming")
    assert opened.days_of("farming") == DAYS


@pytest.mark.parametrize("by", ["personnel-director", "reform-director"])
def test_both_organising_units_may_open(autumn: Autumn, by: str) -> None:
    autumn.opened(by=by)
    assert autumn.document["organiser"]["post"] == by


def test_nobody_else_opens_closes_or_calls_off(autumn: Autumn) -> None:
    autumn.then_refused("not-organiser", "open", by="road-director", name="x", first_day=DAYS[0], last_day=DAYS[1])
    autumn.then_refused("not-organiser", "open", by="reform-officer", name="x", first_day=DAYS[0], last_day=DAYS[1])
    autumn.opened().at(FEBRUARY)
    autumn.then_refused("not-organiser", "close", by="personnel-director")
    autumn.then_refused("not-organiser", "cancel", by="road-director", reason="x")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"first_day": "2027-01-30", "last_day": "2027-01-29"}, "dates-reversed"),
        ({"first_day": "2026-11-09"}, "in-the-past"),
        ({"last_day": "2027-03-29"}, "period-too-long"),
        ({"first_day": "2026-12-29", "last_day": "2027-01-03"}, "no-open-day"),
        ({"units": ["nowhere"]}, "unknown-unit"),
        ({"units": ["general"]}, "not-a-campaign-unit"),
    ],
)
def test_a_period_and_its_units_are_sound(autumn: Autumn, changes: dict[str, Any], code: str) -> None:
    body = {"name": "x", "first_day": "2026-12-14", "last_day": "2027-01-29", **changes}
    autumn.then_refused(code, "open", by="reform-director", **body)


def test_a_head_chooses_days_and_changes_them_until_they_come(opened: Autumn) -> None:
    opened.joins("road-director").then(facts.UnitJoined)
    opened.joins("road-director", "2026-12-16", "2026-12-17", "2027-01-20").then(facts.DaysChanged)
    opened.then_refused("nothing-changed", "join", by="road-director", days=["2026-12-16", "2026-12-17", "2027-01-20"])
    opened.at(DECEMBER)
    opened.then_refused("day-has-come", "join", by="road-director", field="days", days=["2026-12-17"])
    opened.then_refused("day-has-come", "join", by="housing-director", field="days", days=["2026-12-16"])
    opened.joins("road-director", "2026-12-16", "2027-01-21")
    assert opened.days_of("road") == ["2026-12-16", "2027-01-21"]


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (["2026-12-16", "2026-12-16"], "day-twice"),
        (["2026-12-11"], "outside-campaign"),
        (["2026-12-19"], "day-not-open"),
        (["2026-12-31"], "day-not-open"),
    ],
)
def test_days_are_office_days_of_the_period_each_once(opened: Autumn, days: list[str], code: str) -> None:
    opened.then_refused(code, "join", by="road-director", field="days", days=days)


def test_only_the_head_answers_or_the_first_who_stands_in(opened: Autumn) -> None:
    opened.then_refused("not-unit-head", "join", by="road-officer", days=DAYS)
    opened.then_refused("not-unit-head", "join", by="housing-director", days=DAYS, unit="road")
    opened.then_refused("unknown-unit", "join", by="road-director", days=DAYS, unit="nowhere")
    opened.away("road-director", opened.now, jst(2026, 11, 20))
    opened.joins("road-lead", unit="road")
    ((_, meta),) = [each for each in opened.history if isinstance(each[0], facts.UnitJoined)]
    assert meta.on_behalf_of is not None
    assert meta.on_behalf_of.post == "road-director"


def test_a_unit_may_stay_out_and_come_back_but_not_leave_what_has_begun(opened: Autumn) -> None:
    opened.when("leave", by="road-director", reason="繁忙期").then(facts.UnitWithdrawn)
    opened.then_refused("not-in-campaign", "leave", by="road-director")
    opened.joins("road-director").then(facts.UnitJoined)
    opened.at(DECEMBER).then_refused("day-has-come", "leave", by="road-director")


def test_units_that_have_not_chosen_are_reminded_and_only_they(opened: Autumn) -> None:
    """First five office days before: Monday 7 December at nine; then every five office days."""
    opened.joins("road-director").when("leave", by="housing-director")
    opened.at(jst(2026, 12, 7, 8, 59)).tick().then()
    opened.at(jst(2026, 12, 7, 9)).tick().then(facts.UnitsReminded)
    (reminded,) = opened.told
    assert isinstance(reminded, facts.UnitsReminded)
    assert "works" in reminded.units
    assert not {"road", "housing"} & set(reminded.units)
    assert reminded.next_at == jst(2026, 12, 14, 9)
    opened.tick().then()
    opened.at(jst(2026, 12, 14, 9)).tick().then(facts.UnitsReminded)


def test_a_reminder_looked_at_after_the_period_troubles_nobody(opened: Autumn) -> None:
    opened.at(FEBRUARY).tick()
    (reminded,) = opened.told
    assert isinstance(reminded, facts.UnitsReminded)
    assert (reminded.units, reminded.next_at) == ((), None)


def test_a_campaign_opened_at_the_last_moment_reminds_on_the_next_office_day(autumn: Autumn) -> None:
    autumn.opened(first_day="2026-11-10", last_day="2026-11-13")
    assert autumn.state.remind_at == jst(2026, 11, 10, 9)
    assert autumn.state.choose_by == jst(2026, 11, 9, 17, 15)


def test_it_is_closed_after_its_last_day_and_its_result_is_fixed_for_good(opened: Autumn) -> None:
    opened.joins("road-director").joins("housing-director", "2027-01-20")
    opened.at(JANUARY).tick()
    opened.then_refused("campaign-not-over", "close", by="reform-director")
    opened.at(FEBRUARY).when("close", by="reform-director", comment="ご協力ありがとうございました。")
    opened.then_refused("already-closed", "join", by="road-director", days=DAYS)
    opened.tick().then(facts.ResultFixed)
    result = opened.document["result"]
    assert result["position"] == 4711
    assert result["total"] == {
        "staff": 12, "planned": 6, "actual": 3, "planned_ratio": 0.5, "actual_ratio": 0.25,
    }  # fmt: skip
    assert [(each["unit"], each["day"]) for each in result["figures"]] == [
        ("road", DAYS[0]), ("road", DAYS[1]), ("housing", DAYS[1]),
    ]  # fmt: skip
    opened.at(jst(2027, 3, 1)).tick().then()


def test_while_the_read_models_are_behind_the_result_waits(opened: Autumn) -> None:
    opened.joins("road-director").at(FEBRUARY).tick().when("close", by="reform-director")
    opened.asked = lambda state: None
    opened.tick().then()
    assert opened.document["state"] == "closed"
    opened.asked = counted
    opened.tick().then(facts.ResultFixed)


def test_numbers_of_other_units_or_days_are_not_this_campaigns_result(opened: Autumn) -> None:
    opened.joins("road-director").at(FEBRUARY).tick().when("close", by="reform-director")
    right = counted(opened.state).figures
    others = tuple(each.model_copy(update={"unit": "works"}) for each in right)
    for wrong in ((), right[:1], (*right, right[0]), others):
        opened.asked = says(wrong)
        opened.tick().then()
    assert opened.document["result"] is None


def test_a_campaign_nobody_joined_has_an_empty_result(opened: Autumn) -> None:
    opened.at(FEBRUARY).tick().when("close", by="reform-director")
    opened.tick().then(facts.ResultFixed)
    assert opened.document["result"]["total"]["planned_ratio"] is None


def test_an_organiser_who_does_not_close_is_reminded_again_and_again(opened: Autumn) -> None:
    opened.at(jst(2027, 2, 5, 17, 14)).tick()
    opened.at(jst(2027, 2, 5, 17, 15)).tick().then(facts.OrganiserReminded)
    (reminded,) = opened.told
    assert isinstance(reminded, facts.OrganiserReminded)
    assert reminded.to_post == "reform-director"
    assert reminded.next_at == jst(2027, 2, 15, 9)  # the 11th is a holiday
    opened.at(jst(2027, 2, 15, 9)).tick().then(facts.OrganiserReminded)


def test_a_campaign_called_off_ends(opened: Autumn) -> None:
    opened.joins("road-director").when("cancel", by="reform-director", reason="大雪").then(facts.Cancelled)
    opened.then_refused("already-closed", "join", by="road-director", days=["2026-12-17"])
    assert opened.at(FEBRUARY).tick().told == ()
    assert opened.document["result"] is None


def test_how_many_days_a_unit_may_choose_is_a_rule(autumn: Autumn) -> None:
    edition = adopted(
        "campaigns",
        {
            "edition": "2026-11", "valid_from": "2026-11-09", "organisers": ["reform"], "unit_kinds": ["division"],
            "target_percent": 40, "period_days_max": 92, "days_per_unit_max": 1, "remind_office_days_before": 5,
            "remind_every_office_days": 5, "close_within_office_days": 5,
        },
    )  # fmt: skip
    autumn.rules = rulebook_with(edition)
    autumn.opened()
    assert autumn.document["target_percent"] == 40
    autumn.then_refused("too-many-days", "join", by="road-director", days=DAYS)


def test_the_rules_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="organisers"):
        CampaignRules(
            edition="x", valid_from=date(2026, 4, 1), organisers=(), unit_kinds=("division",), target_percent=33,
            period_days_max=31, days_per_unit_max=5, remind_office_days_before=5, remind_every_office_days=5,
            close_within_office_days=5,
        )  # fmt: skip


def test_whoever_is_in_office_sees_every_campaign_and_nobody_else(opened: Autumn) -> None:
    assert RECORD.may_read(opened.state, opened.holder_of("tokachi-tax-chief"), opened.directory, opened.now)
    assert not RECORD.may_read(opened.state, "9999", opened.directory, opened.now)
