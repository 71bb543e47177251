"""一括処理: many commands of one kind, each sent like any other under a key derived from the batch's.

There is no second way into the ledger and no state of its own: what was asked for lies in the document store, and how
far it is says the ledger, whose receipts are found by the commands' ids. A batch that was interrupted goes on when it
is sent again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool

from api.errors import Problem
from api.gateway import Busy, Gateway, OutcomeUnknown, Sender
from api.problems import PROBLEMS
from api.sealed_journal import SealedJournal
from api.strict_json import validated
from domain.contract import RECORD
from domain.envelope import command_id
from domain.ledger.reading import LedgerReader, StoredReceipt
from domain.streams import parse
from signing.documents import DocumentDamaged, DocumentMissing, DocumentStore

AT_ONCE = 8
PURPOSE = "contract batch"
ROUNDS_MAX = 3  # what was refused for being busy is sent again with the next round
log = structlog.get_logger(__name__)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One command of a batch: for the contract `number`, or for a new one; its body as JSON."""

    number: str | None
    body: str


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, by whom. Kept as a document; found by the id of the request."""

    verb: str
    person: str
    post: str | None
    at: datetime
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class ContractBatches:
    """Begins, goes on with and tells of batches. `running` are those that this process is at work on."""

    reader: LedgerReader
    documents: DocumentStore
    journal: SealedJournal
    running: dict[UUID, asyncio.Task[None]] = field(default_factory=dict, compare=False)

    async def begin(self, id_: UUID, batch: Batch, gateway: Gateway) -> Batch:
        """Keep the batch and begin, or go on with what is left of it; give it as it was first asked for. Refuses
        `key-reused` where the same id asked for something else.
        """
        sha256 = await self.documents.keep_bytes(msgspec.json.encode(batch))
        kept = await self.found(id_, sha256)
        assert kept is not None, "what was just written is there"
        if (kept.verb, kept.items, kept.person, kept.post) != (batch.verb, batch.items, batch.person, batch.post):
            raise Problem("key-reused", field="Idempotency-Key")
        self.go_on(id_, kept, gateway)
        return kept

    async def found(self, id_: UUID, sha256: str | None = None) -> Batch | None:
        """Give a batch by its id; None where there is none. Refuses `document-damaged` for one that this API never
        kept: nobody has commands sent by writing into the store.
        """
        try:
            entry = await self.journal.settled(PURPOSE, id_, sha256)
            return None if entry is None else msgspec.json.decode(await self.documents.read(entry), type=Batch)
        except (DocumentDamaged, DocumentMissing) as error:
            raise Problem("document-damaged") from error

    def go_on(self, id_: UUID, batch: Batch, gateway: Gateway) -> None:
        """Send what has not been settled, beside whatever this process does else; once at a time."""
        if id_ not in self.running:
            task = asyncio.create_task(self._send_all(id_, batch, gateway))
            self.running[id_] = task
            task.add_done_callback(lambda done: self._ended(id_, done))

    def _ended(self, id_: UUID, task: asyncio.Task[None]) -> None:
        del self.running[id_]
        if not task.cancelled() and task.exception() is not None:
            log.error("batch_failed", batch=str(id_), exc_info=task.exception())

    async def progress(self, id_: UUID, batch: Batch) -> dict[str, Any]:
        """Give how far the batch is, item by item, as the ledger has it."""
        running = id_ in self.running  # before looking: what ends meanwhile is still called running
        receipts = await run_in_threadpool(self._receipts, id_, batch)
        items = [
            _shown(place, item, receipt)
            for place, (item, receipt) in enumerate(zip(batch.items, receipts, strict=True))
        ]
        counts = {state: sum(1 for each in items if each["state"] == state) for state in STATES}
        state = "running" if running else "interrupted" if counts["pending"] else "done"
        return {
            "id": str(id_),
            "verb": batch.verb,
            "state": state,
            "begun_at": batch.at.isoformat().replace("+00:00", "Z"),
            "counts": {"total": len(items), **counts},
            "items": items,
        }

    async def _send_all(self, id_: UUID, batch: Batch, gateway: Gateway) -> None:
        receipts = await run_in_threadpool(self._receipts, id_, batch)
        waiting = [place for place, receipt in enumerate(receipts) if receipt is None]
        at_once = asyncio.Semaphore(AT_ONCE)
        for _ in range(ROUNDS_MAX):
            settled = await asyncio.gather(*(self._send(id_, batch, place, at_once, gateway) for place in waiting))
            waiting = [place for place, is_settled in zip(waiting, settled, strict=True) if not is_settled]
            if not waiting:
                return

    async def _send(self, id_: UUID, batch: Batch, place: int, at_once: asyncio.Semaphore, gateway: Gateway) -> bool:
        """Send one command; say whether its outcome is known."""
        item = batch.items[place]
        body = validated(RECORD.commands[batch.verb], msgspec.json.decode(item.body))
        async with at_once:
            try:
                await gateway.send(
                    noun=RECORD.noun, number=item.number, verb=batch.verb, body=body,
                    sender=Sender(person=batch.person, post=batch.post), method="POST",
                    path=_path(batch.verb, item.number), key=_key(id_, place),
                )  # fmt: skip
            except (Busy, OutcomeUnknown) as error:
                log.warning("batch_item_unsettled", batch=str(id_), place=place, reason=str(error))
                return False
        return True

    def _receipts(self, id_: UUID, batch: Batch) -> list[StoredReceipt | None]:
        return [self.reader.receipt(_command(id_, batch, place)) for place in range(len(batch.items))]


STATES = ("accepted", "refused", "pending")


def _shown(place: int, item: Item, receipt: StoredReceipt | None) -> dict[str, Any]:
    stream = parse(receipt.stream) if receipt else None
    refused = receipt.refused_code if receipt else None
    return {
        "place": place,
        "number": item.number or (stream.number if stream and not refused else None),
        "state": "pending" if receipt is None else "refused" if refused else "accepted",
        "code": refused,
        "field": receipt.refused_field if receipt else None,
        "reason": PROBLEMS[refused].title if refused else None,
    }


def _command(id_: UUID, batch: Batch, place: int) -> UUID:
    number = batch.items[place].number
    return command_id(
        principal=f"person:{batch.person}", method="POST", path=_path(batch.verb, number), key=_key(id_, place)
    )


def _path(verb: str, number: str | None) -> str:
    return f"/v1/{RECORD.plural}" if number is None else f"/v1/{RECORD.plural}/{number}/{verb}"


def _key(id_: UUID, place: int) -> str:
    return f"batch/{id_}/{place}"


def items_of(verb: str, numbers: Sequence[str], bodies: Sequence[dict[str, Any]]) -> tuple[Item, ...]:
    """Give the commands of a batch: one empty one for each number, or one for each body."""
    if verb in RECORD.creates:
        return tuple(Item(number=None, body=msgspec.json.encode(body).decode()) for body in bodies)
    return tuple(Item(number=number, body="{}") for number in dict.fromkeys(numbers))
