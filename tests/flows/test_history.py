"""What a command adds to its process's history in Temporal: what the finance division reads there, and nothing more."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.worker import Replayer

from domain.approval import commands
from kessai.processes import WORKFLOWS
from kessai.settings import Settings
from tests.flows.prefecture import AFTERWARDS, BRIDGE_ROUTE, REPLY, REPLY_ROUTE, Prefecture, eventually, opened

TASK = ["WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED", "WORKFLOW_TASK_COMPLETED"]
COMMAND = [*TASK, "WORKFLOW_EXECUTION_UPDATE_ACCEPTED", "MARKER_RECORDED"]
CHANGE = [*COMMAND, "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"]
ANSWER = "WORKFLOW_EXECUTION_UPDATE_COMPLETED"
READERS = ("affairs-director", "construction-deputy")
BREATH = timedelta(seconds=3)


class Growth:
    """The kinds of events a process has got since it was last asked, in order."""

    def __init__(self, prefecture: Prefecture, number: str) -> None:
        self._handle = prefecture.handle(number)
        self._known = 0

    async def since(self) -> list[str]:
        await self._handle.query("なぜ待っているか")  # answered once everything before it is in history
        events = (await self._handle.fetch_history()).events
        kinds = [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in events[self._known :]]
        self._known = len(events)
        return kinds


async def test_a_case_is_created_with_one_call_to_the_ledger(prefecture: Prefecture) -> None:
    """The draft itself shows the record; nothing is restored before it."""
    growth = Growth(prefecture, await prefecture.draft())
    assert await growth.since() == ["WORKFLOW_EXECUTION_STARTED", *CHANGE, ANSWER, "TIMER_STARTED"]


async def test_an_act_costs_one_task_and_moves_the_timer_to_the_next_post(prefecture: Prefecture) -> None:
    number = await prefecture.draft()
    growth = Growth(prefecture, number)
    await growth.since()
    await prefecture.walk(number, BRIDGE_ROUTE[:1])
    assert await growth.since() == [*CHANGE, ANSWER, "TIMER_CANCELED", "TIMER_STARTED"]


async def test_what_moves_no_deadline_leaves_the_timer_alone_and_it_still_rings(prefecture: Prefecture) -> None:
    number = await prefecture.draft()
    growth = Growth(prefecture, number)
    remind_at = prefecture.state(number).active[0].remind_at
    assert remind_at
    prefecture.clock.set(remind_at - BREATH)
    first, second = (("road-officer", "circulate", commands.Circulate(posts=(post,))) for post in READERS)
    await prefecture.walk(number, (first,))
    await growth.since()
    await prefecture.walk(number, (second,))
    assert await growth.since() == [*CHANGE, ANSWER]
    await eventually(lambda: prefecture.happened(number, "reminded"), "the timer did not ring")


async def test_a_refusal_changes_nothing_that_is_shown(prefecture: Prefecture) -> None:
    number = await prefecture.draft()
    growth = Growth(prefecture, number)
    await growth.since()
    assert (await prefecture.send("road-lead", "approve", number)).outcome.code == "not-your-turn"
    assert await growth.since() == [*COMMAND, ANSWER]


async def test_no_timer_outlives_its_case(prefecture: Prefecture) -> None:
    """In the Web UI's timeline it would run on for ever."""
    number = await prefecture.draft(REPLY)
    await prefecture.walk(number, (REPLY_ROUTE[0], ("road-lead", "reject", commands.Reject(reason="不要のため"))))
    assert await prefecture.handle(number).result() == "否決"
    kinds = await Growth(prefecture, number).since()
    assert kinds.count("TIMER_STARTED") == kinds.count("TIMER_CANCELED") == 2
    assert kinds[-1] == "WORKFLOW_EXECUTION_COMPLETED"


async def test_what_is_shown_is_kept_once_in_history(prefecture: Prefecture) -> None:
    """The details are long: the answer of an update does without them."""
    number = await prefecture.draft(REPLY)
    answered = await prefecture.send("road-chief", "approve", number)
    assert answered.outcome.view.details == ""
    assert answered.outcome.view.because == prefecture.view(number).because
    await prefecture.walk(number, (*REPLY_ROUTE[1:], *AFTERWARDS))


async def test_a_history_with_commands_and_questions_at_once_replays(prefecture: Prefecture) -> None:
    """The Web UI asks while ledger calls are under way, which parts their markers from what follows them; no timer
    may have started in between (I10).
    """
    replayer = Replayer(workflows=list(WORKFLOWS), data_converter=prefecture.parts.data_converter)
    for key in ("first", "second", "third"):
        number = await prefecture.draft(key=key)
        asking = [asyncio.create_task(ask_again_and_again(prefecture, number)) for _ in range(4)]
        circulated = (commands.Circulate(posts=(post,)) for post in READERS)
        await asyncio.gather(
            *(prefecture.send("road-officer", "circulate", number, body) for body in circulated),
            *(prefecture.send(post, "approve", number) for post in ("road-chief", "road-lead", "road-director")),
        )
        for task in asking:
            assert not task.done()
            task.cancel()
        await replayer.replay_workflow(await prefecture.handle(number).fetch_history())


async def test_a_history_whose_first_call_was_parted_by_a_question_replays(founded: Callable[[], Settings]) -> None:
    """The question lies in the first task, and is answered in the middle of its ledger call: a timer started beside the
    call would be in history, and stopped before it began in every replay (I10).
    """
    async with opened(founded()) as prefecture:
        async with prefecture.worker():
            number = await prefecture.draft()
        await prefecture.handle(number).terminate()
        await prefecture.parts.starter(prefecture.client).nudge(f"approval-{number}", len(prefecture.facts(number)))
        asking = asyncio.create_task(prefecture.answers(number))
        await prefecture.handle(number).describe()
        async with prefecture.worker():
            await asking
            await prefecture.shows_the_ledger(number)
        replayer = Replayer(workflows=list(WORKFLOWS), data_converter=prefecture.parts.data_converter)
        await replayer.replay_workflow(await prefecture.handle(number).fetch_history())


async def ask_again_and_again(prefecture: Prefecture, number: str) -> None:
    """Ask until cancelled, as an open page of the Web UI does."""
    while True:
        await prefecture.answers(number)
