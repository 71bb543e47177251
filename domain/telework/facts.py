"""テレワークの事実: what can have happened to one telework request or order. Texts are Japanese as the person wrote or
saw them.
"""

from datetime import date, datetime
from typing import Literal

from domain.events import Actor, Event, Part
from domain.policies.telework import DayPlan
from domain.policies.telework_rules import TeleworkKind
from domain.telework import held

Overdue = Literal["approval", "start", "end", "report"]


class Party(Part, frozen=True):
    """A person in a post of a unit, with name and title as displayed that day."""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class Request(Part, frozen=True):
    """申請・命令の内容. `place` is the code of a satellite office; no reason for leave is ever asked."""

    kind: TeleworkKind
    day: date
    tasks: str
    reachable_by: str
    place: str | None
    place_name: str | None
    plan: DayPlan


class Ruling(Part, frozen=True):
    """規程への当てはめ: the edition that judged the request, the service rules (服務) that the person was shown and
    took note of, and whether it came in time. An order has no deadline.
    """

    edition: str
    rule_set: str
    service_rules: str | None
    apply_until: datetime | None
    late: bool
    late_reason: str | None


class Order(Part, frozen=True):
    """命令: who works where on which day from when to when, and when a missing start is reminded and reported."""

    person: str
    name: str
    post: str
    title: str
    day: date
    kind: TeleworkKind
    place: str | None
    place_name: str | None
    starts_at: datetime
    ends_at: datetime
    start_remind_at: datetime
    start_tell_at: datetime


class FieldChange(Part, frozen=True):
    """One changed field of the request, before and after as an auditor would read them."""

    field: str
    before: str
    after: str


class Submitted(Event, frozen=True, tag="telework.submitted.v1"):
    """申請. `remind_at`: when the head is reminded that nobody has decided; the request itself waits for ever."""

    applicant: Party
    head: Party
    request: Request
    ruling: Ruling
    fiscal_year: int
    remind_at: datetime | None


class Changed(Event, frozen=True, tag="telework.changed.v1"):
    """変更, also a returned request handed in again. It waits for its approval anew: an order that stood has lapsed
    (`lapsed`).
    """

    head: Party
    request: Request
    ruling: Ruling
    fiscal_year: int
    changes: tuple[FieldChange, ...]
    reason: str | None
    lapsed: bool
    remind_at: datetime | None


class Approved(Event, frozen=True, tag="telework.approved.v1"):
    """承認・命令: one act with two effects."""

    order: Order
    comment: str | None
    on_behalf_of: Actor | None = None


class Ordered(Event, frozen=True, tag="telework.ordered.v1"):
    """申請によらない命令: in an emergency, also for a closed day."""

    applicant: Party
    head: Party
    request: Request
    ruling: Ruling
    fiscal_year: int
    order: Order
    reason: str
    on_behalf_of: Actor | None = None


class Returned(Event, frozen=True, tag="telework.returned.v1"):
    """差戻し. `lapses_at`: until when it may be handed in again; then time closes it."""

    reason: str
    on_behalf_of: Actor | None = None
    lapses_at: datetime | None = None


class Rejected(Event, frozen=True, tag="telework.rejected.v1"):
    """不承認"""

    reason: str
    on_behalf_of: Actor | None = None


class Withdrawn(Event, frozen=True, tag="telework.withdrawn.v1"):
    """取下げ"""

    reason: str | None


class Revoked(Event, frozen=True, tag="telework.revoked.v1"):
    """命令の取消し"""

    reason: str
    on_behalf_of: Actor | None = None


class Started(Event, frozen=True, tag="telework.started.v1"):
    """開始報告. `at` counts: the server's time, or the time reported by telephone (`reported_at`), which whoever acted
    wrote down. `device_time` is what the person's device said.
    """

    at: datetime
    device_time: datetime | None
    reported_at: datetime | None
    end_remind_at: datetime
    end_tell_at: datetime


class Ended(Event, frozen=True, tag="telework.ended.v1"):
    """終了報告, times as in the start. `overtime_minutes` were worked within what was ordered, `beyond_minutes` after
    it.
    """

    at: datetime
    device_time: datetime | None
    reported_at: datetime | None
    overtime_minutes: int
    beyond_minutes: int
    report_remind_at: datetime
    report_tell_at: datetime


class Reported(Event, frozen=True, tag="telework.reported.v1"):
    """勤務内容報告"""

    content: str


class Acknowledged(Event, frozen=True, tag="telework.acknowledged.v1"):
    """確認"""

    comment: str | None
    on_behalf_of: Actor | None = None


class OvertimeRequested(Event, frozen=True, tag="telework.overtime-requested.v1"):
    """超勤の申請: so many minutes after the planned end, in addition to what was ordered before."""

    minutes: int
    category: str
    reason: str


class OvertimeOrdered(Event, frozen=True, tag="telework.overtime-ordered.v1"):
    """超勤の命令, at most what was requested. `total_minutes` are ordered in all, so the day ends at `ends_at`."""

    minutes: int
    total_minutes: int
    ends_at: datetime
    end_remind_at: datetime
    end_tell_at: datetime
    on_behalf_of: Actor | None = None


class OvertimeRefused(Event, frozen=True, tag="telework.overtime-refused.v1"):
    """超勤の不承認"""

    reason: str | None
    on_behalf_of: Actor | None = None


class Reminded(Event, frozen=True, tag="telework.reminded.v1"):
    """催促 of whoever is waited on (`to_post`), once for each moment at which something fell overdue."""

    overdue: Overdue
    due_at: datetime
    to_post: str
    to_title: str


class HeadTold(Event, frozen=True, tag="telework.head-told.v1"):
    """所属長への通知: a start, an end or a report is still missing after the reminder. It informs, it never decides."""

    overdue: Overdue
    due_at: datetime
    to_post: str
    to_title: str


class Lapsed(Event, frozen=True, tag="telework.lapsed.v1"):
    """差戻し後の期限切れ: its day has passed and nobody handed it in again, so it counts as withdrawn. Nothing is
    decided by it.
    """

    due_at: datetime
    reason: str


class Reassigned(Event, frozen=True, tag="telework.reassigned.v1"):
    """人事異動による変更: in which post the person works now, and who is the head now."""

    applicant: Party
    head: Party


EVENTS: tuple[type[Event], ...] = (
    Submitted,
    Changed,
    Approved,
    Ordered,
    Returned,
    Rejected,
    Withdrawn,
    Revoked,
    Started,
    Ended,
    Reported,
    Acknowledged,
    OvertimeRequested,
    OvertimeOrdered,
    OvertimeRefused,
    Reminded,
    HeadTold,
    Lapsed,
    Reassigned,
    *held.EVENTS,
)
