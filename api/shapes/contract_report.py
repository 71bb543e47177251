"""The shapes of reports over contracts: stamp duty saved, dates that differ, retention, custody."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.shapes.contract_list import ContractSummary
from api.shapes.problem import Shape

By = Literal["month", "unit", "class"]
Custody = Literal["all", "due", "at_risk", "failed", "unarchived", "retention"]


class StampDutySaved(Shape):
    """一つの月、所属又は契約の種類。`taxed` は、書面なら課税された件数"""

    key: str
    label: str
    contracts: int
    taxed: int
    amount_yen: int
    saved_yen: int


class StampDutyReport(Shape):
    """節減された印紙税(契約の相手方が納めずに済んだ額)。試行の契約を除く"""

    by: By
    first: date | None = Field(alias="from")
    last: date | None = Field(alias="to")
    contracts: int
    saved_yen: int
    items: list[StampDutySaved]


class MismatchedContract(ContractSummary):
    """契約日と署名の日が異なる契約、又は署名より前から効力の生じる契約"""

    days_between: int = Field(description="契約日から最後の署名の日までの日数")
    takes_effect_before_signature: bool


class MismatchReport(Shape):
    """契約日の不一致とさかのぼり。新しい順"""

    first: date | None = Field(alias="from")
    last: date | None = Field(alias="to")
    items: list[MismatchedContract]


class CustodyItem(Shape):
    """保管している契約の一件"""

    number: str
    title: str
    unit_name: str
    document: str
    concluded_at: datetime
    level: str = Field(description="B-T、B-LT、B-LTA")
    generation: int = Field(description="保管のためのタイムスタンプの回数")
    algorithm: str | None
    stamped_at: datetime | None
    tsa_expires_at: datetime | None
    archive_at: datetime
    renew_at: datetime | None
    postponed: str | None
    failed: str | None
    failed_detail: str | None
    retained_until: date
    review: Literal["none", "due", "extended", "archives", "disposal"]


class CustodyCounts(Shape):
    """区分ごとの件数"""

    all: int
    due: int
    at_risk: int
    failed: int
    unarchived: int
    retention: int


class CustodyReport(Shape):
    """長期保管の状況。`next_cursor` が null なら終わり"""

    which: Custody
    levels: dict[str, int]
    counts: CustodyCounts
    sunsets: dict[str, date] = Field(description="使えなくなる暗号方式と、その日")
    items: list[CustodyItem]
    next_cursor: str | None
