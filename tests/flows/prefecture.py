"""One prefecture on real parts: its ledger, namespace, worker, gateway, reconciler and clock, and a hand to send
with.
"""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from api.gateway import ANSWER_WITHIN, Answered, Gateway, Sender
from domain.approval import commands
from domain.envelope import Envelope, Outcome
from domain.events import Fact
from domain.record import Command, Record
from domain.streams import stream_of
from domain.view import View
from kessai.clocks import VirtualClock
from kessai.composition import Composition
from kessai.processes import RECORDS, WORKFLOWS
from kessai.settings import Settings
from tests.flows.sandbox import sandbox
from workflows.reconciler import Reconciler
from workflows.wire import NUDGE
from workflows.worker import build_worker

WORKFLOW_TASK_ENDS = (EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
WITHIN_SECONDS = 20.0
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
    """Everything of one prefecture. Workflow ids are business numbers, so each has a namespace of its own.

    Cases are those of `noun`.
    """

    settings: Settings
    parts: Composition
    client: Client
    clock: VirtualClock
    noun: str = "approval"
    gateway: Gateway = field(init=False)
    reconciler: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = self.gateway_that_answers(within=ANSWER_WITHIN)
        starter = self.parts.starter(self.client)
        self.reconciler = Reconciler(reader=self.parts.reader, starter=starter, clock=self.clock)

    def of(self, noun: str) -> "Prefecture":
        """The same prefecture, its cases those of another noun."""
        return replace(self, noun=noun)

    @property
    def record(self) -> Record[Any]:
        """What its cases are."""
        return RECORDS[self.noun]

    def gateway_that_answers(self, *, within: timedelta) -> Gateway:
        """A gateway that waits so long for a command's outcome."""
        return Gateway(
            starter=self.parts.starter(self.client),
            reader=self.parts.reader,
            signer=self.parts.signer,
            clock=self.clock,
            records=RECORDS,
            answer_within=within,
        )

    def worker(self) -> Worker:
        """A worker of this prefecture, in this process: `async with prefecture.worker():`."""
        return build_worker(
            self.client,
            task_queue=self.settings.task_queue,
            workflows=WORKFLOWS,
            activities=self.parts.activities,
            threads=4,
            workflow_runner=sandbox(),
        )

    async def send(
        self, post: str, verb: str, number: str | None = None, body: Command | None = None, *, key: str | None = None
    ) -> Answered:
        """Send a command as the holder of `post`, as the API would."""
        sender = Sender(self.person(post), post)
        path = f"/v1/{self.record.plural}" if number is None else f"/v1/{self.record.plural}/{number}/{verb}"
        return await self.gateway.send(
            noun=self.noun,
            number=number,
            verb=verb,
            body=body or self.record.commands[verb](),
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

    def stream(self, number: str) -> str:
        """The case's stream, which is also its workflow's id."""
        return stream_of(self.noun, number)

    def handle(self, number: str) -> WorkflowHandle[Any, Any]:
        """The case's process."""
        return self.client.get_workflow_handle(self.stream(number))

    def facts(self, number: str) -> tuple[Fact, ...]:
        """The case's facts as the ledger has them."""
        return self.parts.reader.facts(self.stream(number))

    def tags(self, number: str) -> list[str]:
        """What happened to the case: `drafted`, `step-approved` …"""
        return [self.parts.store.ledger_mapper.tag(fact.event).split(".")[1] for fact in self.facts(number)]

    def view(self, number: str) -> View:
        """What the case's process must be showing: the fold of the ledger."""
        return self.record.view(*self.parts.reader.fold(self.record, number))

    def state(self, number: str) -> Any:
        """The case's state: the fold of the ledger."""
        return self.parts.reader.fold(self.record, number)[0]

    async def happened(self, number: str, tag: str) -> bool:
        """Whether an event of that kind is in the case's stream."""
        return tag in self.tags(number)

    async def found(self, what: str, number: str) -> bool:
        """Sweep, and say whether that found the case to be `missing`, `behind`, `ended` …"""
        return self.stream(number) in getattr(await self.reconciler.sweep(), what)

    async def sweep_until_cancelled(self) -> None:
        """Sweep again and again."""
        while True:
            await self.reconciler.sweep()

    async def runs(self, number: str) -> bool:
        """Whether the case has a running process (False also where Temporal knows none)."""
        try:
            return not await self.ended(number)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False

    async def runs_anew(self, number: str, run_id: str) -> bool:
        """Whether the case's process is another run than `run_id`."""
        return (await self.handle(number).describe()).run_id != run_id

    async def grown_beyond(self, position: int) -> bool:
        """Whether the ledger has got something after `position`."""
        return self.position() > position

    async def ended(self, number: str) -> bool:
        """Whether no process of the case runs."""
        return (await self.handle(number).describe()).status is not WorkflowExecutionStatus.RUNNING

    def without_temporal(self, number: str, post: str, verb: str) -> Outcome:
        """Take a command straight to the ledger, as the emergency mode does."""
        envelope = self.envelope(number, post, verb)
        return self.parts.writer.handle(self.record, envelope)

    def envelope(self, number: str, post: str, verb: str, **changes: Any) -> Envelope:
        """An envelope as the API would sign it, `changes` included."""
        plain = {
            "noun": self.noun,
            "number": number,
            "verb": verb,
            "label": self.record.labels[verb],
            "body": "{}",
            "command_id": uuid4(),
            "payload_sha256": "00" * 32,
            "person": self.person(post),
            "post": post,
            "correlation_id": self.stream(number),
            "key_id": self.parts.signer.key_id,
        }
        unsigned = Envelope.model_validate({**plain, **changes})
        signature = base64.b64encode(self.parts.signer.sign(unsigned.signed_bytes()).value).decode()
        return unsigned.model_copy(update={"signature": signature})

    async def reset(self, number: str, run_id: str, event_id: int) -> None:
        """Reset a run of the case to one of its workflow tasks, as the Temporal UI's button does."""
        execution = WorkflowExecution(workflow_id=self.stream(number), run_id=run_id)
        request = ResetWorkflowExecutionRequest(
            namespace=self.client.namespace,
            workflow_execution=execution,
            reason="試験",
            workflow_task_finish_event_id=event_id,
            request_id=str(uuid4()),
        )
        await self.client.workflow_service.reset_workflow_execution(request)

    async def run_of(self, number: str) -> tuple[str, list[int]]:
        """The case's newest run, and every event id of it to which it can be reset."""
        handle = self.handle(number)
        run_id = (await handle.describe()).run_id
        history = await self.client.get_workflow_handle(handle.id, run_id=run_id).fetch_history()
        return run_id, [event.event_id for event in history.events if event.event_type in WORKFLOW_TASK_ENDS]

    async def completed_tasks(self, workflow_id: str, at_least: int) -> bool:
        """Whether a process has completed so many workflow tasks."""
        history = await self.client.get_workflow_handle(workflow_id).fetch_history()
        return sum(event.event_type == WORKFLOW_TASK_ENDS[0] for event in history.events) >= at_least

    async def nudge(self, number: str, *, version: int) -> None:
        """Signal the case's process as the reconciler does."""
        await self.handle(number).signal(NUDGE, version)

    async def answers(self, number: str) -> str:
        """Wait until the case's process has taken every message sent to it so far; give why it waits."""
        because: str = await self.handle(number).query("なぜ待っているか")
        return because

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

    @contextmanager
    def ledger_locked(self) -> Iterator[None]:
        """Hold the lock that every writer needs."""
        with self.parts.reader.connection() as connection, connection.transaction():
            connection.execute(self.parts.reader.sql("LOCK TABLE {events} IN EXCLUSIVE MODE"))
            yield

    async def ledger_awaited(self) -> bool:
        """Whether a writer waits for that lock."""
        return self._waiting() > 0

    async def ledger_given_up(self) -> bool:
        """Whether no writer waits for that lock (any more)."""
        return self._waiting() == 0

    def _waiting(self) -> int:
        with self.parts.reader.connection() as connection:
            row = connection.execute(
                "SELECT count(*) AS n FROM pg_locks WHERE NOT granted AND relation = %s::regclass",
                (f"{self.settings.database_schema}.ledger_events",),
            ).fetchone()
        return int(row["n"])

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
