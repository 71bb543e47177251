"""テレワーク, from the gateway to the ledger and back on real parts: the day, what time brings, and the last seat."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from temporalio.api.enums.v1 import EventType

from domain.clock import civil_date
from domain.telework import commands
from domain.telework.facts import HeadTold, Reminded
from domain.telework.holding import day_stream, days_taken, seat_stream, seated
from tests.flows.prefecture import Prefecture, eventually
from tests.flows.stories import BREATH
from tests.flows.telework_stories import (
    HEAD,
    PERSON,
    application,
    apply,
    next_workday,
    on,
    ordered,
    set_out,
    telework_day,
)

PLACE, SEATS = "tokachi-1f", 4
APPLICANTS = 50


@pytest.fixture
def telework(prefecture: Prefecture) -> Prefecture:
    """A prefecture whose cases are telework, patient with fifty processes that start at once on a small machine."""
    telework = prefecture.of("telework")
    telework.gateway = telework.gateway_that_answers(within=timedelta(minutes=1))
    return telework


def one_post_a_person(telework: Prefecture) -> list[str]:
    """Posts of different people who have somebody above them, lowest first."""
    directory, now = telework.parts.reader.references()[0], telework.clock.now()
    found: dict[str, str] = {}
    for post in directory.posts(civil_date(now)):
        holder = directory.holder(post.code, now)
        if holder is not None and not holder.acting and post.rank != "governor":
            found.setdefault(holder.person, post.code)
    return list(found.values())


async def test_the_whole_day_from_the_application_to_the_acknowledgement(telework: Prefecture) -> None:
    """One process carries it and ends with it; approval and order are one act."""
    number = (await telework_day(telework)).removeprefix("telework-")
    assert number == "R8-000001"
    assert telework.tags(number) == [
        *("submitted", "approved", "started", "overtime-requested", "overtime-ordered"),
        *("ended", "reported", "acknowledged"),
    ]
    state = telework.state(number)
    assert (state.ordered_minutes, state.overtime_minutes, state.beyond_minutes) == (30, 30, 0)
    assert await telework.handle(number).result() == "確認済み"


async def test_the_process_shows_every_step_of_the_day(telework: Prefecture) -> None:
    """I9: search attributes = fold(ledger) after each command."""
    day = set_out(telework)
    number = await apply(telework, day)
    await telework.shows_the_ledger(number)
    assert telework.view(number).waiting_on == (HEAD,)
    await telework.walk(number, ((HEAD, "approve", commands.Approve()),))
    await telework.shows_the_ledger(number)
    telework.clock.set(on(day, "08:29"))
    await telework.walk(number, ((PERSON, "start", commands.Start()),))
    await telework.shows_the_ledger(number)
    description = await telework.handle(number).describe()
    assert description.workflow_type == "テレワーク"
    assert await description.static_summary() == f"テレワーク {number}"
    assert await telework.answers(number) == telework.view(number).because


async def test_an_overdue_start_is_reminded_and_told_to_the_head_once_and_starts_nothing(telework: Prefecture) -> None:
    """I16, by the virtual clock, however often and from how many sides time is looked at."""
    day = set_out(telework)
    number = await ordered(telework, day)
    watch = telework.state(number).watch
    await asyncio.gather(*(telework.pass_time(watch.remind_at + BREATH) for _ in range(5)))
    await eventually(lambda: telework.happened(number, "reminded"), "no reminder")
    await telework.shows_the_ledger(number)
    await asyncio.gather(*(telework.pass_time(watch.tell_at + BREATH) for _ in range(5)))
    await eventually(lambda: telework.happened(number, "head-told"), "the head is not told")
    await telework.pass_time(watch.tell_at + timedelta(days=3))
    await telework.shows_the_ledger(number)
    assert telework.tags(number) == ["submitted", "approved", "reminded", "head-told"]
    assert telework.state(number).status == "ordered"
    call = commands.ByTelephone(reported_at=on(day, "08:31"))
    await telework.walk(number, ((HEAD, "start", commands.Start(by_telephone=call)),))
    started = telework.state(number).started
    assert (started.at, started.recorder.person) == (on(day, "08:31"), telework.person(HEAD))


async def test_a_request_nobody_answers_is_reminded_and_never_approves_itself(telework: Prefecture) -> None:
    """I16."""
    day = set_out(telework)
    number = await apply(telework, day)
    await telework.pass_time(telework.state(number).watch.remind_at + BREATH)
    await eventually(lambda: telework.happened(number, "reminded"), "no reminder")
    await telework.pass_time(on(next_workday(telework, day), "12:00"))
    await telework.shows_the_ledger(number)
    assert telework.tags(number) == ["submitted", "reminded"]
    late = await telework.send(HEAD, "approve", number)
    assert (late.outcome.result, late.outcome.code) == ("refused", "day-passed")


async def test_a_returned_request_whose_day_has_passed_is_closed_by_the_process_and_never_approved(
    telework: Prefecture,
) -> None:
    day = set_out(telework)
    number = await apply(telework, day)
    await telework.walk(number, ((HEAD, "return", commands.Return(reason="業務内容を具体的に")),))
    lapses_at = telework.state(number).lapses_at
    assert lapses_at == on(next_workday(telework, day), "17:15")
    await telework.shows_the_ledger(number)
    await telework.pass_time(lapses_at + BREATH)
    await eventually(lambda: telework.happened(number, "lapsed"), "it stays open")
    assert await telework.handle(number).result() == "取下げ"
    assert telework.tags(number) == ["submitted", "returned", "lapsed"]
    late = await telework.send(PERSON, "change", number, commands.Change(tasks="別の業務"))
    assert (late.outcome.result, late.outcome.code) == ("refused", "already-closed")


async def test_a_missing_end_and_a_missing_report_are_told_as_well(telework: Prefecture) -> None:
    day = set_out(telework)
    number = await ordered(telework, day)
    telework.clock.set(on(day, "08:29"))
    await telework.walk(number, ((PERSON, "start", commands.Start()),))
    for what in ("end", "report"):
        watch = telework.state(number).watch
        assert watch.overdue == what
        await telework.pass_time(watch.remind_at + BREATH)
        await eventually(partial(told, telework, number, Reminded, watch.remind_at), f"{what}: no reminder")
        await telework.pass_time(watch.tell_at + BREATH)
        await eventually(partial(told, telework, number, HeadTold, watch.remind_at), f"{what}: nobody told")
        if what == "end":
            call = commands.ByTelephone(reported_at=on(day, "17:15"))
            await telework.walk(number, ((HEAD, "end", commands.End(by_telephone=call)),))
    await telework.shows_the_ledger(number)
    assert Counter(telework.tags(number)) == Counter(
        submitted=1, approved=1, started=1, ended=1, reminded=2, **{"head-told": 2}
    )


async def told(telework: Prefecture, number: str, kind: type[Reminded | HeadTold], due_at: datetime) -> bool:
    """Whether that has been said of what fell due then."""
    return any(isinstance(each.event, kind) and each.event.due_at == due_at for each in telework.facts(number))


async def test_a_reminder_comes_by_the_timer_of_the_process_itself(telework: Prefecture) -> None:
    """Nobody nudges it."""
    day = set_out(telework)
    number = await ordered(telework, day)
    telework.clock.set(telework.state(number).watch.remind_at - BREATH)
    asked = commands.RequestOvertime(minutes=30, category="temporary", reason="議会答弁の作成")
    await telework.walk(number, ((PERSON, "request-overtime", asked),))  # a new version arms the timer anew
    await eventually(lambda: telework.happened(number, "reminded"), "the timer did not fire")
    fired = [
        event
        async for event in telework.handle(number).fetch_history_events()
        if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED
    ]
    assert len(fired) == 1


async def test_of_fifty_who_apply_at_once_the_last_seats_go_to_as_many_as_there_are(telework: Prefecture) -> None:
    """Never over capacity: one seat is taken, fifty want the others."""
    day = set_out(telework)
    first, *others = one_post_a_person(telework)[: APPLICANTS + 1]
    assert len(others) == APPLICANTS
    await apply(telework, day, first, kind="satellite_office", place=PLACE)
    wanted = application(day, kind="satellite_office", place=PLACE)
    answers = await asyncio.gather(*(telework.send(post, "submit", None, wanted) for post in others))
    outcomes = Counter((answer.outcome.result, answer.outcome.code) for answer in answers)
    left = SEATS - 1
    assert outcomes == {("accepted", None): left, ("refused", "satellite-full"): APPLICANTS - left}
    taken = seated(fact.event for fact in telework.parts.reader.facts(seat_stream(PLACE, day)))
    accepted = {answer.number for answer in answers if answer.outcome.result == "accepted"}
    assert accepted < set(taken)
    assert len(taken) == SEATS


async def test_a_seat_that_is_given_back_is_free_for_the_next(telework: Prefecture) -> None:
    day = set_out(telework)
    posts = one_post_a_person(telework)[: SEATS + 1]
    wanted = application(day, kind="satellite_office", place=PLACE)
    numbers = [await apply(telework, day, post, kind="satellite_office", place=PLACE) for post in posts[:SEATS]]
    full = await telework.send(posts[SEATS], "submit", None, wanted)
    assert (full.outcome.code, full.outcome.field) == ("satellite-full", "place")
    await telework.walk(numbers[0], ((posts[0], "withdraw", commands.Withdraw()),))
    assert await telework.handle(numbers[0]).result() == "取下げ"
    await apply(telework, day, posts[SEATS], kind="satellite_office", place=PLACE)


async def test_of_orders_and_requests_at_once_for_one_person_and_day_one_stands(telework: Prefecture) -> None:
    day = set_out(telework)
    order = commands.Order(to_post=PERSON, kind="home", day=day, tasks="規制情報の整理", reason="大雪のため")
    sent = [telework.send(HEAD, "order", None, order) for _ in range(4)]
    sent += [telework.send(PERSON, "submit", None, application(day)) for _ in range(4)]
    outcomes = Counter((each.outcome.result, each.outcome.code) for each in await asyncio.gather(*sent))
    assert outcomes == {("accepted", None): 1, ("refused", "already-ordered"): 7}
    stream = day_stream(telework.person(PERSON), day)
    assert list(days_taken(fact.event for fact in telework.parts.reader.facts(stream)).values()) == [day]


async def test_nobody_but_the_head_approves(telework: Prefecture) -> None:
    day = set_out(telework)
    number = await apply(telework, day)
    for post, code in (
        (PERSON, "self-approval"),
        ("road-chief", "not-unit-head"),
        ("housing-director", "not-unit-head"),
    ):
        outcome = (await telework.send(post, "approve", number)).outcome
        assert (outcome.result, outcome.code) == ("refused", code), post
    assert telework.tags(number) == ["submitted"]


async def test_a_day_survives_the_end_and_the_reset_of_its_process(telework: Prefecture) -> None:
    """What holds for every case holds for this one: the ledger knows the day, the process only waits."""
    day = set_out(telework)
    number = await ordered(telework, day)
    await telework.handle(number).terminate()
    assert await telework.found("missing", number)
    await telework.shows_the_ledger(number)
    telework.clock.set(on(day, "08:29"))
    await telework.walk(number, ((PERSON, "start", commands.Start()),))
    run_id, events = await telework.run_of(number)
    await telework.reset(number, run_id, events[-1])
    await eventually(lambda: telework.runs_anew(number, run_id), "no new run")
    await telework.shows_the_ledger(number)
    telework.clock.set(on(day, "17:15"))
    await telework.walk(number, ((PERSON, "end", commands.End()),))
    assert telework.tags(number).count("started") == 1
