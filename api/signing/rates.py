"""回数の制限: how often one address, one link or one session may knock at the doors of signers.

Counted in this process' memory and by the machine's own time: it spares the machine, and the record's own counting of
wrong codes (which no restart and no second process forgets) decides who is locked out.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from api.errors import Problem

KEYS_MAX = 50_000


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `times` within any stretch of `seconds`, on the whole (a bucket that fills up evenly)."""

    name: str
    times: int
    seconds: float


LINK = Limit(name="link", times=60, seconds=60)  # of one address, links that open nothing
OPENING = Limit(name="opening", times=20, seconds=600)  # of one signer of one contract
CODE = Limit(name="code", times=20, seconds=600)
CODE_ASKED = Limit(name="code-asked", times=6, seconds=600)
REISSUE = Limit(name="reissue", times=3, seconds=600)


class Rates:
    """Counts by limit and subject."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._filled: dict[tuple[str, str], tuple[float, float]] = {}  # how much is left, and as of when

    def require(self, limit: Limit, *subject: str | int) -> None:
        """Count one; refuse `too-many-requests` with Retry-After where that is too many."""
        key = (limit.name, "|".join(map(str, subject)))
        per_second = limit.times / limit.seconds
        now = self._monotonic()
        with self._lock:
            left, at = self._filled.pop(key, (float(limit.times), now))
            left = min(left + (now - at) * per_second, float(limit.times))
            allowed = left >= 1
            self._filled[key] = (left - 1 if allowed else left, now)
            if len(self._filled) > KEYS_MAX:
                del self._filled[next(iter(self._filled))]
        if not allowed:
            raise Problem("too-many-requests", headers={"Retry-After": str(int((1 - left) / per_second) + 1)})
