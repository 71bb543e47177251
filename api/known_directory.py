"""The directory as this process knows it: read again from the ledger at most once a second, not at every request."""

import time
from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from domain.directory import Directory
from domain.ledger.reading import LedgerReader
from projections.readers import Readers, ReaderScope

FRESH_SECONDS = 1.0


class KnownDirectory:
    """For choosing among one's posts, for lists and for tokens' holders. What decides (commands) or opens a case reads
    the ledger itself and never this.
    """

    def __init__(self, reader: LedgerReader, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._elapsed = elapsed
        self._known = Directory()
        self._readers = Readers(self._known)
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
        newest, _ = await run_in_threadpool(self._reader.references)
        if newest is not self._known:
            self._known, self._readers = newest, Readers(newest)
        self._read_at = asked_at
        return newest

    async def readers(self) -> Readers:
        """Give what everybody may see of lists and inboxes, as this directory has it."""
        await self()
        return self._readers

    async def scope(self, person: str, at: datetime) -> ReaderScope:
        """Give what `person` may see of lists."""
        return (await self.readers()).scope(person, at)
