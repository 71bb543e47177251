"""The shape of events: a case's timeline and the whole ledger."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.shapes.problem import Shape


class Actor(Shape):
    """行った者(その日の表示)"""

    kind: Literal["person", "service", "system"]
    person: str
    name: str
    post: str | None
    title: str | None


class EventDocument(Shape):
    """事実の一つ。`at` は起きた時刻、`recorded_at` は記録された時刻"""

    position: int
    stream: str
    version: int
    type: str
    label: str
    at: datetime
    recorded_at: datetime
    by: Actor
    on_behalf_of: Actor | None
    command_id: UUID
    event: dict[str, Any] = Field(description="事実そのもの(台帳のとおり)")


class EventPage(Shape):
    """事実の一頁。`next_cursor` が null なら終わり"""

    items: list[EventDocument]
    next_cursor: str | None
