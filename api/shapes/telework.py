"""The shape of a telework request or order: the document of api.md."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.shapes.approval import Official
from api.shapes.problem import Shape
from domain.policies.telework import SlotKind
from domain.policies.telework_rules import TeleworkKind
from domain.telework import facts, state

State = state.Shown


class TeleworkParty(Shape):
    """申請者または所属長(記録した日の表示)"""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class TeleworkHours(Shape):
    """勤務パターンの時間(HH:MM、日本時間)"""

    from_: str = Field(alias="from")
    to: str


class TeleworkSlot(TeleworkHours):
    """一日の割振りの一つ"""

    kind: SlotKind


class TeleworkRuling(Shape):
    """申請を判断した規程の版と、示された服務の心得の版"""

    edition: str
    rule_set: str
    service_rules: str | None


class TeleworkAct(Shape):
    """所属長等の行為。`on_behalf_of` は代わって行ったときの本来の者"""

    by: Official
    on_behalf_of: Official | None
    at: datetime
    comment: str | None


class TelephoneReport(Shape):
    """電話による報告と、それを記録した者"""

    reported_at: datetime
    recorder: Official


class TeleworkClocked(Shape):
    """開始または終了。`at` が有効な時刻(サーバーの時刻、または電話で報告された時刻)"""

    at: datetime
    device_time: datetime | None
    entered_at: datetime
    by_telephone: TelephoneReport | None


class TeleworkOvertime(Shape):
    """超勤の申請と、その答え"""

    minutes: int
    category: str
    reason: str
    state: Literal["pending", "ordered", "refused", "lapsed"]
    ordered_minutes: int
    answer: str | None
    by: Official | None
    at: datetime | None


class TeleworkDocument(Shape):
    """テレワークの申請または命令"""

    number: str
    kind: TeleworkKind
    day: date
    state: State
    version: int
    applicant: TeleworkParty
    head: TeleworkParty
    waiting_on: list[str]
    due_at: datetime | None
    late: bool
    late_reason: str | None
    tasks: str
    reachable_by: str | None
    place: str | None
    place_name: str | None
    work_pattern: str
    hours: TeleworkHours
    slots: list[TeleworkSlot]
    starts_at: datetime
    ends_at: datetime
    fiscal_year: int
    submitted_at: datetime | None
    apply_until: datetime | None
    rules: TeleworkRuling
    by_command: bool
    command_reason: str | None
    order: TeleworkAct | None
    started: TeleworkClocked | None
    ended: TeleworkClocked | None
    overtime: list[TeleworkOvertime]
    ordered_minutes: int
    overtime_minutes: int
    beyond_minutes: int
    report: str | None
    reported_at: datetime | None
    acknowledged: TeleworkAct | None
    overdue: facts.Overdue | None
    reason: str | None
    round: int
