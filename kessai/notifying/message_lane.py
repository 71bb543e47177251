"""Messages go out to one webhook: of each case one after the other, several cases in a row; each attempt is recorded
before and after.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from domain.clock import Clock
from domain.delivery.retries import next_attempt
from domain.events import Fact
from domain.ledger.reading import LedgerReader
from domain.policies.webhook import Allowed
from domain.webhook.message import body, message_id
from kessai.notifying.http import NotPosted, Poster, Resolve, client, resolved
from kessai.notifying.outbox import Delivery, Ending, Outbox, Place
from kessai.notifying.posts import Subscription
from signing.webhooks import signed_headers

log = structlog.get_logger(__name__)
MESSAGES_MAX = 50
ROUNDS_MAX = 20
FAILURES_MAX = 3  # in a row: then the receiver is left alone until the next round


@dataclass(frozen=True, kw_only=True)
class MessageLane:
    """Sends to webhooks what is due. `secrets` gives the secrets of a webhook's generation; `resource` the address
    under which a fact's case is read.
    """

    outbox: Outbox
    reader: LedgerReader
    secrets: Callable[[str, int], tuple[str, ...]]
    resource: Callable[[Fact], str | None]
    allowed: Allowed
    tls: ssl.SSLContext
    clock: Clock
    give_up_after: timedelta
    resolve: Resolve = resolved

    async def run(self, subscription: Subscription, place: Place, stop: asyncio.Event) -> int:
        """Send what is due to one webhook; give how many attempts were made."""
        attempts = failures = 0
        async with client(self.tls) as http:
            poster = Poster(client=http, allowed=self.allowed, resolve=self.resolve)
            for _ in range(ROUNDS_MAX):
                due = await asyncio.to_thread(self._due, subscription, place)
                for delivery in due:
                    if stop.is_set() or failures >= FAILURES_MAX:
                        return attempts
                    sent = await self._attempt(poster, subscription, delivery)
                    attempts += 1
                    failures = 0 if sent else failures + 1
                if not due:
                    break
        return attempts

    def _due(self, subscription: Subscription, place: Place) -> list[Delivery]:
        return self.outbox.due_messages(subscription.number, self.clock.now(), up_to=place.position, limit=MESSAGES_MAX)

    async def _attempt(self, poster: Poster, subscription: Subscription, delivery: Delivery) -> bool:
        fact = await asyncio.to_thread(self._fact, delivery)
        if fact is None:
            await asyncio.to_thread(
                self.outbox.settle, delivery, self.clock.now(), "obsolete", error="not in the ledger"
            )
            return True
        number = await asyncio.to_thread(self.outbox.begin_attempt, delivery, self.clock.now())
        if number == 0:
            return True
        content = body(fact, resource=self.resource(fact))
        headers = signed_headers(
            self._secrets(subscription), message_id=delivery.id, at_seconds=int(self.clock.now().timestamp()),
            body=content,
        )  # fmt: skip
        try:
            status = await poster.post(subscription.webhook.url, headers, content)
        except NotPosted as error:
            await asyncio.to_thread(self._failed, subscription, delivery, number, error)
            return False
        await asyncio.to_thread(
            self.outbox.end_attempt, delivery, number, self.clock.now(), status=status, ending="delivered"
        )
        return True

    def _fact(self, delivery: Delivery) -> Fact | None:
        """The fact as the ledger has it; None where this ledger is an older one than the outbox knew."""
        found = self.reader.after(delivery.position - 1, 1)
        return found[0] if found and message_id(found[0]) == delivery.id else None

    def _secrets(self, subscription: Subscription) -> tuple[str, ...]:
        webhook = subscription.webhook
        secrets = self.secrets(subscription.number, webhook.generation)
        if webhook.previous_until is not None and self.clock.now() < webhook.previous_until:
            secrets += self.secrets(subscription.number, webhook.generation - 1)
        return secrets

    def _failed(self, subscription: Subscription, delivery: Delivery, number: int, error: NotPosted) -> None:
        now = self.clock.now()
        again = None if error.gone else next_attempt(
            delivery.id, attempts=number, first_at=delivery.first_at or now, now=now, give_up_after=self.give_up_after,
            asked_wait=error.asked_wait,
        )  # fmt: skip
        if error.gone:
            self.outbox.halt(subscription.number, subscription.webhook.version)
        ending: Ending | None = None if again else "given_up"
        log.warning(
            "message not taken", webhook=subscription.number, delivery=delivery.id, attempt=number,
            status=error.status, reason=error.detail, again=bool(again),
        )  # fmt: skip
        self.outbox.end_attempt(
            delivery, number, now, error=error.detail, status=error.status, ending=ending, not_before=again
        )
