"""Stories of telework days whose histories are kept (tests/histories)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.calendars import ONE_DAY
from domain.clock import JST, civil_date
from domain.telework import commands
from tests.flows.prefecture import Prefecture, eventually
from tests.flows.stories import BREATH, Story

PERSON, SUPERVISOR, HEAD = "road-officer", "road-lead", "road-director"


def on(day: date, clock: str) -> datetime:
    """The instant of a clock time HH:MM in Japan."""
    return datetime.combine(day, time.fromisoformat(clock), JST)


def next_workday(prefecture: Prefecture, day: date) -> date:
    """The office day after `day`."""
    return prefecture.parts.calendars.office.next_open(day + ONE_DAY)


def set_out(prefecture: Prefecture) -> date:
    """Have it be ten o'clock of an office day to come; give the office day after it, for which one still applies in
    time.
    """
    today = next_workday(prefecture, civil_date(prefecture.clock.now()))
    prefecture.clock.set(on(today, "10:00"))
    return next_workday(prefecture, today)


def application(day: date, **more: Any) -> commands.Submit:
    """A day of work at home, unless `more` says otherwise."""
    plain = {"kind": "home", "day": day, "tasks": "道路台帳の整理", "reachable_by": "内線4321"}
    return commands.Submit(**{**plain, **more})


async def apply(telework: Prefecture, day: date, post: str = PERSON, **more: Any) -> str:
    """Have somebody apply; give the number."""
    answered = await telework.send(post, "submit", None, application(day, **more))
    assert answered.outcome.result == "accepted", answered.outcome.code
    return answered.number


async def ordered(telework: Prefecture, day: date) -> str:
    """An application that the head has approved, which orders it; give the number."""
    number = await apply(telework, day)
    await telework.walk(number, ((HEAD, "approve", commands.Approve()),))
    return number


async def telework_day(prefecture: Prefecture) -> str:
    """From the application to the acknowledgement, with overtime that was ordered."""
    telework = prefecture.of("telework")
    day = set_out(telework)
    number = await ordered(telework, day)
    telework.clock.set(on(day, "08:29"))
    await telework.walk(number, ((PERSON, "start", commands.Start(device_time=on(day, "08:28"))),))
    telework.clock.set(on(day, "16:00"))
    asked = commands.RequestOvertime(minutes=60, category="urgent", reason="通行止めの照会への対応")
    await telework.walk(
        number,
        ((PERSON, "request-overtime", asked), (HEAD, "order-overtime", commands.OrderOvertime(minutes=30))),
    )
    telework.clock.set(on(day, "17:45"))
    await telework.walk(number, ((PERSON, "end", commands.End()),))
    telework.clock.set(on(next_workday(telework, day), "09:00"))
    await telework.walk(
        number,
        (
            (PERSON, "report", commands.Report(content="点検結果12件を整理した。")),
            (SUPERVISOR, "acknowledge", commands.Acknowledge()),
        ),
    )
    await telework.handle(number).result()
    return telework.stream(number)


async def telework_overdue(prefecture: Prefecture) -> str:
    """A start that nobody reports: a reminder by a real timer, the head told by a nudge, then a call by telephone."""
    telework = prefecture.of("telework")
    day = set_out(telework)
    number = await ordered(telework, day)
    watch = telework.state(number).watch
    telework.clock.set(watch.remind_at - BREATH)
    asked = commands.RequestOvertime(minutes=30, category="temporary", reason="議会答弁の作成")
    await telework.walk(number, ((PERSON, "request-overtime", asked),))  # a new version arms the timer anew
    await eventually(lambda: telework.happened(number, "reminded"), "no reminder")
    await telework.pass_time(watch.tell_at + BREATH)
    await eventually(lambda: telework.happened(number, "head-told"), "the head is not told")
    call = commands.ByTelephone(reported_at=on(day, "08:31"))
    await telework.walk(number, ((HEAD, "start", commands.Start(by_telephone=call)),))
    await telework.shows_the_ledger(number)
    return telework.stream(number)


async def telework_order(prefecture: Prefecture) -> str:
    """An order without a request, revoked before its day."""
    telework = prefecture.of("telework")
    day = set_out(telework) + timedelta(days=1)
    order = commands.Order(to_post=PERSON, kind="home", day=day, tasks="規制情報の整理", reason="大雪のため")
    answered = await telework.send(HEAD, "order", None, order)
    await telework.walk(answered.number, ((HEAD, "revoke", commands.Revoke(reason="天候が回復したため")),))
    await telework.handle(answered.number).result()
    return telework.stream(answered.number)


async def telework_reset(prefecture: Prefecture) -> str:
    """Reset in the middle of the day, as the Web UI's button does, and gone on with; both runs."""
    telework = prefecture.of("telework")
    day = set_out(telework)
    number = await ordered(telework, day)
    telework.clock.set(on(day, "08:29"))
    await telework.walk(number, ((PERSON, "start", commands.Start()),))
    run_id, events = await telework.run_of(number)
    await telework.reset(number, run_id, events[1])
    await telework.shows_the_ledger(number)
    telework.clock.set(on(day, "17:15"))
    await telework.walk(number, ((PERSON, "end", commands.End()),))
    await telework.shows_the_ledger(number)
    return telework.stream(number)


STORIES: Mapping[str, Story] = {
    each.__name__.replace("_", "-"): each for each in (telework_day, telework_overdue, telework_order, telework_reset)
}
