"""Stories of campaigns whose histories are kept (tests/histories)."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from domain.calendars import ONE_DAY
from domain.campaign import commands
from domain.telework.commands import Start
from projections.projector import Projector
from projections.register import PROJECTIONS
from tests.flows.prefecture import Prefecture, eventually
from tests.flows.stories import BREATH, Story
from tests.flows.telework_stories import next_workday, on, ordered, set_out

STOPPED_WITHIN_SECONDS = 20.0


@contextmanager
def projecting(prefecture: Prefecture) -> Iterator[None]:
    """The projector runs."""
    stop, projector = threading.Event(), Projector(prefecture.parts.read_store, prefecture.parts.reader, PROJECTIONS)
    thread = threading.Thread(target=projector.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(STOPPED_WITHIN_SECONDS)
        assert not thread.is_alive()


async def opened(prefecture: Prefecture) -> str:
    """A campaign of two office days to come; give its number."""
    day = set_out(prefecture)
    last = next_workday(prefecture, day)
    campaign = prefecture.of("campaign")
    body = commands.Open(name="テレワークデイズ", first_day=day, last_day=last)
    answered = await campaign.send("reform-director", "open", None, body)
    assert answered.outcome.result == "accepted", answered.outcome.code
    return answered.number


async def campaign_held(prefecture: Prefecture) -> str:
    """One unit chooses its days and works one of them elsewhere, the others are reminded by the clock; closed after
    its period, the result waits until something follows the ledger, and is fixed.
    """
    campaign, telework = prefecture.of("campaign"), prefecture.of("telework")
    number = await opened(prefecture)
    state = campaign.state(number)
    day, last = state.first_day, state.last_day
    await campaign.walk(number, (("road-director", "join", commands.Join(days=(day, last))),))
    assert "実施日の選択を待っています" in await campaign.answers(number)
    request = await ordered(telework, day)
    prefecture.clock.set(on(day, "08:29"))
    await telework.walk(request, (("road-officer", "start", Start()),))
    await prefecture.pass_time(state.remind_at + BREATH)
    await eventually(lambda: campaign.happened(number, "units-reminded"), "nobody was reminded")
    await prefecture.pass_time(on(last + ONE_DAY, "10:00"))
    await campaign.walk(number, (("reform-director", "close", commands.Close()),))
    assert campaign.tags(number)[-1] == "closed"  # nothing follows the ledger yet, and the result waits
    with projecting(prefecture):
        await prefecture.pass_time(prefecture.clock.now() + timedelta(minutes=2))
        await eventually(lambda: campaign.happened(number, "result-fixed"), "the result was not fixed")
    assert await campaign.handle(number).result() == "結果確定"
    return campaign.stream(number)


async def campaign_cancelled(prefecture: Prefecture) -> str:
    """Called off; whoever had chosen days keeps them."""
    campaign = prefecture.of("campaign")
    number = await opened(prefecture)
    day = campaign.state(number).first_day
    await campaign.walk(
        number,
        (
            ("road-director", "join", commands.Join(days=(day,))),
            ("reform-director", "cancel", commands.Cancel(reason="災害対応のため")),
        ),
    )
    assert await campaign.handle(number).result() == "中止"
    return campaign.stream(number)


STORIES: Mapping[str, Story] = {each.__name__.replace("_", "-"): each for each in (campaign_held, campaign_cancelled)}
