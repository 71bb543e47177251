"""管理簿の文書: the public document of an entry, from the state alone: any version can be shown."""

from typing import Any

import msgspec

from domain.clock import utc_text
from domain.entry.facts import Value
from domain.entry.state import Entry, Line


def document(state: Entry, version: int, number: str) -> dict[str, Any]:
    """Give the document of the entry."""
    standing = state.standing
    return {
        "number": number,
        "register": state.register,
        "register_label": state.register_label,
        "edition": state.edition,
        "title": state.title,
        "state": state.status,
        "state_label": standing.label,
        "version": version,
        "closed": state.closed,
        "confidential": state.confidential,
        "urgent": state.urgent,
        "entrant": msgspec.to_builtins(state.entrant),
        "entered_at": utc_text(state.entered_at),
        "fiscal_year": state.fiscal_year,
        "values": [_value(each) for each in state.values],
        "waiting_on": list(standing.posts),
        "task": standing.task or None,
        "due_at": utc_text(standing.due_at),
        "overdue": state.overdue,
        "opens": state.opens,
        "told": [msgspec.to_builtins(each) for each in state.told],
        "timeline": [_line(each) for each in state.timeline],
    }


def _value(value: Value) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(value)
    return found


def _line(line: Line) -> dict[str, Any]:
    return {
        "at": utc_text(line.at),
        "by_name": line.by_name,
        "by_title": line.by_title,
        "label": line.label,
        "values": [_value(each) for each in line.values],
    }
