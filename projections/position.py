"""How far the read models are: for `?after=`, for health, and for the figure of how much they lag."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from projections.store import ReadStore

WAIT_SECONDS_MAX = 5.0
POSITIONS = """
SELECT g.projection, t.notification_id AS position
FROM {schema}.projection_generation g
JOIN {schema}.projection_tracking t ON t.application_name = g.projection || '_g' || g.generation
WHERE g.state = 'active'"""
LAG = """
SELECT p.projection, p.position, coalesce(h.head, 0) AS head,
       coalesce(extract(epoch FROM clock_timestamp() - (
           SELECT e.recorded_at FROM {events} e
           WHERE e.notification_id > p.position ORDER BY e.notification_id LIMIT 1
       )), 0)::float8 AS seconds
FROM ({positions}) p CROSS JOIN (SELECT max(notification_id) AS head FROM {events}) h ORDER BY 1"""


class Behind(Exception):
    """A read model has not reached the wanted position in time (`behind`, with Retry-After)."""

    def __init__(self, wanted: int, reached: int) -> None:
        super().__init__(f"read models are at {reached}, not yet at {wanted}")
        self.wanted = wanted
        self.reached = reached


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How far one read model is behind the ledger: in events, and in seconds since the oldest event it does not hold
    was recorded.
    """

    projection: str
    position: int
    head: int
    seconds: float

    @property
    def events(self) -> int:
        return self.head - self.position


class ReadPosition:
    """Answers how far the read models are that are being read now. Positions never go back, also not when a rebuilt
    one takes over.
    """

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def positions(self) -> dict[str, int]:
        """Give each projection's position."""
        return {row["projection"]: row["position"] for row in self._store.select(POSITIONS)}

    def reached(self, projections: Sequence[str] = ()) -> int:
        """Give the position that all of `projections` (none named: all there are) have reached; 0 where one was never
        built.
        """
        known = self.positions()
        wanted = projections or tuple(known)
        return min((known.get(name, 0) for name in wanted), default=0)

    def wait_for(
        self, position: int, *, projections: Sequence[str] = (), timeout_seconds: float = WAIT_SECONDS_MAX
    ) -> int:
        """Wait until the read models hold everything up to `position`; give where they are. Raise `Behind` after the
        time-out.
        """
        for pause in _pauses(timeout_seconds):
            reached = self.reached(projections)
            if reached >= position:
                return reached
            time.sleep(pause)
        return self._last_look(position, projections)

    async def wait_for_async(
        self, position: int, *, projections: Sequence[str] = (), timeout_seconds: float = WAIT_SECONDS_MAX
    ) -> int:
        """As `wait_for`, without holding a thread while waiting."""
        for pause in _pauses(timeout_seconds):
            reached = await asyncio.to_thread(self.reached, projections)
            if reached >= position:
                return reached
            await asyncio.sleep(pause)
        return await asyncio.to_thread(self._last_look, position, projections)

    def lag(self, ledger_schema: str) -> tuple[Lag, ...]:
        """Give each projection's lag. The role needs SELECT on the ledger's events."""
        text = LAG.replace("{positions}", POSITIONS).replace("{events}", f'"{ledger_schema}".ledger_events')
        return tuple(Lag(**row) for row in self._store.select(text))

    def _last_look(self, position: int, projections: Sequence[str]) -> int:
        reached = self.reached(projections)
        if reached < position:
            raise Behind(position, reached)
        return reached


def _pauses(timeout_seconds: float) -> Iterator[float]:
    """Short pauses first (a live read model is milliseconds behind), longer ones later, until the time is up."""
    pause, until = 0.003, time.monotonic() + timeout_seconds
    while (left := until - time.monotonic()) > 0:
        yield min(pause, left)
        pause = min(pause * 1.6, 0.1)
