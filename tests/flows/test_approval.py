"""電子決裁, from the gateway to the ledger and back, on real parts: the path of a command, once for ever, and time."""

import asyncio

from tests.flows.prefecture import AFTERWARDS, BRIDGE, BRIDGE_ROUTE, Prefecture


async def test_a_case_goes_from_draft_to_completion_and_its_process_shows_every_step(prefecture: Prefecture) -> None:
    """I9: search attributes = fold(ledger) after each command, and the process ends with the case."""
    number = await prefecture.draft()
    assert number == "R8-000001"
    for step in (*BRIDGE_ROUTE, *AFTERWARDS):
        await prefecture.walk(number, (step,))
        await prefecture.shows_the_ledger(number)
    assert await prefecture.handle(number).result() == "完結"


async def test_fifty_creates_with_one_key_make_one_case(prefecture: Prefecture) -> None:
    """I5: one number, one case, one receipt, the same answer fifty times."""
    before = prefecture.receipts()
    answers = await asyncio.gather(*(prefecture.send("road-officer", "draft", None, BRIDGE, key="one") for _ in range(50)))
    assert {answer.number for answer in answers} == {"R8-000001"}
    assert {(answer.outcome.result, answer.outcome.version, answer.outcome.position) for answer in answers} == {
        ("accepted", 3, answers[0].outcome.position)
    }
    assert prefecture.tags("R8-000001") == ["drafted", "submitted", "steps-activated"]
    assert prefecture.receipts() == before + 1
