"""Statistics: what Postgres knows of a read model's size, by which it chooses its plans.

Autovacuum counts within a minute or two. Until then an archive that has just been taken in is read by plans made for an
empty table, which took three times as long over a hundred thousand cases; so whoever fills a table has it counted.
"""

from projections.generation import Generation, Generations
from projections.projection import Projection
from projections.store import ReadStore

GROWN_EVENTS, GROWN_SHARE = 5_000, 0.1


class Statistics:
    """Counts one generation's tables whenever they have taken in a tenth more events, and at least some thousand."""

    def __init__(self, store: ReadStore, projection: Projection, generation: Generation) -> None:
        self._store = store
        self._projection = projection
        self._suffix = generation.suffix
        self._counted = store.tracking.max_tracking_id(generation.tracked) or 0  # events; a rebuild ends with a count
        self._since = 0

    def grown(self, events: int) -> None:
        """Take note of that many more events, and have the tables counted if it is time."""
        self._since += events
        if self._since >= max(GROWN_EVENTS, GROWN_SHARE * self._counted):
            with self._store.transaction() as cursor:
                Generations(self._store.schema).analyse(cursor, self._projection, self._suffix)
            self._counted, self._since = self._counted + self._since, 0
