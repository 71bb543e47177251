"""The edge: what happens to every request before any route and to every answer after it."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.body_limit import BodyLimits, BoundedBody
from api.errors import Problem, problem_of, send_problem
from api.telemetry import Telemetry
from api.tracing import begin_trace, correlation_id

HEADER_BYTES_MAX = 32 * 1024
HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d+)?\Z")  # a name, an address or [an address], with or without port
SECURITY: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)


class Edge:
    """Outermost middleware: host, header and body limits, trace, metrics, access log, security headers, last resort.

    An answer's own headers win over `SECURITY`. Nothing raised inside leaves the client without a problem document.
    """

    def __init__(
        self, app: ASGIApp, *, limits: BodyLimits, telemetry: Telemetry, allowed_hosts: tuple[str, ...], https: bool
    ) -> None:
        self._app = app
        self._limits = limits
        self._telemetry = telemetry
        self._hosts = frozenset(host.lower() for host in allowed_hosts)  # none: every host
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, begin_trace(scope), https=self._https)
        begun = self._telemetry.begin()
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id(scope))
        try:
            await self._exchange(scope, receive, exchange)
        finally:
            structlog.contextvars.unbind_contextvars("correlation_id")
            self._telemetry.end(scope, exchange.status, begun)

    async def _exchange(self, scope: Scope, receive: Receive, exchange: "_Exchange") -> None:
        body = BoundedBody(scope, receive, exchange.send, self._limits)
        try:
            self._require_acceptable(scope)
            body.require_announced_within()
            await self._app(scope, body.receive, body.send)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001  # the last resort: answered as a problem, logged with its traceback
            problem = problem_of(error)
            if not exchange.status:
                await send_problem(scope, body.receive, body.send, problem)

    def _require_acceptable(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if sum(len(name) + len(value) for name, value in headers.raw) > HEADER_BYTES_MAX:
            raise Problem("headers-too-large", detail=f"At most {HEADER_BYTES_MAX} bytes of headers are accepted.")
        host = HOST.match(headers.get("host", ""))
        if self._hosts and (host is None or host.group(1).strip("[]").lower() not in self._hosts):
            raise Problem("unknown-host", field="Host")


class _Exchange:
    """One answer on its way out: remembers its status, adds the headers every answer has."""

    def __init__(self, scope: Scope, send: Send, traceparent: str, *, https: bool) -> None:
        self.status = 0
        self._send = send
        self._traceparent = traceparent
        self._https = https

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["traceparent"] = self._traceparent
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
            if "etag" not in headers:
                headers.setdefault("Cache-Control", "no-store")
            if self._https:
                headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        await self._send(message)
