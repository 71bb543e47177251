"""Orders: what the ledger is asked to do, already authenticated, and in whose name it will be recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.directory import Directory
from domain.events import Actor, Event, Meta
from domain.record import Command, Record
from domain.refusals import Refused
from domain.streams import stream_of

COUNTERPARTY = "相手方の署名者"  # their names are in the contract's record, sealed; not beside every event


@dataclass(frozen=True, kw_only=True)
class Order:
    """One command, already authenticated: by the API's signature, or issued by a named system rule."""

    record: Record[Any]
    number: str
    verb: str
    body: Command | str
    command_id: UUID
    payload_sha256: bytes
    kind: str
    person: str
    name: str = ""
    post: str | None
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    seen: int = 0  # the version its process has reached: a ledger below it is an older one

    @property
    def stream(self) -> str:
        return stream_of(self.record.noun, self.number)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One command's worth of a batch: events for one stream after `version`. The receipt that makes it happen once
    follows from `meta`, payload hash included.
    """

    stream: str
    version: int
    events: tuple[Event, ...]
    meta: Meta


def on_behalf(meta: Meta, event: Event) -> Meta:
    """Give `meta` naming on whose behalf `event` was done, where the event says so (代決)."""
    behalf: Actor | None = getattr(event, "on_behalf_of", None)
    if behalf is None:
        return meta
    return msgspec.structs.replace(meta, on_behalf_of=behalf)


def refuse_stale(command: Command, version: int) -> None:
    if command.version is not None and command.version != version:
        raise Refused("stale-version", "version")


def actor_of(order: Order, directory: Directory, now: datetime) -> Actor:
    if order.kind == "system":
        return Actor(kind="system", person=order.person, name=order.name)
    if order.kind == "service":
        return Actor(kind="service", person=order.person, name=order.person)
    if order.kind == "counterparty":
        return Actor(kind="counterparty", person=order.person, name=COUNTERPARTY)
    holder = directory.holder(order.post, now) if order.post else None
    if holder is None or holder.person != order.person:
        raise Refused("not-your-post", "Kessai-Post")
    return Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)
