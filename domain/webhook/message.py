"""配信の内容: what a system is told of one fact: what happened to which case, and where to read it; never the case's
content.
"""

from uuid import uuid5

import msgspec

from domain.events import Fact
from domain.streams import parse


def message_id(fact: Fact) -> str:
    """Give the delivery's id (`webhook-id`): the same for every attempt, replay and receiver, and no dot in it."""
    return f"evt_{uuid5(fact.meta.command_id, f'{fact.stream}/{fact.version}').hex}"


def event_name(fact: Fact) -> str:
    """Give the event's name without its version: approval.decided."""
    return str(fact.event.__struct_config__.tag).rpartition(".v")[0]


def wanted(patterns: tuple[str, ...], fact: Fact) -> bool:
    """Whether a subscription to `patterns` is told of the fact. Guard streams are nobody's case."""
    if parse(fact.stream) is None:
        return False
    name = event_name(fact)
    return any(each in ("*", name, f"{name.partition('.')[0]}.*") for each in patterns)


def body(fact: Fact, *, resource: str | None) -> bytes:
    """Give the message as it is signed and sent: type, time of the event, and under `data` where it stands and under
    which address its reader, if entitled, finds the case (a "thin" payload; Standard Webhooks 1.0).
    """
    stream = parse(fact.stream)
    data = {
        "noun": stream.noun if stream else None,
        "number": stream.number if stream else None,
        "version": fact.version,
        "position": fact.position,
        "url": resource,
    }
    at = fact.meta.at.isoformat().replace("+00:00", "Z")
    return msgspec.json.encode({"type": event_name(fact), "timestamp": at, "data": data})
