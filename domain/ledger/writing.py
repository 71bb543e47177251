"""The ledger's writing half: one plain function takes a command to its outcome. Imported only by activities and the
listed kessai commands.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent
from pydantic import ValidationError

from domain.calendars import Calendars
from domain.clock import Clock
from domain.envelope import Envelope, Outcome, system_command_id
from domain.events import Event, Meta, On
from domain.ledger.appends import Receipt
from domain.ledger.order import Entry, Order, actor_of, on_behalf, refuse_stale
from domain.ledger.reading import DIRECTORY, RULEBOOK, LedgerReader, Loaded, StoredReceipt, fold
from domain.ledger.store import LedgerStore
from domain.ledger.turns import Turns
from domain.record import Command, Given, GuardStream, Record
from domain.refusals import Refused
from domain.streams import stream_of

TRIES_MAX = 12

REFUSE = (
    "SELECT {schema}.ledger_refuse("
    "%(command)s, %(payload)s, %(stream)s, %(code)s, %(field)s, %(actor)s, %(post)s, %(act)s)"
)


class Contention(Exception):
    """Too many writers kept moving the same stream; the caller may send the same command again."""


class LedgerWriter:
    """Decides and appends. Every command may arrive twice, on two workers at once, or again years later (I1–I7)."""

    def __init__(self, store: LedgerStore, *, clock: Clock, calendars: Calendars) -> None:
        self._store = store
        self._clock = clock
        self._calendars = calendars
        self._turns = Turns()
        self.reader = LedgerReader(store)

    def handle(self, record: Record[Any], envelope: Envelope, *, seen: int = 0) -> Outcome:
        """Take a verified envelope to its outcome: the receipt's if there is one, else decide and append, or refuse.

        Same id and other payload: refused `key-reused`, nothing written (I6). A ledger that has not reached `seen`,
        the version the record's process knows: refused `ledger-regressed`, nothing written (I12). Raise `Contention`
        or the library's OperationalError where the outcome is not known yet; sending the same command again is always
        safe.
        """
        order = Order(
            record=record,
            number=envelope.number,
            verb=envelope.verb,
            body=envelope.body,
            command_id=envelope.command_id,
            payload_sha256=bytes.fromhex(envelope.payload_sha256),
            kind=envelope.kind,
            person=envelope.person,
            post=envelope.post,
            correlation_id=envelope.correlation_id,
            causation_id=envelope.causation_id,
            traceparent=envelope.traceparent,
            seen=seen,
        )
        with self._store.ledger_recorder.one_connection():
            return self._settle(order)

    def apply_rule(
        self, record: Record[Any], *, number: str, verb: str, rule: str, name: str, occasion: str, command: Command
    ) -> Outcome:
        """Let the named system `rule` act on a record. The id follows from record, rule and `occasion`, so it acts at
        most once (I16).
        """
        if verb not in record.system:
            raise ValueError(f"{verb} is not a system verb of {record.noun}")
        stream = stream_of(record.noun, number)
        order = Order(
            record=record,
            number=number,
            verb=verb,
            body=command,
            command_id=system_command_id(stream=stream, rule=rule, occasion=occasion),
            payload_sha256=hashlib.sha256(command.model_dump_json().encode()).digest(),
            kind="system",
            person=rule,
            name=name,
            post=None,
            correlation_id=stream,
        )
        with self._store.ledger_recorder.one_connection():
            return self._settle(order)

    def append_batch(self, entries: Sequence[Entry]) -> tuple[int, int]:
        """Append many streams' events and receipts in one transaction; give first and last position.

        Raise IntegrityError, with nothing written, where a stream moved or a command is already there: look again,
        then retry without it.
        """
        rows, receipts = self._rows(entries)
        first, _ = self._store.ledger_recorder.append(rows, receipts=receipts)
        return first, first + len(rows) - 1

    def _settle(self, order: Order) -> Outcome:
        for _ in range(TRIES_MAX):
            loaded = self.reader.load(order.stream, order.command_id)
            if loaded.receipt is not None:
                return self._replay(order, loaded, loaded.receipt)
            if (loaded.facts[-1].version if loaded.facts else 0) < order.seen:
                return self._regressed(order, loaded)
            try:
                with ExitStack() as turn:
                    return self._decide(order, loaded, turn)
            except IntegrityError:
                continue  # our own lost acknowledgement, or another writer: the next look tells which
        raise Contention(order.stream)

    def _regressed(self, order: Order, loaded: Loaded) -> Outcome:
        state, version = fold(order.record, loaded.facts)
        view = order.record.view(state, version)
        return Outcome(result="refused", code="ledger-regressed", version=version, view=view)

    def _decide(self, order: Order, loaded: Loaded, turn: ExitStack) -> Outcome:
        record = order.record
        state, version = fold(record, loaded.facts)
        now = max([self._clock.now(), *(f.meta.at for f in loaded.facts[-1:])])
        try:
            command = self._command(order)
            given = self._given(order, loaded, now)
            guards = record.guards(state, command, given)
            turn.enter_context(self._turns.at(guard.name for guard in guards))
            given, guarded = self._guard(guards, given)
            refuse_stale(command, version)
            decided = record.decide(state, command, given)
        except Refused as refused:
            return self._refuse(order, refused, state, version)
        if not decided:
            return Outcome(result="nothing", view=record.view(state, version), version=version)
        meta = Meta(
            command_id=order.command_id,
            payload_sha256=order.payload_sha256.hex(),
            correlation_id=order.correlation_id,
            causation_id=order.causation_id,
            by=given.by,
            traceparent=order.traceparent,
            at=now,
        )
        return self._append(order, loaded, state, version, decided, meta, guarded)

    def _append(
        self,
        order: Order,
        loaded: Loaded,
        state: Any,
        version: int,
        decided: Sequence[Event | On],
        meta: Meta,
        guarded: dict[str, int],
    ) -> Outcome:
        mapper, record = self._store.ledger_mapper, order.record
        first_version, versions, rows = version + 1, dict(guarded), []
        for item in decided:
            event = item.event if isinstance(item, On) else item
            its_meta = on_behalf(meta, event)
            if isinstance(item, On):
                versions[item.stream] = at = versions[item.stream] + 1
                stream = item.stream
            else:
                version = at = version + 1
                stream = order.stream
                state = record.evolve(state, event, its_meta)
            rows.append(StoredEvent(stream, at, mapper.tag(event), mapper.encode(event, its_meta)))
        receipt = Receipt(
            command_id=order.command_id,
            payload_sha256=order.payload_sha256,
            stream=order.stream,
            first_version=first_version,
            last_version=version,
            first_row=1,
            last_row=len(rows),
        )
        expected = {DIRECTORY: loaded.directory_version, RULEBOOK: loaded.rulebook_version, **guarded}
        expected.pop(order.stream, None)
        first, _ = self._store.ledger_recorder.append(rows, receipts=[receipt], expected=expected)
        return Outcome(
            result="accepted", view=record.view(state, version), version=version, position=first + len(rows) - 1
        )

    def _refuse(self, order: Order, refused: Refused, state: Any, version: int) -> Outcome:
        outcome = Outcome(
            result="refused",
            code=refused.code,
            field=refused.field,
            version=version,
            view=order.record.view(state, version),
        )
        if order.kind == "system":
            raise refused  # a system rule that may not act is a programming error: decide must answer it with nothing
        with self.reader.connection() as connection:
            wanted = {
                "command": order.command_id,
                "payload": order.payload_sha256,
                "stream": order.stream,
                "code": refused.code,
                "field": refused.field,
                "actor": order.person,
                "post": order.post,
                "act": order.verb,
            }
            connection.execute(self.reader.sql(REFUSE), wanted, prepare=True)
        return outcome

    def _replay(self, order: Order, loaded: Loaded, receipt: StoredReceipt) -> Outcome:
        state, version = fold(order.record, loaded.facts)
        view = order.record.view(state, version)
        if receipt.payload_sha256 != order.payload_sha256 or receipt.stream != order.stream:
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
            result="accepted",
            view=view,
            version=receipt.last_version or 0,
            position=receipt.last_position,
            replayed=True,
        )

    def _command(self, order: Order) -> Command:
        if isinstance(order.body, Command):
            return order.body
        shape = order.record.commands.get(order.verb)
        if shape is None or order.verb in order.record.system:
            raise Refused("unknown-verb")
        try:
            return shape.model_validate_json(order.body)
        except ValidationError as error:
            raise Refused("invalid", ".".join(str(part) for part in error.errors()[0]["loc"])) from error

    def _given(self, order: Order, loaded: Loaded, now: datetime) -> Given:
        return Given(
            now=now,
            by=actor_of(order, loaded.directory, now),
            directory=loaded.directory,
            rules=loaded.rulebook,
            calendars=self._calendars,
            command_id=order.command_id,
            number=order.number,
        )

    def _guard(self, guards: Iterable[GuardStream], given: Given) -> tuple[Given, dict[str, int]]:
        loaded = {stream.name: self.reader.guard(stream) for stream in guards}
        return replace(given, guards=loaded), {name: guard.version for name, guard in loaded.items()}

    def _rows(self, entries: Iterable[Entry]) -> tuple[list[StoredEvent], list[Receipt]]:
        mapper = self._store.ledger_mapper
        rows: list[StoredEvent] = []
        receipts: list[Receipt] = []
        for entry in entries:
            first_row = len(rows) + 1
            for version, event in enumerate(entry.events, entry.version + 1):
                rows.append(StoredEvent(entry.stream, version, mapper.tag(event), mapper.encode(event, entry.meta)))
            receipts.append(
                Receipt(
                    command_id=entry.meta.command_id,
                    payload_sha256=bytes.fromhex(entry.meta.payload_sha256),
                    stream=entry.stream,
                    first_version=entry.version + 1,
                    last_version=entry.version + len(entry.events),
                    first_row=first_row,
                    last_row=len(rows),
                )
            )
        return rows, receipts
