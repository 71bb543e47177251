"""The envelope: one command on its way from the API through Temporal to the ledger, signed so that nobody between can
forge it.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

import msgspec
from pydantic import BaseModel, ConfigDict

from domain.streams import stream_of
from domain.view import View

NAMESPACE = UUID("8f0a1c52-6d3e-5b7a-9f41-3c2d7e5b9a10")  # fixed for ever: command ids are derived in it


class Envelope(BaseModel):
    """A command as signed by the API. `body` is canonical JSON; `signature` is base64 over `signed_bytes` (design.md
    §2, ADR 0002).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    noun: str
    number: str
    verb: str
    label: str  # the verb in Japanese: the update's name in the Temporal UI
    body: str
    command_id: UUID
    payload_sha256: str
    kind: Literal["person", "service", "counterparty"] = "person"
    person: str
    post: str | None
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    attempt: str = ""  # which sending of the command this is: an answer to another one came from Temporal's memory
    key_id: str = ""
    signature: str = ""

    @property
    def stream(self) -> str:
        """The record's stream, which is also the workflow's id."""
        return stream_of(self.noun, self.number)

    def signed_bytes(self) -> bytes:
        """Give the bytes the signature covers: every field but the signature itself, as sorted JSON."""
        return msgspec.json.encode(self.model_dump(mode="json", exclude={"signature"}), order="sorted")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a command, for ever: accepted with version and position, refused with a code, or nothing to do
    (system rules only).
    """

    result: Literal["accepted", "refused", "nothing"]
    view: View
    version: int = 0
    position: int | None = None
    code: str | None = None
    field: str | None = None
    replayed: bool = False
    attempt: str = ""  # the sending this answers


def command_id(*, principal: str, method: str, path: str, key: str) -> UUID:
    """Give the id of the command that `principal` sends with Idempotency-Key `key`: scoped, so no one reads another's
    outcome.
    """
    return uuid5(NAMESPACE, msgspec.json.encode([principal, method, path, key]).decode())


def system_command_id(*, stream: str, rule: str, occasion: str) -> UUID:
    """Give the id of a system rule's command from business facts only, so that every run of it is the same command
    (design.md §2).
    """
    return uuid5(NAMESPACE, msgspec.json.encode(["system", stream, rule, occasion]).decode())
