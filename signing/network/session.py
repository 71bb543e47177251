"""One pooled HTTP session per process: named hosts only, no redirects, no proxies, bounded in time and size."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

import aiohttp

from signing.network.errors import NetworkRefused
from signing.network.limits import Limits

PORTS = {"http": 80, "https": 443}
TOO_MANY_REQUESTS = 429


class Network:
    """Asks hosts of the allow-list. An entry is a host name (any port) or `host:port`; addresses in certificates come
    from strangers, so what is not on the list is not even resolved.
    """

    def __init__(
        self,
        *,
        allowed_hosts: Iterable[str],
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        moved: Mapping[str, str] | None = None,
    ) -> None:
        """`moved` maps `host:port` as certificates have it to where that service is reached now."""
        self._allowed = frozenset(host.lower() for host in allowed_hosts)
        self.limits = limits or Limits()
        self._tls = tls
        self._moved = dict(moved or {})
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the pooled connections; the next request opens new ones."""
        session, self._session, self._loop = self._session, None, None
        if session is not None:
            await session.close()

    async def fetch(
        self,
        method: Literal["GET", "POST"],
        url: str,
        *,
        accept: str,
        bytes_max: int,
        content: bytes | None = None,
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
        answers: tuple[int, ...] = (200,),
    ) -> bytes:
        """The body of the answer, whose media type is `accept`.

        Raises NetworkRefused: `host-not-allowed` before anything is sent, `unreachable` (also: the server has
        trouble), `timed-out`, `rejected` (any other status, redirects among them), `malformed` (another media type),
        `too-large`.
        """
        address = self._address(url)
        asked = {"Accept": accept} | ({"Content-Type": content_type} if content_type else {}) | dict(headers or {})
        try:
            async with self._pool().request(
                method, address, data=content, headers=asked, allow_redirects=False
            ) as answer:
                _require_status(answer, url, answers)
                if answer.content_type != accept:
                    raise NetworkRefused("malformed", f"{url} answers with {answer.content_type}, not {accept}")
                return await _body(answer, bytes_max)
        except TimeoutError as error:
            raise NetworkRefused("timed-out", f"{url} did not answer in {self.limits.total_seconds} s") from error
        except (aiohttp.ClientConnectionError, OSError) as error:
            raise NetworkRefused("unreachable", f"{url}: {type(error).__name__}: {error}") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise NetworkRefused("malformed", f"{url}: {type(error).__name__}: {error}") from error

    def allows(self, url: str) -> bool:
        """Whether that address may be asked."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0)
        except ValueError:
            return False
        return parts.scheme in PORTS and not parts.username and bool({host, f"{host}:{port}"} & self._allowed)

    def _address(self, url: str) -> str:
        if not self.allows(url):
            raise NetworkRefused("host-not-allowed", f"{url} is not on the list of hosts that may be asked")
        parts = urlsplit(url)
        now_at = self._moved.get(parts.netloc.lower())
        return parts._replace(netloc=now_at).geturl() if now_at else url

    def _pool(self) -> aiohttp.ClientSession:
        """The session, made when first needed. It belongs to one loop: whoever has several has as many networks."""
        loop = asyncio.get_running_loop()
        if self._session is not None and self._loop is not loop:
            raise RuntimeError("this network is used by another event loop")
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=self.limits.total_seconds, connect=self.limits.connect_seconds)
            connector = aiohttp.TCPConnector(limit=self.limits.connections_max, ssl=self._tls or True)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=timeout,
                trust_env=False,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            self._loop = loop
        return self._session


def _require_status(answer: aiohttp.ClientResponse, url: str, answers: tuple[int, ...]) -> None:
    if answer.status in answers:
        return
    code: Literal["unreachable", "rejected"]
    code = "unreachable" if answer.status >= 500 or answer.status == TOO_MANY_REQUESTS else "rejected"
    raise NetworkRefused(code, f"{url} answers with status {answer.status}")


async def _body(answer: aiohttp.ClientResponse, bytes_max: int) -> bytes:
    read = bytearray()
    async for part in answer.content.iter_any():
        read += part
        if len(read) > bytes_max:
            raise NetworkRefused("too-large", f"{answer.url} answers with more than {bytes_max} bytes")
    return bytes(read)
