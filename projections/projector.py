"""The projector: follows the ledger with every read model, as one leader with stand-bys, restarted with growing
pauses when it fails.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
import structlog

from domain.ledger.reading import LedgerReader
from projections.following import BATCH_EVENTS_MAX, Follower, Retired
from projections.generation import Generations
from projections.projection import Projection, shape
from projections.rebuilding import rebuild
from projections.statistics import Statistics
from projections.store import APPLICATION_NAME, ReadStore

POLL_SECONDS = 1.0  # NOTIFY is a hint; this is the guarantee
STOP_LOOK_SECONDS = 0.25
BREATH_SECONDS = (
    0.02  # under load a batch takes what came meanwhile; after a quiet moment the first event is applied at once
)
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.1, 10.0
FAR_BEHIND_EVENTS = 20_000  # and less than half-way: folding anew is faster than following
CHANNEL = "ledger_events"
LEAD = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Health:
    """How one projection is doing: the error it stopped with, if it is stopped, and how often it has been restarted."""

    error: str | None = None
    restarts: int = 0


class Projector:
    """Runs all projections. Any number may run: one leads, the others take over when its connection ends; were two to
    lead, nothing is applied twice.
    """

    def __init__(self, store: ReadStore, reader: LedgerReader, projections: Sequence[Projection]) -> None:
        self._store = store
        self._reader = reader
        self._projections = tuple(projections)
        self.leading = threading.Event()
        self.health = {projection.name: Health() for projection in projections}

    def run(self, stop: threading.Event) -> None:
        """Lead whenever nobody else does, until `stop` is set."""
        supervise(lambda: self._lead(stop), stop, "projector", Health())

    def _lead(self, stop: threading.Event) -> None:
        with psycopg.connect(self._store.database_url, autocommit=True, application_name=APPLICATION_NAME) as session:
            session.execute(f"LISTEN {CHANNEL}")
            while not self._take_lead(session):
                if stop.wait(POLL_SECONDS):
                    return
            with ExitStack() as stack:
                log.info("projector-leads", schema=self._store.schema)
                ended = threading.Event()
                news = [self._start(stack, projection, ended) for projection in self._projections]
                stack.callback(self.leading.clear)
                self.leading.set()
                while not stop.is_set():
                    for _ in session.notifies(timeout=STOP_LOOK_SECONDS, stop_after=1):
                        for each in news:
                            each.set()

    def _take_lead(self, session: psycopg.Connection) -> bool:
        row = session.execute(LEAD, (f"{self._store.schema}/projector",)).fetchone()
        return row is not None and bool(row[0])

    def _start(self, stack: ExitStack, projection: Projection, ended: threading.Event) -> threading.Event:
        """Follow with one projection in a thread of its own: an error in one read model does not stop the others."""
        news = threading.Event()
        health = self.health[projection.name]

        def follow() -> None:
            supervise(lambda: self._follow(projection, news, ended, health), ended, projection.name, health)

        thread = threading.Thread(target=follow, name=f"projection-{projection.name}")
        thread.start()
        stack.callback(thread.join)
        stack.callback(ended.set)
        return news

    def _follow(self, projection: Projection, news: threading.Event, ended: threading.Event, health: Health) -> None:
        follower = self._follower(projection)
        statistics = Statistics(self._store, projection, follower.generation)
        while not ended.is_set():
            news.clear()
            try:
                while (events := follower.step()) == BATCH_EVENTS_MAX and not ended.is_set():
                    statistics.grown(events)
            except Retired:
                follower = self._follower(projection)
                statistics = Statistics(self._store, projection, follower.generation)
            else:
                statistics.grown(events)
                health.error = None
                ended.wait(BREATH_SECONDS)
                _wait(news, ended)

    def _follower(self, projection: Projection) -> Follower:
        """Give a follower of the generation that is read, after rebuilding it where it was built by other code or is
        far behind.
        """
        with self._store.transaction() as cursor:
            active = Generations(self._store.schema).active(cursor, projection)
        if active is None or active.shape != shape(projection) or self._far_behind(active.tracked):
            log.info("projection-rebuilds", projection=projection.name)
            done = rebuild(self._store, self._reader, projection)
            log.info(
                "projection-rebuilt", projection=projection.name, generation=done.generation, position=done.position
            )
            return self._follower(projection)
        return Follower(self._store, self._reader, projection, active)

    def _far_behind(self, tracked: str) -> bool:
        head, at = self._reader.head(), self._store.tracking.max_tracking_id(tracked) or 0
        return head - at > FAR_BEHIND_EVENTS and at * 2 < head


def supervise(work: Callable[[], None], stop: threading.Event, name: str, health: Health) -> None:
    """Run `work` again whenever it raises, after a pause that doubles up to ten seconds, until it returns or `stop`
    is set.
    """
    pause = PAUSE_SECONDS_MIN
    while not stop.is_set():
        begun = time.monotonic()
        try:
            work()
            return
        except Exception as error:
            health.error = type(error).__name__
            health.restarts += 1
            pause = (
                PAUSE_SECONDS_MIN if time.monotonic() - begun > PAUSE_SECONDS_MAX else min(pause * 2, PAUSE_SECONDS_MAX)
            )
            log.exception("projection-stopped", projection=name, restarts=health.restarts, again_in_seconds=pause)
            stop.wait(pause)


def _wait(news: threading.Event, ended: threading.Event) -> None:
    """Wait for news, at most the polling interval, looking now and then whether all is over."""
    until = time.monotonic() + POLL_SECONDS
    while not ended.is_set() and (left := until - time.monotonic()) > 0 and not news.wait(min(left, STOP_LOOK_SECONDS)):
        continue
