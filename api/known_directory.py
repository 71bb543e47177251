"""The directory as this process knows it: read again from the ledger at most once a second, not at every request."""

import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from domain.directory import Directory
from domain.ledger.reading import LedgerReader

FRESH_SECONDS = 1.0


class KnownDirectory:
    """For choosing among one's posts, for lists and for tokens' holders. What decides (commands) or opens a case reads
    the ledger itself and never this.
    """

    def __init__(self, reader: LedgerReader, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._elapsed = elapsed
        self._known = Directory()
        self._read_at = float("-inf")

    async def __call__(self) -> Directory:
        """Give the directory, at most a second old."""
        if self._elapsed() - self._read_at > FRESH_SECONDS:
            return await self.newest()
        return self._known

    def expire(self) -> None:
        """Have the next question read the ledger: this process has just changed the directory."""
        self._read_at = float("-inf")

    async def newest(self) -> Directory:
        """Give the directory as the ledger has it now."""
        asked_at = self._elapsed()
        self._known, _ = await run_in_threadpool(self._reader.references)
        self._read_at = asked_at
        return self._known
