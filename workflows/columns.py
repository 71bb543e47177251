"""Columns: what the Temporal Web UI lists and filters cases by. Never encrypted, so nothing personal is in them
(I19).
"""

from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from domain.view import View

STATE = SearchAttributeKey.for_keyword("State")
UNIT = SearchAttributeKey.for_keyword("Unit")
CASE_NUMBER = SearchAttributeKey.for_keyword("CaseNumber")
WAITING_ON = SearchAttributeKey.for_keyword_list("WaitingOn")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
AMOUNT_YEN = SearchAttributeKey.for_int("AmountYen")
FISCAL_YEAR = SearchAttributeKey.for_int("FiscalYear")
LEDGER_VERSION = SearchAttributeKey.for_int("LedgerVersion")  # how far the process has seen its record

HALTED_STATE = "台帳後退"


def columns(view: View, number: str, *, halted: bool) -> list[SearchAttributeUpdate[Any]]:
    """Give every column of a case as its process sees it; `halted` where the ledger is older than that (I12)."""
    return [
        STATE.value_set(HALTED_STATE if halted else view.state),
        LEDGER_VERSION.value_set(view.version),
        CASE_NUMBER.value_set(number),
        WAITING_ON.value_set(list(view.waiting_on)),
        UNIT.value_set(view.unit) if view.unit else UNIT.value_unset(),
        DUE_AT.value_set(view.due_at) if view.due_at else DUE_AT.value_unset(),
        AMOUNT_YEN.value_unset() if view.amount_yen is None else AMOUNT_YEN.value_set(view.amount_yen),
        FISCAL_YEAR.value_unset() if view.fiscal_year is None else FISCAL_YEAR.value_set(view.fiscal_year),
    ]
