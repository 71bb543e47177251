"""The filters of the list of contracts, as query parameters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query

from api.routes.case_filters import PLAIN, Code, Codes, Day, Yen, with_lower
from api.shapes.contract_list import State
from domain.clock import civil_date
from domain.contract.facts import Class
from domain.directory import Directory
from projections.queries.contract import ContractFilters

NAME_CHARACTERS_MAX = 200
Name = Annotated[str | None, Query(max_length=NAME_CHARACTERS_MAX, pattern=PLAIN, description="相手方の名称の一部")]
CorporateNumber = Annotated[str | None, Query(pattern=r"^[0-9]{13}$", description="相手方の法人番号")]
WORDS = "件名・相手方・番号・文書番号・担当者にこの言葉(空白区切り、すべて)を含む"


@dataclass(frozen=True, kw_only=True)
class ContractQuery:
    """What the list is narrowed to; everything given must hold. Days and amounts include both ends: the same value at
    both is exactly that value.
    """

    state: Annotated[list[State] | None, Query(description="状態(複数可)")] = None
    contract_class: Annotated[list[Class] | None, Query(alias="class", description="契約の種類(複数可)")] = None
    unit: Annotated[Codes, Query(description="担当する所属。下位の所属を含む(複数可)")] = None
    waiting_on: Annotated[Codes, Query(description="処理を待っている職(複数可)")] = None
    contract_from: Annotated[Day, Query(alias="from", description="契約日がこの日以後")] = None
    contract_to: Annotated[Day, Query(alias="to", description="契約日がこの日以前")] = None
    signed_from: Annotated[Day, Query(description="最後の署名がこの日以後")] = None
    signed_to: Annotated[Day, Query(description="最後の署名がこの日以前")] = None
    effective_from: Annotated[Day, Query(description="効力の発生日がこの日以後")] = None
    effective_to: Annotated[Day, Query(description="効力の発生日がこの日以前")] = None
    amount_min: Annotated[Yen, Query(description="契約金額(税込)がこの額以上")] = None
    amount_max: Annotated[Yen, Query(description="契約金額(税込)がこの額以下")] = None
    counterparty: Name = None
    corporate_number: CorporateNumber = None
    approval: Annotated[Code | None, Query(description="この決裁による契約")] = None
    fiscal_year: Annotated[int | None, Query(ge=1900, le=2999)] = None
    q: Annotated[str | None, Query(max_length=200, pattern=PLAIN, description=WORDS)] = None

    def within(self, directory: Directory, at: datetime) -> ContractFilters:
        """Give the filters as the read model takes them; a unit stands for itself and what lies below it at `at`."""
        return ContractFilters(
            states=tuple(self.state) if self.state else None,
            classes=tuple(self.contract_class) if self.contract_class else None,
            units=with_lower(self.unit, directory, civil_date(at)),
            waiting_posts=tuple(self.waiting_on) if self.waiting_on else None,
            contract_from=self.contract_from,
            contract_to=self.contract_to,
            signed_from=self.signed_from,
            signed_to=self.signed_to,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
            amount_from_yen=self.amount_min,
            amount_to_yen=self.amount_max,
            counterparty=self.counterparty,
            corporate_number=self.corporate_number,
            approvals=(self.approval,) if self.approval else None,
            fiscal_year=self.fiscal_year,
            text=self.q,
        )
