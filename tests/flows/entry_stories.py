"""Stories of registers whose histories are kept (tests/histories)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.clock import civil_date
from domain.entry import commands
from tests.flows.prefecture import Prefecture, eventually
from tests.flows.stories import BREATH, Story
from tests.records.entry_story import LOSS, USB
from tests.records.take_home_register import CODE as TAKE_HOME_CODE
from tests.records.take_home_register import adopt

MAKER, HEAD = "road-officer", "road-director"


async def enter(entries: Prefecture, register: str, values: dict[str, Any], *, by: str = MAKER) -> str:
    """Have somebody make an entry; give the number."""
    answered = await entries.send(by, "enter", None, commands.Enter(register_code=register, fields=values))
    assert answered.outcome.result == "accepted", answered.outcome.code
    return answered.number


async def move(entries: Prefecture, post: str, number: str, verb: str, **values: Any) -> None:
    """Have somebody do one of the register's transitions."""
    await entries.walk(number, ((post, "move", commands.Move(transition=verb, fields=values)),))


async def entry_loss(prefecture: Prefecture) -> str:
    """A loss: told at once, the device disabled, a note, the closing report."""
    entries = prefecture.of("entry")
    number = await enter(entries, "incident", LOSS)
    assert entries.tags(number) == ["entered", "people-told"]
    await move(entries, "ict-chief", number, "disable", measure="遠隔消去")
    await move(entries, MAKER, number, "note", note="警察に届け出た")
    assert "顛末を報告する" in await entries.answers(number)
    await move(entries, MAKER, number, "close", report="発見された", prevention="ひもで結ぶ")
    assert await entries.handle(number).result() == "終結"
    return entries.stream(number)


async def entry_overdue(prefecture: Prefecture) -> str:
    """An asset that is not brought back: reminded by a real timer, reported to the head by a nudge, then returned."""
    entries = prefecture.of("entry")
    day = civil_date(prefecture.clock.now())
    values = {**USB, "carry_on": str(day), "return_by": str(day + timedelta(days=7))}
    number = await enter(entries, "asset-carry-out", values)
    await move(entries, HEAD, number, "permit")
    standing = entries.state(number).standing
    entries.clock.set(standing.remind_at - BREATH)
    await move(entries, MAKER, number, "carry-out")  # a new version arms the timer anew
    await eventually(lambda: entries.happened(number, "reminded"), "no reminder")
    await entries.pass_time(standing.due_at + BREATH)
    await eventually(lambda: entries.happened(number, "overdue-reported"), "nobody was told of the overdue return")
    await entries.pass_time(standing.due_at + 2 * BREATH)
    await move(entries, MAKER, number, "return")
    await move(entries, HEAD, number, "check-return", returned_in="whole")
    assert await entries.handle(number).result() == "返却済み"
    return entries.stream(number)


async def entry_take_home(prefecture: Prefecture) -> str:
    """A register that is a text of the tests: an order that is confirmed, and ends by a real timer after its period."""
    entries = prefecture.of("entry")
    today = civil_date(prefecture.clock.now())
    adopt(entries.parts.writer, today)
    order = {"to": MAKER, "explanation": "除雪作業の連絡のため", "until": str(today + timedelta(days=7))}
    number = await enter(entries, TAKE_HOME_CODE, order, by=HEAD)
    ends_at = entries.state(number).standing.due_at
    entries.clock.set(ends_at - BREATH)
    await move(entries, MAKER, number, "confirm")  # a new version arms the timer anew
    assert await entries.handle(number).result() == "期間満了"
    return entries.stream(number)


STORIES: Mapping[str, Story] = {
    each.__name__.replace("_", "-"): each for each in (entry_loss, entry_overdue, entry_take_home)
}
