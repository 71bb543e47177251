"""Server-sent events over the ledger: every fact as it is committed, for a while, for a few at a time."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.answers import event_document
from api.errors import Problem
from api.event_labels import LABELS
from domain.ledger.reading import LedgerReader

BATCH = 200
PAUSE_SECONDS = 0.5
PING_SECONDS = 15


@dataclass
class EventStreams:
    """The streams of one API process. Each ends after `seconds_max`; its reader comes back where it was
    (Last-Event-ID), with a token that must still be good.
    """

    places: int = 20
    seconds_max: float = 600.0
    under_way: int = 0

    def open(self, reader: LedgerReader, position: int) -> EventSourceResponse:
        """Give the stream of every fact after `position`; refuse `busy` when all places are taken."""
        if self.under_way >= self.places:
            raise Problem("busy", detail=f"At most {self.places} streams at once.")
        return EventSourceResponse(self._facts(reader, position), ping=PING_SECONDS)

    async def _facts(self, reader: LedgerReader, position: int) -> AsyncIterator[ServerSentEvent]:
        until = time.monotonic() + self.seconds_max
        self.under_way += 1
        try:
            while time.monotonic() < until:
                facts = await run_in_threadpool(reader.after, position, BATCH)
                for fact in facts:
                    position = fact.position
                    shown = event_document(fact, LABELS)
                    yield ServerSentEvent(msgspec.json.encode(shown).decode(), event=shown["type"], id=str(position))
                if not facts:
                    await asyncio.sleep(PAUSE_SECONDS)
        finally:
            self.under_way -= 1
