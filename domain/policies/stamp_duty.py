"""印紙税: what a contract on paper would have cost the counterparty, and what an electronic one therefore saves."""

from datetime import date
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from domain.policies.edition import Label, RuleEdition, RuleModel

Yen = Annotated[int, Field(ge=0)]
LegalType = Literal["work", "mandate", "sale", "lease", "other"]  # 請負・準委任・売買・賃貸借・その他
LAPSED = "軽減措置の期限({until})を過ぎているため本則で計算しました。延長されていないか確かめてください。"


class Row(RuleModel):
    """One row: documents of up to so many yen (None: of any larger amount), at the ordinary and the reduced rate."""

    up_to_yen: Yen | None
    ordinary_yen: Yen
    reduced_yen: Yen


class StampDutyTable(RuleEdition):
    """第2号文書(請負)の税額表. Below `taxed_from_yen` nothing is due; `no_amount` is for documents that name none.

    `reduced_until`: last day of the reduction for works (租税特別措置法91条3項). With a government party one copy is
    taxed, the counterparty's (印紙税法4条5項・5条2号), so what is saved is the tax of one.
    """

    taxed: tuple[LegalType, ...]
    taxed_from_yen: Yen
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]
    no_amount: Row
    reduced_until: date
    basis: Label
    reduced_basis: Label
    untaxed_basis: Label

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        limits = [row.up_to_yen for row in self.rows]
        named = [limit for limit in limits if limit is not None]
        if limits[-1] is not None or len(named) != len(limits) - 1 or named != sorted(set(named)):
            raise ValueError("rows は金額の小さい順に並べ、最後の行だけ up_to_yen を null にしてください")
        if any(row.reduced_yen > row.ordinary_yen for row in (*self.rows, self.no_amount)):
            raise ValueError("軽減後の税額が本則を超えています")
        return self


class Duty(NamedTuple):
    """What is saved in yen, on what ground, and what to look at."""

    saved_yen: int
    basis: str
    warning: str | None = None


def stamp_duty(
    table: StampDutyTable, *, legal_type: LegalType, works: bool, taxed_amount_yen: int | None, on: date
) -> Duty:
    """Give the duty that a paper contract made on the day `on` would have borne.

    `legal_type`: only 請負 is taxed as 第2号文書. `works`: a works contract (建設業法2条1項), for which the rate is
    reduced until `reduced_until`; afterwards the ordinary rate, with a warning. `taxed_amount_yen`: 記載金額, without
    consumption tax where the contract shows it apart; None where it names no amount. Source: contracts.md §4.7.
    """
    if legal_type not in table.taxed:
        return Duty(0, table.untaxed_basis)
    row = _row(table, taxed_amount_yen)
    if row is None:
        return Duty(0, table.basis)
    if not works:
        return Duty(row.ordinary_yen, table.basis)
    if on > table.reduced_until:
        return Duty(row.ordinary_yen, table.basis, LAPSED.format(until=table.reduced_until.isoformat()))
    return Duty(row.reduced_yen, table.reduced_basis)


def _row(table: StampDutyTable, amount_yen: int | None) -> Row | None:
    if amount_yen is None:
        return table.no_amount
    if amount_yen < table.taxed_from_yen:
        return None
    return next(row for row in table.rows if row.up_to_yen is None or amount_yen <= row.up_to_yen)
