"""What a case's workflow may have done in the ledger: take one signed command, let time act, look."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import structlog
from eventsourcing.persistence import InterfaceError, OperationalError
from psycopg import errors as postgres
from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.clock import Clock
from domain.envelope import Envelope, Outcome
from domain.ledger.security_log import SecurityLog
from domain.ledger.writing import Contention, LedgerWriter
from domain.record import Command, Occasion, Record
from domain.view import View
from signing.detached import Signature, SignatureRefused, Verifier
from workflows.wire import HANDLE, LOOK, TICK

log = structlog.get_logger(__name__)
OCCASIONS_MAX = 100  # system rules that may act in one look; the rest waits for the next
CaseUrl = Callable[[str, str], str]  # noun and number → the address of the case's page
Inquiry = Callable[[Any], Command | None]  # a record's state → the command with what the read models say; None: not yet
PASSING = (Contention, OperationalError, InterfaceError, postgres.OperationalError, postgres.InterfaceError)


class LedgerActivities:
    """The only writers of case events. Each may run twice; the receipt makes it once (I1–I7, I23).

    A database that is away is waited for: the call is repeated for ever. A defect ends the call instead, so that one
    bad command never blocks its case; `seen` is the version the process has reached, below which nothing is written
    (I12). A call that takes too long is repeated beside the first one and never broken off: an exception thrown into a
    thread in the middle of a transaction helps nobody.
    """

    def __init__(
        self,
        *,
        writer: LedgerWriter,
        records: Mapping[str, Record[Any]],
        verifier: Verifier,
        clock: Clock,
        case_url: CaseUrl,
        inquiries: Mapping[str, Inquiry] = MappingProxyType({}),
    ) -> None:
        self._writer = writer
        self._reader = writer.reader
        self._records = records
        self._verifier = verifier
        self._clock = clock
        self._case_url = case_url
        self._inquiries = inquiries  # by noun, for what a rule has to ask the read models (ADR 0016)
        self._security = SecurityLog(writer.reader)

    @activity.defn(name=HANDLE, no_thread_cancel_exception=True)
    def handle(self, envelope: Envelope, seen: int) -> Outcome:
        """Verify the API's signature, then take the command to its outcome. A forged one changes nothing and is
        noted.
        """
        with _ending_at_defects(envelope.stream):
            if self._genuine(envelope):
                outcome = self._writer.handle(self._records[envelope.noun], envelope, seen=seen)
            else:
                outcome = self._forged(envelope)
            return replace(outcome, view=self._shown(envelope.stream, outcome.view), attempt=envelope.attempt)

    @activity.defn(name=TICK, no_thread_cancel_exception=True)
    def tick(self, noun: str, number: str, seen: int) -> View:
        """Let every system rule that is due for this case act, one after the other, and give the view afterwards."""
        with _ending_at_defects(f"{noun}-{number}"):
            record = self._records[noun]
            for _ in range(OCCASIONS_MAX):
                state, version = self._reader.fold(record, number)
                directory, _ = self._reader.references()
                due = record.due(state, self._clock.now(), directory) if version >= seen else ()
                if not any(self._acts(record, number, state, version, each) for each in due):
                    break
            return self._view(record, number)

    @activity.defn(name=LOOK, no_thread_cancel_exception=True)
    def look(self, noun: str, number: str) -> View:
        """Give the view of the record as the ledger has it now."""
        return self._view(self._records[noun], number)

    def _acts(self, record: Record[Any], number: str, state: Any, version: int, each: Occasion) -> bool:
        """Let one system rule act; say whether anything came of it."""
        command = self._inquiries[record.noun](state) if each.asks else each.command
        if command is None:
            return False
        outcome = self._writer.apply_rule(
            record,
            number=number,
            verb=each.verb,
            rule=f"system:{each.verb}",
            name=each.rule,
            occasion=each.occasion,
            command=command,
        )
        return outcome.version > version

    def _genuine(self, envelope: Envelope) -> bool:
        try:
            value = base64.b64decode(envelope.signature, validate=True)
            self._verifier.verify(envelope.signed_bytes(), Signature(key_id=envelope.key_id, value=value))
        except (SignatureRefused, ValueError) as error:
            log.warning("forged command", stream=envelope.stream, verb=envelope.verb, reason=type(error).__name__)
            return False
        return True

    def _forged(self, envelope: Envelope) -> Outcome:
        self._security.note(
            what="forged",
            actor=envelope.person,
            post=envelope.post,
            subject=envelope.stream,
            act=envelope.verb,
            code="forged",
        )
        record = self._records[envelope.noun]
        state, version = self._reader.fold(record, envelope.number)
        return Outcome(result="refused", code="forged", version=version, view=record.view(state, version))

    def _view(self, record: Record[Any], number: str) -> View:
        return self._shown(f"{record.noun}-{number}", record.view(*self._reader.fold(record, number)))

    def _shown(self, stream: str, view: View) -> View:
        """Give the view with what the record does not know: how long until it wakes, and where its page is."""
        noun, _, number = stream.partition("-")
        link = f"{view.details}\n\n[Kessaiで開く]({self._case_url(noun, number)})"
        wakes_in = None if view.wake_at is None else max(view.wake_at - self._clock.now(), timedelta(0))
        return replace(
            view,
            details=link if view.details else "",
            wake_in_seconds=None if wakes_in is None else wakes_in.total_seconds(),
        )


@contextmanager
def _ending_at_defects(stream: str) -> Iterator[None]:
    """Let what passes be repeated, and end the call at everything else, keeping its traceback."""
    try:
        yield
    except PASSING:
        raise
    except Exception as error:
        log.exception("ledger call failed", stream=stream)
        raise ApplicationError(type(error).__name__, type="Defect", non_retryable=True) from error
