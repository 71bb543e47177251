"""分割発注の疑い: cases of the same kind for the same counterparty within a few days of each other."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SPLIT_ORDER_DAYS = 30  # authority table, rule `split`


@dataclass(frozen=True, kw_only=True, slots=True)
class Counterparty:
    """相手方 as the drafter named it; the corporate number (法人番号) where it has one."""

    name: str
    corporate_number: str | None = None

    def same_as(self, other: "Counterparty") -> bool:
        """By corporate number where both have one, else by name without regard to width, case and spaces."""
        if self.corporate_number and other.corporate_number:
            return self.corporate_number == other.corporate_number
        return _plain(self.name) == _plain(other.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecentCase:
    """Another case, by its number: what it was, for whom, and the civil day in Japan on which it was submitted."""

    number: str
    kind: str
    counterparty: Counterparty
    on: date


def split_order_suspected(
    counterparty: Counterparty | None, kind: str, on: date, recent: Iterable[RecentCase]
) -> tuple[str, ...]:
    """The numbers of `recent` cases of the same kind and counterparty within 30 days of `on`.

    Before or after, in ascending order. The caller leaves out the case itself, and the earlier decision that a
    change case amends. Source: authority table, `split`.
    """
    if counterparty is None:
        return ()
    near = (case for case in recent if case.kind == kind and abs((on - case.on).days) <= SPLIT_ORDER_DAYS)
    return tuple(sorted(case.number for case in near if counterparty.same_as(case.counterparty)))


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
