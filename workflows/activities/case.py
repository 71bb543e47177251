"""What a case's workflow may have done in the ledger: take one signed command, let time act, look."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from temporalio import activity

from domain.clock import Clock
from domain.envelope import Envelope, Outcome
from domain.ledger.reading import fold
from domain.ledger.security_log import SecurityLog
from domain.ledger.writing import LedgerWriter
from domain.record import Record
from domain.view import View
from signing.detached import Signature, SignatureRefused, Verifier

log = structlog.get_logger(__name__)
OCCASIONS_MAX = 100  # system rules that may act in one look; the rest waits for the next


class LedgerActivities:
    """The only writers of case events. Each may run twice; the receipt makes it once (I1–I7, I23)."""

    def __init__(self, *, writer: LedgerWriter, records: Mapping[str, Record[Any]], verifier: Verifier, clock: Clock) -> None:
        self._writer = writer
        self._records = records
        self._verifier = verifier
        self._clock = clock
        self._security = SecurityLog(writer.reader)

    @activity.defn(name="handle")
    def handle(self, envelope: Envelope) -> Outcome:
        """Verify the API's signature, then take the command to its outcome. A forged one changes nothing and is noted."""
        record = self._records[envelope.noun]
        if not self._genuine(envelope):
            self._security.note(
                what="forged", actor=envelope.person, post=envelope.post, subject=envelope.stream, act=envelope.verb, code="forged"
            )
            view = self._view(record, envelope.number)
            return Outcome(result="refused", code="forged", version=view.version, view=view)
        outcome = self._writer.handle(record, envelope)
        return replace(outcome, view=self._timed(outcome.view))

    @activity.defn(name="tick")
    def tick(self, noun: str, number: str) -> View:
        """Let every system rule that is due for this case act, one after the other, and give the view afterwards."""
        record = self._records[noun]
        for _ in range(OCCASIONS_MAX):
            state, version = self._writer.reader.fold(record, number)
            directory, _ = self._writer.reader.references()
            occasions = record.due(state, self._clock.now(), directory)
            acted = [
                self._writer.apply_rule(
                    record, number=number, verb=each.verb, rule=f"system:{each.verb}", name=each.rule,
                    occasion=each.occasion, command=each.command,
                )
                for each in occasions[:1]
            ]
            if not acted or acted[0].version == version:
                break
        return self._view(record, number)

    @activity.defn(name="look")
    def look(self, noun: str, number: str) -> View:
        """Give the view of the record as the ledger has it now."""
        return self._view(self._records[noun], number)

    def _genuine(self, envelope: Envelope) -> bool:
        try:
            value = base64.b64decode(envelope.signature, validate=True)
            self._verifier.verify(envelope.signed_bytes(), Signature(key_id=envelope.key_id, value=value))
        except (SignatureRefused, ValueError) as error:
            log.warning("forged command", stream=envelope.stream, verb=envelope.verb, reason=type(error).__name__)
            return False
        return True

    def _view(self, record: Record[Any], number: str) -> View:
        state, version = fold(record, self._writer.reader.facts(f"{record.noun}-{number}"))
        return self._timed(record.view(state, version))

    def _timed(self, view: View) -> View:
        if view.wake_at is None:
            return view
        return replace(view, wake_in_seconds=max(view.wake_at - self._clock.now(), timedelta(0)).total_seconds())
