"""電子契約の報告: stamp duty saved; contract dates that differ from the signatures or lie before them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from projections.contract.contracts import ContractRow
from projections.queries.contract import SCOPE
from projections.queries.newest_first import Narrowed
from projections.readers import ReaderScope
from projections.store import ReadStore

By = Literal["month", "unit", "class"]
KEYS = {
    "month": ("to_char(c.contract_date, 'YYYY-MM')", "to_char(c.contract_date, 'YYYY-MM')"),
    "unit": ("c.unit", "max(c.unit_name)"),
    "class": ("c.contract_class", "c.contract_class"),
}
IN_FORCE = "c.state IN ('concluded', 'provisional', 'superseded', 'terminated') AND NOT c.trial"
SAVED = """
SELECT {key} AS key, {label} AS label, count(*) AS contracts,
       count(*) FILTER (WHERE c.stamp_saved_yen > 0) AS taxed,
       coalesce(sum(c.amount_yen), 0)::bigint AS amount_yen, coalesce(sum(c.stamp_saved_yen), 0)::bigint AS saved_yen
FROM {schema}.rm_contract c WHERE {where} GROUP BY 1 ORDER BY 1"""
SAVED_GROUPS = {by: SAVED.replace("{key}", key).replace("{label}", label) for by, (key, label) in KEYS.items()}
MISMATCHES = """
SELECT {columns} FROM {schema}.rm_contract c WHERE {where} ORDER BY c.contract_date DESC, c.opened DESC
LIMIT %(limit)s"""
SIGNED = "c.signed_on IS NOT NULL AND (c.dates_differ OR c.effective_from < c.signed_on) AND NOT c.trial"
MISMATCHES_MAX = 10_000
COLUMNS = ", ".join(f"c.{name}" for name in ContractRow._fields)


class Saved(NamedTuple):
    """印紙税の節減: of one month, unit or class. `taxed` is how many of the contracts would have been taxed on paper;
    `saved_yen` is what their counterparties did not have to pay.
    """

    key: str
    label: str
    contracts: int
    taxed: int
    amount_yen: int
    saved_yen: int


@dataclass(frozen=True, kw_only=True)
class Period:
    """Contract dates from `first` to `last`, both included; None: no bound."""

    first: date | None = None
    last: date | None = None


class ContractReports:
    """Answers that add up or compare, within what the reader may see."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store

    def stamp_duty(self, by: By, period: Period, scope: ReaderScope) -> tuple[Saved, ...]:
        """Give what electronic contracts saved, by month, unit or class; trials are left out."""
        narrowed = _narrowed(period, scope).by(IN_FORCE).by("c.contract_date IS NOT NULL")
        return tuple(self._store.select_as(Saved, narrowed.into(SAVED_GROUPS[by]), narrowed.wanted))

    def mismatches(self, period: Period, scope: ReaderScope) -> tuple[ContractRow, ...]:
        """Give the contracts whose contract date is not the day of the last signature, or which take effect before
        it; newest first.
        """
        narrowed = _narrowed(period, scope).by(SIGNED)
        text = narrowed.into(MISMATCHES.replace("{columns}", COLUMNS))
        return tuple(self._store.select_as(ContractRow, text, {**narrowed.wanted, "limit": MISMATCHES_MAX}))


def _narrowed(period: Period, scope: ReaderScope) -> Narrowed:
    found = Narrowed()
    if period.first is not None:
        found.by("c.contract_date >= %(first)s", first=period.first)
    if period.last is not None:
        found.by("c.contract_date <= %(last)s", last=period.last)
    return found if scope.everything else found.by(SCOPE, scope=list(scope.terms))
