"""The mapper: facts to stored rows and back, as canonical JSON an auditor can read, by explicit versioned tags."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from eventsourcing.persistence import Mapper, StoredEvent

from domain.events import Event, Fact, Meta

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]  # the old body → the body of the next version, tag included
_UNRECORDED = datetime.min.replace(tzinfo=UTC)


class UnknownEvent(Exception):
    """A stored row whose tag, body or metadata this code does not know: never skipped, never guessed."""


class LedgerMapper(Mapper[str]):
    """Maps between `Fact` and the library's `StoredEvent`. `upcasters`: old tag → function giving the newer body (ADR
    0002).
    """

    def __init__(self, events: Iterable[type[Event]], upcasters: Mapping[str, Upcaster] | None = None) -> None:
        self._types = tuple(events)
        self._upcasters = dict(upcasters or {})
        self._tags = {cls: str(cls.__struct_config__.tag) for cls in self._types}
        if len(set(self._tags.values())) != len(self._types):
            raise ValueError("two events share a tag")
        self._encoder = msgspec.json.Encoder(order="sorted")
        self._rows = {self._tags[cls]: _row(cls) for cls in self._types}
        self._decoders = {tag: msgspec.json.Decoder(row) for tag, row in self._rows.items()}

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag this mapper writes."""
        return tuple(self._tags.values())

    def tag(self, event: Event) -> str:
        """Give the versioned tag of `event`."""
        return self._tags[type(event)]

    def encode(self, event: Event, meta: Meta) -> bytes:
        """Give the canonical JSON of one event and its metadata."""
        return self._encoder.encode({"event": event, "meta": meta})

    def decode(self, topic: str, state: bytes) -> tuple[Event, Meta]:
        """Give back event and metadata, validated; raise `UnknownEvent` where tag, body or metadata do not fit."""
        try:
            if topic in self._upcasters:
                old = self._upcast(topic, msgspec.json.decode(state))
                row = msgspec.convert(old, self._rows[old["event"]["type"]])
            else:
                row = self._decoders[topic].decode(state)
        except (msgspec.DecodeError, KeyError) as error:
            raise UnknownEvent(f"{topic}: {error}") from error
        return row.event, row.meta

    def _upcast(self, topic: str, row: dict[str, Any]) -> dict[str, Any]:
        while topic in self._upcasters:
            row = {**row, "event": self._upcasters[topic](row["event"])}
            topic = row["event"]["type"]
        return row

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The library's direction in: a `Fact` as its row."""
        fact: Fact = domain_event
        return StoredEvent(fact.stream, fact.version, self.tag(fact.event), self.encode(fact.event, fact.meta))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The library's direction out: a row as `Fact` (position 0: the library's row does not carry it)."""
        event, meta = self.decode(stored_event.topic, bytes(stored_event.state))
        return Fact(
            stream=str(stored_event.originator_id),
            version=stored_event.originator_version,
            position=getattr(stored_event, "id", 0),
            event=event,
            meta=meta,
            recorded_at=_UNRECORDED,
        )


def _row(event: type[Event]) -> Any:
    """The stored body of one type of event. One each: the topic says which, so no body is searched for its tag."""
    fields = [("event", event), ("meta", Meta)]
    return msgspec.defstruct("Row", fields, frozen=True, forbid_unknown_fields=True, gc=False)
