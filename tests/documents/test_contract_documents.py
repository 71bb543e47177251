"""The documents of contracts: every class is set, is what other engines call PDF/A and PDF/UA, and says what it is."""

import itertools
import shutil
import subprocess
from datetime import date
from typing import Any

import msgspec
import pdfua
import pypdfium2
import pytest
from pdf_oxide import PdfDocument

from signing.inspection import accept
from signing.typesetting.contract import ContractDocument, set_contract, set_contracts
from signing.typesetting.contract_facts import contract_facts
from signing.typesetting.contract_faults import TextRefused
from signing.typesetting.contract_forms import form
from signing.typesetting.contract_text import (
    Counterparty,
    Item,
    signature_parties,
)
from signing.typesetting.press import NotSet, Order, set_documents
from tests.documents.contract_texts import AT, CLASSES, VENDOR, VENTURE, contract_text

POINTS_PER_MM = 72 / 25.4
needs_poppler = pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler-utils is not installed")
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")


def many_items(count: int) -> dict[str, Any]:
    items = tuple(
        Item(name=f"品目{n}　再生紙", specification="A4", quantity=f"{n}箱", unit_price_yen=100, amount_yen=100 * n)
        for n in range(1, count + 1)
    )
    total = sum(item.amount_yen for item in items)
    return {"items": items, "amount_yen": total + total // 10, "tax_yen": total // 10}


VARIANTS = {
    **{each: contract_text(each) for each in CLASSES},
    "venture": contract_text("works", counterparties=(VENTURE,), provisional=True),
    "five": contract_text("services", counterparties=tuple(Counterparty(name=f"第{n}株式会社") for n in range(1, 6))),
    "thirty": contract_text("goods", **many_items(30), contract_date=date(2027, 1, 4)),
}


@pytest.fixture(scope="module")
def documents() -> dict[str, ContractDocument]:
    return dict(zip(VARIANTS, set_contracts(tuple(VARIANTS.values()), at=AT), strict=True))


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def words(pdf: bytes) -> str:
    return "".join("".join(pages(pdf)).split())


@pytest.mark.parametrize("name", VARIANTS)
def test_it_is_pdf_a_and_pdf_ua_as_two_other_engines_see_it(
    documents: dict[str, ContractDocument], name: str, tmp_path
) -> None:
    """pdf_oxide checks PDF/A-3a, pdfua a part of PDF/UA-1; neither checks all of it."""
    pdf = documents[name].pdf
    found = PdfDocument.from_bytes(pdf).validate_pdf_a("3a")
    assert (found["valid"], found["errors"]) == (True, [])
    file = tmp_path / "contract.pdf"
    file.write_bytes(pdf)
    assert [finding for finding in pdfua.validate(str(file)).findings if finding.severity.name == "ERROR"] == []


@needs_qpdf
@needs_poppler
@pytest.mark.parametrize("name", ["works", "thirty"])
def test_its_structure_is_sound_and_every_font_is_embedded(
    documents: dict[str, ContractDocument], name: str, tmp_path
) -> None:
    file = tmp_path / "contract.pdf"
    file.write_bytes(documents[name].pdf)
    assert subprocess.run(["qpdf", "--check", file], capture_output=True, check=False).returncode == 0
    listed = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert sorted(line.split("+")[1].split()[0] for line in listed) == [
        "NotoSansJP-Regular-Identity-H", "NotoSerifJP-Regular-Identity-H",
    ]  # fmt: skip
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in listed)


def test_the_same_text_gives_the_same_bytes_alone_or_among_others(documents: dict[str, ContractDocument]) -> None:
    assert set_contract(VARIANTS["venture"], at=AT).pdf == documents["venture"].pdf
    assert set_contract(contract_text("goods", title="別の件名"), at=AT).pdf != documents["goods"].pdf


@pytest.mark.parametrize("name", VARIANTS)
def test_it_says_of_itself_what_it_is(documents: dict[str, ContractDocument], name: str) -> None:
    text, facts = VARIANTS[name], documents[name].facts
    assert contract_facts(documents[name].pdf) == facts
    assert (facts.contract_class, facts.number, facts.approval) == (text.contract_class, text.number, text.approval)
    assert (facts.amount_yen, facts.tax_yen) == (text.amount_yen, text.tax_yen)
    assert (facts.period_from, facts.period_to) == (text.period_from, text.period_to)
    assert [party.name for party in facts.counterparties] == [party.name for party in text.counterparties]
    assert (facts.provisional, facts.contract_date) == (text.provisional, text.contract_date)
    assert facts.edition == form(text.contract_class).edition


@pytest.mark.parametrize("name", VARIANTS)
def test_each_party_has_one_box_on_the_page_beside_its_name(documents: dict[str, ContractDocument], name: str) -> None:
    signers, boxes = signature_parties(VARIANTS[name]), documents[name].facts.boxes
    assert [box.field for box in boxes] == [signer.field for signer in signers]
    assert [box.side for box in boxes] == ["　".join(filter(None, (each.label, each.part))) for each in signers]
    assert len({box.page for box in boxes}) == 1
    with pypdfium2.PdfDocument(documents[name].pdf) as document:
        page = document[boxes[0].page]
        for signer, box in zip(signers, boxes, strict=True):
            left, bottom, right, top = box.box
            assert (right - left, top - bottom) == pytest.approx((52 * POINTS_PER_MM, 22 * POINTS_PER_MM), abs=0.05)
            assert 0 < left < right < page.get_width()
            assert 0 < bottom < top < page.get_height()
            beside = page.get_textpage().get_text_bounded(left=60, bottom=bottom, right=left - 2, top=top + 3)
            assert signer.party.name in "".join(beside.split())
    edges = sorted((box.box[1], box.box[3]) for box in boxes)
    assert all(lower[1] < upper[0] for lower, upper in itertools.pairwise(edges))


def test_a_joint_venture_signs_member_by_member(documents: dict[str, ContractDocument]) -> None:
    signers = signature_parties(VARIANTS["venture"])
    assert [(each.field, each.label, each.part) for each in signers[:3]] == [
        ("Prefecture", "甲", ""),
        ("Party1", "乙", "代表構成員"),
        ("Party2", "乙", "構成員"),
    ]
    assert len(signers) == 6
    assert "連帯して" in words(documents["venture"].pdf)


def test_it_passes_the_inspection_of_uploads_as_it_is(documents: dict[str, ContractDocument]) -> None:
    assert accept(documents["venture"].pdf).pdf == documents["venture"].pdf


def test_numbers_that_are_not_known_yet_are_left_out() -> None:
    document = set_contract(contract_text("services", number="", approval=""), at=AT)
    assert "契約番号" not in words(document.pdf)
    assert "決裁番号" not in words(document.pdf)
    assert (document.facts.number, document.facts.approval) == ("", "")


def test_a_memorandum_calls_itself_by_its_name(documents: dict[str, ContractDocument]) -> None:
    assert "この契約" not in words(documents["memorandum"].pdf)
    assert "この覚書は、甲及び乙の全てが" in words(documents["memorandum"].pdf)


def test_amount_dates_and_numbers_stand_as_contracts_write_them(documents: dict[str, ContractDocument]) -> None:
    works = words(documents["works"].pdf)
    assert "金五億五千万円整（￥550,000,000）" in works
    assert "消費税及び地方消費税の額￥50,000,000、税率10％" in works
    assert "令和８年12月10日から令和９年９月30日まで" in works
    assert "契約日最後の電子署名に係る時刻認証の日（日本標準時）" in works
    assert "契約日令和９年１月４日" in words(documents["thirty"].pdf)
    changed = words(documents["amendment"].pdf)
    assert "令和８年４月１日付けで締結した「橋梁点検業務委託」に係る契約（契約番号R8-000123" in changed
    assert "（増減￥1,100,000）" in changed


def test_braces_and_markup_in_data_are_letters() -> None:
    title = '{乙} #read("/etc/passwd") *太字* $x$ \\ `code` <signature-box> {@payment}'
    pdf = set_contract(contract_text("services", title=title), at=AT).pdf
    assert "".join(title.split()) in words(pdf)


def test_names_with_rare_characters_are_printed(documents: dict[str, ContractDocument]) -> None:
    name = "髙﨑𠮷邉邊㍿葛\U000e0100城"
    text = contract_text("services", counterparties=(msgspec.structs.replace(VENDOR, name=name),))
    document = set_contract(text, at=AT)
    assert document.facts.counterparties[0].name == name
    assert "髙﨑𠮷邉邊㍿葛" in words(document.pdf)


def test_a_batch_is_set_in_order_and_one_fault_fails_it() -> None:
    texts = tuple(contract_text("memorandum", number=f"R8-{number:06}") for number in range(1, 8))
    assert [each.facts.number for each in set_contracts(texts, at=AT)] == [text.number for text in texts]
    with pytest.raises(TextRefused):
        set_contracts((*texts, contract_text(title="")), at=AT)
    with pytest.raises(NotSet):
        set_documents((Order(template="no-such-template", data={}, at=AT),))
