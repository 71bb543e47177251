"""Following: one generation is brought forward batch by batch, each batch exactly once, by however many runners
(I18).
"""

from eventsourcing.persistence import Tracking
from psycopg import Cursor
from psycopg.rows import DictRow

from domain.events import Fact
from domain.ledger.reading import AFTER, LedgerReader
from projections.generation import Generation
from projections.projection import Projection, Work, noun
from projections.store import ReadStore

BATCH_EVENTS_MAX = 1_000


class Retired(Exception):
    """This generation is no longer the one that is read; look up which one is."""


class Follower:
    """Applies the ledger to one generation. One transaction a batch: lock the position, read what follows it, write
    rows, move the position.

    The position is read under its row lock and facts after that, so runners on the same generation queue up and never
    overlap;
    what a killed transaction wrote is gone together with its position.
    """

    def __init__(self, store: ReadStore, reader: LedgerReader, projection: Projection, generation: Generation) -> None:
        self._store = store
        self._reader = reader
        self._projection = projection
        self._applier = projection.applier()
        self._after = reader.sql(AFTER).as_bytes()
        self.generation = generation

    def step(self, limit: int = BATCH_EVENTS_MAX) -> int:
        """Apply the next at most `limit` events of the ledger; give how many there were.

        Raise `Retired` where another generation has taken over, and whatever goes wrong in reading or applying: then
        nothing has happened.
        """
        with self._store.transaction() as cursor:
            return self.step_within(cursor, limit)

    def step_within(self, cursor: Cursor[DictRow], limit: int = BATCH_EVENTS_MAX) -> int:
        """As `step`, in the caller's transaction."""
        tracked = self.generation.tracked
        after = self._store.lock_position(cursor, tracked)
        if after is None:
            raise Retired(tracked)
        wanted = {"position": after, "limit": limit}
        rows = cursor.execute(self._after, wanted, prepare=True, binary=True).fetchall()
        if rows:
            upto = rows[-1]["notification_id"]
            self._apply(cursor, rows, after, upto)
            self._store.tracking._insert_tracking(cursor, Tracking(tracked, upto))
        return len(rows)

    def _apply(self, cursor: Cursor[DictRow], rows: list[DictRow], after: int, upto: int) -> None:
        facts = tuple(self._facts(rows))
        if facts:
            self._applier.apply(
                Work(
                    cursor=cursor, reader=self._reader, schema=self._store.schema, suffix=self.generation.suffix,
                    after=after, upto=upto, facts=facts,
                )
            )  # fmt: skip

    def _facts(self, rows: list[DictRow]) -> list[Fact]:
        """Decode what concerns the projection. A foreign stream is not even decoded: its events, known or not, only
        move the position.
        """
        return [self._reader.fact(row) for row in rows if noun(row["originator_id"]) in self._projection.nouns]
