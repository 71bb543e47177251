"""The shape of what an attendance system is told of telework."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.shapes.problem import Shape
from api.shapes.telework import TeleworkSlot
from domain.policies.telework_rules import TeleworkKind

Source = Literal["system", "telephone"]


class OrderedOvertime(Shape):
    """命令された超勤"""

    minutes: int
    category: str
    ordered_at: datetime


class AttendanceItem(Shape):
    """一件の命令。`status` cancelled は、命令が今は立っていないこと(取消し、変更の承認待ち)"""

    number: str
    changed: int = Field(description="この内容になった台帳の位置。大きい方が新しい")
    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str
    day: date
    kind: TeleworkKind
    place: str | None
    status: Literal["ordered", "working", "ended", "cancelled"]
    work_pattern: str
    starts_at: datetime = Field(description="予定")
    ends_at: datetime = Field(description="予定(超勤を除く)")
    slots: list[TeleworkSlot] = Field(description="一日の割振り。休暇は leave(理由は持たない)")
    started_at: datetime | None
    start_source: Source | None
    ended_at: datetime | None
    end_source: Source | None
    overtime: list[OrderedOvertime]
    ordered_minutes: int
    overtime_minutes: int = Field(description="命令の範囲内の実績")
    beyond_minutes: int = Field(description="命令によらない実績")


class AttendancePage(Shape):
    """変わった順の一頁。`next_cursor` を次の `changed_since` に渡す。`more` が false なら今はここまで"""

    items: list[AttendanceItem]
    next_cursor: str
    more: bool
