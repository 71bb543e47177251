"""台帳を読む: one event a line, as auditors read it and as golden files (`*.ledger`) keep it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from domain.clock import JST
from domain.events import Actor, Event, Fact

IDEOGRAPHIC_SPACE = "\u3000"


def ledger_lines(facts: Iterable[Fact]) -> Iterator[str]:
    """Give one line per fact: position, time in Japan, stream and version, tag, who as displayed that day, what.

    The time is the injected clock's, so the same story on the same clock gives the same text.
    """
    return map(ledger_line, facts)


def ledger_line(fact: Fact) -> str:
    """Give one fact's line. Fields of the event that are empty are left out."""
    meta = fact.meta
    at = meta.at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S")
    who = _who(meta.by) + (f" 代理元={_who(meta.on_behalf_of)}" if meta.on_behalf_of else "")
    parts = (f"{fact.position:>6}", at, f"{fact.stream}#{fact.version}", tag_of(fact.event), who, *_what(fact.event))
    return printable("  ".join(parts))


def tag_of(event: Event) -> str:
    """Give an event's versioned tag."""
    return str(event.__struct_config__.tag)


def printable(text: str) -> str:
    """Give `text` with everything that could break a line or steer a terminal shown as its code instead."""
    return "".join(c if c.isprintable() or c == IDEOGRAPHIC_SPACE else f"\\u{ord(c):04x}" for c in text)


def _who(by: Actor) -> str:
    """The title and name of that day and the person number; a rule by its name."""
    if by.kind == "person":
        return f"{by.title or by.post or ''} {by.name}({by.person})".strip()
    return f"{by.name}({by.person})" if by.name != by.person else by.person


def _what(event: Event) -> Iterator[str]:
    body: dict[str, Any] = msgspec.to_builtins(event)
    for name, value in body.items():
        if name != "type" and value is not None and value != []:
            yield f"{name}={json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
