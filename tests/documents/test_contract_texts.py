"""The texts of contracts: what the law asks them to say they say, and what is incomplete, contradicts itself or cannot
be printed is refused with its field.
"""

from datetime import date
from typing import Any

import msgspec
import pytest

from signing.typesetting.contract import set_contract
from signing.typesetting.contract_faults import TextRefused, checked
from signing.typesetting.contract_forms import covered, filled_articles
from signing.typesetting.contract_text import Article, Clause, ContractText, Counterparty, Item, Original, Party, Terms
from tests.documents.contract_texts import AT, CLASSES, OWN, VENDOR, VENTURE, contract_text

PAYMENT_DELAY = {f"payment-delay-{item}" for item in ("inspection", "payment", "interest", "disputes")}
CONSTRUCTION = {f"construction-{number}" for number in range(1, 17)}
ONLY_WHERE_AGREED = {"construction-4", "construction-5", "construction-10"}
ORIGINAL = Original(number="1", title="甲", concluded_on=date(2026, 4, 1))


def faults(text: ContractText) -> set[tuple[str, str]]:
    with pytest.raises(TextRefused) as refused:
        checked(text)
    assert refused.value.reason
    return {(fault.field, fault.code) for fault in refused.value.faults}


@pytest.mark.parametrize("contract_class", ["goods", "services", "lease"])
def test_it_says_what_the_law_against_late_payment_asks(contract_class: str) -> None:
    """政府契約の支払遅延防止等に関する法律4条."""
    assert covered(contract_text(contract_class)) >= PAYMENT_DELAY


def test_a_works_contract_has_the_sixteen_items() -> None:
    """建設業法19条1項; 4, 5 and 10 are asked for only where they are agreed."""
    assert covered(contract_text("works")) == PAYMENT_DELAY | CONSTRUCTION
    assert covered(contract_text("works", terms=Terms())) == PAYMENT_DELAY | CONSTRUCTION - ONLY_WHERE_AGREED


def test_an_article_of_ones_own_in_place_of_a_standard_one_no_longer_counts_as_what_the_law_asks() -> None:
    assert "construction-12" not in covered(contract_text("works", replaced={"payment": OWN}))


@pytest.mark.parametrize("contract_class", CLASSES)
@pytest.mark.parametrize("agreed", [True, False])
@pytest.mark.parametrize("provisional", [True, False])
def test_articles_are_filled_whatever_is_agreed(contract_class: str, agreed: bool, provisional: bool) -> None:
    everything = Terms(
        advance_payment="あり", partial_payment="あり", days_off="あり", supplied_materials="あり", personal_data=True,
        multi_year=True,
    )  # fmt: skip
    text = contract_text(
        contract_class,
        terms=everything if agreed else Terms(),
        provisional=provisional,
        counterparties=(VENTURE,) if agreed else (VENDOR,),
    )
    articles = filled_articles(text)
    written = "".join(clause.text + "".join(clause.cases) for article in articles for clause in article.clauses)
    assert "{" not in written
    assert "}" not in written
    assert ("仮契約" in [article.heading for article in articles]) == provisional
    assert "電子署名を行った時に確定する" in written


def test_own_articles_follow_the_standard_ones_and_replace_them() -> None:
    own = Article(heading="特約", clauses=(Clause(text="別に定める。"),))
    text = contract_text("goods", special=(own,), replaced={"delivery": OWN})
    headings = [article.heading for article in filled_articles(text)]
    assert headings[-3:] == ["特約", "紛争の解決", "補則"]
    assert "合意事項" in headings
    assert "納入" not in headings
    assert faults(contract_text("goods", replaced={"engineer": OWN})) == {("replaced.engineer", "no-such-article")}


@pytest.mark.parametrize("character", ["≒", "\u3099", "\u202e", "\ue000", "\u200b", "😀", "\U000e01ef", "\x07"])
def test_a_character_without_a_glyph_is_refused_by_name_and_code(character: str) -> None:
    text = contract_text("services", counterparties=(msgspec.structs.replace(VENDOR, name=f"株式会社が{character}"),))
    with pytest.raises(TextRefused) as refused:
        set_contract(text, at=AT)
    (fault,) = refused.value.faults
    assert (fault.field, fault.code) == ("counterparties[0].name", "missing-glyph")
    assert f"U+{ord(character):04X}" in fault.reason
    assert character not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"amount_yen": None, "tax_yen": None}, {("amount_yen", "empty")}),
        ({"tax_yen": None}, {("tax_yen", "tax")}),
        ({"tax_yen": 13_200_001}, {("tax_yen", "tax")}),
        ({"tax_yen": 1_100_000}, {("tax_yen", "tax")}),
        ({"amount_yen": -1}, {("amount_yen", "amount")}),
        ({"amount_yen": 13_200_000.0}, {("amount_yen", "wrong-type")}),
        ({"period_from": date(2027, 4, 1)}, {("period_to", "period")}),
        ({"period_to": None}, {("period_to", "empty")}),
        ({"contract_date": date(1988, 1, 1)}, {("contract_date", "day")}),
        ({"title": ""}, {("title", "empty")}),
        ({"title": "二行\nの件名"}, {("title", "line-break"), }),
        ({"title": "長" * 201}, {("title", "too-long")}),
        ({"counterparties": ()}, {("counterparties", "parties")}),
        ({"counterparties": tuple(Counterparty(name=f"{n}社") for n in range(6))}, {("counterparties", "parties")}),
        ({"counterparties": (VENDOR, VENDOR)}, {("counterparties", "twice")}),
        ({"counterparties": (Counterparty(name=" "),)}, {("counterparties[0].name", "empty")}),
        (
            {"counterparties": (Counterparty(name="甲社", members=(Party(name="乙社"),)),)},
            {("counterparties[0].members", "members")},
        ),
        (
            {"counterparties": (Counterparty(name="甲社", corporate_number="12"),)},
            {("counterparties[0].corporate_number", "corporate-number")},
        ),
        ({"terms": Terms(payment_days=31)}, {("terms.payment_days", "terms")}),
        ({"terms": Terms(inspection_days=11)}, {("terms.inspection_days", "terms")}),
        ({"items": (Item(name="点検", amount_yen=11_999_999),)}, {("items", "total")}),
        ({"original": ORIGINAL}, {("original", "not-an-amendment")}),
    ],
)  # fmt: skip
def test_what_is_incomplete_or_contradicts_itself_is_refused_with_its_field(
    changes: dict[str, Any], found: set[tuple[str, str]]
) -> None:
    assert faults(contract_text("services", **changes)) == found


def test_works_may_be_paid_in_forty_days_and_inspected_in_fourteen() -> None:
    """支払遅延防止法 5条, 6条."""
    checked(contract_text("works", terms=Terms(payment_days=40, inspection_days=14)))
    assert faults(contract_text("works", terms=Terms(payment_days=41))) == {("terms.payment_days", "terms")}


def test_an_amount_may_be_left_out_only_where_none_is_named() -> None:
    checked(contract_text("memorandum"))
    checked(contract_text("amendment", amount_yen=None, tax_yen=None))
    assert faults(contract_text("amendment", changes=())) == {("changes", "empty")}
