"""Answers: documents as JSON bytes, with the headers that say which version and position they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from fastapi.responses import Response

from domain.events import Actor, Fact

JSON = "application/json"
_encode = msgspec.json.encode


def json_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Give `body` (plain values, dates, aware times) as JSON."""
    return Response(_encode(body), status, headers=headers, media_type=JSON)


def versioned(document: Mapping[str, Any], *, status: int = 200, position: int | None = None) -> Response:
    """Give a record's document with its version as ETag; `position` where this answer is that of a change."""
    headers = {"ETag": f'"{document["version"]}"', "Cache-Control": "private, no-cache"}
    if position is not None:
        headers["Kessai-Position"] = str(position)
    return json_answer(document, status, headers)


def event_document(fact: Fact, labels: Mapping[str, str]) -> dict[str, Any]:
    """Give one fact as timelines show it."""
    meta = fact.meta
    tag = str(fact.event.__struct_config__.tag)
    return {
        "position": fact.position,
        "stream": fact.stream,
        "version": fact.version,
        "type": tag,
        "label": labels.get(tag, tag),
        "at": time_text(meta.at),
        "recorded_at": time_text(fact.recorded_at),
        "by": _actor(meta.by),
        "on_behalf_of": _actor(meta.on_behalf_of) if meta.on_behalf_of else None,
        "command_id": str(meta.command_id),
        "event": {name: value for name, value in msgspec.to_builtins(fact.event).items() if name != "type"},
    }


def time_text(at: datetime | None) -> str | None:
    """Give an aware time as RFC 3339 in UTC."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def _actor(actor: Actor) -> dict[str, Any]:
    return {
        "kind": actor.kind,
        "person": actor.person,
        "name": actor.name,
        "post": actor.post,
        "title": actor.title,
    }
