"""The gateway for codes: one POST to the prefecture's SMS, telephone and mail-room service; in development, a folder.

What is sent: `{"id", "channel": "sms" | "voice" | "letter", "to", "text", "language", "document"?}` with the delivery's
id as Idempotency-Key; `document` is a PDF in base64. Any 2xx answer means: taken.
"""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import msgspec

from domain.contract.facts import Channel
from kessai.notifying.http import Poster

VOICES: Mapping[Channel, str] = MappingProxyType({"sms": "sms", "telephone": "voice", "letter": "letter"})


@dataclass(frozen=True, kw_only=True)
class Message:
    """One code on its way. `to` is a number in international form, or, on paper, company and person."""

    id: str
    channel: Channel
    to: str
    text: str = field(repr=False)
    document: bytes | None = field(default=None, repr=False)

    def body(self) -> bytes:
        """Give it as the gateway takes it."""
        content = {
            "id": self.id, "channel": VOICES[self.channel], "to": self.to, "text": self.text, "language": "ja-JP"
        }  # fmt: skip
        if self.document is not None:
            content["document"] = base64.b64encode(self.document).decode()
        return msgspec.json.encode(content)


class CodeGateway(Protocol):
    """Takes codes for delivery. Raises `NotPosted`."""

    async def take(self, message: Message) -> int: ...


@dataclass(frozen=True, kw_only=True)
class HttpGateway:
    """The gateway at `url`, to which the bearer `token` lets us in; no other host is ever asked."""

    poster: Poster
    url: str
    token: str = field(default="", repr=False)

    async def take(self, message: Message) -> int:
        """Send one message and give the status. Raises `NotPosted`."""
        headers = {"Idempotency-Key": message.id}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return await self.poster.post(self.url, headers, message.body())


@dataclass(frozen=True, kw_only=True)
class FolderGateway:
    """What stands in for the gateway in development: files that only the owner of the data folder can read."""

    folder: Path

    async def take(self, message: Message) -> int:
        """Leave the message in the folder, under its id: a second copy takes the first one's place."""
        keep_private(self.folder, f"{message.id}.json", message.body())
        if message.document is not None:
            keep_private(self.folder, f"{message.id}.pdf", message.document)
        return 200


def keep_private(folder: Path, name: str, content: bytes) -> None:
    """Write a file of the owner's alone (folder 0700, file 0600), whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    partly = folder / f".{name}"
    descriptor = os.open(partly, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    os.replace(partly, folder / name)


def international(phone: str) -> str:
    """Give a telephone number as gateways want it: 090-1234-5678 → +819012345678."""
    bare = phone.replace("-", "")
    return f"+81{bare[1:]}" if bare.startswith("0") else bare
