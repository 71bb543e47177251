"""A lean HTTP/1.1 client over one kept connection: what it takes itself is small beside what it measures."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec


class Unexpected(Exception):
    """An answer that the bench did not mean to get."""


class OutcomeUnknown(Unexpected):
    """No answer came in time; the same command is to be sent again with the same key."""


@dataclass
class Connection:
    """One connection to one server; requests follow each other."""

    host: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, url: str) -> "Connection":
        """Connect to the server of `url`."""
        parts = urlsplit(url)
        assert parts.hostname is not None, "a server's address has a host"
        return cls(parts.netloc, *await asyncio.open_connection(parts.hostname, parts.port))

    async def get(self, path: str, headers: Mapping[str, str]) -> Any:
        """Give the JSON at `path`."""
        return await self._exchange("GET", path, headers, b"")

    async def post(self, path: str, headers: Mapping[str, str], body: Any) -> Any:
        """Send JSON and give the JSON that comes back."""
        return await self._exchange("POST", path, {**headers, "Content-Type": "application/json"}, _encoded(body))

    async def close(self) -> None:
        """Close the connection."""
        self.writer.close()
        await self.writer.wait_closed()

    async def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Any:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        try:
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            content = await self.reader.readexactly(_length(head))
        except asyncio.IncompleteReadError as closed:  # an EOFError, which the command line takes for an interruption
            raise Unexpected(f"{method} {path}: the server closed the connection") from closed
        if not head.startswith(("HTTP/1.1 200", "HTTP/1.1 201")):
            refusal = OutcomeUnknown if head.startswith("HTTP/1.1 504") else Unexpected
            raise refusal(f"{method} {path}: {head.splitlines()[0]} {content.decode(errors='replace')}")
        return msgspec.json.decode(content)


def _encoded(body: Any) -> bytes:
    return msgspec.json.encode(body)


def _length(head: str) -> int:
    for line in head.splitlines():
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    raise Unexpected(f"an answer without a length: {head}")
