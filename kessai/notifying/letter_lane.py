"""Letters go out: what is due, one after the other over one connection; each attempt is recorded before and after."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import structlog

from api.event_labels import LABELS
from domain.calendars import Calendars
from domain.clock import Clock
from domain.delivery.holding import held_until
from domain.delivery.letters import ANY_NEWS, URGENT, Letter, task_wording
from domain.delivery.retries import next_attempt
from domain.ledger.reading import LedgerReader
from domain.record import Record
from domain.streams import parse
from kessai.notifying.addresses import Addresses
from kessai.notifying.mail import Desks
from kessai.notifying.outbox import Delivery, Outbox
from kessai.notifying.smtp import MailServer, NotSent, Session
from kessai.notifying.texts import message

log = structlog.get_logger(__name__)
LETTERS_MAX = 100
AWAY_WAIT = timedelta(minutes=5)
WORDINGS: Mapping[str, str] = {tag.rpartition(".v")[0]: label for tag, label in LABELS.items()}
CaseUrl = Callable[[str, str], str]  # noun and number → the page of the case


@dataclass(frozen=True, kw_only=True)
class LetterLane:
    """Sends the letters that are due, with everything it looks at before it does."""

    outbox: Outbox
    reader: LedgerReader
    desks: Desks
    server: MailServer
    addresses: Addresses
    sender: str
    records: Mapping[str, Record[Any]]
    case_url: CaseUrl
    clock: Clock
    calendars: Calendars
    give_up_after: timedelta

    def run(self, stop: threading.Event) -> int:
        """Send what is due; give how many letters were looked at. A server that takes nothing ends the round."""
        due = self.outbox.due_letters(self.clock.now(), LETTERS_MAX)
        ready = [each for each in due if not self._settled_or_held(each)]
        if not ready:
            return len(due)
        try:
            with self.server.session() as session:
                for delivery in ready:
                    if stop.is_set() or not self._send(session, delivery):
                        break
        except NotSent as error:
            self._failed_to_connect(ready, error)
        return len(due)

    def _settled_or_held(self, delivery: Delivery) -> bool:
        """Whether no attempt is made now: quiet hours, a task that no longer waits, a person without an address."""
        now = self.clock.now()
        _, rules = self.reader.references()
        until = held_until(now, occasion=delivery.occasion, rules=rules, calendars=self.calendars)
        if until > now:
            self.outbox.hold(delivery, until)
        elif delivery.task and not self.desks.waits(delivery.stream, delivery.task, delivery.recipient or ""):
            self.outbox.settle(delivery, now, "obsolete")
        elif self.addresses.of(delivery.target) is None:
            self.outbox.settle(delivery, now, "given_up", error="no mail address")
        else:
            return False
        return True

    def _send(self, session: Session, delivery: Delivery) -> bool:
        """Make one attempt; give whether the server still takes letters."""
        number = self.outbox.begin_attempt(delivery, self.clock.now())
        if number == 0:
            return True
        try:
            session.send(self._message(delivery))
        except NotSent as error:
            self._failed(delivery, number, error)
            return not error.whole
        except ValueError:  # a defect in one letter, which must not hold up everybody's
            log.exception("letter cannot be written", delivery=delivery.id)
            self.outbox.end_attempt(
                delivery, number, self.clock.now(), error="the letter cannot be written", ending="given_up"
            )
            return True
        self.outbox.end_attempt(delivery, number, self.clock.now(), status=250, ending="delivered")
        return True

    def _message(self, delivery: Delivery) -> EmailMessage:
        recipient = str(self.addresses.of(delivery.target))
        letter, at = self.letter(delivery), self.clock.now()
        return message(letter, letter_id=delivery.id, sender=self.sender, recipient=recipient, at=at)

    def letter(self, delivery: Delivery) -> Letter:
        """Give what the letter says."""
        directory, _ = self.reader.references()
        stream = parse(delivery.stream)
        assert stream is not None, delivery.stream
        news = WORDINGS.get(delivery.code, ANY_NEWS)
        return Letter(
            kind=delivery.kind,  # type: ignore[arg-type]  # the table's texts are `Kind`: only LetterPlanner writes them
            case=self.records[stream.noun].label,
            number=stream.number,
            wording=task_wording(stream.noun, delivery.task) if delivery.task else news,
            to_name=directory.name(delivery.target) or delivery.target,
            link=self.case_url(stream.noun, stream.number),
            urgent=delivery.occasion == URGENT,
        )

    def _failed_to_connect(self, ready: Sequence[Delivery], error: NotSent) -> None:
        """One letter's attempt stands for all: the others wait as long, without having been tried."""
        first, *others = ready
        number = self.outbox.begin_attempt(first, self.clock.now())
        again = self._failed(first, number, error) if number else None
        for each in others:
            self.outbox.hold(each, again or self.clock.now() + AWAY_WAIT)

    def _failed(self, delivery: Delivery, number: int, error: NotSent) -> datetime | None:
        now = self.clock.now()
        again = None if error.permanent else next_attempt(
            delivery.id, attempts=number, first_at=delivery.first_at or now, now=now, give_up_after=self.give_up_after
        )  # fmt: skip
        log.warning("letter not sent", delivery=delivery.id, attempt=number, status=error.status, again=bool(again))
        self.outbox.end_attempt(
            delivery, number, now, error=error.detail, status=error.status,
            ending=None if again else "given_up", not_before=again,
        )  # fmt: skip
        return again
