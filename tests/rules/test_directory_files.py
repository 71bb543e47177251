"""組織ファイル: what a YAML or CSV file asks for, what it would change, and on which line it is wrong."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.directory import Directory, fold
from domain.directory.soundness import flaws
from kessai.directory_diff import diff
from kessai.directory_files import FaultyText, read_directory_file
from tests.records.directory_story import DEMO, demo, demo_file

YAML = DEMO.read_text(encoding="utf-8")
SMALL = """\
prefecture: {code: pref, name: 県, valid_from: 2026-04-01}
units:
  - {code: pref, name: 県, kind: prefecture}
  - {code: road, name: 道路課, kind: division, parent: pref}
posts:
  - {code: governor, title: 知事, unit: pref, rank: governor, person: "0001"}
  - {code: officer, title: 主事, unit: road, rank: officer, person: "0002"}
proxy_order:
  - {for: {post: governor}, proxies: [{rank: officer}]}
absences:
  - {post: governor, from: 2026-11-16, to: 2026-11-27, reason: 出張}
"""
TABLE = """\
record,code,name,kind,parent,title,unit,rank,person,person_name,oversees,roles,duties,acting,for,proxies,post,from,to,reason,valid_from
prefecture,pref,県,,,,,,,,,,,,,,,,,,2026-04-01
unit,pref,県,prefecture,,,,,,,,,,,,,,,,,
unit,road,道路課,division,pref,,,,,,,,,,,,,,,,
post,governor,,,,知事,pref,governor,0001,,,,,,,,,,,,
post,vice,,,,副知事,pref,vice_governor,,,road,auditor;finance,cashier,governor,,,,,,,
post,officer,,,,"主事
(道路課)",road,officer,0002,職員0002(再任用),,,,,,,,,,,

proxy,,,,,,,,,,,,,,post:governor,rank:vice_governor; duty:cashier,,,,,
proxy,,,,,,,,,,,,,,rank:officer,-,,,,,
absence,,,,,,,,,,,,,,,,governor,2026-11-16,2026-11-27,出張,
"""
ONE_LINE = TABLE.replace("\n(道路課)", "")


def file(folder: Path, text: str | bytes, name: str = "organisation.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def faults(folder: Path, text: str | bytes, name: str = "organisation.yaml") -> list[tuple[int, str]]:
    with pytest.raises(FaultyText) as faulty:
        read_directory_file(file(folder, text, name))
    assert all(not fault.message.isascii() for fault in faulty.value.faults)
    return [(fault.line, fault.field) for fault in faulty.value.faults]


# ---- reading ------------------------------------------------------------------------------------------------------


def test_the_demo_prefecture_has_no_fault() -> None:
    assert (len(demo_file().units), len(demo_file().posts), len(demo_file().proxy_order)) == (31, 65, 7)
    assert flaws(demo().structure.day(date(2026, 4, 1))) == frozenset()
    assert demo().structure.prefecture == ("pref", "県(デモ)")
    assert demo().name("0525") == "職員0525"
    assert [spell.kind for spell in demo().structure.careers["0502"]] == ["regular", "concurrent"]


def test_a_table_says_the_same_as_yaml(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp932"):
        desired = read_directory_file(file(tmp_path, ONE_LINE.encode(encoding), f"{encoding}.csv"))
        assert [unit.name for unit in desired.units] == ["県", "道路課"]
        vice, officer = desired.posts[1:]
        assert (vice.oversees, vice.roles, vice.duties, vice.acting) == (
            ("road",),
            ("auditor", "finance"),
            ("cashier",),
            "governor",
        )
        assert (officer.person, officer.name) == ("0002", "職員0002(再任用)")
        assert [len(row.proxies) for row in desired.proxy_order] == [2, 0]
        assert desired.absences[0].to == date(2026, 11, 27)


def test_a_name_may_not_break_a_line_and_the_line_given_is_where_the_row_begins(tmp_path: Path) -> None:
    assert faults(tmp_path, TABLE, "a.csv") == [(7, "posts[2].title")]


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("code: road,", "code: road, colour: red,", 4, "units[1].colour"),
        ("kind: division", "kind: village", 4, "units[1].kind"),
        ("parent: pref", "parent: nowhere", 4, "units[1].parent"),
        ("parent: pref", "parent: road", 4, "units[1].parent"),
        (", parent: pref", "", 4, "units[1]"),
        ("kind: division, parent: pref", "kind: prefecture", 4, "units[1].kind"),
        ("{code: pref, name: 県, kind: prefecture}", "{code: pref, name: 県, kind: office}", 2, "units"),
        ("{code: road,", "{code: pref,", 4, "units[1].code"),
        ("title: 知事, ", "", 6, "posts[0].title"),
        ("title: 知事", 'title: "知\\0事"', 6, "posts[0].title"),
        ("title: 知事", 'title: "\\uD800"', 6, "posts[0].title"),
        ("title: 知事", 'title: "\\e[2J"', 6, "posts[0].title"),
        ("title: 知事", f"title: {'長' * 201}", 6, "posts[0].title"),
        ("title: 知事", 'title: "　"', 6, "posts[0].title"),
        ('person: "0001"', "person: 0001", 6, "posts[0].person"),
        ('person: "0001"', "person: [a]", 6, "posts[0].person"),
        ('person: "0002"', 'person: "０００２"', 7, "posts[1].person"),
        ("code: officer", "code: governor", 7, "posts[1].code"),
        ("rank: officer, person", "rank: king, person", 7, "posts[1].rank"),
        ("rank: officer, person", "rank: governor, person", 7, "posts[1].rank"),
        ("unit: road", "unit: nowhere", 7, "posts[1].unit"),
        ("unit: road", "unit: road, oversees: [nowhere]", 7, "posts[1].oversees"),
        ("unit: road", "unit: road, oversees: [road, road]", 7, "posts[1].oversees"),
        ("unit: road", "unit: road, oversees: road", 7, "posts[1].oversees"),
        ("unit: road", "unit: road, roles: [king]", 7, "posts[1].roles[0]"),
        ("unit: road", "unit: road, duties: [a, a]", 7, "posts[1].duties"),
        ("unit: road", "unit: road, acting: governor", 7, "posts[1].acting"),
        (', person: "0002"', ", acting: officer", 7, "posts[1].acting"),
        (', person: "0002"', ", acting: nowhere", 7, "posts[1].acting"),
        (', person: "0002"', ", person_name: 職員", 7, "posts[1].person_name"),
        ('person: "0002"', 'person: "0001", person_name: 別人', 7, "posts[1].person_name"),
        ("for: {post: governor}", "for: {post: nowhere}", 9, "proxy_order[0].for.post"),
        ("for: {post: governor}", "for: {post: governor, rank: officer}", 9, "proxy_order[0].for"),
        ("[{rank: officer}]", "[{rank: officer}, {duty: king}]", 9, "proxy_order[0].proxies[1].duty"),
        ("[{rank: officer}]", "[{post: nowhere}]", 9, "proxy_order[0].proxies[0].post"),
        ("[{rank: officer}]", "officer", 9, "proxy_order[0].proxies"),
        ("to: 2026-11-27", "to: 2026-11-15", 11, "absences[0].to"),
        ("to: 2026-11-27", "to: 2026-11-31", 11, "absences[0].to"),
        ("to: 2026-11-27", "to: 20261127", 11, "absences[0].to"),
        ("to: 2026-11-27", "to: 9999-12-31", 11, "absences[0].to"),
        ("post: governor, from", "post: nowhere, from", 11, "absences[0].post"),
        ("post: governor, from", 'person: "9999", from', 11, "absences[0].person"),
        ("post: governor, from", "from", 11, "absences[0]"),
        ("valid_from: 2026-04-01", "valid_from: tomorrow", 1, "prefecture.valid_from"),
    ],
)
def test_a_fault_is_named_by_line_and_field(tmp_path: Path, old: str, new: str, line: int, field: str) -> None:
    assert old in SMALL
    assert (line, field) in faults(tmp_path, SMALL.replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (SMALL.replace("code: road,", "code: road, code: road,"), "a.yaml", [(4, "units[1].code")]),
        (SMALL.replace("units:", "units: &all"), "a.yaml", [(2, "")]),
        ("a: [" * 100, "a.yaml", [(1, "")]),
        (SMALL.replace("name: 県,", "name: !!python/name:os.system '',"), "a.yaml", [(1, "prefecture.name")]),
        (b"\xff\xfe\x00", "a.yaml", [(1, "")]),
        (SMALL.encode("cp932"), "a.yaml", [(1, "")]),
        (b"#" * (4 * 1024 * 1024 + 1), "a.yaml", [(1, "")]),
        (SMALL, "a.txt", [(1, "")]),
        ("code,name\n", "a.csv", [(1, "record")]),
        ("record,colour\n", "a.csv", [(1, "")]),
        ("record,code,code\n", "a.csv", [(1, "code")]),
        ("record,code\nking,a\n", "a.csv", [(2, "record")]),
        ("record,code\nunit,a,b\n", "a.csv", [(2, "")]),
        ('record,code\nunit,"a\n', "a.csv", [(2, "")]),
        ("record,code\nprefecture,a\nprefecture,a\n", "a.csv", [(3, "record")]),
        (ONE_LINE.replace("rank:vice_governor;", "vice;"), "a.csv", [(9, "proxy_order[0].proxies[0].vice")]),
        (ONE_LINE.replace("道路課,", "道路課,division "), "a.csv", [(4, "units[1].kind")]),
    ],
)  # fmt: skip
def test_what_is_no_proper_file_is_refused(
    tmp_path: Path, text: str | bytes, name: str, expected: list[tuple[int, str]]
) -> None:
    assert faults(tmp_path, text, name) == expected


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultyText, match="読めません"):
        read_directory_file(tmp_path / "nowhere.yaml")


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = (
        SMALL.replace("unit: road", "unit: x")
        .replace("parent: pref", "parent: y")
        .replace("post: governor, from", "post: z, from")
    )
    assert faults(tmp_path, text) == [(4, "units[1].parent"), (7, "posts[1].unit"), (11, "absences[0].post")]


@given(st.binary(max_size=200), st.sampled_from([".yaml", ".csv"]))
def test_no_file_is_a_failure(tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(content)
    with pytest.raises(FaultyText):
        read_directory_file(path)


@given(st.integers(0, len(SMALL)), st.integers(0, 30), st.text(max_size=6))
def test_a_damaged_file_is_refused_or_read_whole(
    tmp_path_factory: pytest.TempPathFactory, at: int, length: int, text: str
) -> None:
    damaged = (SMALL[:at] + text + SMALL[at + length :]).encode("utf-8", "surrogatepass")
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_bytes(damaged)
    try:
        desired = read_directory_file(path)
    except FaultyText:
        return
    directory = fold(Directory(), [difference.fact for difference in diff(Directory(), desired)])
    assert diff(directory, desired) == []
