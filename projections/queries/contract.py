"""電子契約への問合せ: contracts by any combination of date, amount, counterparty and the rest; those of an inbox.

電子帳簿保存法施行規則4条1項 asks for search by day, amount and counterparty: exactly, within bounds, and all together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from projections.contract.contracts import ContractRow
from projections.japanese_text import normalised
from projections.queries.newest_first import LIMIT_MAX, Narrowed, NewestFirst
from projections.readers import ReaderScope
from projections.store import ReadStore

WORDS_MAX = 8
CONDITIONS = {
    "states": "c.state = ANY(%(states)s)",
    "classes": "c.contract_class = ANY(%(classes)s)",
    "units": "c.unit = ANY(%(units)s)",
    "waiting_posts": "c.waiting_on && %(waiting_posts)s::text[] AND c.waiting_on <> '{{}}'",
    "contract_from": "c.contract_date >= %(contract_from)s",
    "contract_to": "c.contract_date <= %(contract_to)s",
    "signed_from": "c.signed_on >= %(signed_from)s",
    "signed_to": "c.signed_on <= %(signed_to)s",
    "effective_from": "c.effective_from >= %(effective_from)s",
    "effective_to": "c.effective_from <= %(effective_to)s",
    "amount_from_yen": "c.amount_yen >= %(amount_from_yen)s",
    "amount_to_yen": "c.amount_yen <= %(amount_to_yen)s",
    "corporate_number": "c.corporate_numbers @> ARRAY[%(corporate_number)s::text]",
    "approvals": "c.approval = ANY(%(approvals)s)",
    "fiscal_year": "c.fiscal_year = %(fiscal_year)s",
    "numbers": "c.number = ANY(%(numbers)s)",
}
COUNTERPARTY = "strpos(c.parties_searched, %(counterparty)s) > 0"
WORD = "strpos(c.searched, %(word)s) > 0"
SCOPE = "c.readers && %(scope)s::text[]"


@dataclass(frozen=True, kw_only=True)
class ContractFilters:
    """What a list is narrowed to; everything given must hold. Days and amounts include both ends, so that the same
    value at both is exactly that value. `counterparty` is part of a name; `text` is words, all of which must occur.
    """

    states: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    waiting_posts: tuple[str, ...] | None = None
    contract_from: date | None = None
    contract_to: date | None = None
    signed_from: date | None = None
    signed_to: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    amount_from_yen: int | None = None
    amount_to_yen: int | None = None
    counterparty: str | None = None
    corporate_number: str | None = None
    approvals: tuple[str, ...] | None = None
    fiscal_year: int | None = None
    numbers: tuple[str, ...] | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class ContractPage:
    """One page of a list, and the cursor of the next one; None: this was the last."""

    contracts: tuple[ContractRow, ...]
    next_cursor: str | None


class Contracts:
    """Answers about contracts, within what the reader may see."""

    def __init__(self, store: ReadStore) -> None:
        self._lists = NewestFirst(store=store, table="rm_contract", row=ContractRow, letter="k")

    def list_contracts(
        self, filters: ContractFilters, scope: ReaderScope, *, cursor: str | None = None, limit: int = 50
    ) -> ContractPage:
        """Give a page of contracts, newest first, at most `limit` (1–200). Refuses a foreign `cursor` with
        `BadCursor`.
        """
        found = self._lists.page(narrowed(filters, scope), cursor=cursor, limit=limit)
        return ContractPage(contracts=found.rows, next_cursor=found.next_cursor)

    def all_contracts(self, filters: ContractFilters, scope: ReaderScope) -> Iterator[ContractRow]:
        """Give every contract that meets the filters, newest first, page by page."""
        cursor: str | None = None
        while True:
            found = self.list_contracts(filters, scope, cursor=cursor, limit=LIMIT_MAX)
            yield from found.contracts
            cursor = found.next_cursor
            if cursor is None:
                return

    def contracts_of(self, opened: Iterable[int], scope: ReaderScope) -> dict[int, ContractRow]:
        """Give the rows of the contracts that began at these positions, those that exist and are for this reader."""
        return self._lists.some(narrowed(ContractFilters(), scope), opened)


def narrowed(filters: ContractFilters, scope: ReaderScope) -> Narrowed:
    """Give the conditions that the filters and the reader's scope put on the rows `c` of contracts."""
    found = Narrowed().by_filters(CONDITIONS, filters)
    party = normalised(filters.counterparty or "")
    if party:
        found.by(COUNTERPARTY, counterparty=party)
    for place, word in enumerate(normalised(filters.text or "").split()[:WORDS_MAX]):
        found.by(WORD.replace("word", f"word{place}"), **{f"word{place}": word})
    if not scope.everything:
        found.by(SCOPE, scope=list(scope.terms))
    return found
