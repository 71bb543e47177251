"""The shape of an inbox: what waits, with the case of whichever process it belongs to."""

from datetime import datetime
from typing import Literal

from api.shapes.approval import CaseSummary
from api.shapes.problem import Shape
from projections.approval.tasks import Task


class InboxItem(Shape):
    """受信箱の一件: するべきこと、いつからあるか、その期限"""

    task: Task
    noun: Literal["approval"]
    since: datetime
    due_at: datetime | None
    case: CaseSummary


class InboxDocument(Shape):
    """受信箱。`next_cursor` が null なら終わり"""

    person: str
    posts: list[str]
    items: list[InboxItem]
    more: bool
    next_cursor: str | None
