"""Orders: what the ledger is asked to do, already authenticated, and in whose name it will be recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.directory import Directory
from domain.events import Actor, Event, Meta
from domain.record import Command, Record
from domain.refusals import Refused


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
        return f"{self.record.noun}-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One command's worth of a batch: events for one stream after `version`, with the receipt that makes it happen
    once.
    """

    stream: str
    version: int
    events: tuple[Event, ...]
    meta: Meta
    payload_sha256: bytes


def on_behalf(meta: Meta, event: Event) -> Meta:
    """Give `meta` naming on whose behalf `event` was done, where the event says so (代決)."""
    behalf: Actor | None = getattr(event, "on_behalf_of", None)
    if behalf is None:
        return meta
    return Meta(
        command_id=meta.command_id,
        correlation_id=meta.correlation_id,
        causation_id=meta.causation_id,
        by=meta.by,
        on_behalf_of=behalf,
        traceparent=meta.traceparent,
        at=meta.at,
    )


def refuse_stale(command: Command, version: int) -> None:
    if command.version is not None and command.version != version:
        raise Refused("stale-version", "version")


def actor_of(order: Order, directory: Directory, now: datetime) -> Actor:
    if order.kind == "system":
        return Actor(kind="system", person=order.person, name=order.name)
    if order.kind == "service":
        return Actor(kind="service", person=order.person, name=order.person)
    holder = directory.holder(order.post, now) if order.post else None
    if holder is None or holder.person != order.person:
        raise Refused("not-your-post", "Kessai-Post")
    return Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)
