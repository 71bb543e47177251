"""Amounts, days and lists as contracts write them; characters that the two fonts do and do not have."""

from datetime import date

import pytest

from signing.typesetting.glyphs import Face, glyphs
from signing.typesetting.wording import counted, era_date, formal_yen, listed, plain_yen


@pytest.mark.parametrize(
    ("amount_yen", "written"),
    [
        (0, "金〇円整"),
        (10, "金壱拾円整"),
        (1_000, "金壱千円整"),
        (10_000, "金壱万円整"),
        (12_340_000, "金壱千弐百参拾四万円整"),
        (100_000_001, "金壱億壱円整"),
        (5_500_000_000_000, "金五兆五千億円整"),
        (98_765, "金九万八千七百六拾五円整"),
    ],
)
def test_amounts_are_written_so_that_no_stroke_alters_them(amount_yen: int, written: str) -> None:
    assert formal_yen(amount_yen) == written


@pytest.mark.parametrize("amount_yen", [-1, 10**16])
def test_what_cannot_be_written_in_words_is_refused(amount_yen: int) -> None:
    with pytest.raises(ValueError, match="words"):
        formal_yen(amount_yen)


def test_days_and_numbers_of_one_digit_are_wide() -> None:
    assert era_date(date(2026, 4, 1)) == "令和８年４月１日"
    assert era_date(date(2019, 5, 1)) == "令和元年５月１日"
    assert era_date(date(2019, 4, 30)) == "平成31年４月30日"
    assert (counted(7), counted(10)) == ("７", "10")
    assert (plain_yen(1_234), plain_yen(-1_234)) == ("￥1,234", "△￥1,234")
    with pytest.raises(ValueError, match="Heisei"):
        era_date(date(1989, 1, 7))


def test_parties_are_listed_as_laws_do() -> None:
    assert [listed(("乙",)), listed(("乙", "丙")), listed(("乙", "丙", "丁"))] == ["乙", "乙及び丙", "乙、丙及び丁"]


@pytest.mark.parametrize("face", ["sans", "serif"])
def test_both_fonts_have_the_characters_of_jis_x_0208_but_one_and_the_rare_ones_of_names(face: Face) -> None:
    known = []
    for row in range(0x21, 0x7F):
        for cell in range(0x21, 0x7F):
            try:
                known.append(bytes((0x1B, 0x24, 0x42, row, cell, 0x1B, 0x28, 0x42)).decode("iso2022_jp"))
            except UnicodeDecodeError:
                continue
    assert len(known) > 6_800
    assert glyphs(face).unsettable("".join(known)) == ("≒",)
    assert glyphs(face).unsettable("髙﨑𠮷邉邊㍿①Ⅳ㈱葛\U000e0100城〜～−ー") == ()


@pytest.mark.parametrize("face", ["sans", "serif"])
@pytest.mark.parametrize(
    "text", ["か\u3099", "e\u0301", "邊\U000e01ef", "\U000e0100葛", "a\u202eb", "\ue000", "a\u200db", "\t"]
)
def test_combining_marks_unknown_variants_and_what_no_eye_can_see_cannot_be_set(face: Face, text: str) -> None:
    assert len(glyphs(face).unsettable(text)) == 1
