"""The shape of an approval case: the document of api.md, a list's row."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.shapes.problem import Shape
from domain.approval import state
from domain.policies.actions import Action

State = state.Shown
PostReview = Literal["none", "due", "done", "objected"]


class Official(Shape):
    """Who acted, as displayed that day."""

    person: str
    name: str
    post: str | None
    title: str | None


class Drafter(Shape):
    """起案者"""

    post: str
    title: str
    person: str
    name: str
    unit: str
    unit_name: str


class Reader(Drafter):
    """供覧先"""

    confirmed: bool


class Decider(Shape):
    """決裁者"""

    post: str
    title: str
    person: str | None
    name: str | None
    rank: str


class AppliedRule(Shape):
    """専決の根拠。`limit_yen` が null ならいくらでも"""

    edition: str
    kind: str
    rank: str
    limit_yen: int | None
    amount_yen: int | None
    reason: str


class RouteStep(Shape):
    """回付経路の一段。同じ `group` の段は並行する"""

    step: int
    group: int
    action: Action
    post: str
    posts: list[str]
    title: str
    rank: str
    person: str | None
    name: str | None
    state: Literal["waiting", "active", "done", "skipped"]
    reason: str
    outcome: str | None
    comment: str | None
    acted_by: Official | None
    acted_at: datetime | None
    due_at: datetime | None
    escalated_to: str | None


class Notice(Shape):
    """注意・補足の一文"""

    code: str
    message: str


class ApprovalCounterparty(Shape):
    """相手方"""

    name: str
    corporate_number: str | None


class Period(Shape):
    """期間(両端の日を含む)"""

    from_: date = Field(alias="from")
    to: date


class Attachment(Shape):
    """添付文書"""

    sha256: str
    name: str


class ApprovalPreview(Shape):
    """決裁案件の見込み。番号と版はまだない"""

    number: str | None
    version: int | None
    kind: str
    title: str
    body: str
    amount_yen: int | None
    flags: list[str]
    information_system: bool
    multi_year: bool
    counterparty: ApprovalCounterparty | None
    period: Period | None
    contract_document: str | None
    attachments: list[Attachment]
    amends: str | None
    urgent: bool
    needed_by: date | None
    state: State
    drafter: Drafter
    route: list[RouteStep]
    decider: Decider | None
    rule: AppliedRule | None
    concurrence: list[str]
    concurrence_reasons: list[str]
    gate: str | None
    waiting_on: list[str]
    due_at: datetime | None
    document_number: str | None
    warnings: list[Notice]
    notes: list[Notice]
    round: int
    fiscal_year: int
    held_until: datetime | None
    reason: str | None
    decided_at: datetime | None
    decided_by_proxy: bool
    post_review: PostReview
    post_review_due_at: datetime | None
    circulation: list[Reader]
    enforced_on: date | None
    seal_mode: Literal["physical", "omitted", "electronic", "none"] | None
    retained_until: date | None


class ApprovalDocument(ApprovalPreview):
    """決裁案件"""

    number: str
    version: int


class CaseDrafter(Shape):
    """一覧の起案者"""

    post: str
    title: str
    person: str
    name: str


class CaseDecider(Shape):
    """一覧の決裁者"""

    post: str
    title: str


class CaseSummary(Shape):
    """一覧の一件"""

    number: str
    kind: str
    title: str
    state: State
    version: int
    amount_yen: int | None
    counterparty: str | None
    flags: list[str]
    urgent: bool
    needed_by: date | None
    unit: str
    unit_name: str
    drafter: CaseDrafter
    decider: CaseDecider | None
    waiting_on: list[str]
    due_at: datetime | None
    held_until: datetime | None
    fiscal_year: int
    drafted_on: date
    submitted_on: date | None
    decided_at: datetime | None
    document_number: str | None
    enforced_on: date | None
    post_review: PostReview
    amends: str | None


class CasePage(Shape):
    """一覧の一頁。`next_cursor` が null なら終わり"""

    items: list[CaseSummary]
    next_cursor: str | None


class UploadDocument(Shape):
    """アップロードされた文書"""

    sha256: str
    name: str
    size: int
    media_type: str
