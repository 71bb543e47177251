"""期限: reminders and reports by office days, which inform and never decide (I16)."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from domain.approval import RECORD, commands, facts
from domain.approval.timing import wake_at
from domain.events import Actor
from domain.record import Command
from tests.records.approval_story import Desk, draft, jst


def look_until(desk: Desk, until: datetime) -> list[str]:
    """Look whenever there is something to look for, as the workflow does; say what happened when, in Japan."""
    seen = []
    while (wake := wake_at(desk.state)) is not None and wake <= until:
        desk.at(wake).tick()
        assert desk.told, "whoever is woken finds something to do"
        for event in desk.told:
            seen.append(f"{type(event).__name__} {(desk.now + timedelta(hours=9)):%m-%d %H:%M}")
    return seen


def test_a_step_is_reminded_at_half_its_time_then_each_office_day_and_reported_once() -> None:
    desk = draft().pass_on(until="road-lead")  # two office days from Monday the 9th, 10:00
    assert look_until(desk, jst(2026, 11, 30)) == [
        "Reminded 11-10 13:37",
        "Reminded 11-11 09:00",
        "Escalated 11-11 17:15",
    ]
    desk.then("in_review", "road-lead")
    assert desk.document["route"][1]["escalated_to"] == "road-director"
    desk.at(jst(2026, 12, 25)).tick().then_told()


@pytest.mark.parametrize(
    ("asked_at", "due_at"),
    [
        (jst(2026, 12, 28, 16), jst(2027, 1, 5, 17, 15)),  # over the New Year: 29 December to 3 January are closed
        (jst(2027, 4, 30, 10), jst(2027, 5, 7, 17, 15)),  # over the Golden Week: 3, 4 and 5 May
        (jst(2026, 11, 20, 10), jst(2026, 11, 25, 17, 15)),  # a weekend and a holiday on Monday
        (jst(2026, 11, 22, 10), jst(2026, 11, 25, 17, 15)),  # asked on a Sunday
    ],
)
def test_deadlines_count_office_days(asked_at: datetime, due_at: datetime) -> None:
    desk = draft(desk=Desk(now=asked_at)).pass_on(until="road-lead")
    assert desk.state.active[0].due_at == due_at


def test_each_rank_and_the_concurrence_have_their_own_time() -> None:
    desk = draft(desk=Desk(now=jst(2026, 12, 1)), amount_yen=60_000_000)
    due = {}
    for post in (
        "road-chief",
        "road-lead",
        "road-director",
        "affairs-director",
        "construction-director",
        "vice-governor-2",
    ):
        desk.pass_on(until=post)
        at = desk.state.active[0].due_at
        assert at is not None
        due[post] = (at + timedelta(hours=9)).day
    assert due == {
        "road-chief": 2,
        "road-lead": 3,
        "road-director": 3,
        "affairs-director": 4,
        "construction-director": 4,
        "vice-governor-2": 4,
    }


def test_a_timer_that_comes_late_does_nothing() -> None:
    desk = draft().pass_on(until="road-lead")
    occasions = RECORD.due(desk.state, jst(2026, 11, 13), desk.directory)
    assert [each.occasion for each in occasions] == ["escalate/2/1"]
    desk.at(jst(2026, 11, 13)).when("approve", by="road-lead")
    before = len(desk.history)
    for command in (
        occasions[0].command,
        commands.Remind(step=2, round=1, nth=1),
        commands.Remind(step=99, round=1, nth=1),
        commands.Remind(step=3, round=1, nth=1),
        commands.Escalate(step=3, round=1),
        commands.Escalate(step=3, round=9),
        commands.Reassign(step=2, round=1, person="0999"),
        commands.Reassign(step=3, round=1, person="0999"),
        commands.Release(until=jst(2026, 11, 10)),
        commands.Inherit(person="0999"),
    ):
        assert told_by_a_rule(desk, command) == []
    assert len(desk.history) == before


def told_by_a_rule(desk: Desk, command: Command) -> list[object]:
    desk.settle(command, Actor(kind="system", person="system", name="期限管理"), uuid4())
    return list(desk.told)


def test_a_look_that_comes_after_the_deadline_reports_without_reminding() -> None:
    desk = draft().pass_on(until="road-lead").at(jst(2026, 11, 16)).tick().then_told(facts.Escalated)
    desk.tick().then_told()
    assert wake_at(desk.state) is None


def test_reminders_missed_meanwhile_are_not_sent_afterwards() -> None:
    desk = draft().pass_on(until="road-lead").at(jst(2026, 11, 11, 11)).tick().then_told(facts.Reminded)
    assert desk.last(facts.Reminded).next_at is None
    assert wake_at(desk.state) == jst(2026, 11, 11, 17, 15)


def test_a_step_left_is_neither_reminded_nor_reported() -> None:
    desk = draft().pass_on(until="road-lead").when("return", by="road-lead", reason="不備").at(jst(2026, 12, 1))
    desk.tick().then_told()
    assert wake_at(desk.state) is None
    for ending in ("withdraw", "abandon"):
        ended = draft().when(ending, by="road-officer", reason="不要").at(jst(2026, 12, 1))
        ended.tick().then_told()
        assert wake_at(ended.state) is None


def test_in_a_new_round_a_step_is_reminded_and_reported_anew() -> None:
    desk = draft().pass_on(until="road-lead").at(jst(2026, 11, 16)).tick()
    desk.when("return", by="road-lead", reason="不備").when("submit", by="road-officer").pass_on(until="road-lead")
    assert look_until(desk, jst(2026, 12, 1))[-1] == "Escalated 11-18 17:15"
    assert desk.count(facts.Escalated) == 2


def test_a_held_step_keeps_count_and_is_reported_once_in_all() -> None:
    desk = draft().pass_on(until="road-lead")
    assert look_until(desk, jst(2026, 11, 10, 17)) == ["Reminded 11-10 13:37"]
    desk.at(jst(2026, 11, 11, 8)).when("hold", by="road-lead", reason="照会", until="2026-11-24")
    assert look_until(desk, jst(2026, 12, 1)) == [
        "Resumed 11-24 08:30",
        "Reminded 11-25 12:52",
        "Reminded 11-26 09:00",
        "Escalated 11-26 17:15",
    ]
    desk.when("hold", by="road-lead", reason="照会", until="2026-12-14")
    assert look_until(desk, jst(2026, 12, 31)) == ["Resumed 12-14 08:30"]
    assert [event.nth for event, _ in desk.history if isinstance(event, facts.Reminded)] == [1, 2, 3]


def test_a_reviewer_who_waits_for_an_added_one_is_asked_anew_under_another_number() -> None:
    desk = draft().pass_on(until="road-lead").at(jst(2026, 11, 16)).tick().then_told(facts.Escalated)
    desk.when("add-reviewer", by="road-lead", post="housing-director", position="before")
    desk.when("approve", by="housing-director").then("in_review", "road-lead")
    assert look_until(desk, jst(2026, 12, 1))[-1] == "Escalated 11-18 17:15"


def test_a_report_goes_to_the_next_rank_of_the_line_and_past_the_drafter() -> None:
    desk = draft("road-lead", amount_yen=30_000_000).pass_on(until="road-director").at(jst(2026, 11, 30)).tick()
    assert desk.last(facts.Escalated).to_post == "construction-deputy"
    desk = draft(kind="regulation", title="規則").pass_on(until="governor").at(jst(2026, 11, 30)).tick()
    assert desk.last(facts.Escalated).to_post is None
    desk = draft().pass_on(until="affairs-director").at(jst(2026, 11, 30)).tick()
    assert desk.last(facts.Escalated).to_post == "general-deputy"
    desk.then_refused("forbidden", "concur", by="general-deputy", outcome="agree")  # informed, not asked


def test_the_vacancy_of_a_step_does_not_stop_its_report() -> None:
    draft().vacate("road-chief", date(2026, 11, 9)).at(jst(2026, 11, 16)).tick().then_told(facts.Escalated)


def test_nothing_is_due_of_a_case_that_waits_for_its_drafter_or_has_ended() -> None:
    for desk in (draft(submit=False), draft().pass_on(), draft().when("return", by="road-chief", reason="不備")):
        desk.at(jst(2027, 3, 1)).tick().then_told()
        assert wake_at(desk.state) is None
