"""The gateway: takes one command from HTTP to its outcome through Temporal, and says honestly when the outcome is not
known.
"""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.clock import Clock, civil_date
from domain.envelope import Envelope, Outcome, command_id
from domain.eras import era_year_code, fiscal_year
from domain.ledger.numbers import reserve_number
from domain.ledger.reading import LedgerReader, StoredReceipt
from domain.record import Command, Record
from domain.streams import stream_of
from signing.detached import Signer
from workflows.starting import Starter

log = structlog.get_logger(__name__)
ANSWER_WITHIN = timedelta(seconds=10)
GONE = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)


class Busy(Exception):
    """The case takes no command just now: nothing happened, try again (503)."""


class OutcomeUnknown(Exception):
    """The command may or may not have been done; only sending it again with the same key tells (504)."""


@dataclass(frozen=True)
class Sender:
    """Who sends: the person (or service) the token names, and the post they chose; or a contract's signer, by contract
    and number, whose session the door has checked.
    """

    person: str
    post: str | None
    kind: Literal["person", "service", "counterparty"] = "person"


@dataclass(frozen=True)
class Answered:
    """A command's outcome, and the number of the case it was for."""

    number: str
    outcome: Outcome


class Gateway:
    """Sends commands. Acknowledged means: the receipt is committed (design.md §2)."""

    def __init__(
        self,
        *,
        starter: Starter,
        reader: LedgerReader,
        signer: Signer,
        clock: Clock,
        records: Mapping[str, Record[Any]],
        answer_within: timedelta = ANSWER_WITHIN,
    ) -> None:
        self._starter = starter
        self._reader = reader
        self._signer = signer
        self._clock = clock
        self._records = records
        self._answer_within = answer_within

    async def send(
        self,
        *,
        noun: str,
        number: str | None,
        verb: str,
        body: Command,
        sender: Sender,
        method: str,
        path: str,
        key: str,
        traceparent: str | None = None,
    ) -> Answered:
        """Send one command; `number` None creates a case and reserves its number first (the same command, the same
        number).

        Raises `Busy` and `OutcomeUnknown`. The same key with the same body gives the same outcome for ever; with
        another body the outcome is the refusal `key-reused`.
        """
        command = command_id(principal=f"{sender.kind}:{sender.person}", method=method, path=path, key=key)
        if number is None:
            number = await self._reserve(noun, command)
        envelope = self._envelope(noun, number, verb, body, sender, command, traceparent)
        answered = await run_in_threadpool(self._from_ledger, envelope)
        if answered is None:
            answered = await self._through_temporal(envelope)
        return Answered(number=number, outcome=answered)

    async def _reserve(self, noun: str, command: UUID) -> str:
        year = fiscal_year(civil_date(self._clock.now()))
        serial, reserved_year = await run_in_threadpool(
            reserve_number, self._reader, noun=noun, fiscal_year=year, command_id=command
        )
        return f"{era_year_code(reserved_year)}-{serial:06d}"

    def _envelope(
        self, noun: str, number: str, verb: str, body: Command, sender: Sender, command: UUID, traceparent: str | None
    ) -> Envelope:
        text = msgspec.json.encode(
            body.model_dump(mode="json", by_alias=True, exclude_unset=True), order="sorted"
        ).decode()
        stream = stream_of(noun, number)
        payload = hashlib.sha256(msgspec.json.encode([stream, verb, text, sender.post])).hexdigest()
        unsigned = Envelope(
            noun=noun,
            number=number,
            verb=verb,
            label=self._records[noun].labels[verb],
            body=text,
            command_id=command,
            payload_sha256=payload,
            kind=sender.kind,
            person=sender.person,
            post=sender.post,
            correlation_id=stream,
            traceparent=traceparent,
            attempt=secrets.token_hex(8),
            key_id=self._signer.key_id,
        )
        signature = self._signer.sign(unsigned.signed_bytes())
        return unsigned.model_copy(update={"signature": base64.b64encode(signature.value).decode()})

    async def _through_temporal(self, envelope: Envelope) -> Outcome:
        """Have the case's process do it. An answer to an earlier sending comes from Temporal's memory and is not
        believed: the ledger says what became of the command, or else it is sent anew; the receipt keeps it once.
        """
        update_id = f"{envelope.command_id}:{envelope.payload_sha256[:16]}"
        try:
            async with asyncio.timeout(self._answer_within.total_seconds()):
                outcome = await self._deliver(envelope, update_id)
                if outcome is None or outcome.attempt != envelope.attempt:
                    outcome = await run_in_threadpool(self._from_ledger, envelope)
                if outcome is None:
                    outcome = await self._deliver(envelope, f"{update_id}:{envelope.attempt}")
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError, RPCError) as error:
            return await self._ask_ledger(envelope, error)
        except RuntimeError as error:  # a lazy client that never connected says so in words only; nothing was sent
            if "client connect" not in str(error):
                raise
            raise Busy(str(error)) from error
        if outcome is None:
            raise Busy("the case does not take commands now")
        return outcome

    async def _deliver(self, envelope: Envelope, update_id: str) -> Outcome | None:
        """Update the running case; where there is none, start it with the same call. None: its process failed at it."""
        try:
            if envelope.verb in self._records[envelope.noun].creates:
                return await self._create(envelope, update_id)
            try:
                outcome: Outcome = await self._starter.handle(envelope.stream).execute_update(
                    envelope.label, envelope, id=update_id, result_type=Outcome, rpc_timeout=self._answer_within
                )
                return outcome
            except RPCError as error:
                if error.status not in GONE:
                    raise
            ended = await run_in_threadpool(self._ended, envelope)
            if ended is None:
                return await self._revive(envelope, update_id)
            if ended.replayed:  # the process did it and was interrupted before it could say so: have it look again
                await self._starter.nudge(envelope.stream, ended.version)
            return ended
        except WorkflowUpdateFailedError as error:
            log.warning("update failed", stream=envelope.stream, verb=envelope.verb, reason=str(error.cause))
            return None

    async def _create(self, envelope: Envelope, update_id: str) -> Outcome:
        """Start a number's first process with its first command in one call."""
        try:
            return await self._start(envelope, update_id, first=True)
        except WorkflowAlreadyStartedError:  # its process ended before there was a case, or the ledger is an older one
            return await self._revive(envelope, update_id)

    async def _revive(self, envelope: Envelope, update_id: str) -> Outcome:
        """Start another run of a process that has ended, telling it what the last one had seen (I12)."""
        return await self._start(envelope, update_id, seen=await self._starter.last_seen(envelope.stream))

    async def _start(self, envelope: Envelope, update_id: str, *, seen: int = 0, first: bool = False) -> Outcome:
        outcome: Outcome = await self._starter.client.execute_update_with_start_workflow(
            envelope.label,
            envelope,
            id=update_id,
            result_type=Outcome,
            rpc_timeout=self._answer_within,
            start_workflow_operation=self._starter.operation(envelope.stream, seen=seen, first=first),
        )
        return outcome

    def _from_ledger(self, envelope: Envelope) -> Outcome | None:
        """Answer a command that is already settled; None where the ledger has not acknowledged it."""
        record = self._records[envelope.noun]
        receipt = self._reader.receipt(envelope.command_id)
        if receipt is None:
            return None
        return outcome_of(receipt, envelope, record, self._reader)

    def _ended(self, envelope: Envelope) -> Outcome | None:
        """Refuse what comes to a case that does not exist or has ended; None where a new run has real work to do. The
        process may have ended just now, by this very command: the receipt is looked for after the state.
        """
        record = self._records[envelope.noun]
        state, version = self._reader.fold(record, envelope.number)
        settled = self._from_ledger(envelope)
        if settled is not None:
            return settled
        view = record.view(state, version)
        directory, _ = self._reader.references()
        if version == 0 or not record.may_read(state, envelope.person, directory, self._clock.now()):
            return Outcome(result="refused", code="not-found", view=view, attempt=envelope.attempt)
        if view.closed and envelope.verb not in record.after_end:
            return Outcome(
                result="refused", code="already-closed", version=version, view=view, attempt=envelope.attempt
            )
        return None

    async def _ask_ledger(self, envelope: Envelope, error: BaseException) -> Outcome:
        """A time-out is a third outcome: the receipt decides, and without one nobody knows yet, unless Temporal took
        nothing.
        """
        answered = await run_in_threadpool(self._from_ledger, envelope)
        if answered is not None:
            return answered
        if isinstance(error, RPCError) and error.status is RPCStatusCode.RESOURCE_EXHAUSTED:
            raise Busy(error.message) from error
        raise OutcomeUnknown(str(envelope.command_id)) from error


def outcome_of(receipt: StoredReceipt, envelope: Envelope, record: Record[Any], reader: LedgerReader) -> Outcome:
    """Give the outcome a receipt stands for, or the refusal `key-reused` where it belongs to another payload."""
    state, version = reader.fold(record, envelope.number)
    view = record.view(state, version)
    if receipt.payload_sha256.hex() != envelope.payload_sha256 or receipt.stream != envelope.stream:
        return Outcome(result="refused", code="key-reused", field="Idempotency-Key", version=version, view=view)
    if receipt.refused_code is not None:
        return Outcome(
            result="refused",
            code=receipt.refused_code,
            field=receipt.refused_field,
            version=version,
            view=view,
            replayed=True,
        )
    return Outcome(
        result="accepted", view=view, version=receipt.last_version or 0, position=receipt.last_position, replayed=True
    )
