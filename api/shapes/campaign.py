"""The shapes of テレワークデイズ: a campaign's document, a list's row, and the ratios of its units and days."""

from datetime import date, datetime

from pydantic import Field

from api.shapes.problem import Shape
from domain.campaign.state import Answer, Shown


class CampaignOrganiser(Shape):
    """主催する所属と、その長の職"""

    unit: str
    unit_name: str
    post: str
    title: str


class CampaignUnit(Shape):
    """所属の回答と実施日。`answer` が none なら未回答"""

    unit: str
    unit_name: str
    head_post: str
    answer: Answer
    days: list[date]


class CampaignCounts(Shape):
    """職員数、申請・命令のあった人数(予定)、開始した人数(実績)と、その割合"""

    staff: int
    planned: int
    actual: int
    planned_ratio: float | None
    actual_ratio: float | None


class CampaignFigure(CampaignCounts):
    """ある所属のある実施日"""

    unit: str
    day: date


class CampaignResult(Shape):
    """確定した実施結果。`position` まで反映された時点の人数"""

    position: int
    fixed_at: datetime
    total: CampaignCounts
    figures: list[CampaignFigure]


class CampaignDocument(Shape):
    """テレワークデイズの集中実施期間"""

    number: str
    name: str
    state: Shown
    version: int
    first_day: date
    last_day: date
    target_percent: int = Field(description="所属の職員のうち実施する割合の目標(%)")
    note: str
    edition: str
    fiscal_year: int
    organiser: CampaignOrganiser
    units: list[CampaignUnit]
    waiting_on: list[str]
    choose_by: datetime | None
    due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    comment: str
    result: CampaignResult | None


class CampaignSummary(Shape):
    """一覧の一件。`total` は結果が確定してから"""

    number: str
    name: str
    state: Shown
    version: int
    first_day: date
    last_day: date
    target_percent: int
    fiscal_year: int
    organiser: CampaignOrganiser
    due_at: datetime | None
    units_asked: int
    units_joined: int
    units_unanswered: int
    total: CampaignCounts | None


class CampaignPage(Shape):
    """一覧の一頁。`next_cursor` が null なら終わり"""

    items: list[CampaignSummary]
    next_cursor: str | None


class CampaignRatio(CampaignFigure):
    """ある所属のある実施日の予定と実績"""

    unit_name: str


class CampaignRatios(Shape):
    """参加している所属と実施日ごとの予定と実績。`fixed` なら確定した結果、でなければ今の人数"""

    number: str
    fixed: bool
    target_percent: int
    total: CampaignCounts
    items: list[CampaignRatio]
