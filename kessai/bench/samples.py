"""Samples: real cases to copy, and the envelopes of commands as the API would send them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID, uuid5

import msgspec

from domain.approval import RECORD
from domain.envelope import NAMESPACE, Envelope, Outcome
from domain.events import Event, Fact, Meta
from domain.ledger.order import Entry
from domain.streams import stream_of
from kessai.composition import Composition

OFFICER, CHIEF, LEAD = "road-officer", "road-chief", "road-lead"
ROUTINE = {
    "kind": "routine_reply",
    "title": "道路台帳の閲覧に関する照会への回答について",
    "body": "標記の件について、別紙のとおり照会がありましたので、次のとおり回答してよろしいか伺います。",
}


class SampleRefused(Exception):
    """A command of the bench was not accepted: what is measured is not what was meant."""


@dataclass
class Desk:
    """Makes cases and commands for one prefecture. Signatures are the worker's matter: envelopes are unsigned here."""

    parts: Composition
    year: str = "R8"
    _serials: Iterator[int] = field(default_factory=lambda: count(1))
    _keys: Iterator[int] = field(default_factory=count)
    _people: dict[str, str] = field(default_factory=dict)

    def number(self) -> str:
        """A case number that was not used yet."""
        return f"{self.year}-{next(self._serials):06d}"

    def key(self) -> UUID:
        """A command id that was not used yet."""
        return uuid5(NAMESPACE, f"bench/{self.parts.settings.database_schema}/{self.year}/{next(self._keys)}")

    def envelope(self, post: str, verb: str, number: str, **body: Any) -> Envelope:
        """The command of the holder of `post`."""
        text = msgspec.json.encode(body, order="sorted").decode()
        stream = stream_of(RECORD.noun, number)
        return Envelope(
            noun=RECORD.noun,
            number=number,
            verb=verb,
            label=RECORD.labels[verb],
            body=text,
            command_id=self.key(),
            payload_sha256=hashlib.sha256(f"{stream}{verb}{text}{post}".encode()).hexdigest(),
            person=self._person(post),
            post=post,
            correlation_id=stream,
        )

    def send(self, envelope: Envelope) -> Outcome:
        """Have the ledger handle one command. Raises SampleRefused where it is not accepted."""
        outcome = self.parts.writer.handle(RECORD, envelope)
        if outcome.result != "accepted":
            raise SampleRefused(f"{envelope.stream} {envelope.verb}: {outcome.code}")
        return outcome

    def life(self, number: str) -> tuple[Envelope, ...]:
        """A routine case's commands from draft to decision."""
        return (
            self.envelope(OFFICER, "draft", number, **ROUTINE),
            self.envelope(CHIEF, "approve", number),
            self.envelope(LEAD, "decide", number),
        )

    def case(self, *verbs: tuple[str, str, dict[str, Any]]) -> tuple[Fact, ...]:
        """Walk one routine case through its life and then `verbs` (post, verb, body); give its facts."""
        number = self.number()
        for envelope in (
            *self.life(number),
            *(self.envelope(post, verb, number, **body) for post, verb, body in verbs),
        ):
            self.send(envelope)
        return self.parts.reader.facts(stream_of(RECORD.noun, number))

    def copies(self, facts: Sequence[Fact], numbers: Sequence[str]) -> list[Entry]:
        """Entries that give each number the same facts, under a command of its own."""
        events = tuple(fact.event for fact in facts)
        return [self.entry(stream_of(RECORD.noun, number), events, facts[0].meta) for number in numbers]

    def entry(self, stream: str, events: tuple[Event, ...], like: Meta) -> Entry:
        """A new stream with `events`."""
        meta = msgspec.structs.replace(like, command_id=self.key(), correlation_id=stream)
        return Entry(stream=stream, version=0, events=events, meta=meta)

    def append(self, entries: Sequence[Entry], *, at_once: int = 1_000) -> None:
        """Append in batches."""
        for first in range(0, len(entries), at_once):
            self.parts.writer.append_batch(entries[first : first + at_once])

    def _person(self, post: str) -> str:
        if post not in self._people:
            directory, _ = self.parts.reader.references()
            holder = directory.holder(post, self.parts.clock.now())
            if holder is None:
                raise SampleRefused(f"{post} is vacant")
            self._people[post] = holder.person
        return self._people[post]
