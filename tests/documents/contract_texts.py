"""Texts of contracts for tests: one of each class, and variants of them."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from signing.typesetting.contract_text import (
    Article,
    Change,
    Clause,
    ContractClass,
    ContractText,
    Counterparty,
    Item,
    Original,
    Party,
    Terms,
)

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PREFECTURE = Party(name="青空県", address="青空県青空市本町一丁目１番１号", representative="青空県知事　職員0001")
VENDOR = Counterparty(
    name="株式会社みどり計画", address="青空県青空市緑町二丁目３番４号", representative="代表取締役　契約者0101",
    corporate_number="1234567890123",
)  # fmt: skip
VENTURE = Counterparty(
    name="北・東・南・西・中特定建設工事共同企業体", address="青空県青空市北町１番１号",
    members=tuple(
        Party(
            name=f"{side}建設株式会社",
            address=f"青空県青空市{side}町１番１号",
            representative=f"代表取締役　契約者{number:04}",
        )
        for number, side in enumerate(("北", "東", "南", "西", "中央"), 201)
    ),
)  # fmt: skip
OWN = Article(
    heading="合意事項", clauses=(Clause(text="甲及び乙は、次の事項を行う。", cases=("道路の清掃", "花壇の管理")),)
)
# fmt: off
# ruff: noqa: E501  (a text a line)
BY_CLASS: dict[str, dict[str, Any]] = {
    "goods": {
        "title": "事務用パーソナルコンピュータ　10台", "period_to": date(2027, 2, 26), "place": "青空県庁本庁舎３階　情報政策課",
        "amount_yen": 2_200_000, "tax_yen": 200_000,
        "items": (Item(name="ノート型パーソナルコンピュータ", specification="14型、16GB", quantity="10台", unit_price_yen=200_000, amount_yen=2_000_000),),
    },
    "services": {
        "title": "橋梁点検業務委託", "period_from": date(2026, 12, 1), "period_to": date(2027, 3, 19), "place": "青空県内一円",
        "amount_yen": 13_200_000, "tax_yen": 1_200_000,
        "terms": Terms(personal_data=True, partial_payment="出来高に応じ、履行期間中に１回"),
    },
    "works": {
        "title": "主要地方道青空海岸線橋梁補修工事", "period_from": date(2026, 12, 10), "period_to": date(2027, 9, 30),
        "place": "青空県青空市海岸一丁目地内", "amount_yen": 550_000_000, "tax_yen": 50_000_000,
        "terms": Terms(
            guarantee="金五千五百万円（公共工事履行保証証券）", advance_payment="請負代金額の10分の４以内の額",
            partial_payment="３回以内", days_off="日曜日、土曜日及び国民の祝日に関する法律に規定する休日",
            supplied_materials="支給材料及び貸与品は、設計図書に定めるとおりとする。", conformity_years=2,
        ),
    },
    "lease": {
        "title": "複合機の賃貸借", "period_from": date(2027, 4, 1), "period_to": date(2032, 3, 31), "place": "青空県庁本庁舎",
        "amount_yen": 6_600_000, "tax_yen": 600_000, "terms": Terms(multi_year=True),
    },
    "memorandum": {
        "title": "道路美化活動に関する覚書", "period_from": date(2026, 12, 1), "period_to": date(2027, 3, 31), "special": (OWN,),
    },
    "amendment": {
        "title": "橋梁点検業務委託（第１回変更）", "amount_yen": 14_300_000, "tax_yen": 1_300_000,
        "original": Original(number="R8-000123", title="橋梁点検業務委託", concluded_on=date(2026, 4, 1), amount_yen=13_200_000),
        "changes": (
            Change(subject="契約金額", before="13,200,000円（うち消費税及び地方消費税の額1,200,000円）", after="14,300,000円（うち消費税及び地方消費税の額1,300,000円）"),
            Change(subject="履行期間", before="令和８年４月１日から令和９年３月19日まで", after="令和８年４月１日から令和９年３月31日まで"),
        ),
    },
}  # fmt: skip
CLASSES = tuple(BY_CLASS)


def contract_text(contract_class: str = "services", **changes: Any) -> ContractText:
    """One contract of that class; `changes` replace its fields."""
    plain = {
        "number": "R8-000123", "approval": "R8-000101", "prefecture": PREFECTURE, "counterparties": (VENDOR,),
        **BY_CLASS[contract_class], **changes,
    }  # fmt: skip
    chosen: ContractClass = msgspec.convert(contract_class, ContractClass)
    return ContractText(contract_class=chosen, **plain)
