"""Seals and stamps: one page each, of the seal's size, with every font inside, and no character lost."""

import pypdfium2
import pytest

from signing.typesetting.contract_faults import TextRefused
from signing.typesetting.seals import SIDE_MM, Seal, Shape, set_seal, set_seals
from tests.documents.contract_texts import AT

POINTS_PER_MM = 72 / 25.4
SEALS = (
    Seal(shape="personal", text="髙﨑"),
    Seal(shape="personal", text="長谷川之印"),
    Seal(shape="corporate", text="代表取締役印", ring="株式会社みどり計画"),
    Seal(shape="official", text="青空県知事之印"),
    Seal(shape="official", text="青空県出納局会計管理者印"),
    *(Seal(shape="stamp", text="株式会社青空県" + "みどり計画" * times) for times in (1, 4, 11, 23, 38)),
    Seal(shape="stamp", text="一般社団法人青空県地域資源循環推進協議会", label="乙　代表構成員"),
)


@pytest.fixture(scope="module")
def pictures() -> dict[Seal, bytes]:
    return dict(zip(SEALS, set_seals(SEALS, at=AT), strict=True))


@pytest.mark.parametrize("seal", SEALS, ids=lambda seal: seal.shape)
def test_a_seal_is_one_page_of_its_size_with_every_character(pictures: dict[Seal, bytes], seal: Seal) -> None:
    with pypdfium2.PdfDocument(pictures[seal]) as document:
        (page,) = document
        width, height = SIDE_MM[seal.shape]
        assert page.get_size() == pytest.approx((width * POINTS_PER_MM, height * POINTS_PER_MM), abs=0.1)
        words = "".join(page.get_textpage().get_text_range().split())
    assert sorted("".join((seal.text, *seal.ring)).replace("　", "")) == sorted(words) or seal.text in words


@pytest.mark.parametrize("seal", SEALS, ids=lambda seal: seal.shape)
def test_no_letter_of_a_seal_touches_the_edge_of_its_page(pictures: dict[Seal, bytes], seal: Seal) -> None:
    """What is over the edge would be cut off in the signature's box."""
    with pypdfium2.PdfDocument(pictures[seal]) as document:
        picture = document[0].render(scale=4, grayscale=True)
        shades = bytes(picture.buffer)
        rows = [shades[place * picture.stride :][: picture.width] for place in range(picture.height)]
    edges = (rows[0], rows[-1], *(row[:1] + row[-1:] for row in rows))
    assert min(min(edge) for edge in edges) > 250
    assert min(min(row) for row in rows) < 130


def test_a_stamp_says_which_side_signed_and_on_which_day_in_japan(pictures: dict[Seal, bytes]) -> None:
    with pypdfium2.PdfDocument(pictures[SEALS[-1]]) as document:
        words = document[0].get_textpage().get_text_range()
    assert "電子署名" in words
    assert "乙" in words
    assert "2026-11-21（令和８年11月21日）JST" in words


def test_fonts_are_embedded_and_the_same_seal_gives_the_same_bytes(pictures: dict[Seal, bytes]) -> None:
    for seal, pdf in pictures.items():
        assert pdf.count(b"/FontFile3") >= 1
        assert b"/StructTreeRoot" not in pdf
        assert set_seal(seal, at=AT) == pdf


@pytest.mark.parametrize("shape", ["personal", "corporate", "official", "stamp"])
def test_what_cannot_be_cut_is_refused(shape: Shape) -> None:
    for text in ("", "≒", "山\n田", "長" * 201):
        with pytest.raises(TextRefused):
            set_seal(Seal(shape=shape, text=text, ring="会社"), at=AT)
    with pytest.raises(TextRefused) as refused:
        set_seal(Seal(shape="corporate", text="印", ring="会社が\u3099"), at=AT)
    assert "U+3099" in refused.value.reason
