"""Letters and codes to contracts' counterparties planned: who is written to, by which fact, and when it may go out."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import uuid5

from domain.calendars import Calendars
from domain.clock import Clock
from domain.delivery.holding import held_until
from domain.delivery.outsiders import Addressee, Correspondence, addressees, correspondence, is_worth_telling
from domain.events import Fact
from domain.ledger.reading import LedgerReader
from domain.rulebook import Rulebook
from domain.streams import prefix_of
from domain.webhook.message import event_name
from kessai.notifying.outbox import Outbox, Place, Planned

OUTSIDE = "outside"  # the name of its place
CONTRACTS = prefix_of("contract")
FACTS_MAX = 500


class OutsiderPlanner:
    """Plans them, batch by batch, each batch once. What is older than `news_for` when it is read is no news."""

    def __init__(
        self, *, reader: LedgerReader, outbox: Outbox, clock: Clock, calendars: Calendars, news_for: timedelta
    ) -> None:
        self._reader = reader
        self._outbox = outbox
        self._clock = clock
        self._calendars = calendars
        self._news_for = news_for

    def step(self, place: Place | None) -> bool:
        """Plan what follows from the next facts; give whether there may be more. The first time, only from now on."""
        if place is None:
            self._outbox.begin_at(OUTSIDE, self._reader.head())
            return True
        facts = self._reader.after(place.position, FACTS_MAX)
        if not facts:
            return False
        self._outbox.plan(tuple(self._planned(facts)), place=place, up_to=facts[-1].position)
        return len(facts) == FACTS_MAX

    def _planned(self, facts: Iterable[Fact]) -> Iterator[Planned]:
        now = self._clock.now()
        _, rules = self._reader.references()
        for fact in facts:
            of_contract = fact.stream.startswith(CONTRACTS) and is_worth_telling(fact.event)
            if not of_contract or fact.meta.at < now - self._news_for:
                continue
            for to in addressees(known_at(self._reader, fact.stream, before=fact.version), fact.event):
                yield self._delivery(fact, to, now, rules)

    def _delivery(self, fact: Fact, to: Addressee, now: datetime, rules: Rulebook) -> Planned:
        held = now if to.at_once else held_until(now, occasion=None, rules=rules, calendars=self._calendars)
        return Planned(
            channel="gateway" if to.kind == "code" else "outside", target=target_of(fact.stream, to),
            id=outsider_id(fact, to), position=fact.position, stream=fact.stream, code=event_name(fact),
            kind=to.kind, task=to.kind, recipient=str(to.which), planned_at=now, not_before=held,
        )  # fmt: skip


def known_at(reader: LedgerReader, stream: str, *, before: int | None = None) -> Correspondence:
    """Give the correspondence of a contract before the fact of this version; None: as of now."""
    version = None if before is None else before - 1
    return correspondence(fact.event for fact in reader.facts(stream, version=version) if version != 0)


def target_of(stream: str, to: Addressee) -> str:
    """Give whom a delivery is for: contract and signer, nothing personal."""
    return f"{stream.removeprefix(CONTRACTS)}/{to.name}"


def outsider_id(fact: Fact, to: Addressee) -> str:
    """Give the delivery's id: the same however often it is planned and sent."""
    return f"out_{uuid5(fact.meta.command_id, f'{fact.stream}/{fact.version}/{to.kind}/{to.name}').hex}"
