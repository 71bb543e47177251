"""Facts: what every event of every record has in common, whoever wrote it and whichever process it belongs to."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", gc=False):
    """One thing that happened, in the past participle. Subclasses carry an explicit versioned tag:
    `approval.decided.v1`.
    """


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A value inside an event."""


class Actor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Who acted, as displayed that day. `kind` is "person", "service" (a service account), "system" (a named rule) or
    "counterparty" (a signer who has no account).
    """

    kind: Literal["person", "service", "system", "counterparty"] = "person"
    person: str  # person number, service account id, name of the system rule, or contract and signer: R8-000001/1
    name: str
    post: str | None = None
    title: str | None = None


class Meta(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What is stored beside every event: by whom, on whose behalf, by which command, and when it happened (injected
    clock, UTC). `payload_sha256` is the command's, in hex, as its receipt has it; empty only in a rehearsal, which
    writes nothing.
    """

    command_id: UUID
    payload_sha256: str = ""
    correlation_id: str
    causation_id: str | None = None
    by: Actor
    on_behalf_of: Actor | None = None
    traceparent: str | None = None
    at: datetime


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event in its place: stream and version, position in the ledger, and both times (`meta.at` injected,
    `recorded_at` real).
    """

    stream: str
    version: int
    position: int
    event: Event
    meta: Meta
    recorded_at: datetime


class On(msgspec.Struct, frozen=True):
    """An event that a decision adds to another stream (a guard) in the same transaction as the record's own
    events.
    """

    stream: str
    event: Event
