"""頭書: the table above the articles, the breakdown, and the line about the date of the contract."""

from collections.abc import Mapping
from typing import Any

from signing.typesetting.contract_forms import form
from signing.typesetting.contract_text import ContractText
from signing.typesetting.wording import era_date, formal_yen, plain_yen

LAST_SIGNATURE = "最後の電子署名に係る時刻認証の日（日本標準時）"


def summary(text: ContractText) -> list[tuple[str, list[str]]]:
    """Give the rows of the table: a label, and the lines beside it. What a contract does not have, it does not list."""
    labels, terms = form(text.contract_class).labels, text.terms
    rows: list[tuple[str, list[str]]] = [(labels["title"], [text.title])]
    if text.place:
        rows.append((labels["place"], [text.place]))
    if period := _period(text):
        rows.append((labels["period"], [period]))
    if text.amount_yen is not None and text.tax_yen is not None:
        rows.append((labels["amount"], _amount(text, text.amount_yen, text.tax_yen)))
    if text.items:
        rows.append((labels["items"], ["別表のとおり" if len(text.items) <= 8 else "別紙のとおり"]))
    if text.contract_class not in ("memorandum", "amendment"):
        rows.append(("契約保証金", [terms.guarantee]))
    for label, agreed in (
        ("前金払", terms.advance_payment),
        ("部分払", terms.partial_payment),
        ("施工しない日等", terms.days_off),
        ("支給材料及び貸与品", terms.supplied_materials),
    ):
        if agreed:
            rows.append((label, [agreed]))
    rows.append(("効力発生日", [_effective(text)]))
    return rows


def breakdown(text: ContractText) -> Mapping[str, Any] | None:
    """Give the lines of the breakdown and its totals, or None where there is none."""
    if not text.items:
        return None
    rows = [
        (
            str(number),
            f"{item.name}（{item.specification}）" if item.specification else item.name,
            item.quantity,
            "" if item.unit_price_yen is None else f"{item.unit_price_yen:,}",
            f"{item.amount_yen:,}",
        )
        for number, item in enumerate(text.items, 1)
    ]
    totals = [("小計（消費税及び地方消費税を除く。）", f"{sum(item.amount_yen for item in text.items):,}")]
    if text.amount_yen is not None and text.tax_yen is not None:
        totals += [("消費税及び地方消費税の額", f"{text.tax_yen:,}"), ("合計", f"{text.amount_yen:,}")]
    return {"rows": rows, "totals": totals}


def date_line(text: ContractText) -> str:
    """Give the line of the contract date: a day, or that the last signature's time stamp tells it."""
    return f"契約日　{era_date(text.contract_date) if text.contract_date else LAST_SIGNATURE}"


def _amount(text: ContractText, amount_yen: int, tax_yen: int) -> list[str]:
    rate = "" if text.tax_rate_percent is None else f"、税率{text.tax_rate_percent}％"
    lines = [
        f"{formal_yen(amount_yen)}（{plain_yen(amount_yen)}）",
        f"うち取引に係る消費税及び地方消費税の額　{plain_yen(tax_yen)}{rate}",
        f"消費税及び地方消費税を除いた額　{plain_yen(amount_yen - tax_yen)}",
    ]
    before = text.original.amount_yen if text.original else None
    if before is not None:
        lines.append(f"変更前の契約金額　{plain_yen(before)}　（増減　{plain_yen(amount_yen - before)}）")
    return lines


def _period(text: ContractText) -> str:
    """From … to …; where the contract names only its end, that day."""
    if text.period_from and text.period_to:
        return f"{era_date(text.period_from)}から{era_date(text.period_to)}まで"
    if text.period_to:
        return era_date(text.period_to)
    return f"{era_date(text.period_from)}から" if text.period_from else ""


def _effective(text: ContractText) -> str:
    if text.provisional:
        return "議決を得て本契約となった日"
    return era_date(text.effective_from) if text.effective_from else "契約日"
