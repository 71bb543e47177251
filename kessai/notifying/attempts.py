"""Attempts of one lane: recorded before and after each, with what follows from how it went."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from domain.clock import Clock
from domain.delivery.retries import next_attempt
from kessai.notifying.outbox import Delivery, Outbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """Keeps the record of a lane. What is logged names the delivery, never its receiver."""

    outbox: Outbox
    clock: Clock
    give_up_after: timedelta

    def begin(self, delivery: Delivery) -> int:
        """Record that an attempt begins; give its number, 0 where the delivery is settled."""
        return self.outbox.begin_attempt(delivery, self.clock.now())

    def delivered(self, delivery: Delivery, number: int, status: int | None = None) -> None:
        """Record that it was taken."""
        self.outbox.end_attempt(delivery, number, self.clock.now(), status=status, ending="delivered")

    def failed(
        self,
        delivery: Delivery,
        number: int,
        detail: str,
        *,
        status: int | None = None,
        permanent: bool = False,
        asked_wait: timedelta | None = None,
    ) -> datetime | None:
        """Record that it was not; give when it is tried again, None: never."""
        now = self.clock.now()
        again = None if permanent else next_attempt(
            delivery.id, attempts=number, first_at=delivery.first_at or now, now=now,
            give_up_after=self.give_up_after, asked_wait=asked_wait,
        )  # fmt: skip
        log.warning("not delivered", delivery=delivery.id, attempt=number, status=status, again=bool(again))
        self.outbox.end_attempt(
            delivery, number, now, error=detail, status=status, ending=None if again else "given_up", not_before=again
        )
        return again

    def settle(self, delivery: Delivery, *, error: str | None = None) -> None:
        """Settle one that needs no attempt: given up where `error` says why, else obsolete."""
        self.outbox.settle(delivery, self.clock.now(), "given_up" if error else "obsolete", error=error)
