"""W3C Trace Context: each request continues the caller's trace or begins one; its trace id is our correlation id."""

import re
import secrets
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers

TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?")
_KEY = "kessai.traceparent"

Scope = MutableMapping[str, Any]


def begin_trace(scope: Scope) -> str:
    """Give (and keep in `scope`) this request's own traceparent: the caller's trace with our span, or a new trace.

    A malformed header begins a new trace (Trace Context §4.3).
    """
    given = TRACEPARENT.fullmatch(Headers(scope=scope).get("traceparent", ""))
    trace, flags = (given.group(1), given.group(2)) if given else (secrets.token_hex(16), "00")
    mine = f"00-{trace}-{secrets.token_hex(8)}-{flags}"
    scope[_KEY] = mine
    return mine


def traceparent(scope: Scope) -> str:
    """Give the request's traceparent, for whatever it causes."""
    return str(scope.get(_KEY) or begin_trace(scope))


def correlation_id(scope: Scope) -> str:
    """Give the trace id by which the answer, the log and the events of this request are found."""
    return traceparent(scope).split("-")[1]
