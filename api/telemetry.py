"""What operators see of the API: counts and durations for Prometheus, and one line per request that names nobody."""

import hashlib
import hmac
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.tracing import correlation_id

BUCKETS = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
QUIET = frozenset({"health", "readiness", "metrics"})
_WHO = "kessai.who"

log = structlog.get_logger("api.access")
Scope = MutableMapping[str, Any]


class Telemetry:
    """One API process's metrics and access log. Who asked is logged as a hash keyed by `log_key`, never as a number."""

    def __init__(self, *, log_key: bytes | None = None, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._log_key = log_key or secrets.token_bytes(32)
        self._requests = Counter(
            "kessai_http_requests", "Requests answered", ["operation", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "kessai_http_request_seconds", "Time to answer", ["operation"], buckets=BUCKETS, registry=self.registry
        )
        self._under_way = Gauge("kessai_http_requests_under_way", "Requests under way", registry=self.registry)

    def begin(self) -> float:
        """Count one request in; give the instant for `end`."""
        self._under_way.inc()
        return time.perf_counter()

    def end(self, scope: Scope, status: int, begun: float) -> None:
        """Count one request out and write its line. `status` 0: the client went away."""
        seconds = time.perf_counter() - begun
        operation = operation_of(scope)
        self._under_way.dec()
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)
        if operation not in QUIET:
            log.info(
                "request",
                method=scope["method"],
                operation=operation,
                status=status,
                ms=round(seconds * 1000, 1),
                correlation_id=correlation_id(scope),
                who=self._hidden(scope.get(_WHO)),
            )

    def text(self) -> bytes:
        """Give every metric in Prometheus' text format."""
        return generate_latest(self.registry)

    def _hidden(self, who: str | None) -> str | None:
        return hmac.new(self._log_key, who.encode(), hashlib.sha256).hexdigest()[:16] if who else None


def note_principal(scope: Scope, scoped_id: str) -> None:
    """Keep who asked, for the line of this request."""
    scope[_WHO] = scoped_id


def operation_of(scope: Scope) -> str:
    """Give the name of the operation that was asked for, "other" for none: never a path, which names cases."""
    route = scope.get("route")
    return getattr(route, "operation_id", None) or getattr(route, "name", None) or "other"
