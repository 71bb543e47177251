"""Messages planned: for each webhook, which facts it is told of; anew from wherever its operator asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.clock import Clock
from domain.ledger.reading import LedgerReader, fold
from domain.streams import parse, stream_of
from domain.webhook import RECORD, Webhook
from domain.webhook.message import event_name, message_id, wanted
from kessai.notifying.outbox import Outbox, Place, Planned

FACTS_MAX = 500
OPEN_MAX = 2_000  # deliveries planned ahead for one webhook; the rest stays in the ledger until these are settled


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A webhook as its record has it, and where the record began in the ledger."""

    number: str
    webhook: Webhook
    begun: int

    @property
    def before(self) -> int:
        """The position after which it is told of facts."""
        return self.begun if self.webhook.from_position is None else self.webhook.from_position - 1


class Subscriptions:
    """Every webhook there is; a record is folded anew only when it has grown."""

    def __init__(self, reader: LedgerReader) -> None:
        self._reader = reader
        self._known: dict[str, Subscription] = {}

    def now(self) -> Mapping[str, Subscription]:
        """Give them by number."""
        for stream, version in self._reader.open_streams(RECORD).items():
            parsed = parse(stream)
            number = parsed.number if parsed else stream
            known = self._known.get(number)
            if known is None or known.webhook.version < version:
                self._known[number] = self._read(number)
        return self._known

    def _read(self, number: str) -> Subscription:
        facts = self._reader.facts(stream_of(RECORD.noun, number))
        webhook, _ = fold(RECORD, facts)
        return Subscription(number=number, webhook=webhook, begun=facts[0].position)


class MessagePlanner:
    """Plans one webhook's messages, batch by batch, each batch once."""

    def __init__(self, *, reader: LedgerReader, outbox: Outbox, clock: Clock) -> None:
        self._reader = reader
        self._outbox = outbox
        self._clock = clock

    def step(self, subscription: Subscription, place: Place | None) -> bool:
        """Plan what follows from the next facts; give whether there may be more."""
        webhook, number = subscription.webhook, subscription.number
        if place is None:
            self._outbox.begin_at(number, subscription.before)
            return True
        if place.replay < webhook.replay:
            self._outbox.go_back(number, webhook.replay_from - 1, replay=webhook.replay)
            return True
        if self._outbox.waiting("webhook", number) >= OPEN_MAX:
            return False
        facts = self._reader.after(place.position, FACTS_MAX)
        if not facts:
            return False
        now = self._clock.now()
        rows = [
            Planned(
                channel="webhook", target=number, id=message_id(fact), position=fact.position, stream=fact.stream,
                code=event_name(fact), kind="event", planned_at=now, not_before=now,
            )
            for fact in facts if wanted(webhook.events, fact)
        ]  # fmt: skip
        self._outbox.plan(rows, place=place, up_to=facts[-1].position, again=True)
        return len(facts) == FACTS_MAX
