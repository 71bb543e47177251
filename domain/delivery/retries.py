"""再試行: when a failed delivery is tried again, and when nobody tries any longer."""

import hashlib
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
FACTOR = 4
WAIT_MAX = timedelta(hours=6)
SCATTER = 0.2  # of the wait, so that what failed together does not come back together


def next_attempt(
    name: str,
    *,
    attempts: int,
    first_at: datetime,
    now: datetime,
    give_up_after: timedelta,
    asked_wait: timedelta | None = None,
) -> datetime | None:
    """Give when the delivery `name` is tried again after `attempts` (1, 2 …) have failed; None: given up, because that
    would be later than `give_up_after` after the first attempt. `asked_wait` is the receiver's Retry-After.

    The same delivery always waits the same: 5 s, 20 s, 80 s … 6 h, each up to a fifth longer.
    """
    wait = WAIT_MAX if attempts > 8 else min(FIRST_WAIT * FACTOR ** (attempts - 1), WAIT_MAX)
    wait *= 1 + SCATTER * _fraction(f"{name}/{attempts}")
    if asked_wait is not None:
        wait = max(wait, min(asked_wait, WAIT_MAX))
    return now + wait if now + wait <= first_at + give_up_after else None


def _fraction(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) / 2**32
