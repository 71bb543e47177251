"""テレワークへの指示: the bodies of the verbs of api.md, checked for shape; whether they may happen is decided
later.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.policies.telework import SlotKind
from domain.policies.telework_rules import TeleworkKind
from domain.record import Command
from domain.telework.facts import Overdue
from domain.text import Line, Said, Text

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
PostCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
PlaceCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Reason = Annotated[Said, Field(min_length=1, max_length=2000)]
Comment = Annotated[Text, Field(max_length=2000)]
Tasks = Annotated[Said, Field(min_length=1, max_length=2000)]
ReachableBy = Annotated[Line, Field(min_length=1, max_length=200)]
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]
RulesVersion = Annotated[Line, Field(min_length=1, max_length=200)]


class Part(BaseModel):
    """A nested value of a command."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class SlotIn(Part):
    """時間帯, times as HH:MM in Japan."""

    kind: SlotKind
    from_: ClockTime = Field(alias="from")
    to: ClockTime


class ByTelephone(Part):
    """電話による報告: when the person said that it began or ended. Entered by the supervisor."""

    reported_at: AwareDatetime


Slots = Annotated[tuple[SlotIn, ...], Field(max_length=20)]


class Submit(Command):
    """申請. What api.md names for `POST /v1/telework-requests`; `rules_version` is that of the service rules shown,
    left out: the current one.
    """

    kind: TeleworkKind
    day: date
    tasks: Tasks
    reachable_by: ReachableBy
    place: PlaceCode | None = None
    work_pattern: PlaceCode | None = None
    slots: Slots = ()
    late_reason: Reason | None = None
    rules_version: RulesVersion | None = None


class Order(Command):
    """申請によらない命令 for whoever holds the post `to_post` (`POST /v1/telework-orders`)."""

    to_post: PostCode
    kind: TeleworkKind
    day: date
    tasks: Tasks
    reason: Reason
    reachable_by: ReachableBy | None = None
    place: PlaceCode | None = None
    work_pattern: PlaceCode | None = None
    slots: Slots = ()


class Change(Command):
    """変更: the changed fields; one that is left out stays as it is. Another kind begins with its own place, pattern
    and slots.
    """

    reason: Reason | None = None
    kind: TeleworkKind | None = None
    day: date | None = None
    tasks: Tasks | None = None
    reachable_by: ReachableBy | None = None
    place: PlaceCode | None = None
    work_pattern: PlaceCode | None = None
    slots: Slots | None = None
    late_reason: Reason | None = None
    rules_version: RulesVersion | None = None


class Approve(Command):
    """承認・命令"""

    comment: Comment | None = None


class Return(Command):
    """差戻し"""

    reason: Reason


class Reject(Command):
    """不承認"""

    reason: Reason


class Withdraw(Command):
    """取下げ"""

    reason: Reason | None = None


class Revoke(Command):
    """命令の取消し"""

    reason: Reason


class Start(Command):
    """開始報告"""

    device_time: AwareDatetime | None = None
    by_telephone: ByTelephone | None = None


class End(Command):
    """終了報告"""

    device_time: AwareDatetime | None = None
    by_telephone: ByTelephone | None = None


class Report(Command):
    """勤務内容報告"""

    content: Annotated[Said, Field(min_length=1, max_length=10_000)]


class Acknowledge(Command):
    """確認"""

    comment: Comment | None = None


class RequestOvertime(Command):
    """超勤の申請, in minutes after the planned end. Which categories there are, the rules say."""

    minutes: Minutes
    category: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,63}$")]
    reason: Reason


class OrderOvertime(Command):
    """超勤の命令"""

    minutes: Minutes


class RefuseOvertime(Command):
    """超勤の不承認"""

    reason: Reason | None = None


class Remind(Command):
    """催促 (system rule)"""

    overdue: Overdue
    due_at: datetime


class TellHead(Command):
    """所属長への通知 (system rule)"""

    overdue: Literal["start", "end", "report"]
    due_at: datetime


class Lapse(Command):
    """差戻し後の期限切れ (system rule)"""

    due_at: datetime


class Reassign(Command):
    """人事異動による変更 (system rule)"""

    applicant_post: str
    head_post: str
    head_person: str
