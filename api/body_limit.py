"""Request bodies within bounds: counted while they stream in, and heard out before the connection may end."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from api.errors import Problem

MULTIPART_ROOM_BYTES = 64 * 1024  # boundaries and part headers around one file
DRAIN_BYTES_MAX = 1024 * 1024 * 1024
DRAIN_WITHIN_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class BodyLimits:
    """How many bytes a request may carry: a file on its way to the store, what `others` name by path, all else."""

    upload_bytes: int
    request_bytes: int
    upload_paths: frozenset[str] = frozenset(
        {"/v1/attachments", "/v1/contract-documents", "/v1/contract-batches", "/v1/contracts/verify"}
    )
    others: Mapping[str, int] = field(default_factory=dict)

    def for_path(self, path: str) -> tuple[int, str]:
        """Give the limit of a path and the code that says it was exceeded."""
        if path in self.upload_paths:
            return self.upload_bytes + MULTIPART_ROOM_BYTES, "attachment-too-large"
        return self.others.get(path, self.request_bytes), "body-too-large"


class BoundedBody:
    """One request's body. `receive` refuses what exceeds the limit; `send` answers without cutting the sender off.

    A server that closes while the client still sends makes the client lose the answer (RFC 9112 §9.6): what is left of
    the body is read and dropped, for a while, between the answer and the end.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, limits: BodyLimits) -> None:
        headers = Headers(scope=scope)
        self._receive, self._send = receive, send
        self._limit, self._code = limits.for_path(scope["path"])
        length = headers.get("content-length", "")
        self._announced = int(length) if length.isascii() and length.isdigit() else 0
        self._open = self._announced > 0 or "transfer-encoding" in headers
        self._seen = 0

    def require_announced_within(self) -> None:
        """Refuse at once what says itself that it is too large."""
        if self._announced > self._limit:
            raise self._too_large()

    async def receive(self) -> Message:
        """Pass the body on as it comes; raise the problem where it grows beyond the limit."""
        message = await self._next()
        if self._seen > self._limit:
            raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on; its last part waits until the sender of the request has been heard out."""
        if self._open and message["type"] == "http.response.body" and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._drain()
            message = {"type": "http.response.body"}
        await self._send(message)

    async def _next(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
        self._open = self._open and message["type"] == "http.request" and bool(message.get("more_body", False))
        return message

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(DRAIN_WITHIN_SECONDS):
                while self._open and self._seen < DRAIN_BYTES_MAX:
                    await self._next()
        except TimeoutError:
            self._open = False  # a sender this slow loses the connection

    def _too_large(self) -> Problem:
        return Problem(self._code, detail=f"At most {self._limit} bytes are accepted here.")
