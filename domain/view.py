"""Views: what a workflow may see of its record."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class View:
    """The little a workflow may know of its record: enough to show and to wait, never enough to decide.

    `wake_at` is the next instant at which a system rule may have something to do (a reminder, a deadline, the end of
    a hold).
    """

    version: int = 0
    state: str = "none"
    closed: bool = False
    waiting_on: tuple[str, ...] = ()
    because: str = ""
    details: str = ""
    unit: str = ""
    amount_yen: int | None = None
    fiscal_year: int | None = None
    due_at: datetime | None = None
    wake_at: datetime | None = None
    work: str = ""  # what the platform has to do outside the ledger now (ADR 0024); empty: nothing
    wake_in_seconds: float | None = None  # from the look to `wake_at` on the injected clock, never below zero
