"""The numbers a text is found by: whatever is contained in it, its numbers are among the text's."""

from ast import literal_eval

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.japanese_text import grams, normalised, wanted_grams

LETTERS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


def numbers(heading: str, text: str) -> list[int]:
    found = literal_eval("[" + grams(heading, text)[1:-1] + "]")
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("written", "as_compared"),
    [
        ("ｼｽﾃﾑ改修", "システム改修"),
        ("ﾊﾟﾜｰｱｯﾌﾟ", "パワーアップ"),
        ("㈱アルファ", "(株)アルファ"),
        ("Ｒ８－１２", "r8-12"),
        ("ＤＸ推進", "dx推進"),
        ("令和８年度　委託\n業務", "令和8年度 委託 業務"),
        ("①", "1"),
        ("㍻", "平成"),
        ("神", "神"),
        ("がぎ", "がぎ"),
        ("a\0b\ud800c", "a bc"),
    ],
)
def test_what_looks_alike_is_compared_alike(written: str, as_compared: str) -> None:
    assert normalised(written) == as_compared


@given(LETTERS, LETTERS, LETTERS)
def test_a_text_has_the_numbers_of_everything_in_it(before: str, word: str, after: str) -> None:
    words = tuple(normalised(word).split())
    text = normalised(f"{before} {word} {after}")
    assert set(wanted_grams(words)) <= set(numbers(text, text))


@given(LETTERS)
def test_the_numbers_fit_an_integer_column_and_come_once(text: str) -> None:
    found = numbers(normalised(text), normalised(text))
    assert all(-(2**31) <= number < 2**31 for number in found)
    assert len(found) == len(set(found))


@given(st.lists(st.sampled_from("道路橋補修工事委託𠮷野"), min_size=2, max_size=2, unique=True), LETTERS)
def test_a_pair_that_is_not_there_is_not_found(pair: list[str], text: str) -> None:
    word = "".join(pair)
    found = set(wanted_grams((word,))) <= set(numbers("", normalised(text)))
    assert found == (word in normalised(text))


def test_a_rare_character_beyond_the_basic_plane_is_found_alone_and_in_company() -> None:
    text = normalised("𠮷野家との契約")
    assert set(wanted_grams(("𠮷",))) <= set(numbers("", text))
    assert set(wanted_grams(("𠮷野",))) <= set(numbers("", text))
    assert not set(wanted_grams(("𠮸",))) <= set(numbers("", text))
