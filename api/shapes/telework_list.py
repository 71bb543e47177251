"""The shapes of what is read of many telework requests: lists, a unit's day, ratios."""

from datetime import date, datetime
from typing import Literal

from api.shapes.problem import Shape
from api.shapes.telework import State
from domain.policies.telework_rules import TeleworkKind
from domain.telework.facts import Overdue

DayStatus = Literal["unapproved", "planned", "start_overdue", "working", "end_overdue", "ended"]


class TeleworkApplicant(Shape):
    """申請者(命令を受けた職員)"""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class TeleworkHead(Shape):
    """所属長"""

    person: str
    name: str
    post: str
    title: str


class TeleworkSummary(Shape):
    """一覧の一件。`overdue` は、期限を過ぎたもの"""

    number: str
    kind: TeleworkKind
    day: date
    state: State
    version: int
    applicant: TeleworkApplicant
    head: TeleworkHead
    waiting_on: list[str]
    due_at: datetime | None
    overdue: Overdue | None
    late: bool
    by_command: bool
    place: str | None
    place_name: str | None
    tasks: str
    starts_at: datetime
    ends_at: datetime
    submitted_at: datetime | None
    ordered_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    ordered_minutes: int
    overtime_pending: bool
    fiscal_year: int


class TeleworkPage(Shape):
    """一覧の一頁。`next_cursor` が null なら終わり"""

    items: list[TeleworkSummary]
    next_cursor: str | None


class TeleworkOfDay(TeleworkSummary):
    """その日の一人"""

    status: DayStatus
    reachable_by: str | None
    by_telephone: bool


class TeleworkColleague(Shape):
    """同じ所属で、その日に命令を受けている職員と、その連絡のしかた"""

    name: str
    title: str
    unit: str
    unit_name: str
    kind: TeleworkKind
    place_name: str | None
    starts_at: datetime
    ends_at: datetime
    reachable_by: str | None


class TeleworkDayCounts(Shape):
    """状況ごとの人数"""

    unapproved: int
    planned: int
    start_overdue: int
    working: int
    end_overdue: int
    ended: int


class TeleworkDay(Shape):
    """ある日に、誰がどこで働くか。`items` は読んでよい者の分だけ、`colleagues` は自分の所属の他の職員の連絡のしかた"""

    day: date
    units: list[str] | None
    counts: TeleworkDayCounts
    items: list[TeleworkOfDay]
    colleagues: list[TeleworkColleague]


class TeleworkRatio(Shape):
    """ある所属のある日の実施率。`planned` は申請と命令、`ordered` は命令、`actual` は開始した人数"""

    unit: str
    unit_name: str
    day: date
    staff: int
    planned: int
    ordered: int
    actual: int
    planned_ratio: float | None
    actual_ratio: float | None


class TeleworkRatios(Shape):
    """所属と日ごとの実施率(開庁日と、予定のあった日)"""

    items: list[TeleworkRatio]
