"""長期保管の見方: until when something counts as due, which algorithms end when, and what a line of it says."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from api.answers import time_text
from api.parts import ApiParts
from domain.clock import civil_date
from domain.contract.state import NOUN
from domain.policies.contract_rules import ContractRules
from domain.rulebook import Rulebook
from projections.contract import ContractRow, CustodyRow
from projections.queries.contract_custody import Horizon
from projections.readers import ReaderScope

AS_IN_ROW = (
    *("number", "document", "level", "generation", "postponed", "failed", "failed_detail", "retained_until", "review"),
)
TIMES = ("concluded_at", "stamped_at", "tsa_expires_at", "archive_at", "renew_at")


def horizon(rules: Rulebook, now: datetime) -> Horizon:
    """Give what counts as due at `now`, by the rules in force that day."""
    today = civil_date(now)
    archiving = cast(ContractRules, rules.plain(NOUN, today)).archiving
    margin = timedelta(days=archiving.renewal_margin_days)
    return Horizon(until=now + margin, today=today, sunsets=archiving.algorithm_sunsets)


def with_contracts(
    parts: ApiParts, rows: Iterable[CustodyRow], scope: ReaderScope
) -> list[tuple[CustodyRow, ContractRow]]:
    """Give the rows with those of their contracts, of those this reader may open."""
    kept = list(rows)
    found = parts.contracts.contracts_of([row.opened for row in kept], scope)
    return [(row, found[row.opened]) for row in kept if row.opened in found]


def custody_item(row: CustodyRow, contract: ContractRow) -> dict[str, Any]:
    """Give one contract in custody as it is answered."""
    return {
        **{name: getattr(row, name) for name in AS_IN_ROW},
        **{name: time_text(getattr(row, name)) for name in TIMES},
        "algorithm": row.algorithm or None,
        "title": contract.title,
        "unit_name": contract.unit_name,
    }
