"""Stories whose histories are kept (tests/histories): every way in which a case's process has been seen to run."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from domain.approval import commands
from tests.flows.prefecture import AFTERWARDS, BRIDGE_ROUTE, REPLY, REPLY_ROUTE, Prefecture, eventually

BREATH = timedelta(seconds=1)
Story = Callable[[Prefecture], Awaitable[str]]  # tells it and gives the workflow id whose runs are kept


async def completed(prefecture: Prefecture) -> str:
    """From draft to completion, with concurrence."""
    number = await prefecture.draft()
    await prefecture.walk(number, (*BRIDGE_ROUTE, *AFTERWARDS))
    await prefecture.handle(number).result()
    return f"approval-{number}"


async def returned_and_amended(prefecture: Prefecture) -> str:
    """Returned by the second reviewer, amended in a material field, decided."""
    number = await prefecture.draft()
    await prefecture.walk(
        number,
        (
            BRIDGE_ROUTE[0],
            ("road-lead", "return", commands.Return(reason="積算の根拠を示してください")),
            ("road-officer", "amend", commands.Amend(reason="単価を見直した", amount_yen=11_500_000)),
            ("road-officer", "submit", commands.Submit()),
            *BRIDGE_ROUTE,
        ),
    )
    return f"approval-{number}"


async def reminded_and_escalated(prefecture: Prefecture) -> str:
    """A reminder by a real timer, an escalation by a nudge, and a hold that ends by time."""
    number = await prefecture.draft()
    step = prefecture.state(number).active[0]
    prefecture.clock.set(step.remind_at - BREATH)
    await prefecture.send("road-officer", "circulate", number, commands.Circulate(posts=("affairs-director",)))
    await eventually(lambda: prefecture.happened(number, "reminded"), "no reminder")
    await prefecture.pass_time(step.due_at + BREATH)
    await eventually(lambda: prefecture.happened(number, "escalated"), "no escalation")
    hold = commands.Hold(reason="現地確認のため", until=prefecture.clock.now() + BREATH)
    await prefecture.send("road-chief", "hold", number, hold)
    await eventually(lambda: prefecture.happened(number, "resumed"), "the hold was not released")
    await prefecture.shows_the_ledger(number)
    return f"approval-{number}"


async def refused_draft(prefecture: Prefecture) -> str:
    """A case that never came into being."""
    refused = await prefecture.send("road-officer", "draft", None, commands.Draft(kind="outsourcing", title="委託"))
    await prefecture.handle(refused.number).result()
    return f"approval-{refused.number}"


async def contested(prefecture: Prefecture) -> str:
    """Many at once, one accepted, the others refused; then another case's end."""
    number = await prefecture.draft(REPLY)
    await asyncio.gather(*(prefecture.send("road-chief", "approve", number) for _ in range(8)))
    await prefecture.walk(number, (*REPLY_ROUTE[1:], *AFTERWARDS))
    await prefecture.handle(number).result()
    return f"approval-{number}"


async def disturbed(prefecture: Prefecture) -> str:
    """Cancelled from the UI, nudged, signalled by strangers, and behind its ledger for a while."""
    number = await prefecture.draft()
    await prefecture.handle(number).cancel()
    await prefecture.nudge(number, version=0)
    await prefecture.handle(number).signal("nonsense", "x")
    prefecture.without_temporal(number, "road-chief", "approve")
    await eventually(lambda: prefecture.found("behind", number), "the sweep misses it")
    await prefecture.shows_the_ledger(number)
    await prefecture.walk(number, BRIDGE_ROUTE[1:])
    return f"approval-{number}"


async def reset(prefecture: Prefecture) -> str:
    """Reset to its third workflow task, with commands applied again, and continued; both runs."""
    number = await prefecture.draft(REPLY)
    await prefecture.walk(number, REPLY_ROUTE)
    run_id, events = await prefecture.run_of(number)
    await prefecture.reset(number, run_id, events[2])
    await prefecture.shows_the_ledger(number)
    await prefecture.walk(number, AFTERWARDS)
    await prefecture.handle(number).result()
    return f"approval-{number}"


async def directory(prefecture: Prefecture) -> str:
    """The directory's process, started by the sweep."""
    await prefecture.reconciler.sweep()
    handle = prefecture.client.get_workflow_handle("directory-pref")
    assert await handle.query("なぜ待っているか")
    await handle.signal("events_recorded", 0)
    await eventually(lambda: prefecture.completed_tasks("directory-pref", 2), "the nudge is not taken")
    return "directory-pref"


async def halted(prefecture: Prefecture) -> str:
    """Started by one who had seen more of the record than the ledger has (I12)."""
    number = await prefecture.draft(REPLY)
    await prefecture.handle(number).terminate()
    starter = prefecture.parts.starter(prefecture.client)
    await starter.nudge(f"approval-{number}", len(prefecture.facts(number)), seen=99)
    await eventually(lambda: halts(prefecture, number), "the process goes on")
    return f"approval-{number}"


async def halts(prefecture: Prefecture, number: str) -> bool:
    """Whether the case's process says that it has stopped."""
    return "停止" in await prefecture.answers(number)


async def outlived_its_run(prefecture: Prefecture) -> str:
    """Continued as new in the middle; both runs. Told on a server that suggests it early."""
    number = await prefecture.draft()
    await prefecture.walk(number, (*BRIDGE_ROUTE, *AFTERWARDS))
    await prefecture.handle(number).result()
    return f"approval-{number}"


STORIES: Mapping[str, Story] = {
    each.__name__.replace("_", "-"): each
    for each in (
        completed,
        returned_and_amended,
        reminded_and_escalated,
        refused_draft,
        contested,
        disturbed,
        reset,
        directory,
        halted,
    )
}
