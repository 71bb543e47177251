"""The alarm of a case: one timer that rings when time may have something to do, and keeps running as long as neither
its time nor what is waited for changes.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow

SAME_WITHIN_SECONDS = 1.0  # two looks at one due time differ by as long as they took


class Alarm:
    """Setting it anew costs two events in history, and a bar in the Web UI that says nothing new."""

    def __init__(self) -> None:
        self._timer: asyncio.Task[None] | None = None
        self._rings_at_seconds = 0.0  # on the process's clock
        self._because = ""

    @property
    def is_set(self) -> bool:
        """Whether it will ring, or has rung."""
        return self._timer is not None

    @property
    def rang(self) -> bool:
        """Whether it has rung since it was set."""
        return self._timer is not None and self._timer.done()

    def set(self, after: timedelta | None, because: str) -> None:
        """Ring after `after` (None: never), showing `because` until then; leave a timer alone that already does."""
        if after is None:
            self.stop()
            return
        rings_at = workflow.time() + after.total_seconds()
        if self._runs(because) and abs(rings_at - self._rings_at_seconds) < SAME_WITHIN_SECONDS:
            return
        self.stop()
        self._rings_at_seconds, self._because = rings_at, because
        self._timer = asyncio.create_task(workflow.sleep(after, summary=because))

    def stop(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _runs(self, because: str) -> bool:
        return self._timer is not None and not self._timer.done() and self._because == because
