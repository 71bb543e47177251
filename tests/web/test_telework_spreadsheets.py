"""What a spreadsheet makes of our CSV: no cell calculates, and no character disappears."""

import csv
import io
import sys
import unicodedata
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.routes.telework_attendance import HEADING
from api.spreadsheet import Encoding, csv_text, encoded, harmless
from api.telework_book import COLUMNS

SIGNS = "=+-@"
FORMS = "".join(
    each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.normalize("NFKC", each)[:1] in tuple(SIGNS)
)
BLANKS = ("", " ", "　", "\u00a0", "\ufeff", "\u200b", "\t", "\r", "\n", "\r\n", "\x00", " \u2003\t")


def read(content: bytes, encoding: Encoding) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig" if encoding == "utf-8" else "cp932"), newline="")))


def test_the_forms_of_a_sign_are_known() -> None:
    assert set("=+-@＝＋－＠﹦﹢﹣﹫⁼⁺") <= set(FORMS)


@pytest.mark.parametrize("encoding", get_args(Encoding))
@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_no_form_of_a_sign_begins_a_cell_whatever_stands_before_it(blank: str, encoding: Encoding) -> None:
    cells = [f"{blank}{sign}HYPERLINK(1)" for sign in (*FORMS, "−", "|", "｜", "%")]
    (line,) = read(encoded(csv_text([], [cells]), encoding), encoding)[1:]
    assert [cell for cell in line if not cell.startswith("'")] == []


@pytest.mark.parametrize("first", ["\t", "\r", "\n"])
def test_a_cell_does_not_begin_with_a_control_that_splits_it(first: str) -> None:
    assert harmless(f"{first}道路").startswith("'")


def test_what_is_no_formula_stays_as_it_is() -> None:
    for cell in ("", "道路課", "R8.11.13(金)", "8:30～17:15", "内線2345", "(在宅)", "1-2", "a=b", "\u3000字下げ"):
        assert harmless(cell) == cell


@given(st.text(), st.sampled_from(get_args(Encoding)))
def test_any_text_becomes_a_cell_that_can_be_read_again(text: str, encoding: Any) -> None:
    (line,) = read(encoded(csv_text([], [["番号", text]]), encoding), encoding)[1:]
    (number, cell) = line
    assert number == "番号"
    shown = cell.removeprefix("'")
    assert len(shown) == len(text.removeprefix("'"))
    lost = [after for before, after in zip(text.removeprefix("'"), shown, strict=True) if before != after]
    assert set(lost) <= set("〓?～－∥―￠￡￢")


def test_shift_jis_has_a_visible_substitute_for_what_it_lacks_and_keeps_what_it_has() -> None:
    (line,) = read(encoded(csv_text([], [["𠮷野 髙﨑 ①㈱ 〜−—‖¢£¬ 한글 😀 é"]]), "shift_jis"), "shift_jis")[1:]
    assert line == ["〓野 髙﨑 ①㈱ ～－―∥￠￡￢ 〓〓 〓 〓"]


def test_utf8_begins_with_its_mark_and_shift_jis_with_none() -> None:
    assert encoded("番号", "utf-8").startswith(b"\xef\xbb\xbf")
    assert encoded("番号", "shift_jis") == "番号".encode("cp932")


def test_every_heading_of_the_book_and_of_attendance_is_in_shift_jis() -> None:
    for label in (*(column.label for column in COLUMNS), *HEADING):
        assert label.encode("cp932")
        assert harmless(label) == label
