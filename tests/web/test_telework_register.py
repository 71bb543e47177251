"""The approval-and-order register over HTTP: the columns of the paper book, as of any moment, JSON, CSV and PDF."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.shapes.telework_register import TeleworkRegisterDocument
from api.spreadsheet import csv_text, encoded, harmless
from signing.typesetting.glyphs import glyphs
from signing.typesetting.press import NotSet, set_document
from tests.conftest import Database
from tests.web.api_world import refused
from tests.web.page_world import PageWorld
from tests.web.telework_read_world import DAY, FARM, HALF, VOID, worked

BOOK = "/v1/telework-register?unit=road&month=2026-11"
COLUMNS = (
    "申請日", "所属", "職・氏名", "実施日", "区分", "場所", "勤務時間", "業務内容", "連絡先", "持ち出し資産",
    "承認・命令(所属長, 日時)", "開始報告時刻", "終了報告時刻", "超勤(命令時間)", "勤務内容報告日", "確認", "備考",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageWorld]:
    with worked(database.settings(), tmp_path_factory.mktemp("register")) as world:
        yield world


def asked(world: PageWorld, path: str = BOOK, post: str = "road-director", accept: str = "*/*") -> httpx.Response:
    response = world.api.get(path, post=post, accept=accept)
    assert response.status_code == 200, response.text
    return response


def rows(world: PageWorld, path: str = BOOK, post: str = "road-director") -> dict[str, dict[str, str]]:
    """The lines by number, each as its cells by column."""
    book = asked(world, path, post).json()
    labels = [column["label"] for column in book["columns"]]
    return {row["number"]: dict(zip(labels, row["cells"], strict=True)) for row in book["rows"]}


def read_csv(content: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))


def words(pdf: bytes) -> list[str]:
    """The text of each page, as a reader of the file finds it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def test_the_book_has_exactly_the_columns_of_the_paper_book_and_dates_in_wareki(world: PageWorld) -> None:
    response = asked(world)
    TeleworkRegisterDocument.model_validate_json(response.content)
    book = response.json()
    assert tuple(column["label"] for column in book["columns"]) == COLUMNS
    assert (book["month_label"], book["unit_name"], book["whole"]) == ("令和8年11月", "道路課", True)
    assert [row["number"] for row in book["rows"]] == [DAY, HALF, VOID]
    line = rows(world)[DAY]
    assert (line["申請日"], line["実施日"], line["区分"], line["場所"]) == (
        "R8.11.12",
        "R8.11.13（金）",
        "在宅",
        "自宅",
    )
    assert line["承認・命令(所属長, 日時)"].endswith("R8.11.12 10:00")
    assert (line["開始報告時刻"], line["終了報告時刻"], line["超勤(命令時間)"]) == ("8:28", "18:00", "45分")
    assert (line["勤務内容報告日"], line["勤務時間"]) == ("R8.11.13", "8:30～17:15")
    assert line["確認"].endswith("R8.11.16")
    assert line["持ち出し資産"] == "USBメモリ等 U-12(許可待ち)"


def test_divided_days_telephone_and_revocation_stand_in_the_book(world: PageWorld) -> None:
    half, void = rows(world)[HALF], rows(world)[VOID]
    assert half["勤務時間"] == "(8:30～17:15)\nテレワーク 8:30～12:00\n休暇 13:00～17:15"
    assert half["場所"] == "本庁舎研修館3階"
    assert half["開始報告時刻"] == "8:31\n(電話)"
    assert "開始は電話報告(記録 職員" in half["備考"]
    assert "命令の取消し:災害対応のため" in void["備考"]


def test_the_book_is_shown_as_of_any_moment(world: PageWorld) -> None:
    events = asked(world, f"/v1/telework-requests/{DAY}/events").json()["items"]
    approved = next(each for each in events if each["type"] == "telework.approved.v1")
    before = rows(world, f"{BOOK}&as_of={approved['position'] - 1}")
    after = rows(world, f"{BOOK}&as_of={approved['position']}")
    assert before[DAY]["承認・命令(所属長, 日時)"] == ""
    assert after[DAY]["承認・命令(所属長, 日時)"] != ""
    assert after[DAY]["開始報告時刻"] == ""
    assert rows(world, f"{BOOK}&as_of={events[0]['position'] - 1}") == {}
    assert rows(world, f"{BOOK}&as_of=2020-01-01T00:00:00%2B09:00") == {}
    assert rows(world, f"{BOOK}&as_of={events[-1]['recorded_at']}")[DAY]["終了報告時刻"] == "18:00"


@pytest.mark.parametrize("by", ["position", "recorded_at"])
def test_the_csv_and_the_pdf_are_of_the_moment_asked_for_as_well(world: PageWorld, by: str) -> None:
    """By what had been recorded then: the day was ordered, and nobody had started."""
    events = asked(world, f"/v1/telework-requests/{DAY}/events").json()["items"]
    approved = next(each for each in events if each["type"] == "telework.approved.v1")
    path = f"{BOOK}&as_of={approved[by]}"
    book = rows(world, path)
    assert book[DAY]["承認・命令(所属長, 日時)"] != ""
    assert {line["開始報告時刻"] for line in book.values()} == {""}
    heading, *lines = read_csv(asked(world, path, accept="text/csv").content, "utf-8-sig")
    assert tuple(heading) == COLUMNS
    assert lines == [[harmless(cell) for cell in line.values()] for line in book.values()]
    (page,) = words(asked(world, path, accept=PDF).content)
    assert "R8.11.12" in page
    assert not [text for text in ("18:00", "8:28", "8:31", "災害対応のため") if text in page]
    if by == "position":
        assert f"台帳の位置 {approved['position']} の時点" in page
    now = words(asked(world, accept=PDF).content)[0]
    assert [text for text in ("18:00", "8:28", "8:31") if text in now] == ["18:00", "8:28", "8:31"]


def test_everybody_reads_their_own_lines_and_is_told_that_it_is_not_the_whole_book(world: PageWorld) -> None:
    assert list(rows(world, post="road-officer")) == [DAY, VOID]
    assert asked(world, post="road-officer").json()["whole"] is False
    assert list(rows(world, post="audit-senior")) == [DAY, HALF, VOID]
    assert list(rows(world, post="construction-director")) == [DAY, HALF, VOID]
    assert rows(world, post="housing-director") == {}
    assert list(rows(world, BOOK.replace("road", "farming"), "farming-director")) == [FARM]


def test_what_cannot_be_a_unit_or_a_month_is_refused(world: PageWorld) -> None:
    def get(query: str) -> httpx.Response:
        return world.api.get(f"/v1/telework-register?{query}", post="road-director")

    refused(get("unit=nowhere&month=2026-11"), "not-found", 404, "unit")
    for month in ("2026-13", "2026-1", "0000-01", "1950-01", "R8.11"):
        refused(get(f"unit=road&month={month}"), "invalid", 400, "month")
    refused(get("unit=road&month=2026-11&as_of=yesterday"), "invalid", 400, "as_of")
    refused(get("unit=road&month=2026-11&encoding=latin-1"), "invalid", 400, "encoding")
    assert rows(world, "/v1/telework-register?unit=road&month=2031-02") == {}


def test_the_csv_has_the_mark_of_utf8_and_begins_no_formula(world: PageWorld) -> None:
    response = asked(world, accept="text/csv")
    assert response.headers["content-type"].startswith("text/csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    heading, *lines = read_csv(response.content, "utf-8-sig")
    assert tuple(heading) == COLUMNS
    assert len(lines) == 3
    assert lines[0][7] == "'=SUM(A1) 橋梁点検≒𠮷野川の結果の整理"
    farm = asked(world, BOOK.replace("road", "farming"), "farming-director", "text/csv")
    assert read_csv(farm.content, "utf-8-sig")[1][8] == "'@農政"


def test_in_shift_jis_what_it_lacks_is_seen_to_be_missing(world: PageWorld) -> None:
    response = asked(world, f"{BOOK}&encoding=shift_jis", accept="text/csv")
    assert "shift_jis" in response.headers["content-type"].lower()
    lines = read_csv(response.content, "cp932")
    assert lines[1][7] == "'=SUM(A1) 橋梁点検≒〓野川の結果の整理"


@given(
    st.lists(st.lists(st.text(), min_size=1, max_size=4), min_size=1, max_size=5),
    st.sampled_from(["utf-8", "shift_jis"]),
)
def test_no_cell_of_a_csv_can_begin_a_formula(lines: list[list[str]], encoding: Any) -> None:
    written = encoded(csv_text(["見出し"], lines), encoding)
    found = read_csv(written, "utf-8-sig" if encoding == "utf-8" else "cp932")
    assert not [cell for line in found for cell in line if cell.startswith(FORMULA)]
    assert [len(line) for line in found[1:]] == [len(line) for line in lines]


def test_the_pdf_is_a_landscape_book_with_unit_month_and_page_numbers(world: PageWorld) -> None:
    response = asked(world, accept="application/pdf")
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["cache-control"] == "private, no-store"
    with pypdfium2.PdfDocument(response.content) as document:
        width, height = document[0].get_size()
    assert (round(width), round(height)) == (842, 595)
    page, *more = words(response.content)
    assert not more
    for word in (
        "在宅勤務・サテライトオフィス勤務承認・命令簿",
        "道路課",
        "令和8年11月分",
        "1 / 1",
        "R8.11.13",
        "18:00",
    ):
        assert word in page, word
    assert "閲覧できる行だけを印刷しています" in words(asked(world, post="road-officer", accept=PDF).content)[0]


PDF = "application/pdf"


def test_a_character_the_font_lacks_is_printed_as_its_code_and_named(world: PageWorld) -> None:
    page = words(asked(world, accept=PDF).content)[0].replace("\n", "")
    assert "〔U+2252〕" in page
    assert "印刷用の書体にない文字の符号です: U+2252" in page
    assert "𠮷野川" in page


def test_variants_and_what_the_eye_cannot_see_are_not_lost_in_print() -> None:
    font = glyphs()
    assert font.printable("葛󠄀城 髙﨑 𠮷野") == "葛󠄀城 髙﨑 𠮷野"
    assert font.printable("道\U000e0110路") == "道〔U+E0110〕路"
    assert font.printable("a\u202eb\ue000") == "a〔U+202E〕b〔U+E000〕"
    assert font.unprintable("一≒\n二≒") == ("U+2252",)


def test_what_is_printed_is_data_and_never_markup() -> None:
    hostile = '#read("/etc/passwd") #panic("x") $x$ *太字* @ref <a> ```'
    book = {
        "title": "帳簿", "author": hostile, "unit": hostile, "month": "令和8年11月", "as_of": hostile, "note": hostile,
        "columns": ["業務"], "widths": [10], "rows": [{"cells": [hostile], "void": False}] * 200, "missing": [hostile],
    }  # fmt: skip
    at = datetime(2026, 12, 1, tzinfo=UTC)
    pdf = set_document("telework_register", book, at=at)
    pages = words(pdf)
    assert len(pages) > 1
    assert f"{len(pages)} / {len(pages)}" in pages[-1]
    assert hostile in pages[0].replace("\n", "")
    assert set_document("telework_register", book, at=at) == pdf


def test_a_character_without_a_glyph_that_nobody_replaced_stops_the_press() -> None:
    book = {
        "title": "≒", "author": "", "unit": "", "month": "", "as_of": "", "note": "", "columns": ["業務"],
        "widths": [10], "rows": [], "missing": [],
    }  # fmt: skip
    with pytest.raises(NotSet) as stopped:
        set_document("telework_register", book, at=datetime(2026, 12, 1, tzinfo=UTC))
    assert "≒" not in str(stopped.value)  # it may be part of a name, and this goes into the log
