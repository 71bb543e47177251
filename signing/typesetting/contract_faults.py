"""契約書の不備: what keeps a contract's text from being set, each with the field, a code and a Japanese reason."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from signing.typesetting.contract_forms import form
from signing.typesetting.contract_text import SIGNERS_MAX, ContractText
from signing.typesetting.glyphs import character_code, glyphs
from signing.typesetting.wording import HEISEI_BEGINS

AMOUNT_YEN_MAX = 10**13 - 1
LINE_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 4_000
ENTRIES_MAX = {"items": 300, "changes": 40, "special": 60}
CORPORATE_NUMBER = re.compile(r"[1-9][0-9]{12}")
TEXTS = frozenset(
    {"text", "before", "after", "advance_payment", "partial_payment", "days_off", "supplied_materials", "cases"}
)
WITHOUT_AMOUNT = frozenset({"memorandum", "amendment"})
NEEDED = {
    "goods": ("period_to", "place"),
    "services": ("period_from", "period_to"),
    "works": ("period_from", "period_to", "place"),
    "lease": ("period_from", "period_to", "place"),
    "memorandum": ("special",),
    "amendment": ("original", "changes"),
}


LABELS = {
    "number": "契約番号", "approval": "決裁番号", "title": "件名", "place": "場所", "period_from": "期間の始期",
    "period_to": "期間の終期", "amount_yen": "金額", "tax_yen": "消費税額", "items": "内訳", "special": "合意事項",
    "original": "原契約", "changes": "変更事項", "name": "名称", "address": "所在地", "representative": "代表者",
    "corporate_number": "法人番号", "specification": "規格", "quantity": "数量", "heading": "条の見出し",
    "text": "条文", "seal.text": "印影",
    "cases": "条文の各号", "subject": "変更事項", "before": "変更前", "after": "変更後", "guarantee": "契約保証金",
    "advance_payment": "前金払", "partial_payment": "部分払", "days_off": "施工しない日等", "ring": "印影の外周",
    "supplied_materials": "支給材料及び貸与品", "payment_days": "支払の日数", "inspection_days": "検査の日数",
    "conformity_years": "契約不適合の通知の年数", "label": "印影の見出し", "shape": "印影の種類",
    "contract_date": "契約日", "effective_from": "効力発生日", "concluded_on": "原契約の締結日",
}  # fmt: skip


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """不備: the field as a path (`counterparties[0].name`), a stable code, and the reason for the person."""

    field: str
    code: str
    reason: str


class TextRefused(Exception):
    """The text of a contract cannot be set: `faults` has every reason, `reason` them all in Japanese. Its fields are
    named; what stands in them is not.
    """

    code = "contract-text-refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = faults
        self.reason = "".join(fault.reason for fault in faults)


def checked(text: ContractText) -> ContractText:
    """Give `text` back as it is, or raise `TextRefused` with everything that is wrong with it."""
    if faults := tuple(_faults(text)):
        raise TextRefused(faults)
    return text


def unsettable(value: Any, place: str = "") -> Iterator[Fault]:
    """Give a fault for each character in `value` (texts, lists, mappings and structs of them) that cannot be set."""
    for field, text in _texts(msgspec.to_builtins(value), place):
        for character in dict.fromkeys(each for face in ("sans", "serif") for each in glyphs(face).unsettable(text)):
            shown = f"「{character}」" if character.isprintable() else ""
            reason = f"{_label(field)}の文字{shown}（{character_code(character)}）は、印刷用の書体で表せません。"
            yield Fault(field=field, code="missing-glyph", reason=reason)


def _faults(text: ContractText) -> Iterator[Fault]:
    wrong = _wrong_type(text)
    if wrong:
        yield wrong
        return
    for rule in (_parties, _needed, _amounts, _breakdown, _days, _terms, _lengths):
        yield from rule(text)
    yield from unsettable(text)


def _wrong_type(text: ContractText) -> Fault | None:
    """A struct made in the program was never checked against its types: a yen as float, a date as text."""
    try:
        msgspec.convert(msgspec.to_builtins(text), ContractText)
    except (msgspec.ValidationError, TypeError) as error:
        found = re.search(r"`\$\.?([^`]*)`", str(error))
        field = found[1] if found else ""
        return Fault(field=field, code="wrong-type", reason=f"{_label(field)}の型が違います。")
    return None


def _parties(text: ContractText) -> Iterator[Fault]:
    signing = [member for each in text.counterparties for member in (each.members or (each,))]
    if not 1 <= len(signing) <= SIGNERS_MAX:
        yield Fault(field="counterparties", code="parties", reason=f"契約の相手方は、１者から{SIGNERS_MAX}者までです。")
    if len({(party.name, party.address) for party in signing}) != len(signing):
        yield Fault(field="counterparties", code="twice", reason="同じ相手方が２度あります。")
    for place, counterparty in enumerate(text.counterparties):
        if len(counterparty.members) == 1:
            reason = "共同企業体の構成員は、２者以上です。"
            yield Fault(field=f"counterparties[{place}].members", code="members", reason=reason)
    parties = [("prefecture", text.prefecture)]
    for place, counterparty in enumerate(text.counterparties):
        parties.append((f"counterparties[{place}]", counterparty))
        parties += [(f"counterparties[{place}].members[{n}]", member) for n, member in enumerate(counterparty.members)]
    for field, party in parties:
        if not party.name.strip():
            yield Fault(field=f"{field}.name", code="empty", reason="当事者の名称がありません。")
        if party.corporate_number is not None and not CORPORATE_NUMBER.fullmatch(party.corporate_number):
            yield Fault(field=f"{field}.corporate_number", code="corporate-number", reason="法人番号は13桁の数字です。")


def _needed(text: ContractText) -> Iterator[Fault]:
    for field in ("title", *NEEDED[text.contract_class]):
        if not getattr(text, field):
            yield Fault(field=field, code="empty", reason=f"{_label(field)}がありません。")
    if text.contract_class != "amendment" and (text.original or text.changes):
        yield Fault(field="original", code="not-an-amendment", reason="変更契約でない契約書に原契約があります。")


def _amounts(text: ContractText) -> Iterator[Fault]:
    amount, tax, rate = text.amount_yen, text.tax_yen, text.tax_rate_percent
    if amount is None or tax is None:
        if amount is not None or tax is not None:
            reason = "契約金額と消費税額は、両方を書くか、どちらも書かないかです。"
            yield Fault(field="tax_yen", code="tax", reason=reason)
        elif text.contract_class not in WITHOUT_AMOUNT:
            yield Fault(field="amount_yen", code="empty", reason="契約金額がありません。")
        return
    if not 0 <= amount <= AMOUNT_YEN_MAX:
        yield Fault(field="amount_yen", code="amount", reason="契約金額は、０円以上10兆円未満です。")
    elif not 0 <= tax <= amount:
        yield Fault(field="tax_yen", code="tax", reason="消費税額が契約金額の内にありません。")
    elif rate is not None and abs((amount - tax) * rate - tax * 100) >= 100:
        yield Fault(field="tax_yen", code="tax", reason=f"消費税額が税率{rate}％と合いません。")


def _breakdown(text: ContractText) -> Iterator[Fault]:
    if text.items and text.amount_yen is not None and text.tax_yen is not None:
        total = sum(item.amount_yen for item in text.items)
        if total != text.amount_yen - text.tax_yen:
            reason = f"内訳の合計{total:,}円が、契約金額から消費税額を引いた額と合いません。"
            yield Fault(field="items", code="total", reason=reason)


def _days(text: ContractText) -> Iterator[Fault]:
    if text.period_from and text.period_to and text.period_from > text.period_to:
        yield Fault(field="period_to", code="period", reason="期間の終わりが始まりより前です。")
    days = {name: getattr(text, name) for name in ("period_from", "period_to", "contract_date", "effective_from")}
    if text.original:
        days["original.concluded_on"] = text.original.concluded_on
    for field, day in days.items():
        if day is not None and day < HEISEI_BEGINS:
            yield Fault(field=field, code="day", reason=f"{_label(field)}が平成より前です。")


def _terms(text: ContractText) -> Iterator[Fault]:
    """支払遅延防止法 5条 and 6条: neither to inspect nor to pay may take longer than the law lets."""
    chosen, terms = form(text.contract_class), text.terms
    for field, days, most in (
        ("terms.inspection_days", terms.inspection_days, chosen.inspection_days_max),
        ("terms.payment_days", terms.payment_days, chosen.payment_days_max),
        ("terms.conformity_years", terms.conformity_years, 20),
    ):
        if days is not None and not 1 <= days <= most:
            yield Fault(field=field, code="terms", reason=f"{_label(field)}は、１から{most}までです。")
    for key in text.replaced:
        if key not in chosen.articles or key not in chosen.order:
            reason = f"条項{key}は、この契約書にありません。"
            yield Fault(field=f"replaced.{key}", code="no-such-article", reason=reason)


def _lengths(text: ContractText) -> Iterator[Fault]:
    for field, most in ENTRIES_MAX.items():
        if len(getattr(text, field)) > most:
            yield Fault(field=field, code="too-many", reason=f"{_label(field)}は、{most}件までです。")
    for field, value in _texts(msgspec.to_builtins(text), ""):
        long = _noun(field) in TEXTS
        if len(value) > (TEXT_LENGTH_MAX if long else LINE_LENGTH_MAX):
            yield Fault(field=field, code="too-long", reason=f"{_label(field)}が長すぎます。")
        if not long and "\n" in value:
            yield Fault(field=field, code="line-break", reason=f"{_label(field)}は、改行できません。")


def _label(field: str) -> str:
    """What a person calls the field."""
    return LABELS.get(field, LABELS.get(_noun(field), field))


def _noun(field: str) -> str:
    """`name` of `counterparties[0].name`, `cases` of `special[0].clauses[0].cases[1]`."""
    return field.rpartition(".")[2].partition("[")[0]


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text in plain values, with its path."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _texts(each, f"{place}[{number}]")
