"""One prefecture on real parts: its ledger, namespace, worker, gateway, reconciler and clock, and a hand to send with."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from api.gateway import Answered, Gateway, Sender
from domain.approval import commands
from domain.events import Fact
from domain.record import Command, Record
from domain.view import View
from kessai.clocks import VirtualClock
from kessai.composition import Composition
from kessai.processes import RECORDS, WORKFLOWS
from kessai.settings import Settings
from workflows.reconciler import Reconciler
from workflows.worker import build_worker

WITHIN_SECONDS = 20.0
APPROVAL: Record[Any] = RECORDS["approval"]
BRIDGE = commands.Draft(kind="outsourcing", title="橋梁点検業務委託", body="別紙のとおり", amount_yen=12_000_000)
REPLY = commands.Draft(kind="routine_reply", title="照会への回答")
BRIDGE_ROUTE = (
    ("road-chief", "approve", commands.Approve()),
    ("road-lead", "approve", commands.Approve()),
    ("road-director", "approve", commands.Approve()),
    ("affairs-director", "concur", commands.Concur(outcome="agree")),
    ("construction-deputy", "decide", commands.Decide()),
)
REPLY_ROUTE = (("road-chief", "approve", commands.Approve()), ("road-lead", "decide", commands.Decide()))
AFTERWARDS = (
    ("road-officer", "enforce", commands.Enforce(method="郵送", seal_mode="omitted")),
    ("road-officer", "complete", commands.Complete()),
)


@dataclass
class Prefecture:
    """Everything of one prefecture. Workflow ids are business numbers, so each has a namespace of its own."""

    settings: Settings
    parts: Composition
    client: Client
    clock: VirtualClock
    gateway: Gateway = field(init=False)
    reconciler: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        starter = self.parts.starter(self.client)
        self.gateway = Gateway(
            starter=starter, reader=self.parts.reader, signer=self.parts.signer, clock=self.clock, records=RECORDS
        )
        self.reconciler = Reconciler(reader=self.parts.reader, starter=starter, clock=self.clock)

    def worker(self) -> Worker:
        """A worker of this prefecture, in this process: `async with prefecture.worker():`."""
        return build_worker(
            self.client,
            task_queue=self.settings.task_queue,
            workflows=WORKFLOWS,
            activities=self.parts.activities,
            threads=4,
        )

    async def send(
        self, post: str, verb: str, number: str | None = None, body: Command | None = None, *, key: str | None = None
    ) -> Answered:
        """Send a command as the holder of `post`, as the API would."""
        sender = Sender(self.person(post), post)
        path = "/v1/approvals" if number is None else f"/v1/approvals/{number}/{verb}"
        return await self.gateway.send(
            noun="approval",
            number=number,
            verb=verb,
            body=body or APPROVAL.commands[verb](),
            sender=sender,
            method="POST",
            path=path,
            key=key or str(uuid4()),
        )

    def person(self, post: str) -> str:
        """Who holds `post` now."""
        holder = self.parts.reader.references()[0].holder(post, self.clock.now())
        assert holder is not None, post
        return holder.person

    async def draft(self, body: commands.Draft = BRIDGE, *, key: str | None = None) -> str:
        """Have the road officer draft and submit; give the number."""
        answered = await self.send("road-officer", "draft", None, body, key=key)
        assert answered.outcome.result == "accepted", answered.outcome.code
        return answered.number

    async def walk(self, number: str, route: tuple[tuple[str, str, Command], ...]) -> None:
        """Have everybody on `route` act, one after the other; each must be accepted."""
        for post, verb, body in route:
            outcome = (await self.send(post, verb, number, body)).outcome
            assert outcome.result == "accepted", (post, verb, outcome.code)

    def handle(self, number: str) -> WorkflowHandle[Any, Any]:
        """The case's process."""
        return self.client.get_workflow_handle(f"approval-{number}")

    def facts(self, number: str) -> tuple[Fact, ...]:
        """The case's facts as the ledger has them."""
        return self.parts.reader.facts(f"approval-{number}")

    def tags(self, number: str) -> list[str]:
        """What happened to the case: `drafted`, `step-approved` …"""
        return [self.parts.store.ledger_mapper.tag(fact.event).split(".")[1] for fact in self.facts(number)]

    def view(self, number: str) -> View:
        """What the case's process must be showing: the fold of the ledger."""
        return APPROVAL.view(*self.parts.reader.fold(APPROVAL, number))

    def position(self) -> int:
        """The newest position of the ledger: unchanged means that nothing was written anywhere."""
        return self.parts.reader.head()

    def receipts(self) -> int:
        """How many receipts there are."""
        with self.parts.reader.connection() as connection:
            row = connection.execute(self.parts.reader.sql("SELECT count(*) AS n FROM {receipts}")).fetchone()
        return int(row["n"])

    def security_log(self) -> list[dict[str, Any]]:
        """The lines of the security log."""
        with self.parts.reader.connection() as connection:
            return list(connection.execute(self.parts.reader.sql("SELECT * FROM {schema}.security_log ORDER BY id")))

    async def pass_time(self, until: datetime) -> None:
        """Set the clock, and have the reconciler notice as its process would."""
        self.clock.set(until)
        await self.reconciler.look_at_time()

    async def shows_the_ledger(self, number: str) -> None:
        """Wait until the case's process shows what the ledger says (I9); fail where it does not come to that."""
        await eventually(lambda: self._agrees(number), f"{number} does not show its ledger")

    async def _agrees(self, number: str) -> bool:
        view = self.view(number)
        description = await self.handle(number).describe()
        seen = dict(description.search_attributes)
        expected = {
            "State": [view.state],
            "LedgerVersion": [view.version],
            "CaseNumber": [number],
            "WaitingOn": list(view.waiting_on),
            "Unit": [view.unit],
            "DueAt": [view.due_at] if view.due_at else None,
            "AmountYen": [view.amount_yen] if view.amount_yen is not None else None,
            "FiscalYear": [view.fiscal_year],
        }
        return all((seen.get(name) or None) == (value or None) for name, value in expected.items())


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Prefecture]:
    """Open a prefecture whose ledger and namespace are prepared."""
    parts = Composition(settings)
    clock = parts.clock
    assert isinstance(clock, VirtualClock)
    try:
        yield Prefecture(settings, parts, await parts.temporal(), clock)
    finally:
        parts.close()


async def eventually(condition: Callable[[], Awaitable[Any]], otherwise: str, within: float = WITHIN_SECONDS) -> Any:
    """Wait, with a bound, until an awaited condition holds; give what it gave."""
    until = time.monotonic() + within
    while not (found := await condition()):
        assert time.monotonic() < until, otherwise
        await asyncio.sleep(0.02)
    return found
