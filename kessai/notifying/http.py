"""One signed message over HTTP: to the very address that was looked at, without redirects, within a time and a size."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

import httpx

from domain.policies.webhook import Address, Allowed, BadTarget, Target, refusal, target_of

ANSWER_WITHIN = timedelta(seconds=20)
ANSWER_BYTES_MAX = 16 * 1024  # nothing of it is used; a receiver that talks on is cut off
GONE = 410
SLOW_DOWN = (429, 503)

Resolve = Callable[[str, int], Awaitable[tuple[Address, ...]]]


class NotPosted(Exception):
    """A message was not taken, and why, in a few English words that hold nothing of the receiver's answer."""

    def __init__(self, detail: str, status: int | None = None, *, asked_wait: timedelta | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.asked_wait = asked_wait

    @property
    def gone(self) -> bool:
        """Whether the receiver wants nothing more."""
        return self.status == GONE


async def resolved(host: str, port: int) -> tuple[Address, ...]:
    """Give the addresses behind a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(each[4][0]) for each in found))


@dataclass(frozen=True, kw_only=True)
class Poster:
    """Sends to one receiver over one client, whose connections no other receiver shares: names that lie at one address
    have certificates of their own.
    """

    client: httpx.AsyncClient
    allowed: Allowed
    resolve: Resolve = resolved
    within: timedelta = ANSWER_WITHIN

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send one message and give the status, 200–299. Raises NotPosted for everything else."""
        try:
            async with asyncio.timeout(self.within.total_seconds()):
                target = target_of(url)
                response = await self._sent(url, target, await self._address(target), headers, body)
        except TimeoutError as error:
            raise NotPosted("no answer in time") from error
        except BadTarget as error:
            raise NotPosted(f"refused: {error}") from error
        except ssl.SSLError as error:
            raise NotPosted("TLS failed") from error
        except OSError as error:
            raise NotPosted("the name cannot be resolved") from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise NotPosted(type(error).__name__) from error
        if not 200 <= response.status_code < 300:
            raise NotPosted("the receiver refused", response.status_code, asked_wait=_asked_wait(response))
        return response.status_code

    async def _address(self, target: Target) -> Address:
        """The address to connect to. One refused address among several refuses the name."""
        found = (target.literal,) if target.literal else await self.resolve(target.host, target.port)
        for address in found:
            reason = refusal(target, address, self.allowed)
            if reason is not None:
                raise BadTarget(reason)
        if not found:
            raise OSError("no address")
        return found[0]

    async def _sent(
        self, url: str, target: Target, address: Address, headers: Mapping[str, str], body: bytes
    ) -> httpx.Response:
        """The name stays in the Host header and in the certificate's check; only the connection goes to the address."""
        there = httpx.URL(url)
        pinned = there.copy_with(host=str(address))
        named = {**headers, "Host": there.netloc.decode("ascii"), "Content-Type": "application/json"}
        extensions = {"sni_hostname": target.host}
        request = self.client.build_request("POST", pinned, headers=named, content=body, extensions=extensions)
        response = await self.client.send(request, stream=True, follow_redirects=False)
        try:
            read = 0
            async for piece in response.aiter_raw(1024):
                read += len(piece)
                if read > ANSWER_BYTES_MAX:
                    break
        finally:
            await response.aclose()
        return response


def client(tls: ssl.SSLContext) -> httpx.AsyncClient:
    """Give a client for one receiver. No proxy and no setting of the machine's environment leads it elsewhere."""
    limits = httpx.Limits(max_connections=2, max_keepalive_connections=1)
    agent = {"User-Agent": "Kessai-Webhook/1"}
    return httpx.AsyncClient(verify=tls, trust_env=False, http2=False, limits=limits, timeout=10.0, headers=agent)


def _asked_wait(response: httpx.Response) -> timedelta | None:
    given = response.headers.get("Retry-After", "")
    if response.status_code in SLOW_DOWN and given.isascii() and given.isdecimal() and len(given) <= 6:
        return timedelta(seconds=int(given))
    return None
