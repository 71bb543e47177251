"""The notifier: plans what follows from the ledger and sends what is due; one leads, others stand by."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
import structlog

from domain.clock import Clock
from kessai.notifying.code_lane import CodeLane
from kessai.notifying.letter_lane import LetterLane
from kessai.notifying.mail import MAIL, LetterPlanner
from kessai.notifying.message_lane import MessageLane
from kessai.notifying.outbox import Outbox, Place
from kessai.notifying.outsider_lane import OutsiderLane
from kessai.notifying.outsiders import OUTSIDE, OutsiderPlanner
from kessai.notifying.posts import MessagePlanner, Subscription, Subscriptions
from kessai.notifying.tables import outbox_schema

log = structlog.get_logger(__name__)
CODES = "codes"  # the name of their lane
LOOK_EVERY_SECONDS = 0.3
STAND_BY_SECONDS = 1.0
LANES_END_WITHIN_SECONDS = 25.0
BEAT_EVERY_SECONDS = 5.0
PRUNE_EVERY_SECONDS = 3600.0
PRUNED_AT_ONCE = 5_000
LEAD = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"


@dataclass(kw_only=True)
class Notifier:
    """Everything that sends. `letters` and `letter_lane` are None where no mail server is set; `outsiders` and the
    lanes after it write to counterparties. Settled deliveries are forgotten after `kept_for`.
    """

    database_url: str
    schema: str
    outbox: Outbox
    subscriptions: Subscriptions
    messages: MessagePlanner
    message_lane: MessageLane
    clock: Clock
    kept_for: timedelta
    letters: LetterPlanner | None = None
    letter_lane: LetterLane | None = None
    outsiders: OutsiderPlanner | None = None
    outsider_lane: OutsiderLane | None = None
    code_lane: CodeLane | None = None
    _lanes: dict[str, asyncio.Task[int]] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Lead whenever nobody else does, until `stop` is set. Raises what goes wrong in planning: nothing is lost."""
        with await asyncio.to_thread(self._connect) as session:
            while not stop.is_set() and not await asyncio.to_thread(self._take_lead, session):
                await pause(stop, STAND_BY_SECONDS)
            log.info("notifier-leads", schema=self.schema)
            halt = threading.Event()
            try:
                await self._lead(session, stop, halt)
            finally:
                halt.set()
                await self._end_lanes()

    async def _lead(self, session: psycopg.Connection, stop: asyncio.Event, halt: threading.Event) -> None:
        """Look, again and again; now and then leave a sign of life, and forget what is old."""
        loop = asyncio.get_running_loop()
        beat_at = prune_at = loop.time()
        while not stop.is_set():
            await asyncio.to_thread(session.execute, "SELECT 1")  # whoever lost the lock stops leading
            more = await self.look(stop, halt)
            if loop.time() >= beat_at:
                await asyncio.to_thread(self.outbox.beat)
                beat_at = loop.time() + BEAT_EVERY_SECONDS
            if loop.time() >= prune_at and await asyncio.to_thread(self.prune) < PRUNED_AT_ONCE:
                prune_at = loop.time() + PRUNE_EVERY_SECONDS
            if not more:
                await pause(stop, LOOK_EVERY_SECONDS)

    async def look(self, stop: asyncio.Event, halt: threading.Event) -> bool:
        """Plan once and start what may be sent; give whether there is more to plan."""
        more, subscriptions, places = await asyncio.to_thread(self.plan)
        if self.letter_lane is not None and self._free(MAIL):
            self._lanes[MAIL] = asyncio.create_task(asyncio.to_thread(self.letter_lane.run, halt))
        if self.outsider_lane is not None and self._free(OUTSIDE):
            self._lanes[OUTSIDE] = asyncio.create_task(asyncio.to_thread(self.outsider_lane.run, halt))
        if self.code_lane is not None and self._free(CODES):
            self._lanes[CODES] = asyncio.create_task(self.code_lane.run(stop))
        for number, subscription in subscriptions.items():
            place, webhook = places.get(number), subscription.webhook
            active = webhook.status == "active" and place is not None and place.halted != webhook.version
            replayed = place is not None and place.replay == webhook.replay
            if active and replayed and place is not None and self._free(number):
                self._lanes[number] = asyncio.create_task(self.message_lane.run(subscription, place, stop))
        return more

    def plan(self) -> tuple[bool, Mapping[str, Subscription], Mapping[str, Place]]:
        """Plan one batch for everybody; give whether there is more, the webhooks, and where each now stands."""
        places = self.outbox.places()
        more = self.letters.step(places.get(MAIL)) if self.letters is not None else False
        if self.outsiders is not None:
            more |= self.outsiders.step(places.get(OUTSIDE))
        subscriptions = dict(self.subscriptions.now())
        for number, subscription in subscriptions.items():
            if subscription.webhook.status == "active":
                more |= self.messages.step(subscription, places.get(number))
        return more, subscriptions, self.outbox.places()

    def prune(self) -> int:
        """Forget some of what was settled too long ago to be asked for; give how many deliveries."""
        pruned = self.outbox.prune(self.clock.now() - self.kept_for, PRUNED_AT_ONCE)
        if pruned:
            log.info("pruned", deliveries=pruned, schema=self.schema)
        return pruned

    async def settle(self) -> None:
        """Wait until every lane has ended; raises what went wrong in one."""
        lanes = list(self._lanes.values())
        self._lanes.clear()
        await asyncio.gather(*lanes)

    def _free(self, name: str) -> bool:
        """Whether nothing is being sent in a lane. What went wrong in one is logged, and the lane begins anew."""
        task = self._lanes.get(name)
        if task is None:
            return True
        if not task.done():
            return False
        del self._lanes[name]
        error = task.exception()
        if error is not None:
            log.error("lane failed", lane=name, exc_info=error)
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.database_url, autocommit=True, application_name="kessai-notifier")

    def _take_lead(self, session: psycopg.Connection) -> bool:
        row = session.execute(LEAD, (f"{outbox_schema(self.schema)}/notifier",)).fetchone()
        return row is not None and bool(row[0])

    async def _end_lanes(self) -> None:
        """Let each lane finish the attempt in hand, and break off what takes too long: it is sent again later."""
        if self._lanes:
            _, late = await asyncio.wait(self._lanes.values(), timeout=LANES_END_WITHIN_SECONDS)
            for task in late:
                task.cancel()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, at most until `stop` is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
