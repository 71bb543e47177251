"""決裁後と周辺の事実: circulation, enforcement, completion, and what is noted on the guard streams."""

from datetime import date
from typing import Literal

from domain.approval.facts.content import Party
from domain.events import Event

SealMode = Literal["physical", "omitted", "electronic", "none"]


class CirculationRequested(Event, frozen=True, tag="approval.circulation-requested.v1"):
    """供覧"""

    readers: tuple[Party, ...]


class CirculationConfirmed(Event, frozen=True, tag="approval.circulation-confirmed.v1"):
    """供覧の確認"""

    post: str


class Enforced(Event, frozen=True, tag="approval.enforced.v1"):
    """施行. `on` is never before the day of the decision."""

    method: str
    seal_mode: SealMode
    on: date


class Completed(Event, frozen=True, tag="approval.completed.v1"):
    """完結. Kept until the end of `retained_until` (from 1 April after the completion fiscal year)."""

    completion_fiscal_year: int
    retention_years: int
    retained_until: date


class DocumentNumberAssigned(Event, frozen=True, tag="document-number.assigned.v1"):
    """On the guard stream of one symbol and fiscal year: the numbers run 1, 2, 3 … without holes."""

    number: int
    case: str


class CaseNoted(Event, frozen=True, tag="split-order.case-noted.v1"):
    """On the guard streams of one counterparty and kind (one by name, one by corporate number): a case submitted, for
    the split-order check.
    """

    case: str
    amount_yen: int
    on: date
    corporate_number: str | None = None
