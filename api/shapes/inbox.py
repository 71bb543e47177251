"""The shape of an inbox: what waits, with the case of whichever process it belongs to."""

from datetime import datetime
from typing import Literal

from api.shapes.approval import CaseSummary
from api.shapes.campaign import CampaignSummary
from api.shapes.contract_list import ContractSummary
from api.shapes.entry import EntrySummary
from api.shapes.problem import Shape
from api.shapes.telework_list import TeleworkSummary
from projections.approval.tasks import Task
from projections.campaign import Task as CampaignTask
from projections.contract.tasks import Task as ContractTask
from projections.telework.tasks import Task as TeleworkTask


class InboxItem(Shape):
    """受信箱の一件: するべきこと、いつからあるか、その期限"""

    task: Task | TeleworkTask | CampaignTask | ContractTask
    noun: Literal["approval", "telework", "entry", "campaign", "contract"]
    since: datetime
    due_at: datetime | None
    case: CaseSummary | TeleworkSummary | EntrySummary | CampaignSummary | ContractSummary


class InboxDocument(Shape):
    """受信箱。`next_cursor` が null なら終わり"""

    person: str
    posts: list[str]
    items: list[InboxItem]
    more: bool
    next_cursor: str | None
